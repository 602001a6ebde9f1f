"""Copies of the erased: nothing is left in any table, file or page, and nobody else is touched."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.activities.models import Activity
from keen.core.models import Notice, User
from keen.people.models import Contact
from keen.privacy.actions.erasure import erase_contact
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Erasure
from keen.records.models import (
    Handle,
)
from tests.factories.activities import client_of
from tests.factories.people import make_contact
from tests.factories.privacy import CANARIES, dump, erase, make_canary

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_a_sweep_that_dies_before_its_proof_looks_again(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    _, erasure_id = erase_contact(actor=boss.actor(), contact_id=contact.pk, confirmed=contact.title)
    erasure = Erasure.objects.get(pk=erasure_id)

    def full_disk(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith(("VACUUM", "PRAGMA wal_checkpoint")):
            raise OperationalError("disk is full")
        return execute(sql, *rest)

    with connection.execute_wrapper(full_disk), pytest.raises(OperationalError):
        sweep(erasure)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.proof, erasure.done_at) == ("cleaning", {}, None)
    assert not any(canary in str(erasure.needles).casefold() for canary in CANARIES)

    Notice.objects.create(
        user=boss, kind="x", text="Zanzibartfast Quaxelburg again", at=timezone.now(), href="/"
    )
    sweep(erasure)

    erasure.refresh_from_db()
    assert (erasure.state, erasure.needles, erasure.proof["rows"]) == ("done", {}, 0)
    assert Notice.objects.get(kind="x", href="/", text__endswith="again").text == "[erased] again"
    assert erasure.cleaned["core_notice"] >= 2


def test_a_sweep_that_does_not_know_what_to_look_for_proves_nothing(boss: User, data: Path) -> None:
    contact = make_canary(boss)
    _, erasure_id = erase_contact(actor=boss.actor(), contact_id=contact.pk, confirmed=contact.title)
    Erasure.objects.filter(pk=erasure_id).update(needles={})

    sweep(Erasure.objects.get(pk=erasure_id))

    erasure = Erasure.objects.get(pk=erasure_id)
    assert (erasure.state, erasure.proof) == ("left", {"unproved": True})
    assert "nobody can prove" in client_of(boss).get("/settings/privacy/").content.decode()


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
