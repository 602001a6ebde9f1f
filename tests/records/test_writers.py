"""Fifty people save at the same moment, and nobody is told that the database is busy."""

import threading
from itertools import pairwise

import pytest
from django.db import connection, connections

from keen.core.models import Change, Operation, User
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions.save import Wish, save
from keen.records.models import Handle
from tests.conftest import DATABASE
from tests.factories.core import make_user

# A server of PostgreSQL has places for so many; SQLite has one line for all of them.
WRITERS = 50 if DATABASE == "sqlite" else 20
EACH = 4
PATIENCE_SECONDS = 60


@pytest.mark.django_db(transaction=True)
def test_fifty_people_save_at_once_and_every_save_is_there_once():
    user = make_user("administrator")
    start = threading.Barrier(WRITERS, timeout=PATIENCE_SECONDS)
    refused: list[str] = []

    def write(number: int) -> None:
        try:
            actor = User.objects.get(pk=user.pk).actor()
            start.wait()
            for turn in range(EACH):
                wish = Wish(
                    {"last_name": f"Writer {number} {turn}", "emails": [f"w{number}.{turn}@example.com"]}
                )
                save(CONTACT, actor=actor, wish=wish)
        except Exception as error:  # noqa: BLE001  whatever a user would have been shown
            refused.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == []
    assert Contact.objects.count() == WRITERS * EACH
    assert Operation.objects.filter(verb="created").count() == WRITERS * EACH
    assert Change.objects.filter(kind="contact", verb="created").count() == WRITERS * EACH
    assert Handle.objects.filter(kind="email").count() == WRITERS * EACH


@pytest.mark.django_db(transaction=True)
def test_fifty_people_change_one_record_and_no_change_is_lost():
    user = make_user("administrator")
    saved = save(CONTACT, actor=user.actor(), wish=Wish({"last_name": "Shared", "tags": []}))
    start = threading.Barrier(WRITERS, timeout=PATIENCE_SECONDS)
    refused: list[str] = []

    def write(number: int) -> None:
        try:
            actor = User.objects.get(pk=user.pk).actor()
            start.wait()
            save(
                CONTACT,
                actor=actor,
                wish=Wish({"department": f"Department {number}"}, record_id=saved.record.pk),
            )
        except Exception as error:  # noqa: BLE001  whatever a user would have been shown
            refused.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    changes = list(Change.objects.filter(kind="contact", record_id=saved.record.pk).order_by("version"))
    assert refused == []
    assert [change.version for change in changes] == list(range(1, WRITERS + 2))
    for earlier, later in pairwise(changes[1:]):
        assert later.before["department"] == earlier.after["department"]
    assert Contact.objects.get().department == changes[-1].after["department"]


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_business_data_is_written_through_to_the_disk_in_one_line_of_writers():
    asked = {}
    with connection.cursor() as cursor:
        for name in ("journal_mode", "foreign_keys", "trusted_schema"):
            cursor.execute(f"PRAGMA {name}")
            asked[name] = cursor.fetchone()[0]

    assert asked == {"journal_mode": "wal", "foreign_keys": 1, "trusted_schema": 0}
    assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in connection.settings_dict["OPTIONS"]["init_command"]
