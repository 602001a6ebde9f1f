"""Counting over processes and threads, in one small file."""

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from keen.core import limits
from keen.core.limits import READS, WRITES, Counters

NOW = 1_000_000.0
COUNTING = """
    import sys
    from pathlib import Path
    from keen.core.limits import READS, Counters
    counters = Counters(Path(sys.argv[1]))
    print(sum(counters.take(7, READS, 1_000_000.0, 100).allowed for _ in range(80)))
"""


def test_tokens_and_reads_and_writes_are_counted_apart(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "limits")
    taken = [
        counters.take(token, which, NOW, 2).allowed
        for token in (1, 2)
        for which in (READS, WRITES)
        for _ in range(3)
    ]

    assert taken == [True, True, False] * 4


def test_threads_of_one_process_count_together(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "limits")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: counters.take(1, READS, NOW, 100).allowed, range(400)))

    assert sum(taken) == 100


def test_processes_count_together(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(COUNTING), str(tmp_path / "limits")]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "keen.site.settings",
        "PYTHONPATH": "src",
        "KEEN_DATA": str(tmp_path),
    }
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for _ in range(3)]
    taken = [int(one.communicate(timeout=60)[0]) for one in running]

    assert sum(taken) == 100


def test_a_disk_that_takes_nothing_closes_no_door(
    settings: Any, monkeypatch: Any, tmp_path: Path, caplog: Any
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(settings.KEEN, "data", tmp_path / "file")
    monkeypatch.setattr(settings.KEEN, "api_reads_per_minute", 1)

    assert [limits.take(1, READS, NOW).allowed for _ in range(3)] == [True] * 3
    assert "not counted" in caplog.text
