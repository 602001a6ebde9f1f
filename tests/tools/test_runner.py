"""The parts of `./keen test` that decide what a run means."""

import os
import runpy
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import postgres
import psycopg
import pytest

TOOLS = Path(__file__).parents[2] / "tools"
RUNNER = SimpleNamespace(**runpy.run_path(str(TOOLS / "test.py"), run_name="runner"))
PASSED, FAILED, NOTHING = 0, 1, 5


def outcome(code: int) -> object:
    return RUNNER.Outcome("somewhere", passed=2, skipped=1, code=code)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([PASSED, PASSED], 0),
        ([PASSED, FAILED], 1),
        ([FAILED, PASSED], 1),
        ([PASSED, NOTHING], 0),
        ([NOTHING, NOTHING], NOTHING),
        ([2, NOTHING], 2),
    ],
)
def test_a_run_is_good_when_something_passed_and_nothing_failed(codes: list[int], expected: int) -> None:
    assert RUNNER.report([outcome(code) for code in codes], no_chromium=False) == expected


@pytest.mark.parametrize(("ci", "expected"), [("true", 1), ("", 0)])
def test_a_missing_browser_is_said_aloud_and_fails_where_nobody_reads(
    ci: str, expected: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", ci)

    assert RUNNER.report([outcome(PASSED)], no_chromium=True) == expected
    assert "BROWSER TESTS SKIPPED: no Chromium" in capsys.readouterr().out


def test_the_last_line_counts_both_runs_together(capsys: pytest.CaptureFixture[str]) -> None:
    RUNNER.report([outcome(PASSED), outcome(PASSED)], no_chromium=False)

    assert capsys.readouterr().out.splitlines()[-1] == "== 4 passed, 0 failed, 0 errors, 2 skipped in 0 s"


def test_pytests_own_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="2" errors="1" skipped="3">'
        '<testcase classname="tests.a" time="2"/><testcase classname="tests.b" time="1.5"/>'
        '<testcase classname="tests.b" time="1.5"/></testsuite></testsuites>'
    )
    counted = RUNNER.Outcome("somewhere")

    RUNNER.count(counted, report)

    assert (counted.passed, counted.failed, counted.errors, counted.skipped) == (3, 2, 1, 3)
    assert counted.heaviest(2) == "b 3 s, a 2 s"


@pytest.mark.skipif(sys.platform == "win32", reason="the tests' own PostgreSQL is started on Unix alone")
def test_the_servers_life_ends_with_the_block_and_leaves_nothing() -> None:
    with postgres.postgres() as address:
        with psycopg.connect(address) as connection:
            (directory,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        assert Path(directory).is_dir() or os.geteuid() != 0

    assert not Path(directory).exists()
    assert not is_up(address)


@pytest.mark.skipif(sys.platform == "win32", reason="the tests' own PostgreSQL is started on Unix alone")
def test_the_server_does_not_outlive_a_run_that_was_killed() -> None:
    held = "import time, postgres\nwith postgres.postgres() as address:\n print(address, flush=True)\n time.sleep(60)"
    run = subprocess.Popen([sys.executable, "-c", held], cwd=TOOLS, stdout=subprocess.PIPE, text=True)
    with run:
        assert run.stdout is not None
        address = run.stdout.readline().strip()
        psycopg.connect(address).close()
        run.kill()

    until = time.monotonic() + 20
    while time.monotonic() < until and is_up(address):
        time.sleep(0.05)
    assert not is_up(address)


def is_up(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
