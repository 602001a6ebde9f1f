"""Erasing somebody: nothing of them is left anywhere, and nobody else is touched."""

import json
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.activities.actions.plan import Plan, plan_task
from keen.activities.models import Activity
from keen.core.domain.actor import SYSTEM
from keen.core.models import Change, Notice, Operation, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.actions import RelationWish, relate
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.privacy.actions import journal
from keen.privacy.actions.erasure import Wish, erase_contact, erase_user, reapply_erasures
from keen.privacy.actions.freeze import set_freeze
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from keen.records.actions import save as saving
from keen.records.actions.save import save
from keen.records.models import (
    Favourite,
    Handle,
    ImportRow,
    ImportRun,
    Recent,
    SavedList,
    SearchEntry,
    Tombstone,
)
from tests.factories.core import make_user
from tests.factories.importing import loaded
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db(transaction=True)
CANARIES = ("zanzibartfast", "quaxelburg", "zanzi.q@vogelfrei.example", "4930999123", "quuxfolder")


@pytest.fixture
def boss() -> User:
    return make_user("administrator")


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    """A data directory of its own, with its journal and keys."""
    settings.KEEN.data, before = tmp_path, settings.KEEN.data
    settings.MEDIA_ROOT = tmp_path / "files"
    yield tmp_path
    settings.KEEN.data = before


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


def test_nothing_of_the_canary_is_left_in_any_table_file_or_page(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    before = dump()
    assert sum(canary in text for text in before.values() for canary in CANARIES) > 20

    erasure = erase(boss, contact)

    left = {(name, canary) for name, text in dump().items() for canary in CANARIES if canary in text}
    assert left == set()
    assert (erasure.state, erasure.needles) == ("done", {})
    assert erasure.proof["rows"] == 0
    for path in data.rglob("*"):
        if path.is_file():
            held = path.read_bytes().lower()
            assert [canary for canary in CANARIES if canary.encode() in held] == [], path
    assert cache.get("last") is None


@pytest.mark.sqlite
def test_nothing_is_left_between_the_rows_either(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    path = Path(str(connection.settings_dict["NAME"]))

    erasure = erase(boss, contact)

    assert erasure.proof["bytes_left"] == 0
    for file in (path, path.with_name(f"{path.name}-wal")):
        held = file.read_bytes().lower() if file.exists() else b""
        assert [canary for canary in CANARIES if canary.encode() in held] == [], file


@pytest.mark.sqlite
def test_the_full_text_index_forgets_the_words(boss: User, data: Path) -> None:
    contact = make_canary(boss)

    erase(boss, contact)

    reader = sqlite3.connect(str(connection.settings_dict["NAME"]))
    pages = [bytes(block) for (block,) in reader.execute("SELECT block FROM records_searchtokens_data")]
    reader.close()
    assert not any(b"quaxelburg" in block or b"zanzibartfast" in block for block in pages)


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


def test_others_keep_what_is_theirs(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    twin = make_contact("Zanzibartfast Young", owner=boss, phones=[contact.phones[0]["raw"]])
    bystander = Contact.objects.get(last_name="Bystander")

    erase(boss, contact)

    twin.refresh_from_db()
    bystander.refresh_from_db()
    assert (twin.first_name, twin.phones[0]["e164"]) == ("Zanzibartfast", contact.phones[0]["e164"])
    assert Handle.objects.filter(record_kind="contact", record_id=twin.pk, kind="phone").exists()
    assert bystander.title == "Bert Bystander"


def test_a_namesake_keeps_texts_about_them(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    namesake = make_contact("Zanzibartfast Quaxelburg", owner=boss)
    write_note(
        actor=boss.actor(),
        about=About("contact", namesake.pk),
        note=Note(text="Zanzibartfast Quaxelburg rang"),
    )

    erase(boss, contact)

    assert Activity.objects.get(contact=namesake).body == "Zanzibartfast Quaxelburg rang"
    namesake.refresh_from_db()
    assert namesake.title == "Zanzibartfast Quaxelburg"


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


def test_somebody_else_under_the_same_id_is_left_alone(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    erase(boss, contact)

    Contact.objects.filter(pk=contact.pk).update(
        first_name="New", last_name="Person", erased_at=None, deleted_at=None,
        emails=[{"address": "new@person.example", "label": ""}],
    )  # fmt: skip

    assert reapply_erasures() == 0
    assert Contact.objects.get(pk=contact.pk).first_name == "New"


def test_the_journal_survives_a_line_that_was_cut_off(boss: User, data: Path) -> None:
    erase(boss, make_canary(boss))
    path = data / "erasures" / "journal.jsonl"
    path.write_text(path.read_text() + '{"id": "ha')

    assert len(list(journal.lines())) == 1


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


def test_a_former_colleague_becomes_nameless(boss: User, data: Path) -> None:
    user = make_user("sales_rep", name="Zanzibartfast Quaxelburg", email="zanzi.q@vogelfrei.example")
    contact = make_contact(owner=user)
    write_note(actor=user.actor(), about=About("contact", contact.pk), note=Note(text="Rang her"))

    with pytest.raises(RuleError) as active:
        erase_user(actor=boss.actor(), user_id=user.pk, confirmed=user.name)
    User.objects.filter(pk=user.pk).update(is_active=False)
    _, erasure_id = erase_user(actor=boss.actor(), user_id=user.pk, confirmed=user.name)
    sweep(Erasure.objects.get(pk=erasure_id))

    assert active.value.code == "still_active"
    user.refresh_from_db()
    assert user.name == f"Former colleague {user.pk}"
    assert not user.has_usable_password()
    assert Activity.objects.get().owner_id == user.pk
    left = {(name, canary) for name, text in dump().items() for canary in CANARIES if canary in text}
    assert left == set()


def test_the_system_may_not_be_asked_by_who_looks_as_somebody_else(boss: User, data: Path) -> None:
    contact = make_canary(boss)

    with pytest.raises(ForbiddenError):
        erase_contact(actor=boss.actor(acting_by=1), contact_id=contact.pk, confirmed=contact.title)
    assert SYSTEM.may_write
