"""The file of everything about somebody: whole, within the rights, and nobody else's."""

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.activities.actions.plan import Plan, plan_task
from keen.core.models import Change, Notice, Operation, Role, Team, User
from keen.people.models import Contact
from tests.factories.activities import client_of, make_activity
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


def unzipped(answer: Any) -> tuple[dict[str, Any], set[str]]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        return json.loads(held.read("everything.json")), set(held.namelist())


def test_the_file_of_a_contact_holds_everything_and_no_private_note(
    owner: User, boss: User, contact: Contact
) -> None:
    account = make_account("Vela", owner=owner)
    write_note(actor=owner.actor(), about=About("contact", contact.pk), note=Note(text="Likes tea"))
    write_note(
        actor=owner.actor(), about=About("account", account.pk), note=Note(text="Amira Haddad decides there")
    )
    make_activity(owner, actor=owner.actor(), contact=contact, subject="A secret of mine", is_private=True)

    answer = client_of(boss).post(f"/privacy/contact/{contact.pk}/file/")

    found, names = unzipped(answer)
    assert {"README.txt", "everything.json", "record.csv", "activities.csv", "history.csv"} <= names
    assert found["record"][0]["first_name"] == "Amira"
    assert any(row.get("body") == "Likes tea" for row in found["activities"])
    assert any("decides there" in row["text"] for row in found["mentions"])
    assert "A secret of mine" not in answer.content.decode("latin-1") + json.dumps(found)
    assert answer["Cache-Control"] == "no-store"
    assert Change.objects.filter(kind="contact", record_id=contact.pk, verb="handed out").exists()


def test_a_private_plan_is_not_told_by_its_receipts_and_notices_either(
    owner: User, boss: User, contact: Contact
) -> None:
    about = About("contact", contact.pk)
    plan = Plan(subject="Ask Amira Haddad about her divorce", on=date(2030, 1, 7), is_private=True)
    plan_task(actor=owner.actor(), about=about, plan=plan)
    Notice.objects.create(
        user=owner, kind="x", text="Ask Amira Haddad about her divorce", at=timezone.now(), href="/"
    )

    found, _ = unzipped(client_of(boss).post(f"/privacy/contact/{contact.pk}/file/"))

    assert "divorce" not in json.dumps(found)


def test_who_does_not_see_all_makes_a_file_of_what_they_see(owner: User, boss: User, team: Team) -> None:
    contact = make_contact(
        "Amira Haddad", owner=owner, team=team, emails=["amira@vela.example"], job_title="Secret chief"
    )
    far = make_account("Vela", owner=boss)
    write_note(
        actor=boss.actor(), about=About("account", far.pk), note=Note(text="Amira Haddad owes us MILLIONS")
    )
    write_note(actor=owner.actor(), about=About("contact", contact.pk), note=Note(text="Likes tea"))
    boss_change = Change.objects.create(
        operation=Operation.objects.create(actor=boss, verb="updated", at=timezone.now()), at=timezone.now(),
        actor=boss, kind="contact", record_id=contact.pk, verb="updated", version=2,
        before={"job_title": "Secret clerk", "city": "Bonn"}, after={"job_title": "Secret chief", "city": "Ulm"},
    )  # fmt: skip
    grants = dict.fromkeys(("view", "add", "edit", "delete", "export"), "team")
    clerk = make_user(
        Role.objects.create(
            key="clerk", name="Clerk",
            grants={
                "records": {"contact": grants, "account": grants, "activity": grants}, "powers": ["privacy.manage"],
                "hidden": {"contact": ["job_title"]},
            },
        ),
        team,
    )  # fmt: skip

    page = client_of(clerk).get(f"/privacy/contact/{contact.pk}/").content.decode()
    answer = client_of(clerk).post(f"/privacy/contact/{contact.pk}/file/")

    found, _ = unzipped(answer)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        words = held.read("README.txt").decode()
    assert "Secret" not in json.dumps(found)
    assert "MILLIONS" not in json.dumps(found)
    assert found["record"][0]["emails"][0]["address"] == "amira@vela.example"
    assert [row["body"] for row in found["activities"]] == ["Likes tea"]
    assert {"city": "Ulm"} in [row.get("after") for row in found["history"]], boss_change
    for told in (words, page):
        assert f"can be made by: {boss.name}." in told


def test_one_s_own_file_is_one_s_own(owner: User, stranger: User, boss: User) -> None:
    theirs = make_contact("Bert Bystander", owner=stranger, team=stranger.team)
    User.objects.filter(pk=owner.pk).update(name="Jonas Brandt")
    write_note(
        actor=stranger.actor(),
        about=About("contact", theirs.pk),
        note=Note(text="Jonas Brandt is hard to reach"),
    )
    fresh = User.objects.get(pk=owner.pk)

    found, names = unzipped(client_of(fresh).post("/settings/me/data/"))

    assert found["account"][0]["name"] == "Jonas Brandt"
    assert "password" not in found["account"][0]
    assert found["mentions"] == []  # no way around what one may see
    assert "account.csv" in names


def test_who_looks_as_somebody_else_gets_no_file(owner: User, boss: User) -> None:
    client = client_of(boss)
    client.post(f"/settings/people/{owner.pk}/act-as/")

    assert client.post("/settings/me/data/").status_code == 403


def test_cells_of_the_file_start_no_formula(boss: User, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(job_title="=1+1")

    answer = client_of(boss).post(f"/privacy/contact/{contact.pk}/file/")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        assert "'=1+1" in held.read("record.csv").decode()
