from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.records.domain import dates, values
from keen.records.domain.mapping import ColumnMapping, Mapping
from keen.records.domain.problems import Problem, Severity
from keen.records.domain.values import Cleaner, CleanRow, Options
from tests.records.domain.fields import ACCOUNT, CONTACT

GERMANY = Options(default_region="DE")


def read(
    options: Options = GERMANY, fields=CONTACT, constants=None, template: str = "", **cells: str
) -> CleanRow:
    """A row with one cell for each target; dots in names are written as two underscores."""
    columns = tuple(
        ColumnMapping(place, name, name.replace("__", "."), 1.0, "test") for place, name in enumerate(cells)
    )
    return values.clean_row(
        list(cells.values()), Mapping(columns, constants or {}, template), fields, options
    )


def read_cells(cells: dict[str, str]) -> CleanRow:
    return read(GERMANY, CONTACT, None, "", **cells)


def kinds(row: CleanRow) -> list[tuple[str, Severity]]:
    return [(problem.kind, problem.severity) for problem in row.problems]


def test_a_row_becomes_values_as_a_contact_keeps_them():
    row = read(
        first_name=" Anna  Maria ", last_name="Berg", account__name="Nord GmbH", emails__work="Anna@Nord.example",
        phones__work="030 555010 ext. 7", phones__mobile="0171/1234567", addresses__work__street="Hauptstr. 1\r\nHof",
        addresses__work__city="Berlin", addresses__work__country="Deutschland", birthday="1.2.1980", tags="A; B;a",
        do_not_call="ja", website="nord.example", description="One\r\nTwo",
    )  # fmt: skip

    assert row.problems == []
    assert row.values == {
        "first_name": "Anna Maria",
        "last_name": "Berg",
        "account.name": "Nord GmbH",
        "emails": [{"address": "Anna@nord.example", "label": "work"}],
        "phones": [
            {"raw": "030 555010 ext. 7", "e164": "+4930555010", "label": "work", "extension": "7"},
            {"raw": "0171/1234567", "e164": "+491711234567", "label": "mobile"},
        ],
        "addresses": [
            {"street": "Hauptstr. 1\nHof", "city": "Berlin", "region": "", "postal_code": "", "country": "DE", "label": "work"}
        ],
        "birthday": date(1980, 2, 1),
        "tags": ["A", "B"],
        "do_not_call": True,
        "website": "https://nord.example",
        "description": "One\nTwo",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"emails__work": "anna(at)nord.example"}, "bad_email"),
        ({"emails__work": "/o=Nord/ou=x/cn=Recipients/cn=anna"}, "exchange_name"),
        ({"phones__work": "see mobile"}, "no_phone"),
        ({"phones__work": "4.93E+11"}, "rounded_phone"),
        ({"birthday": "31.2.1980"}, "bad_date"),
        ({"birthday": "1.1.1066"}, "bad_date"),
        ({"do_not_call": "perhaps"}, "bad_boolean"),
        ({"website": "our site"}, "bad_url"),
        ({"website": "http://"}, "bad_url"),
        ({"addresses__work__country": "Atlantis"}, "bad_country"),
        ({"owner__email": "Otto"}, "bad_email"),
        ({"job_title": "#REF!"}, "excel_error"),
        ({"seen_at": "soon"}, "bad_date"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_and_left_out(cells: dict[str, str], problem: str):
    row = read_cells({"last_name": "Berg"} | cells)

    assert row.values == {"last_name": "Berg"}
    assert kinds(row) == [(problem, Severity.WARN)]
    told = row.problems[0]
    assert [(told.column, told.found)] == list(cells.items())
    assert told.expected
    assert told.repair
    assert not row.rejected


def test_a_number_that_cannot_be_dialled_is_kept_as_written():
    row = read(last_name="Berg", phones__work="123 intern 4")

    assert row.values["phones"][0]["raw"] == "123 intern 4"
    assert row.values["phones"][0]["e164"] == ""
    assert kinds(row) == [("bad_phone", Severity.WARN)]


def test_several_values_in_one_cell_are_taken_apart_and_doubles_dropped():
    row = read(
        last_name="Berg",
        emails__work="anna@nord.example; Berg, Otto <otto@nord.example>",
        emails__other="ANNA@nord.example, x",
        phones__work="030 555010; +49 30 555010 | 030 555011",
        tags="* myContacts ::: Friends",
    )

    assert [entry["address"] for entry in row.values["emails"]] == ["otto@nord.example"]
    assert [entry["e164"] for entry in row.values["phones"]] == ["+4930555010", "+4930555011"]
    assert row.values["tags"] == ["Friends"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("a@nord.example, b@nord.example", ["a@nord.example", "b@nord.example"]),
        ("a@nord.example b@nord.example", ["a@nord.example", "b@nord.example"]),
        ("a@nord.example ::: b@nord.example", ["a@nord.example", "b@nord.example"]),
        ("a@nord.example; nothing", ["a@nord.example"]),
        ("Berg, Anna <a@nord.example>", ["a@nord.example"]),
        ("a@nord.example\nb@nord.example", ["a@nord.example", "b@nord.example"]),
    ],
)
def test_addresses_are_found_in_a_cell(cell: str, found: list[str]):
    assert [entry["address"] for entry in read(last_name="Berg", emails__work=cell).values["emails"]] == found


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        ({"full_name": "Frau Dr. Anna Maria Berg"}, ("Frau Dr.", "Anna Maria", "Berg")),
        ({"full_name": "Berg, Anna"}, (None, "Anna", "Berg")),
        ({"full_name": "Anna Berg", "first_name": "Otto", "last_name": "Kurz"}, (None, "Otto", "Kurz")),
        ({"full_name": "Anna Berg", "last_name": "Berg"}, (None, "Anna", "Berg")),
        ({"first_name": "Anna", "middle_name": "Maria", "last_name": "Berg", "suffix": "Jr."}, (None, "Anna Maria", "Berg Jr.")),
        ({"first_name": "Anna"}, (None, None, "Anna")),
        ({"last_name": "Null"}, (None, None, "Null")),
        ({"last_name": "NULL", "first_name": "N/A"}, (None, "N/A", "NULL")),
    ],
)  # fmt: skip
def test_names_are_settled(cells: dict[str, str], names: tuple[str | None, ...]):
    found = read_cells(cells).values

    assert (found.get("salutation"), found.get("first_name"), found.get("last_name")) == names
    assert not {"full_name", "middle_name", "suffix"} & set(found)


