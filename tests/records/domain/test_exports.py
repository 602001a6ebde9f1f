from datetime import date
from pathlib import Path

import pytest

from keen.records.domain import mapping, tabular
from keen.records.domain.mapping import ColumnMapping, Mapping
from keen.records.domain.problems import ProblemCounter
from keen.records.domain.values import Cleaner, Options
from tests.data import samples
from tests.records.domain.fields import CONTACT

GERMANY = Options(default_region="DE")
DATA = Path(samples.__file__).parent


@pytest.mark.parametrize("filename", samples.FILES)
def test_the_sample_files_are_what_their_maker_writes(filename: str):
    assert (DATA / filename).read_bytes() == samples.FILES[filename]()


@pytest.mark.parametrize(
    ("filename", "template", "encoding"),
    [
        ("outlook.csv", "outlook_classic", "cp1252"),
        ("salesforce_contact.csv", "salesforce_contact", "utf-8"),
        ("google.csv", "google_native", "utf-8"),
    ],
)
def test_a_real_export_goes_in_without_a_decision(filename: str, template: str, encoding: str):
    table = tabular.read(DATA / filename)
    plan = mapping.propose(table.headers, table.sample(), CONTACT)
    cleaner, counter = Cleaner(plan, CONTACT, GERMANY), ProblemCounter()
    found = []
    for row in table:
        cleaned = cleaner.clean(row.values, row.problems)
        counter.add(row.number, cleaned.problems)
        found.append(cleaned)

    assert (plan.template, table.encoding.name) == (template, encoding)
    assert len(found) == len(samples.PEOPLE) == 30
    assert not any(row.rejected for row in found)
    assert found[0].values["emails"] == [{"address": "anna.berg@nordwind.example", "label": "work"}]
    assert found[0].values["birthday"] == date(1979, 3, 12)
    assert [entry["label"] for entry in found[0].values["phones"]] == ["work", "mobile"]
    assert found[1].values["addresses"][0]["street"] == "Hauptstraße 1\nHinterhaus"
    assert found[1].values["last_name"] == "Müller"
    assert {group.kind for group in counter.groups()} >= {
        "bad_email",
        "bad_date",
        "bad_phone",
        "no_phone",
        "rounded_phone",
        "exchange_name",
        "bad_country",
    }


def test_google_says_in_a_column_of_its_own_what_a_number_is_for():
    columns = ["Last Name", "Phone 1 - Label", "Phone 1 - Value", "E-mail 1 - Label", "E-mail 1 - Value"]
    targets = ["last_name", "", "phones.work", "", "emails.work"]
    plan = Mapping(
        tuple(ColumnMapping(place, column, target, 1.0, "") for place, (column, target) in enumerate(zip(columns, targets, strict=True))),
        template="google_native",
    )  # fmt: skip
    cleaner = Cleaner(plan, CONTACT, GERMANY)

    found = cleaner.clean(["Berg", "Mobile", "0171 1234567", "* Home", "a@nord.example"]).values
    assert found["phones"][0]["label"] == "mobile"
    assert found["emails"][0]["label"] == "private"
    assert cleaner.clean(["Berg", "Boat", "0171 1234567", "", ""]).values["phones"][0]["label"] == "work"
