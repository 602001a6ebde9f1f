"""The journal beside the database: restored data does not bring anybody back."""

import json
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from keen.core.models import User
from keen.people.models import Contact
from keen.privacy.actions import journal
from keen.privacy.actions.again import reapply_erasures
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from keen.records.models import (
    Tombstone,
)
from tests.factories.people import make_contact
from tests.factories.privacy import erase, make_canary

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_restored_backup_is_cleaned_by_the_journal(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    before = Contact.objects.filter(pk=contact.pk).values().get()
    erase(boss, contact)
    assert "zanzi" not in (data / "erasures" / "journal.jsonl").read_text()

    with transaction.atomic():  # as a restore would bring it back
        Contact.objects.filter(pk=contact.pk).update(**{k: v for k, v in before.items() if k != "id"})
        Erasure.objects.all().delete()
        Tombstone.objects.all().delete()
    count = reapply_erasures()
    for erasure in Erasure.objects.filter(state="cleaning"):
        sweep(erasure)

    assert count == 1
    assert Contact.objects.get(pk=contact.pk).first_name == ""
    assert Tombstone.objects.exists()
    assert reapply_erasures() == 0


def test_who_was_known_by_name_alone_does_not_come_back_either(boss: User, data: Path) -> None:
    contact = make_contact("Nora Nameonly", owner=boss)
    before = Contact.objects.filter(pk=contact.pk).values().get()
    erase(boss, contact)
    assert "nora" not in (data / "erasures" / "journal.jsonl").read_text().casefold()

    restored = {name: value for name, value in before.items() if name != "id"}
    Contact.objects.filter(pk=contact.pk).update(**restored)
    assert reapply_erasures() == 1
    assert Contact.objects.get(pk=contact.pk).first_name == ""

    # In a company brought in anew the row may have another day of making: the name under the number tells.
    Contact.objects.filter(pk=contact.pk).update(**restored | {"created_at": timezone.now()})
    assert reapply_erasures() == 1


def test_who_had_another_address_at_the_time_of_the_backup_does_not_come_back(boss: User, data: Path) -> None:
    contact = make_contact("Nora Nameonly", owner=boss, emails=["old@nora.example"])
    before = Contact.objects.filter(pk=contact.pk).values().get()
    Contact.objects.filter(pk=contact.pk).update(
        last_name="Married", emails=[{"address": "new@nora.example", "label": ""}]
    )
    contact.refresh_from_db()
    erase(boss, contact)

    Contact.objects.filter(pk=contact.pk).update(**{k: v for k, v in before.items() if k != "id"})

    assert reapply_erasures() == 1


def test_a_line_without_marks_is_read_as_well(boss: User, data: Path) -> None:
    erase(boss, make_canary(boss))
    path = data / "erasures" / "journal.jsonl"
    told = json.loads(path.read_text())
    del told["marks"]
    path.write_text(json.dumps(told) + "\n")

    (line,) = journal.lines()

    assert (line.marks, line.kind) == ((), "contact")


def test_somebody_else_under_the_same_id_is_left_alone(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    erase(boss, contact)

    Contact.objects.filter(pk=contact.pk).update(
        first_name="New", last_name="Person", erased_at=None, deleted_at=None,
        emails=[{"address": "new@person.example", "label": ""}], created_at=timezone.now(),
    )  # fmt: skip

    assert reapply_erasures() == 0
    assert Contact.objects.get(pk=contact.pk).first_name == "New"


def test_the_journal_survives_a_line_that_was_cut_off(boss: User, data: Path) -> None:
    erase(boss, make_canary(boss))
    path = data / "erasures" / "journal.jsonl"
    path.write_text(path.read_text() + '{"id": "ha')

    assert len(list(journal.lines())) == 1
