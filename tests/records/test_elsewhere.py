"""What a record is called in several other systems: found, synchronised, brought in, merged and listed by each of its ids."""

from typing import Any
from uuid import UUID

import pytest

from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import life
from keen.records.actions.merge import merge
from keen.records.models import Handle
from tests.factories.api import assert_problem, program
from tests.factories.importing import loaded, make_csv, outcomes
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db
IDS = ["datev:K 8/1", "sap:4711"]


@pytest.fixture
def anna(owner: Any) -> Contact:
    return make_contact("Anna Berg", owner=owner, team=owner.team, external_ids=IDS)


def test_each_system_finds_and_changes_the_same_record(owner: Any) -> None:
    api = program(owner)

    made = api.put(
        "contacts/by/external_ids/SAP:4711",
        {"last_name": "Berg", "external_ids": ["datev:K 8/1", "SAP: 4711"]},
    )
    again = api.put("contacts/by/external_ids/datev:K%208%2F1", {"job_title": "Buyer"})
    batch = api.post(
        "contacts/batch",
        {"match": "external_ids", "items": [{"data": {"external_ids": ["sap:4711"], "first_name": "Anna"}}]},
    )

    assert (made.status_code, again.status_code, batch.json()["summary"]["updated"]) == (201, 200, 1)
    row = Contact.objects.get()
    assert (row.first_name, row.job_title, row.last_name) == ("Anna", "Buyer", "Berg")
    assert made.json()["data"]["external_ids"] == IDS
    assert api.get("contacts?filter[external_ids][is]=SAP:4711&total=true").json()["total"]["count"] == 1
    fresh = api.put("contacts/by/external_ids/crm:9", {"last_name": "New"})
    assert fresh.json()["data"]["external_ids"] == ["crm:9"]


def test_links_name_records_by_the_id_of_any_system(owner: Any) -> None:
    firm = make_account("Vela", owner=owner, team=owner.team, external_ids=["sap:900"])

    made = program(owner).post("contacts", {"last_name": "Berg", "account": {"external_id": "sap:900"}})

    assert made.json()["data"]["account"]["id"] == firm.pk


@pytest.mark.parametrize("wrong", ["4711", "sap:", ":4711", "s p:1", "sap:1,2", f"sap:{'9' * 121}"])
def test_an_id_without_its_system_is_refused_with_what_to_mend(owner: Any, wrong: str) -> None:
    answer = program(owner).post("contacts", {"last_name": "Berg", "external_ids": [wrong]})

    assert_problem(answer, 422, "invalid")
    assert answer.json()["errors"][0]["pointer"] == "/external_ids"


def test_a_file_recognises_by_the_id_and_adds_those_of_other_systems(
    owner: Any, files: Any, anna: Contact
) -> None:
    head = ("First name", "Last name", "Ids in other systems", "City")
    rows = [
        ("Anne", "Berg-Lund", "sap:4711; crm:7", "Kiel"),
        ("Otto", "Dorn", "sap:1", ""),
        ("Eva", "Falk", "12", ""),
    ]

    run = loaded(owner, make_csv(rows, head))

    anna.refresh_from_db()
    assert outcomes(run) == [(2, "updated"), (3, "created"), (4, "created")]
    assert anna.external_ids == ["crm:7", *IDS]
    assert Contact.objects.get(last_name="Falk").external_ids == []
    assert [group["kind"] for group in run.report["groups"]] == ["bad_id"]


def test_a_merge_keeps_every_id_and_each_system_still_finds_the_one(owner: Any, anna: Contact) -> None:
    twin = make_contact(
        "Anna Berg", owner=owner, team=owner.team, external_id="SF-2", external_ids=["crm:7", "sap:4711"]
    )
    Contact.objects.filter(pk=anna.pk).update(external_id="SF-1")
    power = owner.actor()
    receipt = merge(CONTACT, actor=power, keep_id=anna.pk, lose_id=twin.pk, chosen={})

    anna.refresh_from_db()
    assert (anna.external_id, anna.external_ids) == (
        "SF-1",
        ["crm:7", "datev:K 8/1", "merged:SF-2", "sap:4711"],
    )
    for at in ("external_id/SF-1", "external_id/SF-2", "external_ids/crm:7"):
        key, value = at.split("/")
        answer = program(owner).put(
            f"contacts/by/{at}", {key: value if key == "external_id" else [value, *anna.external_ids]}
        )
        assert (answer.status_code, answer.json()["data"]["id"]) == (200, anna.pk)
    assert Contact.objects.get(pk=anna.pk).external_id == "SF-1"

    Contact.objects.filter(pk=anna.pk).update(version=anna.version)
    life.undo(actor=power, operation_id=UUID(receipt.operation))
    anna.refresh_from_db()
    assert anna.external_ids == IDS
    assert not Handle.objects.filter(kind="external", value="SF-2", record_id=anna.pk).exists()
