"""Erasing somebody: what stays is nameless, and does not come back unnoticed."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from keen.activities.models import Activity
from keen.core.domain.actor import SYSTEM
from keen.core.models import Change, Operation, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.privacy.actions.erasure import erase_contact
from keen.privacy.actions.freeze import set_freeze
from keen.records.actions import save as saving
from keen.records.actions.save import save
from keen.records.models import (
    Handle,
    SearchEntry,
    Tombstone,
)
from tests.factories.core import make_user
from tests.factories.importing import loaded
from tests.factories.privacy import erase, make_canary

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_stays_is_nameless_and_out_of_reach(boss: User, data: Path) -> None:
    contact = make_canary(boss)

    erase(boss, contact)

    row = Contact.objects.get(pk=contact.pk)
    assert (row.first_name, row.emails, row.description) == ("", [], "")
    assert row.erased_at is not None
    assert not Contact.objects.visible_to(boss.actor()).filter(pk=contact.pk).exists()
    assert not row.allows(boss.actor(), "delete")
    assert not Handle.objects.filter(record_kind="contact", record_id=contact.pk).exists()
    assert not SearchEntry.objects.filter(record_kind="contact", record_id=contact.pk).exists()
    trail = Change.objects.filter(kind="contact", record_id=contact.pk)
    assert trail.filter(verb="erased").exists()
    assert {"first_name", "last_name"} <= set(trail.get(verb="created").after)


def test_texts_can_be_kept_without_the_name(boss: User, data: Path) -> None:
    contact = make_canary(boss)

    erase(boss, contact, keep_texts=True)

    assert Activity.objects.filter(body="[erased] wants the quuxfolder").exists()


def test_who_was_merged_in_is_erased_as_well(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    Contact.objects.filter(last_name="Bystander").update(merged_into=contact, deleted_at=timezone.now())
    bystander = Contact.objects.get(last_name="Bystander")
    Contact.objects.filter(pk=contact.pk).update(absorbed=[bystander.pk])

    erase(boss, Contact.objects.get(pk=contact.pk))

    bystander.refresh_from_db()
    assert bystander.first_name == ""


def test_the_erased_do_not_come_back_unnoticed(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    erase(boss, contact)
    values = {"last_name": "Q", "emails": [{"address": "ZANZI.q@vogelfrei.example", "label": ""}]}

    with pytest.raises(RuleError) as refused:
        save(CONTACT, actor=boss.actor(via="api"), wish=saving.Wish(values=values))
    by_hand = save(CONTACT, actor=boss.actor(), wish=saving.Wish(values=values))

    assert refused.value.code == "erased"
    assert any("was erased on request" in line for line in by_hand.receipt.also)


def test_a_file_brings_the_erased_back_only_by_somebody_s_word(boss: User, data: Path) -> None:
    erase(boss, make_canary(boss))

    run = loaded(
        boss, b"First name,Last name,E-mail\r\nZ,Q,zanzi.q@vogelfrei.example\r\nBo,Li,bo@x.example\r\n"
    )

    row = run.rows.get(line=2)
    assert (row.outcome, row.reason) == ("review", "erased")
    assert "Was erased on request on" in row.note
    assert not Contact.objects.living().filter(email="zanzi.q@vogelfrei.example").exists()


def test_tombstones_tell_nobody_who_it_was(boss: User, data: Path) -> None:
    contact = make_canary(boss)

    erase(boss, contact)

    stones = " ".join(Tombstone.objects.values_list("hash", flat=True))
    assert Tombstone.objects.count() >= 2
    assert "vogelfrei" not in stones
    assert all(len(digest) == 64 for digest in stones.split())
    assert (data / "erasures" / "key").stat().st_mode & 0o777 == 0o600


def test_who_erases_needs_the_power_the_name_and_no_hold(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    rep = make_user("sales_manager")

    with pytest.raises(ForbiddenError):
        erase_contact(actor=rep.actor(), contact_id=contact.pk, confirmed=contact.title)
    with pytest.raises(RuleError) as mistyped:
        erase_contact(actor=boss.actor(), contact_id=contact.pk, confirmed="Somebody else")
    with pytest.raises(NotVisibleError):
        erase_contact(actor=boss.actor(), contact_id=10**9, confirmed="x")
    set_freeze(actor=boss.actor(), what="hold", contact_id=contact.pk, reason="Lawsuit 4 O 12/26")
    with pytest.raises(RuleError) as held:
        erase_contact(actor=boss.actor(), contact_id=contact.pk, confirmed=contact.title)

    assert mistyped.value.field == "confirmed"
    assert held.value.code == "legal_hold"
    assert Contact.objects.get(pk=contact.pk).first_name == "Zanzibartfast"


def test_the_receipt_names_nobody_and_offers_no_undo(boss: User, data: Path) -> None:
    contact = make_canary(boss)

    receipt, _ = erase_contact(actor=boss.actor(), contact_id=contact.pk, confirmed=contact.title)

    assert receipt.undo == ""
    assert "Quaxelburg" not in json.dumps(receipt.to_json())
    assert Operation.objects.get(verb="erased").undo_until is None


def test_the_system_may_not_be_asked_by_who_looks_as_somebody_else(boss: User, data: Path) -> None:
    contact = make_canary(boss)

    with pytest.raises(ForbiddenError):
        erase_contact(actor=boss.actor(acting_by=1), contact_id=contact.pk, confirmed=contact.title)
    assert SYSTEM.may_write
