"""The parts of `./keen test` that decide what a run means."""

import os
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import postgres
import psycopg
import pytest

RUNNER = SimpleNamespace(
    **runpy.run_path(str(Path(__file__).parents[2] / "tools" / "test.py"), run_name="runner")
)
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
    report.write_text('<testsuites><testsuite tests="9" failures="2" errors="1" skipped="3"/></testsuites>')
    counted = RUNNER.Outcome("somewhere")

    RUNNER.count(counted, report)

    assert (counted.passed, counted.failed, counted.errors, counted.skipped) == (3, 2, 1, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="the tests' own PostgreSQL is started on Unix alone")
def test_the_servers_life_ends_with_the_block_and_leaves_nothing() -> None:
    with postgres.postgres() as address:
        with psycopg.connect(address) as connection:
            (directory,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        assert Path(directory).is_dir() or os.geteuid() != 0

    assert not Path(directory).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)
