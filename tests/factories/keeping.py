"""A company with something odd in every corner, and places to bring it to."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from keen.activities.models import Activity
from keen.core.models import Notice, User
from keen.people.models import Contact, Relation
from keen.people.records import CONTACT
from keen.records.actions import life, merge
from keen.records.models import Favourite, ImportRun, SavedList
from tests.factories.activities import make_activity
from tests.factories.core import make_team, make_user
from tests.factories.people import make_account, make_contact

PROJECT = Path(__file__).parent.parent.parent
ODD = "Åse “O'Brien”\\n\t, ü-\u202eRTL\u202c 👩‍🚀 \U0001f9ff;\"<b>=1+1"
FILES = {
    "files/imports/abc": b"a,b\r\n\x00\xff",
    "files/deep/er/photo.jpg": b"\xff\xd8" + bytes(range(256)) * 300,
}


@dataclass
class Company:
    """Whom and what the tests ask for."""

    admin: User
    rep: User
    gone: Contact
    kept: Contact


@dataclass(frozen=True)
class Place:
    """Where an installation is: its data directory, and the address of its database, "" for SQLite."""

    data: Path
    database: str


def make_company(data: Path) -> Company:
    """People, records, activities, trash, a merge, links, notices, files; the data directory holds the files."""
    top = make_team("Everybody")
    team = make_team("Sales ü", parent=top, site="Köln")
    admin, rep = make_user("administrator", team), make_user("sales_rep", team)
    firm = make_account(
        ODD[:80], city="São Paulo", emails=["info@firm.example"], tags=["A", "ü; b"], owner=rep, team=team
    )
    sub = make_account("Sub", parent=firm, parent_name=firm.name, number_of_employees=7)
    people = [
        make_contact(f"Anna{n} {ODD[:40]}", account=firm, emails=[f"a{n}@x.example"], phones=["030 123456"], owner=rep,
                     team=team, description=ODD * 3, birthday="1999-02-28", external_id=f"x-{n}")
        for n in range(5)
    ]  # fmt: skip
    make_contact("=cmd|' /C calc'!A0 Formula", account=sub, job_title="+1")
    actor = admin.actor()
    with transaction.atomic():
        merge.merge(CONTACT, actor=actor, keep_id=people[0].pk, lose_id=people[1].pk, chosen={})
        life.delete(CONTACT, actor=actor, record_id=people[2].pk)
    make_activity(rep, contact=people[0], account=firm, subject=ODD, body=ODD * 20, done=True)
    make_activity(rep, contact=people[3], is_private=True, recurrence="FREQ=WEEKLY", due_at=timezone.now())
    now = timezone.now()
    Relation.objects.create(
        from_kind="contact",
        from_id=people[0].pk,
        to_kind="account",
        to_id=sub.pk,
        role=ODD[:50],
        created_at=now,
    )
    Favourite.objects.create(user=rep, kind="contact", record_id=people[0].pk, at=now)
    SavedList.objects.create(kind="contact", name="Mine", query="q=ü", owner=rep, team=team, created_at=now)
    Notice.objects.create(user=rep, kind="mention", text=ODD[:100], at=now - timedelta(days=1), once="a")
    ImportRun.objects.create(
        owner=rep, kind="contact", name="a.csv", path="imports/abc", size=6, sha256="0" * 64, seen_at=now, created_at=now,
        preview={"odd": [1, 2.5, None, True, ODD, {"z": 1, "a": 2}]},
    )  # fmt: skip
    for name, content in FILES.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)
    assert Activity.objects.count() == 2
    return Company(admin, rep, people[2], people[0])


def address_of(name: str) -> str:
    """The KEEN_DATABASE_URL of a PostgreSQL database on the server of the tests."""
    at = settings.DATABASES["default"]
    return (
        f"postgresql://{quote(str(at['USER']))}:{quote(str(at['PASSWORD']))}@{at['HOST']}:{at['PORT']}/{name}"
    )


@contextmanager
def empty_database(like: str = "template1") -> Iterator[str]:
    """The address of a new database of the kind of this run, like another one: "" for SQLite, where the file is made."""
    if connection.vendor == "sqlite":
        yield ""
        return
    name = f"keen_place_{os.getpid()}_{os.urandom(3).hex()}"
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        try:
            yield address_of(name)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def here() -> str:
    """The address of the database of this test, "" for SQLite."""
    return "" if connection.vendor == "sqlite" else address_of(str(connection.settings_dict["NAME"]))


def run(
    *arguments: str | Path, data: Path, database: str = "", **more: Any
) -> subprocess.CompletedProcess[str]:
    """What `./keen` said, run in the place."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("KEEN_", "DJANGO_"))
    }
    environment |= {"KEEN_DATA": str(data), "KEEN_DATABASE_URL": database, "PYTHONPATH": "src"}
    environment |= more.pop("environment", {})
    command = [sys.executable, "-P", "-m", "keen.site.cli", *map(str, arguments)]
    return subprocess.run(
        command, env=environment, cwd=PROJECT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **more
    )  # fmt: skip


def rows_at(place: str | Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables as the database itself hands them out, read without any of Keen's code."""
    if isinstance(place, Path):
        with closing(sqlite3.connect(place)) as raw:
            names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: _rows(raw, name) for name in names if not name.startswith("records_searchtokens")}
    with psycopg.connect(place) as server:
        found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return {name: _rows(server, name) for (name,) in found}


def _rows(database: Any, name: str) -> list[tuple[Any, ...]]:
    cursor = database.execute(f'SELECT * FROM "{name}"')  # noqa: S608  names of the database itself
    columns = [column[0] for column in cursor.description]
    order = sorted(range(len(columns)), key=columns.__getitem__)
    return sorted((tuple(repr(row[place]) for place in order) for row in cursor.fetchall()), key=str)