@pytest.mark.parametrize("cells", [["", ""], [" ", "\t"], []])
def test_an_empty_row_is_skipped_without_complaint(cells: list[str]):
    plan = Mapping((ColumnMapping(0, "Name", "last_name", 1.0, ""),))

    row = Cleaner(plan, CONTACT).clean(cells)

    assert row.skipped
    assert (row.values, row.problems) == ({}, [])


def test_a_row_without_a_name_is_rejected():
    row = read(addresses__work__city="Ulm", tags="x")

    assert row.rejected
    assert kinds(row) == [("no_name", Severity.REJECT)]
    assert row.problems[0].expected == "a name, company, e-mail or phone number"


@pytest.mark.parametrize(
    "cells",
    [
        {"account__name": "Nord"},
        {"emails__work": "a@nord.example"},
        {"phones__work": "030 555010"},
        {"first_name": "Anna"},
    ],
)
def test_a_company_an_address_or_a_number_is_name_enough(cells: dict[str, str]):
    assert not read_cells(cells).rejected


def test_a_company_needs_its_name():
    assert read(fields=ACCOUNT, website="nord.example").rejected
    assert not read(fields=ACCOUNT, name="Nord").rejected


def test_problems_of_the_file_go_into_the_row():
    problem = Problem("too_many_cells", "", "x", "2 cells", "Put quotation marks", Severity.REJECT)
    plan = Mapping((ColumnMapping(0, "Name", "last_name", 1.0, ""),))

    assert Cleaner(plan, CONTACT).clean(["Anna"], [problem]).rejected


