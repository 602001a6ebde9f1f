"""A restricted contact can be looked at and nothing else, whichever door somebody takes."""

from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Call, Note, log_call, write_note
from keen.activities.actions.plan import Plan, plan_task
from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.models import User
from keen.integrations.queries.messages import messages
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.actions import RelationWish, relate
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.privacy.actions.freeze import lift_freeze, set_freeze
from keen.privacy.models import Freeze
from keen.records.actions import life, many, merge
from keen.records.actions.save import InvalidError, Wish, save
from tests.factories.activities import client_of, make_activity, words
from tests.factories.api import assert_problem, program
from tests.factories.core import make_user
from tests.factories.importing import loaded, outcomes
from tests.factories.integrations import make_endpoint, make_waiting
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make_user("administrator")


@pytest.fixture
def contact(owner: User, boss: User) -> Contact:
    made = make_contact(
        "Amira Haddad", owner=owner, team=owner.team, emails=["amira@vela.example"], phones=["030 5550101"]
    )
    set_freeze(actor=boss.actor(), what="restriction", contact_id=made.pk, reason="Disputes the birthday")
    return Contact.objects.get(pk=made.pk)


def unchanged(contact: Contact) -> bool:
    return Contact.objects.get(pk=contact.pk).version == contact.version


def test_nobody_changes_it_by_page_field_bulk_or_api(owner: User, boss: User, contact: Contact) -> None:
    for user in (owner, boss):
        for via in ("page", "api", "import"):
            with pytest.raises((ForbiddenError, NotVisibleError)):
                save(
                    CONTACT, actor=user.actor(via=via),
                    wish=Wish(record_id=contact.pk, values={"job_title": "Buyer"}),
                )  # fmt: skip
        many.change_many(CONTACT, actor=user.actor(), ids=[contact.pk], values={"job_title": "Buyer"})
        many.tag_many(CONTACT, actor=user.actor(), ids=[contact.pk], tag="vip")
        many.delete_many(CONTACT, actor=user.actor(), ids=[contact.pk])
        with pytest.raises(ForbiddenError):
            life.delete(CONTACT, actor=user.actor(), record_id=contact.pk)

    assert unchanged(contact)


def test_programs_change_nothing_on_it(boss: User, contact: Contact) -> None:
    sent = program(boss).ask
    one, values = f"contacts/{contact.pk}", {"job_title": "Buyer"}
    tag = f'"{contact.version}"'

    answers = [
        sent("PATCH", one, values, If_Match=tag),
        sent("DELETE", one, If_Match=tag),
        sent("PUT", "contacts/by/email/amira@vela.example", {**values, "last_name": "Haddad"}),
        sent(
            "POST",
            "contacts?match=email",
            {"last_name": "H", "emails": [{"address": "amira@vela.example", "label": "work"}]},
        ),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 403, 403]
    assert unchanged(contact)
    assert Contact.objects.count() == 1


def test_programs_do_not_read_it_nor_what_is_about_it(owner: User, contact: Contact) -> None:
    call = make_activity(owner, contact=contact, kind="call", status="done")
    api = program(owner)

    assert client_of(owner).get(f"/contacts/{contact.pk}/").status_code == 200
    assert api.get(f"contacts/{contact.pk}").status_code == 404
    assert api.get("contacts/by/email/amira@vela.example").status_code == 404
    assert api.get("contacts?q=Amira").json()["data"] == []
    assert api.get("contacts").json()["data"] == []
    assert api.get(f"activities/{call.pk}").status_code == 404
    assert api.get("activities").json()["data"] == []
    lift_freeze(actor=make_user("administrator").actor(), what="restriction", contact_id=contact.pk)
    assert api.get(f"contacts/{contact.pk}").status_code == 200
    assert api.get(f"activities/{call.pk}").status_code == 200


def test_programs_make_nobody_a_second_time_because_they_are_restricted(
    owner: User, contact: Contact
) -> None:
    api = program(owner)
    item = {"data": {"last_name": "Haddad", "emails": ["amira@vela.example"], "job_title": "Buyer"}}

    assert_problem(api.put("contacts/by/email/amira@vela.example", item["data"]), 403, "restricted")
    (done,) = api.post("contacts/batch", {"items": [item], "match": "email"}).json()["data"]

    assert done["outcome"] == "refused"
    assert Contact.objects.count() == 1
    assert unchanged(contact)


def test_webhooks_hand_on_nothing_of_it(boss: User, contact: Contact) -> None:
    other = make_contact("Bert Bystander", owner=boss)
    endpoint, _ = make_endpoint(boss, "https://hooks.example/in", "contact.deleted", with_record=True)
    rows = [
        row
        for one in (contact, other)
        for row in make_waiting(endpoint, 1, topic="contact.deleted", kind="contact", record_id=one.pk)
    ]

    said, hidden = messages(endpoint, rows)

    assert [row.record_id for row in hidden] == [contact.pk]
    assert [message.delivery.record_id for message in said] == [other.pk]


