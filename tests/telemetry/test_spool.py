"""Segments: what was written stays written, whatever ends, and however many write at once."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Thread

import pytest

from keen.telemetry import spool, store
from keen.telemetry.spool import Spool, collect, segments
from keen.telemetry.store import base
from tests.factories.usage import data_of, make_lines

PROJECT = Path(__file__).resolve().parents[2]
WRITER = """
import sys, threading
sys.path[:0] = [{project!r}, {project!r} + "/src"]
from pathlib import Path
from keen.telemetry.spool import Spool
from tests.factories.usage import data_of, make_lines
spool, told = Spool(Path(sys.argv[1])), threading.Lock()
def write():
    while True:
        made = make_lines(times=3)
        spool.append(data_of(made))
        with told:
            sys.stdout.write("".join(one["id"] + chr(10) for one in made))
            sys.stdout.flush()
for _ in range(4):
    threading.Thread(target=write).start()
"""


def ids_in(root: Path) -> Counter[str]:
    """How often each event is there to be read."""
    with base.reading(root), base.connect(root) as connection:
        found, files = base.current(root)
        parts = [base.rows_of(files)] if files else []
        parts += [base.lines_of(found)] if found else []
        rows = connection.execute(" UNION ALL BY NAME ".join(parts)).fetchall() if parts else []
    return Counter(str(row[0]) for row in rows)


def start_writer(root: Path) -> subprocess.Popen[str]:
    code = WRITER.format(project=str(PROJECT))
    return subprocess.Popen([sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE, text=True)


def kill(process: subprocess.Popen[str]) -> list[str]:
    """What the process had said by its sudden end."""
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate()
    return [line for line in said.splitlines() if len(line) == 36]


def test_threads_write_whole_lines_into_one_segment(tmp_path: Path):
    written = Spool(tmp_path)
    lots = [data_of(make_lines(user, times=5)) for user in range(200)]

    def write(part: list[bytes]) -> None:
        for data in part:
            written.append(data)

    threads = [Thread(target=write, args=(lots[at::8],)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (segment,) = segments(tmp_path, spool.OPEN)
    lines = [json.loads(line) for line in segment.read_text().splitlines()]
    assert len({line["id"] for line in lines}) == 1000
    assert segment.stat().st_mode & 0o077 == 0


def test_a_segment_may_be_taken_from_its_writer_who_then_opens_another(tmp_path: Path):
    written = Spool(tmp_path)
    first, second = make_lines(), make_lines()

    written.append(data_of(first))
    taken = collect(tmp_path)
    written.append(data_of(second))

    assert [path.read_bytes() for path in taken] == [data_of(first)]
    (fresh,) = segments(tmp_path, spool.OPEN)
    assert fresh.read_bytes() == data_of(second)


def test_segments_are_taken_while_threads_write_and_nothing_is_lost(tmp_path: Path):
    written = Spool(tmp_path)
    made = [make_lines(times=2) for _ in range(400)]

    def write(part: list[list[dict[str, object]]]) -> None:
        for some in part:
            written.append(data_of(some))

    threads = [Thread(target=write, args=(made[at::4],)) for at in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        store.compact(tmp_path)
    store.compact(tmp_path)

    assert ids_in(tmp_path) == Counter({one["id"]: 1 for some in made for one in some})


def test_a_segment_taken_away_before_its_first_line_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    written, made = Spool(tmp_path), make_lines()
    really = Spool._open
    taken: list[list[Path]] = []

    def open_and_lose(self: Spool) -> None:
        really(self)
        if not taken:
            taken.append(collect(tmp_path))

    monkeypatch.setattr(Spool, "_open", open_and_lose)
    written.append(data_of(made))

    assert taken == [[]]
    assert set(ids_in(tmp_path)) == {made[0]["id"]}


def test_a_full_segment_gives_way_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spool, "MOST_BYTES", 100)
    written = Spool(tmp_path)

    for _ in range(3):
        written.append(data_of(make_lines()))

    assert len(segments(tmp_path, spool.OPEN)) == 3


def test_a_child_of_a_fork_writes_into_a_segment_of_its_own(tmp_path: Path):
    written = Spool(tmp_path)
    written.append(data_of(make_lines()))

    child = os.fork()
    if not child:
        written.append(data_of(make_lines()))
        os._exit(0)
    os.waitpid(child, 0)
    written.append(data_of(make_lines()))

    assert sorted(len(path.read_text().splitlines()) for path in segments(tmp_path, spool.OPEN)) == [1, 2]


def test_what_does_not_fit_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The disk takes half of it, as a full one does."""
    written, whole = Spool(tmp_path), data_of(make_lines())
    written.append(whole)
    really = os.write
    monkeypatch.setattr(os, "write", lambda file, data: really(file, data[: len(data) // 2]))

    with pytest.raises(OSError, match="part of the events") as refused:
        written.append(data_of(make_lines()))

    assert refused.value.errno == errno.ENOSPC
    assert segments(tmp_path, spool.OPEN)[0].read_bytes() == whole


def test_a_torn_line_costs_itself_alone(tmp_path: Path):
    written, made = Spool(tmp_path), make_lines(times=3)
    written.append(data_of(made)[:-40])
    written.close()

    assert store.compact(tmp_path) == 2
    assert set(ids_in(tmp_path)) == {one["id"] for one in made[:2]}


def test_writers_killed_at_any_moment_lose_nothing_that_was_acknowledged(tmp_path: Path):
    acknowledged: list[str] = []
    for tries in range(4):
        process = start_writer(tmp_path)
        assert process.stdout is not None
        process.stdout.readline()  # however long a busy machine takes to start it
        time.sleep(0.1 + tries * 0.13)
        store.compact(tmp_path)
        acknowledged += kill(process)
    store.compact(tmp_path)

    found = ids_in(tmp_path)
    assert len(acknowledged) > 100
    assert set(acknowledged) - set(found) == set()
    assert max(found.values()) == 1