def test_phones_are_read_as_dialled_where_the_address_is():
    french = read(last_name="Berg", phones__work="01 42 68 53 00", addresses__work__country="France")
    german = read(last_name="Berg", phones__work="030 555010")

    assert french.values["phones"][0]["e164"] == "+33142685300"
    assert german.values["phones"][0]["e164"] == "+4930555010"


def test_the_country_of_the_file_goes_to_addresses_without_one():
    options = Options(country="AT")

    assert (
        read(options, last_name="Berg", addresses__work__city="Wien").values["addresses"][0]["country"]
        == "AT"
    )
    assert (
        read(options, last_name="Berg", addresses__work__country="DE").values["addresses"][0]["country"]
        == "DE"
    )
    assert "addresses" not in read(options, last_name="Berg").values


def test_constants_fill_what_is_empty_and_tags_are_always_added():
    constants = {
        "source": "Fair 2026",
        "tags": "Fair",
        "addresses.work.country": "DE",
        "emails.work": "info@nord.example",
    }

    bare = read(constants=constants, last_name="Berg").values
    full = read(
        constants=constants,
        last_name="Berg",
        source="Web",
        tags="VIP",
        addresses__work__country="FR",
        emails__work="a@b.example",
    ).values

    assert (bare["source"], bare["tags"], bare["addresses"][0]["country"]) == ("Fair 2026", ["Fair"], "DE")
    assert bare["emails"] == [{"address": "info@nord.example", "label": "work"}]
    assert (full["source"], full["tags"], full["addresses"][0]["country"]) == ("Web", ["VIP", "Fair"], "FR")
    assert full["emails"] == [{"address": "a@b.example", "label": "work"}]


def test_text_beyond_the_field_is_cut_and_told():
    row = read(last_name="x" * 130, job_title="y" * 120)

    assert len(row.values["last_name"]) == 120
    assert kinds(row) == [("too_long", Severity.FIXED)]


def test_text_read_in_the_wrong_encoding_is_pointed_out_and_not_changed():
    row = read(last_name="MÃ¼ller", account__name="SÃ¶hne & Co", job_title="Café")

    assert row.values["last_name"] == "MÃ¼ller"
    assert [(problem.kind, problem.expected) for problem in row.problems] == [
        ("mojibake", "Müller"),
        ("mojibake", "Söhne & Co"),
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("'=1+1", "=1+1"),
        ('="00123"', "00123"),
        ("'quoted", "'quoted"),
        ("NULL", None),
        ("\u202eBerg", "Berg"),
        ("Łódź 🙂 محمد", "Łódź 🙂 محمد"),
    ],
)
def test_what_spreadsheets_add_is_taken_away(cell: str, value: str | None):
    assert read(last_name="Berg", job_title=cell).values.get("job_title") == value


def test_ids_of_goldmine_keep_their_blanks_and_signs():
    row = read(template="goldmine_contact1", last_name="Berg", external_id=" 98'=0 ")

    assert row.values["external_id"] == " 98'=0 "
    assert read(last_name="Berg", external_id=" 98 ").values["external_id"] == "98"


def test_several_columns_make_one_street_and_one_note():
    plan = Mapping(
        tuple(
            ColumnMapping(place, f"c{place}", target, 1.0, "")
            for place, target in enumerate(
                [
                    "last_name",
                    "addresses.work.street",
                    "addresses.work.street",
                    "description",
                    "description",
                    "nowhere",
                ]
            )
        )
    )

    found = Cleaner(plan, CONTACT).clean(["Berg", "Hauptstr. 1", "Hof", "One", "Two", "x"]).values

    assert found["addresses"][0]["street"] == "Hauptstr. 1\nHof"
    assert found["description"] == "One\n\nTwo"
    assert "nowhere" not in found


