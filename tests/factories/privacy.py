"""Somebody whose every trace is easily found, and what erases them, for tests."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.activities.actions.plan import Plan, plan_task
from keen.core.models import Notice, User
from keen.people.actions import RelationWish, relate
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.privacy.actions.erasure import Wish, erase_contact
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from keen.records.actions import save as saving
from keen.records.actions.save import save
from keen.records.models import (
    Favourite,
    ImportRow,
    ImportRun,
    Recent,
    SavedList,
)
from tests.factories.people import make_account, make_contact

CANARIES = ("zanzibartfast", "quaxelburg", "zanzi.q@vogelfrei.example", "4930999123", "quuxfolder")


def make_canary(boss: User) -> Contact:
    """Somebody whose every trace is easily found, as people and programs leave them."""
    account = make_account("Vogelfrei", owner=boss)
    saved = save(
        CONTACT, actor=boss.actor(),
        wish=saving.Wish(values={
            "first_name": "Zanzibartfast", "last_name": "Quaxelburg", "account": account.pk,
            "emails": [{"address": "zanzi.q@vogelfrei.example", "label": "work"}],
            "phones": [{"raw": "030 999 123 45", "label": "work"}], "description": "Likes the quuxfolder",
        }),
    )  # fmt: skip
    contact = Contact.objects.get(pk=saved.record.pk)
    save(
        CONTACT, actor=boss.actor(),
        wish=saving.Wish(record_id=contact.pk, values={"last_name": "Quaxelburg-Old"}),
    )  # fmt: skip
    save(
        CONTACT,
        actor=boss.actor(),
        wish=saving.Wish(record_id=contact.pk, values={"last_name": "Quaxelburg"}),
    )
    leave_traces(boss, contact, account)
    return Contact.objects.get(pk=contact.pk)


def leave_traces(boss: User, contact: Contact, account: Any) -> None:
    other = make_contact("Bert Bystander", owner=boss)
    about = About("contact", contact.pk)
    write_note(actor=boss.actor(), about=about, note=Note(text="Zanzibartfast wants the quuxfolder"))
    plan_task(actor=boss.actor(), about=about, plan=Plan(subject="Ring Zanzibartfast", on=date(2030, 1, 7)))
    write_note(
        actor=boss.actor(), about=About("account", account.pk),
        note=Note(text="Met Zanzibartfast Quaxelburg, write to zanzi.q@vogelfrei.example"),
    )  # fmt: skip
    relate(actor=boss.actor(), wish=RelationWish("contact", contact.pk, "contact", other.pk, "adviser"))
    Favourite.objects.create(user=boss, kind="contact", record_id=contact.pk, at=timezone.now())
    Recent.objects.update_or_create(
        user=boss, kind="contact", record_id=contact.pk, defaults={"at": timezone.now()}
    )
    SavedList.objects.create(
        kind="contact", name="Zanzibartfast Quaxelburg", query="q=Zanzibartfast+Quaxelburg", owner=boss,
        created_at=timezone.now(),
    )  # fmt: skip
    Notice.objects.create(
        user=boss, kind="x", text="Zanzibartfast Quaxelburg rang", at=timezone.now(), href="/"
    )
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True)
    (folder / "upload").write_text("name,mail\nZanzibartfast Quaxelburg,zanzi.q@vogelfrei.example\n")
    run = ImportRun.objects.create(
        owner=boss, kind="contact", name="people.csv", path="imports/upload", size=60, sha256="0" * 64, state="done",
        preview={"rows": [["Zanzibartfast Quaxelburg"]]}, seen_at=timezone.now(), created_at=timezone.now(),
    )  # fmt: skip
    ImportRow.objects.create(
        run=run, line=2, hash="h", outcome="review", record_id=contact.pk, raw=["Zanzibartfast", "Quaxelburg"]
    )
    ImportRow.objects.create(
        run=run, line=3, hash="i", outcome="rejected", raw=["Zanzibartfast Quaxelburg", "Ü"]
    )
    mails = settings.KEEN.data / "mail"
    mails.mkdir()
    (mails / "1.log").write_text("To: zanzi.q@vogelfrei.example")
    cache.set("last", "Zanzibartfast Quaxelburg")


def erase(boss: User, contact: Contact, **wish: Any) -> Erasure:
    _, erasure_id = erase_contact(
        actor=boss.actor(), contact_id=contact.pk, confirmed=contact.title, wish=Wish(**wish)
    )
    sweep(Erasure.objects.get(pk=erasure_id))
    return Erasure.objects.get(pk=erasure_id)


def dump() -> dict[str, str]:
    """Every table of the database as text, whatever is in it: also those that no model knows."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = {}
        for name in names:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")  # noqa: S608
            found[name] = " ".join(str(value) for row in cursor.fetchall() for value in row).casefold()
    return found
