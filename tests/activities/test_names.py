"""The e-mail or number of somebody without a name stands in its own field, and is copied nowhere."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.close import cancel, complete, reopen
from keen.activities.actions.log import Call, Note, log_call, write_note
from keen.activities.actions.move import snooze
from keen.activities.actions.plan import plan_next_step
from keen.activities.models import Activity
from keen.core.models import Change, Notice, Operation
from keen.people.models import NAMELESS, Contact
from keen.people.records import CONTACT
from keen.records.actions import life, lists
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from keen.records.models import SearchEntry
from tests.factories.activities import make_activity
from tests.factories.core import make_role, make_user
from tests.factories.people import make_contact

MAIL = "secret@hidden.example"
NUMBER = "030 5550999"
COPIES = (Activity, Operation, Notice)


@pytest.fixture
def nameless(owner: Any) -> Contact:
    """Somebody of whom an address and a number are all that is known."""
    return make_contact(" ", owner=owner, team=owner.team, emails=[MAIL], phones=[NUMBER])


def told() -> str:
    """All that was written beside the contact itself: rows, titles that are found, receipts."""
    rows = [str(list(model.objects.values())) for model in COPIES]
    rows.append(str(list(SearchEntry.objects.filter(record_kind="activity").values())))
    rows.append(str(list(Change.objects.filter(kind="activity").values())))
    rows.append(str(list(Contact.objects.values("reports_to_name"))))
    return " ".join(rows)


def test_nothing_that_is_done_with_somebody_without_a_name_copies_the_address(
    owner: Any, colleague: Any, nameless: Contact
) -> None:
    actor, about = owner.actor(), About("contact", nameless.pk)
    log_call(actor=actor, about=about, call=Call(next_on=timezone.localdate() + timedelta(days=1)))
    write_note(actor=actor, about=about, note=Note(text=f"@{colleague.name} have a look"))
    plan_next_step(
        actor=actor, after_id=Activity.objects.filter(kind="call").earliest("pk").pk, on=timezone.localdate()
    )
    save(CONTACT, actor=actor, wish=Wish({"department": "Sales"}, nameless.pk))
    lists.star(actor=actor, kind="contact", record_id=nameless.pk)
    boss = save(CONTACT, actor=actor, wish=Wish({"last_name": "Berg", "reports_to": nameless.pk}))
    life.delete(CONTACT, actor=actor, record_id=nameless.pk)
    life.restore(CONTACT, actor=actor, record_id=nameless.pk)
    manager = make_user("sales_manager", owner.team)
    merge(CONTACT, actor=manager.actor(), keep_id=boss.record.pk, lose_id=nameless.pk, chosen={})

    assert Activity.objects.count() == 4
    assert MAIL not in told()
    assert NUMBER not in told()
    assert "hidden.example" not in told()


def test_a_name_that_is_hidden_stands_in_no_receipt(team: Any) -> None:
    everything = dict.fromkeys(("view", "add", "edit", "delete"), "all")
    role = make_role(records={"*": everything}, hidden={"contact": ["last_name"]})
    actor = make_user(role, team).actor()
    known = make_contact("Amira Haddad")
    receipts = [
        save(CONTACT, actor=actor, wish=Wish({"department": "Sales"}, known.pk)).receipt,
        lists.star(actor=actor, kind="contact", record_id=known.pk)[1],
        log_call(actor=actor, about=About("contact", known.pk), call=Call()),
        life.delete(CONTACT, actor=actor, record_id=known.pk),
        life.restore(CONTACT, actor=actor, record_id=known.pk),
    ]
    assert "Haddad" not in str(receipts)
    assert "Amira" in str(receipts)


def test_what_was_copied_before_is_taken_away(owner: Any, nameless: Contact) -> None:
    activity = make_activity(owner, contact=nameless)
    Activity.objects.filter(pk=activity.pk).update(contact_name=MAIL)
    named = make_activity(owner, contact=make_contact("Amira Haddad"))

    migration = import_module("keen.activities.migrations.0002_names_alone")
    migration.name_them(apps, SimpleNamespace(connection=connection))

    names = dict(Activity.objects.values_list("pk", "contact_name"))
    assert names == {activity.pk: NAMELESS, named.pk: "Amira Haddad"}
    entries = SearchEntry.objects.filter(record_kind="activity").values_list("record_id", flat=True)
    assert list(entries) == [named.pk]


def test_a_person_that_is_hidden_stands_in_no_receipt_of_an_activity(team: Any, owner: Any) -> None:
    everything = dict.fromkeys(("view", "add", "edit"), "all")
    role = make_role(records={"*": everything}, hidden={"activity": ["contact"]})
    actor = make_user(role, team).actor()
    call = make_activity(owner, kind="call", subject="", contact=make_contact("Amira Haddad"))
    assert "Haddad" in call.title
    tomorrow = timezone.localdate() + timedelta(days=1)
    receipts = [
        snooze(actor=actor, activity_id=call.pk, on=tomorrow),
        complete(actor=actor, activity_id=call.pk),
        reopen(actor=actor, activity_id=call.pk),
        cancel(actor=actor, activity_id=call.pk),
    ]
    assert "Haddad" not in " ".join(f"{receipt.text} {receipt.object}" for receipt in receipts)