def test_nobody_merges_it_away_or_into_it(boss: User, contact: Contact) -> None:
    other = make_contact("Amira Hadad", owner=boss)

    for keep, lose in ((contact, other), (other, contact)):
        with pytest.raises(ForbiddenError):
            merge.merge(CONTACT, actor=boss.actor(), keep_id=keep.pk, lose_id=lose.pk, chosen={})
    assert unchanged(contact)


def test_undo_does_not_reach_it_either(owner: User, boss: User) -> None:
    made = make_contact("Ben Cohen", owner=owner, team=owner.team)
    saved = save(CONTACT, actor=owner.actor(), wish=Wish(record_id=made.pk, values={"job_title": "Buyer"}))
    set_freeze(actor=boss.actor(), what="restriction", contact_id=made.pk, reason="Asked")

    receipt = life.undo(actor=owner.actor(), operation_id=saved.receipt.operation)

    assert receipt.outcome == "gap"
    assert Contact.objects.get(pk=made.pk).job_title == "Buyer"


def test_it_is_in_no_export(owner: User, contact: Contact) -> None:
    make_activity(owner, actor=owner.actor(), contact=contact, subject="About the restricted one")
    client = client_of(owner)

    people = b"".join(client.get("/contacts/export/?format=csv").streaming_content).decode()
    named = b"".join(client.get(f"/contacts/export/?format=csv&ids={contact.pk}").streaming_content).decode()
    deeds = b"".join(client.get("/activities/export/?format=csv").streaming_content).decode()

    assert "Haddad" not in people + named + deeds
    assert "restricted one" not in deeds


def test_nobody_calls_writes_or_notes_anything(owner: User, contact: Contact) -> None:
    about = About("contact", contact.pk)
    deeds: list[Any] = [
        lambda: log_call(actor=owner.actor(), about=about, call=Call(outcome="reached")),
        lambda: write_note(actor=owner.actor(), about=about, note=Note(text="Rang her")),
        lambda: plan_task(actor=owner.actor(), about=about, plan=Plan(subject="Ring her")),
        lambda: relate(actor=owner.actor(), wish=RelationWish("contact", contact.pk, "contact", contact.pk + 1, "boss")),
    ]  # fmt: skip

    for deed in deeds:
        with pytest.raises(RuleError):
            deed()
    with pytest.raises(InvalidError):
        save(
            ACTIVITY,
            actor=owner.actor(),
            wish=Wish(values={"subject": "x", "kind": "task", "contact": contact.pk}),
        )
    assert not Activity.objects.exists()


def test_its_page_says_so_and_offers_no_way_to_get_in_touch(owner: User, contact: Contact) -> None:
    page = words(client_of(owner).get(f"/contacts/{contact.pk}/"))

    assert "Restricted." in page
    assert "Disputes the birthday" in page
    assert "tel:" not in page
    assert "mailto:" not in page
    assert f"/contacts/{contact.pk}/edit/" not in page
    assert f"/contacts/{contact.pk}/delete/" not in page
    assert "amira@vela.example" in page


def test_a_file_changes_nothing_on_it(boss: User, contact: Contact, files: Any) -> None:
    rows = b"First name,Last name,E-mail,Job title\r\nAmira,Haddad,amira@vela.example,Buyer\r\nBo,Li,bo@x.example,\r\n"

    run = loaded(boss, rows)

    assert unchanged(contact)
    assert outcomes(run) == [(2, "review"), (3, "created")]


def test_only_who_answers_for_it_restricts_and_lifts(owner: User, boss: User, contact: Contact) -> None:
    with pytest.raises(ForbiddenError):
        lift_freeze(actor=owner.actor(), what="restriction", contact_id=contact.pk)
    with pytest.raises(RuleError) as twice:
        set_freeze(actor=boss.actor(), what="restriction", contact_id=contact.pk, reason="Again")
    with pytest.raises(RuleError) as reasonless:
        set_freeze(actor=boss.actor(), what="hold", contact_id=contact.pk, reason=" ")

    lift_freeze(actor=boss.actor(), what="restriction", contact_id=contact.pk)

    assert (twice.value.code, reasonless.value.field) == ("twice", "reason")
    done = save(CONTACT, actor=owner.actor(), wish=Wish(record_id=contact.pk, values={"job_title": "Buyer"}))
    assert done.receipt.outcome == "saved"
    assert Freeze.objects.get().lifted_by == boss
    with pytest.raises(NotVisibleError):
        lift_freeze(actor=boss.actor(), what="restriction", contact_id=contact.pk)


def test_one_in_the_trash_stays_there_and_out_of_reach(boss: User, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(deleted_at=timezone.now())

    with pytest.raises(NotVisibleError):
        life.restore(CONTACT, actor=boss.actor(), record_id=contact.pk)
