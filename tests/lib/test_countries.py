import pytest

from keen.lib import countries


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("UK", "GB"), ("gb", "GB"), ("England", "GB"), ("Royaume-Uni", "GB"), ("Vereinigtes Königreich", "GB"),
        ("USA", "US"), ("U.S.A.", "US"), ("United States of America", "US"), ("Estados Unidos", "US"),
        ("Deutschland", "DE"), ("D", "DE"), ("ALLEMAGNE", "DE"), ("Alemania", "DE"), ("Germany (DE)", "DE"),
        ("Österreich", "AT"), ("Oesterreich", "AT"), ("Schweiz/Suisse", "CH"), ("Suisse", "CH"), ("Svizzera", "CH"),
        ("España", "ES"), ("Czech Republic", "CZ"), ("Holland", "NL"), ("日本", "JP"), ("Sverige", "SE"),
        ("Nowhere", ""), ("", ""), ("EU", ""), ("France/Germany", ""), ("12", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_its_names(written: str, code: str):
    assert countries.code(written) == code


def test_every_name_in_every_language_leads_back_to_its_code():
    wrong = [
        (language, code, name, countries.code(name))
        for language in countries.LANGUAGES
        for code, name in countries.choices(language)
        if countries.code(name) != code or countries.code(code) != code
    ]

    assert wrong == []


def test_names_are_given_in_the_language_asked_for():
    assert countries.name("DE", "fr") == "Allemagne"
    assert countries.name("XX") == "XX"
    assert len(countries.choices()) == len({code for code, _ in countries.choices()}) >= 249
