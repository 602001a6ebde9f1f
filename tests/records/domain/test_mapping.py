import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.records.domain import headers, mapping
from keen.records.domain.mapping import Mapping
from tests.records.domain.fields import ACCOUNT, CONTACT


def proposed(names: list[str], rows: list[list[str]] | None = None, fields=CONTACT) -> dict[str, str]:
    return {c.column: c.target for c in mapping.propose(names, rows or [], fields).columns}


@pytest.mark.parametrize("template", headers.templates(), ids=lambda t: f"{t.name} {t.language}")
def test_columns_of_a_known_export_go_where_the_template_says(template: headers.Template):
    fields = CONTACT if template.kind == "contact" else ACCOUNT

    found = mapping.propose(template.headers, [], fields)
    wrong = {
        c.column: (c.target, template.targets[c.column])
        for c in found.columns
        if c.target and c.target != template.targets.get(c.column, "")
    }
    missing = set(template.targets.values()) - found.targets()

    assert wrong == {}
    assert missing == set()
    assert found.template == template.name
    assert {c.confidence for c in found.columns if c.target} == {1.0}


@pytest.mark.parametrize(
    ("column", "target"),
    [
        ("Vorname", "first_name"), ("NACHNAME", "last_name"), ("E-Mail", "emails.work"), ("email_address", "emails.work"),
        ("Customer E-mail", "emails.work"), ("Telefon", "phones.work"), ("Handy", "phones.mobile"), ("Mobile Phone No.", "phones.mobile"),
        ("Tel.", "phones.work"), ("Firma", "account.name"), ("Company Name", "account.name"), ("companyName", "account.name"), ("PLZ", "addresses.work.postal_code"),
        ("Ort", "addresses.work.city"), ("Straße", "addresses.work.street"), ("Land", "addresses.work.country"), ("Geburtsdatum", "birthday"),
        ("Prénom", "first_name"), ("Société", "account.name"), ("Apellidos", "last_name"), ("Correo electrónico", "emails.work"),
        ("Bemerkungen", "description"), ("Kategorien", "tags"), ("Name", "full_name"), ("Record ID", "external_id"), ("Contact Owner", "owner.name"),
        ("Work Phone", "phones.work"), ("Business Fax", "phones.fax"), ("Opt out", "email_opt_out"), ("Position", "job_title"),
        ("Assistant's Phone", ""), ("Manager E-mail", ""), ("Spouse", ""), ("E-mail Type", ""), ("Created Date", ""), ("Colour", ""), ("Phone Verified", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_column_is_known_by_its_name_and_not_mistaken_for_anothers(column: str, target: str):
    assert proposed([column]) == {column: target}


def test_the_name_of_a_company_is_the_name_of_an_account():
    assert proposed(["Company", "Telephone", "Number of employees"], fields=ACCOUNT) == {
        "Company": "name",
        "Telephone": "phones.work",
        "Number of employees": "number_of_employees",
    }


def test_columns_without_a_telling_name_are_known_by_their_values():
    rows = [
        ["anna@nord.example", "030 555010", "Germany", "www.nord.example", "blue"],
        ["otto@sued.example", "+43 1 5550010", "France", "https://sued.example/x", "green"],
    ]

    assert proposed(["A", "B", "C", "D", "E"], rows) == {
        "A": "emails.work",
        "B": "phones.work",
        "C": "addresses.work.country",
        "D": "website",
        "E": "",
    }


def test_dates_and_numbers_are_not_taken_for_phones():
    rows = [["01.02.2024", "12345", "2024-05-06", "99.5"], ["03.04.2024", "23456", "2024-05-07", "12.25"]]

    assert set(proposed(["A", "B", "C", "D"], rows).values()) == {""}


def test_ids_are_known_when_name_and_values_agree():
    rows = [["003D000000IqhSL", "x"], ["003D000000IqhSM", "y"]]

    assert proposed(["Foo ID", "Bar ID"], rows) == {"Foo ID": "external_id", "Bar ID": ""}


def test_title_is_a_salutation_where_its_values_are():
    assert proposed(["Title"], [["Herr"], ["Frau Dr."]]) == {"Title": "salutation"}
    assert proposed(["Title"], [["Einkauf"], ["CEO"]]) == {"Title": "job_title"}


def test_a_second_column_of_one_meaning_goes_to_the_next_place_or_stays_out():
    found = proposed(["E-mail", "Email Address", "Phone", "Telephone", "City", "Town", "Notes", "Comments"])

    assert found["E-mail"] == "emails.work"
    assert found["Email Address"] == "emails.other"
    assert found["Telephone"] == "phones.other"
    assert (found["City"], found["Town"]) == ("addresses.work.city", "")
    assert (found["Notes"], found["Comments"]) == ("description", "description")


def test_a_name_whose_values_are_something_else_is_doubted():
    sure = mapping.propose(["Email"], [["anna@nord.example"]], CONTACT).columns[0]
    doubted = mapping.propose(["Email"], [["yes"], ["no"]], CONTACT).columns[0]

    assert doubted.confidence < sure.confidence
    assert doubted.reason == "known column name, but few values are e-mail addresses"


def test_samples_are_the_different_values_that_stand_there():
    found = mapping.propose(["Name"], [["Anna"], ["Anna"], [""], ["Otto"], []], CONTACT)

    assert found.columns[0].samples == ("Anna", "Otto")


def test_a_mapping_survives_being_stored():
    found = mapping.propose(["Name", "Foo"], [["Anna Berg", "x"]], CONTACT)
    stored = json.loads(json.dumps(Mapping(found.columns, {"source": "Fair"}, "act").to_json()))

    read = Mapping.from_json(stored)

    assert read.to_json() == stored
    assert read.constants == {"source": "Fair"}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"version": 99},
        {"version": 1},
        {"version": 1, "columns": [{"x": 1}], "constants": {}, "template": ""},
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(stored: dict):
    with pytest.raises(RuleError, match="Map the columns again"):
        Mapping.from_json(stored)


def test_what_somebody_decides_wins_and_takes_a_single_place_from_another_column():
    found = mapping.propose(["City", "Foo", "Notes"], [], CONTACT)

    changed = found.with_target(1, "addresses.work.city")
    assert [c.target for c in changed.columns] == ["", "addresses.work.city", "description"]

    both = changed.with_target(0, "description")
    assert [c.target for c in both.columns] == ["description", "addresses.work.city", "description"]


NAMES = st.lists(
    st.one_of(st.text(max_size=15), st.sampled_from(["Name", "E-mail", "Phone", "City", "City", "Notes"])),
    max_size=12,
)


@given(NAMES, st.lists(st.lists(st.text(max_size=12), max_size=12), max_size=4))
def test_every_column_gets_an_answer_and_no_single_place_two(names: list[str], rows: list[list[str]]):
    found = mapping.propose(names, rows, CONTACT)
    many = {target.name for target in CONTACT if target.takes_many}
    singles = [c.target for c in found.columns if c.target and c.target not in many]

    assert [c.place for c in found.columns] == list(range(len(names)))
    assert len(singles) == len(set(singles))
    assert all(bool(c.target) == (c.confidence > 0) and c.reason for c in found.columns)
