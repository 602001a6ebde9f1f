"""Files of events: each event is there once at any moment, whoever dies when; the old goes, and what somebody wants out."""

import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from keen.telemetry import spool, store
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Place
from keen.telemetry.domain.person import Person
from keen.telemetry.store import base
from tests.factories.usage import NOON, code, data_of, make_lines, write_events
from tests.telemetry.test_spool import ids_in, kill, start_writer

PROJECT = Path(__file__).resolve().parents[2]
KILLED = """
import importlib, os, signal, sys
sys.path[:0] = [{project!r}, {project!r} + "/src"]
from pathlib import Path
from keen.telemetry.store import base
passed, wanted = 0, int(sys.argv[3])
def step(name):
    global passed
    passed += 1
    if passed == wanted:
        os.kill(os.getpid(), signal.SIGKILL)
base.step = step
deeds = importlib.import_module("keen.telemetry.store.compact")
deeds.step = step
getattr(deeds, sys.argv[2])(Path(sys.argv[1]))
print(passed)
"""


def run_until(root: Path, deed: str, step: int) -> int:
    """Do it in a process that dies at the step; its exit code."""
    code_of_it = KILLED.format(project=str(PROJECT))
    ended = subprocess.run(
        [sys.executable, "-c", code_of_it, str(root), deed, str(step)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode in {0, -9}, ended.stderr
    return ended.returncode


def events_of_days(*days: datetime, users: int = 3) -> list[dict[str, Any]]:
    return [line for day in days for user in range(users) for line in make_lines(user + 1, at=day, times=4)]


def counter(made: list[dict[str, Any]]) -> Counter[str]:
    return Counter(one["id"] for one in made)


def parquet(root: Path) -> list[str]:
    return sorted(
        str(path.relative_to(root / base.EVENTS)) for path in (root / base.EVENTS).rglob("*.parquet")
    )


def figures(root: Path) -> list[tuple[Any, ...]]:
    files = sorted((root / base.DAYS).glob("*.parquet"))
    with base.connect(root) as connection:
        return connection.execute(
            f'SELECT "on", user_id, name, what, n, burst FROM ({base.rows_of(files)}) ORDER BY ALL'  # noqa: S608
        ).fetchall()


def test_segments_become_one_file_for_each_day(tmp_path: Path):
    made = events_of_days(NOON, NOON + timedelta(days=1))
    write_events(tmp_path, made)

    assert store.compact(tmp_path) == 24

    assert [name.partition("/")[0] for name in parquet(tmp_path)] == ["on=2026-11-20", "on=2026-11-21"]
    assert ids_in(tmp_path) == counter(made)
    assert (spool.segments(tmp_path, spool.OPEN), spool.segments(tmp_path, spool.DONE)) == ([], [])
    assert [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077] == [], "open to others"


def test_what_is_sent_twice_is_kept_once(tmp_path: Path):
    made = make_lines(times=3)
    write_events(tmp_path, made + made)
    store.compact(tmp_path)
    write_events(tmp_path, made[:1])
    store.compact(tmp_path)

    assert store.merge_days(tmp_path) == 1

    assert ids_in(tmp_path) == counter(made)
    assert len(parquet(tmp_path)) == 1


def test_a_day_is_merged_again_when_more_comes(tmp_path: Path):
    made: list[dict[str, Any]] = []
    for _ in range(5):
        some = make_lines(times=2)
        made += some
        write_events(tmp_path, some)
        store.compact(tmp_path)
        store.merge_days(tmp_path)

    assert ids_in(tmp_path) == counter(made)
    assert len(parquet(tmp_path)) == 1


@pytest.mark.parametrize("step", range(1, 14))
def test_a_compactor_killed_at_any_step_loses_and_doubles_nothing(tmp_path: Path, step: int):
    made = events_of_days(NOON, NOON + timedelta(days=1))
    write_events(tmp_path, made[:9])
    write_events(tmp_path, made[9:])

    died = run_until(tmp_path, "compact", step)

    assert ids_in(tmp_path) == counter(made), "to be read just after the death"
    store.compact(tmp_path)
    assert ids_in(tmp_path) == counter(made), "to be read after the next one"
    assert died == -9 or step > 11, "the steps are as many as the test goes through"


@pytest.mark.parametrize("step", range(1, 9))
def test_a_merge_killed_at_any_step_loses_and_doubles_nothing(tmp_path: Path, step: int):
    made = events_of_days(NOON)
    for part in (made[:5], made[5:]):
        write_events(tmp_path, part)
        store.compact(tmp_path)

    run_until(tmp_path, "merge_days", step)

    assert ids_in(tmp_path) == counter(made)
    store.merge_days(tmp_path)
    assert ids_in(tmp_path) == counter(made)
    assert len(parquet(tmp_path)) == 1


@pytest.mark.long
def test_writers_and_compactors_killed_at_random_lose_nothing(tmp_path: Path):
    acknowledged: list[str] = []
    for tries in range(25):
        process = start_writer(tmp_path)
        for step in (1 + tries % 12, 30):
            run_until(tmp_path, "compact", step)
        acknowledged += kill(process)
    store.compact(tmp_path)

    found = ids_in(tmp_path)
    assert set(acknowledged) - set(found) == set()
    assert max(found.values()) == 1


def test_the_figures_of_a_day_count_and_know_what_came_in_a_burst(tmp_path: Path):
    rejected = {"form": "contact-new", "fields": [], "rules": []}
    made = [
        *make_lines(1, at=NOON, times=3),
        *make_lines(1, "form_rejected", at=NOON, outcome="invalid", props=rejected, times=3),
        *make_lines(1, "form_rejected", at=NOON + timedelta(hours=2), outcome="invalid", props=rejected),
        *make_lines(2, at=NOON),
    ]
    write_events(tmp_path, made)
    store.compact(tmp_path)

    assert store.roll_up(tmp_path) == ["2026-11-20"]

    day = date(2026, 11, 20)
    assert figures(tmp_path) == [
        (day, 1, "form_rejected", "contact-new", 4, 3),
        (day, 1, "page_viewed", "today", 3, 3),
        (day, 1, "struggle", "form_rejected", 3, None),
        (day, 2, "page_viewed", "today", 1, 1),
    ]
    assert store.roll_up(tmp_path) == []


def test_the_figures_follow_what_comes_later(tmp_path: Path):
    write_events(tmp_path, make_lines(1))
    store.compact(tmp_path)
    store.roll_up(tmp_path)
    write_events(tmp_path, make_lines(1, at=NOON + timedelta(minutes=30)))
    store.compact(tmp_path)

    store.roll_up(tmp_path)

    assert figures(tmp_path) == [(date(2026, 11, 20), 1, "page_viewed", "today", 2, 1)]


def test_groups_have_figures_without_bursts(tmp_path: Path):
    made = make_lines(1, level=Level.AGGREGATED, place=Place(1, "rep"), times=4)
    write_events(tmp_path, made)
    store.compact(tmp_path)
    store.roll_up(tmp_path)

    assert figures(tmp_path) == [(date(2026, 11, 20), None, "page_viewed", "today", 4, None)]


def test_events_go_after_a_month_and_figures_after_thirteen(tmp_path: Path):
    today = date(2026, 11, 21)
    old, last, long_ago = (
        NOON - timedelta(days=31),
        NOON - timedelta(days=29),
        NOON.replace(year=2025, month=10),
    )
    write_events(tmp_path, events_of_days(old, last, long_ago, users=1))

    gone = store.forget(tmp_path, events_before=today - timedelta(days=30), figures_before=date(2025, 10, 21))

    assert gone == 3
    assert [name.partition("/")[0] for name in parquet(tmp_path)] == [f"on={last.date()}"]
    assert sorted(path.stem for path in (tmp_path / base.DAYS).iterdir()) == [
        str(old.date()),
        str(last.date()),
    ]
    store.roll_up(tmp_path)
    assert (tmp_path / base.DAYS / f"{old.date()}.parquet").exists(), (
        "figures stay when their events are gone"
    )


def test_a_person_is_taken_out_of_every_file(tmp_path: Path):
    """Also out of the segment of a process that lives and has more to say."""
    hers = make_lines(8_765_432_101, times=3) + make_lines(8_765_432_101, at=NOON + timedelta(days=1))
    coded = make_lines(8_765_432_101, level=Level.PSEUDONYMOUS, times=2)
    others = make_lines(2, times=2) + make_lines(2, level=Level.PSEUDONYMOUS)
    write_events(tmp_path, hers[:2] + coded[:1] + others[:2])
    store.compact(tmp_path)
    store.roll_up(tmp_path)
    write_events(tmp_path, hers[2:] + coded[1:] + others[2:])
    living = spool.Spool(tmp_path)
    late = make_lines(8_765_432_101)
    living.append(data_of(late))
    person = Person(8_765_432_101, (code("user 8765432101"),))

    assert store.erase(tmp_path, person) == 7

    assert ids_in(tmp_path) == counter(others)
    assert all(row[1] != 8_765_432_101 for row in figures(tmp_path))
    left = [path for path in tmp_path.rglob("*") if path.is_file() and b"8765432101" in path.read_bytes()]
    assert left == []
    living.append(data_of(make_lines(2)))
    assert sum(ids_in(tmp_path).values()) == len(others) + 1


def test_nobody_sees_half_a_change_while_files_are_swapped(tmp_path: Path):
    made = events_of_days(NOON)
    write_events(tmp_path, made)
    with base.reading(tmp_path):
        run = subprocess.Popen(
            [sys.executable, "-c", KILLED.format(project=str(PROJECT)), str(tmp_path), "compact", "99"],
            stdout=subprocess.PIPE,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(2)
        segments, files = base.current(tmp_path)
        assert (len(segments), files) == (1, [])
    assert run.wait(20) == 0
    assert run.stdout is not None
    run.stdout.close()
    assert ids_in(tmp_path) == counter(made)


@pytest.mark.parametrize(
    "garbage",
    [b"\0" * 5000 + b"\n", bytes(range(256)) * 20 + b"\n", b'{"id":"' + b"a" * 3_000_000 + b'"}\n', b"[1]\n17\nnull\n",
     b'{"id":"x","at":"y","on":3,"name":[1]}\n', b'{"id":"\xff\xfe"}\n', b"\n\n"],
    ids=["zeros", "binary", "huge", "other", "types", "letters", "blank"],
)  # fmt: skip
def test_garbage_that_a_dying_disk_left_stops_nothing(tmp_path: Path, garbage: bytes):
    first, last = make_lines(times=3), make_lines(times=2)
    folder = spool.private(tmp_path / spool.OPEN)
    (folder / "00000000000000000001-1.ndjson").write_bytes(data_of(first) + garbage + data_of(last))

    assert store.compact(tmp_path) == 5
    assert ids_in(tmp_path) == counter(first + last)
