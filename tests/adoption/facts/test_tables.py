"""Days of facts are there once, old or new, whoever dies when."""

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from keen.adoption.facts import tables
from keen.telemetry.store import base

DAY = date(2026, 11, 20)
PROJECT = Path(__file__).resolve().parents[3]
STEPS = 6
KILLED = """
import os, signal, sys
sys.path[:0] = [{project!r}, {project!r} + "/src"]
os.environ["DJANGO_SETTINGS_MODULE"] = "keen.site.settings"
import django
django.setup()
from pathlib import Path
from tests.adoption.facts.test_tables import put
from keen.telemetry.store import base
passed, wanted = 0, int(sys.argv[2])
def step(name):
    global passed
    passed += 1
    if passed == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
base.step = step
put(Path(sys.argv[1]), int(sys.argv[3]))
"""


class DiedError(BaseException):
    """As if the process had been killed here: nothing catches it."""


def put(root: Path, n: int) -> None:
    """The day, as the n-th run made it."""
    number = DAY.toordinal()
    found: dict[str, list[Any]] = {
        "person_day": [(1, number, None, "sales_rep", 1.0, False, False, True)],
        "deed": [(1, number, "call_logged", n)],
        "use": [(1, number, "attempt", n)],
    }
    with base.working(root):
        tables.tidy(root)
        tables.put(root, DAY, found, {"run": n})


def seen(root: Path) -> list[int]:
    """Which runs the tables are of that are read; one number for each row."""
    with base.reading(root.parent):
        files = [file for name in ("deed", "use") for file in tables.files(root, name, DAY, DAY)]
        return [row["n"] for file in files for row in pq.read_table(file).to_pylist()]


@pytest.mark.parametrize("wanted", range(1, STEPS + 1))
def test_a_run_that_dies_at_any_step_leaves_the_old_day_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: int
) -> None:
    root, passed = tmp_path / "facts", []
    put(root, 1)

    def step(name: str) -> None:
        passed.append(name)
        if len(passed) == wanted:
            raise DiedError

    monkeypatch.setattr(base, "step", step)
    with pytest.raises(DiedError):
        put(root, 2)
    monkeypatch.undo()

    assert seen(root) in ([1, 1], [2, 2])
    put(root, 3)
    assert seen(root) == [3, 3]
    assert len(list((root / tables.DAYS).iterdir())) == 1
    assert tables.mark_of(tables.days(root)[DAY]) == {"run": 3}


def test_the_steps_are_as_many_as_the_test_goes_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[str] = []
    put(tmp_path / "facts", 1)
    monkeypatch.setattr(base, "step", passed.append)

    put(tmp_path / "facts", 2)

    assert len(passed) == STEPS


def test_a_table_that_is_kept_stays_as_it_was(tmp_path: Path) -> None:
    root = tmp_path / "facts"
    put(root, 1)

    tables.put(root, DAY, {"deed": [(1, DAY.toordinal(), "call_logged", 2)]}, {"run": 2}, kept=["use"])

    assert seen(root) == [2, 1]


def test_facts_open_for_this_account_alone(tmp_path: Path) -> None:
    put(tmp_path / "facts", 1)

    assert [
        path for path in tmp_path.rglob("*") if path.name != "facts" and path.stat().st_mode & 0o077
    ] == []


@pytest.mark.long
def test_runs_that_are_killed_again_and_again_lose_and_double_nothing(tmp_path: Path) -> None:
    root = tmp_path / "facts"
    put(root, 0)
    for tries in range(1, 15):
        wanted = 1 + tries % (STEPS + 1)
        code = KILLED.format(project=str(PROJECT))
        ended = subprocess.run(
            [sys.executable, "-c", code, str(root), str(wanted), str(tries)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "KEEN_DATA": str(tmp_path)},
        )
        assert ended.returncode in {0, -signal.SIGKILL}, ended.stderr
        found = seen(root)
        assert found[0] == found[1], "one run, not a mixture"
        assert len(found) == 2
    put(root, 99)
    assert seen(root) == [99, 99]
