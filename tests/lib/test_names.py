import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib import names, text
from keen.lib.names import NameParts


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("Anna Berg", NameParts(first="Anna", last="Berg")),
        ("Berg, Anna", NameParts(first="Anna", last="Berg")),
        ("Berg,Anna", NameParts(first="Anna", last="Berg")),
        ("de la Cruz, Juan", NameParts(first="Juan", last="de la Cruz")),
        ("Dr. Anna Maria Berg", NameParts("Dr.", "Anna", "Maria", "Berg")),
        ("Herr Prof. Dr. Hans von der Heide", NameParts("Herr Prof. Dr.", "Hans", "", "von der Heide")),
        ("Frau Müller", NameParts("Frau", last="Müller")),
        ("M. Jean-Luc Picard", NameParts("M.", "Jean-Luc", "", "Picard")),
        ("Mme Curie", NameParts("Mme", last="Curie")),
        ("Sra. Ana López", NameParts("Sra.", "Ana", "", "López")),
        ("Sr. Juan Pérez", NameParts("Sr.", "Juan", "", "Pérez")),
        ("Dr. med. Eva Lang", NameParts("Dr. med.", "Eva", "", "Lang")),
        ("Dipl.-Ing. Otto Kurz", NameParts("Dipl.-Ing.", "Otto", "", "Kurz")),
        ("Mr. & Mrs. Smith", NameParts("Mr. & Mrs.", last="Smith")),
        ("John Smith Jr.", NameParts(first="John", last="Smith", suffix="Jr.")),
        ("Anna Berg, PhD", NameParts(first="Anna", last="Berg", suffix="PhD")),
        ("Don Draper", NameParts(first="Don", last="Draper")),
        ("Anna", NameParts(last="Anna")),
        ("Herr", NameParts(last="Herr")),
        ("王小明", NameParts(last="王小明")),
        ("محمد علي", NameParts(first="محمد", last="علي")),
        ("🙂 Anna Berg", NameParts(first="🙂 Anna", last="Berg")),
        ("Anna Berg (Nord)", NameParts(first="Anna", last="Berg", suffix="(Nord)")),
        (",", NameParts()),
        ("", NameParts()),
    ],
)
def test_a_name_is_taken_apart(whole: str, parts: NameParts):
    assert names.split(whole) == parts


@given(
    st.lists(
        st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=8), min_size=1, max_size=4
    )
)
def test_no_word_of_a_name_gets_lost(words: list[str]):
    parts = names.split(" ".join(words))
    together = f"{parts.salutation} {parts.first} {parts.middle} {parts.last} {parts.suffix}"

    assert sorted(text.fold(together).split()) == sorted(text.fold(" ".join(words)).split())


@given(st.text(max_size=60))
def test_taking_apart_never_fails(whole: str):
    names.split(whole)
    names.company_key(whole)
    names.sound_key(whole)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Müller Maschinenbau GmbH & Co. KG", "muller maschinenbau"),
        ("MÜLLER MASCHINENBAU", "muller maschinenbau"),
        ("Nord A/S", "nord"),
        ("Acme, Inc.", "acme"),
        ("A.C.M.E. Ltd", "acme"),
        ("AB Volvo", "volvo"),
        ("SARL Dupont", "dupont"),
        ("Foo Holding S.A. de C.V.", "foo holding"),
        ("Stiftung XY gGmbH", "stiftung xy"),
        ("Bar e. K.", "bar"),
        ("Foo UG (haftungsbeschränkt)", "foo"),
        ("Procter & Gamble Co.", "procter gamble"),
        ("Acme Sp. z o.o.", "acme"),
        ("GmbH", "gmbh"),
        ("株式会社トヨタ", "株式会社トヨタ"),
        ("", ""),
    ],
)
def test_companies_are_compared_without_their_legal_form(name: str, key: str):
    assert names.company_key(name) == key


@given(
    st.text(alphabet=st.characters(categories=["Lu", "Ll"]), min_size=3, max_size=12),
    st.sampled_from(["GmbH", "Ltd.", "AG", "Inc.", "S.A."]),
)
def test_a_legal_form_behind_a_name_does_not_change_its_key(name: str, form: str):
    assert names.company_key(f"Keen {name} {form}") == names.company_key(f"Keen {name}")


@given(st.text(max_size=40))
def test_a_company_always_has_a_key_when_it_has_a_letter(name: str):
    assert bool(names.company_key(name)) == bool(text.fold(text.clean(name)))


@pytest.mark.parametrize(
    "group",
    [
        ("Meyer", "Maier", "Mayer", "Meier"),
        ("Müller", "Mueller", "MULLER"),
        ("Schmidt", "Schmitt", "Schmid"),
        ("Philipp", "Filip"),
    ],
)
def test_names_that_sound_alike_share_a_key(group: tuple[str, ...]):
    assert len({names.sound_key(name) for name in group}) == 1


def test_names_that_sound_different_do_not():
    assert names.sound_key("Berg") != names.sound_key("Burg")


def test_titles_are_no_part_of_a_persons_key():
    assert names.person_key("Dr. Anna", "Berg") == "anna berg"
    assert names.person_key("Herr", "") == "herr"
    assert names.full("Anna", "") == "Anna"


def test_a_name_of_any_length_is_taken_apart_and_compared():
    endless = "a. " * 60_000 + "x"

    assert names.split(endless) == names.NameParts(last=endless)
    assert len(names.company_key("gmbh " * 40_000)) <= names.MOST_COMPARED
    assert len(names.company_key(endless)) <= names.MOST_COMPARED
    assert names.person_key(endless) == names.person_key(endless + " and more")
    assert len(names.sound_key("sch" * 100_000)) <= names.MOST_COMPARED
