"""The search follows the records."""

from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM
from keen.core.domain.timings import At
from keen.core.wiring import wired
from keen.people.models import Account
from keen.people.records import ACCOUNT, CONTACT
from keen.records import search
from keen.records.actions import life, merge, save, store
from keen.records.actions.save import Wish
from keen.records.declare import types
from keen.records.jobs import tidy_search
from keen.records.models import SearchEntry
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact
from tests.factories.searching import titles, viewer

pytestmark = pytest.mark.django_db


def keys() -> list[tuple[str, int]]:
    return sorted(SearchEntry.objects.values_list("record_kind", "record_id"))


def living() -> list[tuple[str, int]]:
    return sorted(
        (kind.kind, pk) for kind in types() for pk in kind.model.objects.living().values_list("pk", flat=True)
    )


def token_ids() -> list[int]:
    """The entries that the full-text structure knows."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT id FROM records_searchtokens_docsize ORDER BY id")
        else:
            cursor.execute("SELECT id FROM records_searchentry WHERE tokens IS NOT NULL ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def assert_in_step() -> None:
    assert keys() == living()
    assert token_ids() == sorted(SearchEntry.objects.values_list("pk", flat=True))


def test_the_search_follows_every_write() -> None:
    admin = make_user("administrator")
    actor = admin.actor()
    made = save.save(CONTACT, actor=actor, wish=Wish({"first_name": "Amira", "last_name": "Haddad"}))
    pk = made.record.pk
    assert titles("haddad") == ["Amira Haddad"]
    assert_in_step()

    changed = save.save(CONTACT, actor=actor, wish=Wish({"last_name": "Okafor"}, record_id=pk))
    assert (titles("haddad"), titles("okafor")) == ([], ["Amira Okafor"])
    assert_in_step()

    life.undo(actor=actor, operation_id=UUID(changed.receipt.undo))
    assert (titles("haddad"), titles("okafor")) == (["Amira Haddad"], [])
    assert_in_step()

    life.delete(CONTACT, actor=actor, record_id=pk)
    assert titles("haddad") == []
    assert_in_step()

    life.restore(CONTACT, actor=actor, record_id=pk)
    assert titles("haddad") == ["Amira Haddad"]
    assert_in_step()


def test_a_merge_leaves_one_that_is_found_by_the_words_of_both() -> None:
    actor = make_user("administrator").actor()
    keep, lose = make_contact("Amira Haddad"), make_contact("A Haddad", emails=["amira@vela.com"])

    receipt = merge.merge(CONTACT, actor=actor, keep_id=keep.pk, lose_id=lose.pk, chosen={})

    assert titles("amira@vela.com") == ["Amira Haddad"]
    assert_in_step()

    life.undo(actor=actor, operation_id=UUID(receipt.undo))

    assert titles("amira@vela.com") == ["A Haddad"]
    assert_in_step()


def test_a_new_owner_moves_a_record_out_of_sight() -> None:
    me, other = make_user(), make_user()
    admin = make_user("administrator").actor()
    contact = make_contact("Amira Haddad", owner=me)
    actor = viewer("own", user_id=me.pk)
    assert titles("haddad", actor) == ["Amira Haddad"]

    save.save(CONTACT, actor=admin, wish=Wish({"owner": other.pk}, record_id=contact.pk))

    assert titles("haddad", actor) == []
    assert titles("haddad", viewer("own", user_id=other.pk)) == ["Amira Haddad"]


def test_a_renamed_account_is_found_at_its_people() -> None:
    admin = make_user("administrator").actor()
    orbit = make_account("Orbit Labs")
    make_contact("Amira Haddad", account=orbit)

    save.save(ACCOUNT, actor=admin, wish=Wish({"name": "Zenith Works"}, record_id=orbit.pk))

    assert titles("amira zenith") == ["Amira Haddad"]
    assert titles("amira orbit") == []


def test_a_rebuild_brings_the_search_back_in_step() -> None:
    make_contact("Amira Haddad")
    gone = make_contact("Jonas Brandt")
    life.delete(CONTACT, actor=make_user("administrator").actor(), record_id=gone.pk)
    SearchEntry.objects.all().delete()
    SearchEntry.objects.create(
        record_kind="contact", record_id=gone.pk, title="Jonas", updated_at=timezone.now()
    )
    SearchEntry.objects.create(
        record_kind="contact", record_id=10**9, title="Nobody", updated_at=timezone.now()
    )
    SearchEntry.objects.create(record_kind="unknown", record_id=1, title="Nothing", updated_at=timezone.now())

    counted = search.index_all()

    assert counted["contact"] == 1
    assert_in_step()
    assert (titles("haddad"), titles("jonas"), titles("nobody")) == (["Amira Haddad"], [], [])


def test_many_records_are_indexed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keen.records.search.entries.BATCH", 3)
    work = operations.start(actor=SYSTEM, verb="created")
    store.insert(work, ACCOUNT, [Account(name=f"Orbit {number}") for number in range(8)])

    assert len(titles("orbit")) == 8
    assert search.index_all()["account"] == 8
    assert_in_step()


def test_the_command_rebuilds_and_says_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    make_contact("Amira Haddad")
    SearchEntry.objects.all().delete()

    call_command("reindex")

    assert "1 contact\n" in capsys.readouterr().out
    assert titles("haddad") == ["Amira Haddad"]


def test_the_search_is_tidied_every_night_and_says_the_same_afterwards() -> None:
    make_account("Vela Foods")
    tidy_search.func()
    assert titles("vela") == ["Vela Foods"]
    assert_in_step()
    assert [schedule.timing for schedule in wired().schedules if schedule.job is tidy_search] == [At(3, 50)]
