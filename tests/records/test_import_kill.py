"""A load that is killed at any moment and goes on leaves the same tables as one that was never stopped."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection

from keen.core.models import Change, User
from keen.people.models import Account, Contact
from keen.records.actions import imports
from keen.records.importing import runs
from keen.records.models import Handle, ImportMark, ImportRun, SearchEntry
from tests.factories.core import make_team, make_user
from tests.factories.importing import checked, importer, make_csv, people

PROJECT = Path(__file__).parent.parent.parent
PERSONAL = {"id", "owner_id", "team_id", "created_at", "updated_at", "created_by_id", "updated_by_id"}
LINKS = {"owner_id", "team_id", "account_id"}


def content(count: int) -> bytes:
    """Different people, some twice within a batch and far apart, some that stay outside."""
    rows = people(count)
    for place in range(5, count, 11):
        rows[place] = (*rows[place // 2][:4], f"0171 20{place:05d}", "Hamburg")
    for place in range(7, count, 23):
        rows[place] = ("", "", "", "", "not a number", "Berlin")
    return make_csv(rows)


@pytest.fixture
def environment(transactional_db: None, files: Path) -> dict[str, str]:
    """What a process needs to load from the test's database."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.factories.import_settings",
        "KEEN_TEST_NAME": str(connection.settings_dict["NAME"]),
        "KEEN_TEST_FILES": str(files),
        "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}",
    }


def begin(user: User, data: bytes) -> ImportRun:
    run = checked(user, data)
    assert run.state == "checked", run.message
    return imports.start_load(actor=importer(user), run_id=run.pk)


def load_and_kill(run: ImportRun, environment: dict[str, str], *, batches: int, delay: float) -> bool:
    """Whether the load was killed before its end: some time after it told of so many batches."""
    command = [sys.executable, "-m", "tests.factories.import_process", str(run.pk), "25"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT
    )
    assert process.stdout is not None
    for _ in range(batches):
        if process.stdout.readline().strip() != b"batch":
            break
    time.sleep(delay)
    process.kill()
    output, errors = process.communicate()
    assert b"Traceback" not in errors, errors.decode()
    return b"done" not in output


def finish(run: ImportRun) -> None:
    runs.load(run.pk, tell=False)
    run.refresh_from_db()
    assert run.state == "done", run.message


def tables(run: ImportRun) -> dict[str, Any]:
    """Everything that the load wrote, with the ids of rows replaced by their order."""
    places: dict[tuple[str, int], int] = {}
    for model in (Account, Contact):
        ids = model.objects.filter(owner_id=run.owner_id).order_by("pk").values_list("pk", flat=True)
        places |= {(model.KIND, pk): place for place, pk in enumerate(ids)}
    contacts = Contact.objects.filter(owner_id=run.owner_id).order_by("pk").values()
    accounts = Account.objects.filter(owner_id=run.owner_id).order_by("pk").values()
    return {
        "contacts": [plain(row, places) for row in contacts],
        "accounts": [plain(row, places) for row in accounts],
        "handles": sorted(
            (kind, value, owner_kind, places[owner_kind, pk])
            for kind, value, owner_kind, pk in Handle.objects.values_list(
                "kind", "value", "record_kind", "record_id"
            )
            if (owner_kind, pk) in places
        ),
        "search": sorted(
            (row.record_kind, places[row.record_kind, row.record_id], row.title, row.subtitle, row.words)
            for row in SearchEntry.objects.all()
            if (row.record_kind, row.record_id) in places
        ),
        "changes": [
            (
                c.kind,
                places[c.kind, c.record_id],
                c.verb,
                c.version,
                plain(c.before, places),
                plain(c.after, places),
            )
            for c in Change.objects.filter(operation_id=run.written_by).order_by("pk")
        ],
        "rows": [
            (
                row.line,
                row.hash,
                row.outcome,
                row.reason,
                row.note,
                row.repair,
                row.raw,
                places.get(("contact", row.record_id or 0)),
            )
            for row in run.rows.order_by("line")
        ],
        "marks": sorted(
            (mark.hash, places["contact", mark.record_id]) for mark in ImportMark.objects.filter(run=run)
        ),
        "counts": (run.counts, run.seen, run.cursor),
    }


def plain(row: dict[str, Any], places: dict[tuple[str, int], int]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in PERSONAL | LINKS}
    if row.get("account_id"):
        kept["account"] = places["account", row["account_id"]]
    return kept


@pytest.fixture
def uninterrupted(transactional_db: None, files: Path, monkeypatch: pytest.MonkeyPatch) -> ImportRun:
    """The same file, loaded by somebody of another team in one go."""
    monkeypatch.setattr("keen.records.importing.load.BATCH", 25)
    run = begin(make_user("sales_rep", make_team()), content(300))
    finish(run)
    return run


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_any_moment_and_resumed_a_load_leaves_the_same_tables(
    seed: int, uninterrupted: ImportRun, environment: dict[str, str]
) -> None:
    chance = Random(seed)  # noqa: S311 - a place to kill at
    run = begin(make_user("sales_rep", make_team()), content(300))

    assert load_and_kill(run, environment, batches=chance.randint(0, 6), delay=chance.random() * 0.08)
    stopped = ImportRun.objects.get(pk=run.pk)
    assert stopped.state == "loading"
    assert stopped.rows.filter(line__lte=stopped.cursor).count() == stopped.seen
    finish(run)

    assert run.counts["created"] > 200
    assert tables(run) == tables(uninterrupted)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_killed_again_and_again_a_load_leaves_the_same_tables(
    seed: int, uninterrupted: ImportRun, environment: dict[str, str]
) -> None:
    chance = Random(100 + seed)  # noqa: S311 - a place to kill at
    run = begin(make_user("sales_rep", make_team()), content(300))

    kills = 0
    while (
        load_and_kill(run, environment, batches=chance.randint(0, 3), delay=chance.random() * 0.2)
        and kills < 12
    ):
        kills += 1
    finish(run)

    assert kills
    assert tables(run) == tables(uninterrupted)