@pytest.mark.parametrize(
    ("cell", "value"), [("key customer", "customer"), ("PROSPECT", "prospect"), ("Rival", None)]
)
def test_choices_are_known_by_key_or_label(cell: str, value: str | None):
    row = read(fields=ACCOUNT, name="Nord", type=cell)

    assert row.values.get("type") == value
    assert [problem.expected for problem in row.problems] == ([] if value else ["Prospect, Key customer"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,234", "1234"), ("1.234", "1234"), ("1.234,5", "1234.5"), ("1,234.50", "1234.50"), ("€ 99,90", "99.90"), ("1 234 567", "1234567"),
     ("12,5", "12.5"), ("-7", "-7"), ("0.125", "0.125"), ("1'234.5", "1234.5"), ("12 EUR", "12"), ("many", None), ("1-2", None), ("1.2.3,4,5", None)],
)  # fmt: skip
def test_numbers_are_read_with_point_or_comma(cell: str, value: str | None):
    row = read(fields=ACCOUNT, name="Nord", number_of_employees=cell)

    assert row.values.get("number_of_employees") == (Decimal(value) if value else None)
    assert bool(row.problems) == (value is None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", True),
        ("TRUE", True),
        ("oui", True),
        ("sí", True),
        ("x", True),
        ("0", False),
        ("Nein", False),
        ("faux", False),
    ],
)
def test_yes_and_no_are_known_in_four_languages(cell: str, value: bool):
    assert read(last_name="Berg", do_not_call=cell).values["do_not_call"] is value


def test_ways_to_write_no_date_leave_the_field_empty():
    row = read(last_name="Berg", birthday="0/0/00", seen_at="0000-00-00 00:00:00")

    assert (row.values, row.problems) == ({"last_name": "Berg"}, [])


def test_columns_of_dates_are_read_in_their_own_order():
    plan = Mapping(
        tuple(
            ColumnMapping(place, name, name, 1.0, "") for place, name in enumerate(["last_name", "birthday"])
        )
    )
    rows = [["Berg", "1/2/1980"], ["Kurz", "2/13/1980"]]

    orders = values.date_orders(plan, CONTACT, rows)
    options = Options(date_orders={place: found.order for place, found in orders.items()})

    assert orders == {1: dates.DateOrder("mdy")}
    assert Cleaner(plan, CONTACT, options).clean(rows[0]).values["birthday"] == date(1980, 1, 2)


@settings(max_examples=200)
@given(
    st.lists(st.text(max_size=20), max_size=8),
    st.lists(st.sampled_from([t.name for t in CONTACT]), max_size=8),
)
def test_any_cells_in_any_columns_give_values_that_fit(cells: list[str], targets: list[str]):
    plan = Mapping(
        tuple(ColumnMapping(place, f"c{place}", target, 1.0, "") for place, target in enumerate(targets))
    )

    row = Cleaner(plan, CONTACT, GERMANY).clean(cells)

    for entry in row.values.get("emails", []):
        assert "@" in entry["address"]
    for entry in row.values.get("phones", []):
        assert entry["raw"]
    for entry in row.values.get("addresses", []):
        assert set(entry) == {"street", "city", "region", "postal_code", "country", "label"}
    assert all(value not in ("", [], {}, None) for value in row.values.values())
    assert row.skipped or row.rejected or row.values


def test_an_owner_is_known_by_address_and_a_time_by_the_clock():
    found = read(last_name="Berg", owner__email="Otto@Nord.example", seen_at="1.3.2024 10:20").values

    assert found["owner.email"] == "otto@nord.example"
    assert found["seen_at"].isoformat() == "2024-03-01T10:20:00"
