"""`./keen test`: every test on SQLite, then those that ask a database on PostgreSQL.

Shape: the last line counts both runs together, in pytest's words; the exit code is 0 when all passed.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import chromium
import postgres

PROJECT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
SKIPPED_BROWSER = "BROWSER TESTS SKIPPED: no Chromium"


@dataclass
class Outcome:
    """What one run of pytest counted."""

    title: str
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    seconds: float = 0.0
    code: int = 0
    files: dict[str, float] = field(default_factory=dict)  # seconds

    def __str__(self) -> str:
        longest = f"; longest: {self.heaviest(6)}" if self.files else ""
        return f"{self.title}: {counts([self])} in {self.seconds:.0f} s{longest}"

    def heaviest(self, number: int) -> str:
        """The files whose tests took longest, with their seconds."""
        heaviest = sorted(self.files.items(), key=lambda one: -one[1])[:number]
        return ", ".join(f"{name} {seconds:.0f} s" for name, seconds in heaviest)


@dataclass
class Plan:
    """One run of pytest: on what, with which tests."""

    title: str
    environment: dict[str, str]
    without: list[str] = field(default_factory=list)


def main() -> int:
    """Runs what was asked for and returns the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped as well
    options, others = parse()
    browser = None if options.no_browser or options.database == "postgres" else chromium.find_or_install()
    outcomes = []
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keen-test-")))
        common = {"KEEN_DATA": str(scratch / "data"), "KEEN_DEBUG": "", "KEEN_DATABASE_URL": ""}
        if options.database != "postgres":
            with_browser = common | {"KEEN_TEST_DATABASE": "sqlite", "CHROMIUM": browser or ""}
            without = ["postgres"] if browser else ["postgres", "browser"]
            outcomes.append(run(Plan("SQLite", with_browser, without), options, others, scratch))
        if options.database != "sqlite":
            address = stack.enter_context(postgres.postgres())
            server = common | {"KEEN_TEST_DATABASE": "postgres", "KEEN_DATABASE_URL": address}
            plan = Plan(postgres.version(), server, ["sqlite", "browser"])
            outcomes.append(run(plan, options, others, scratch))
    return report(outcomes, no_chromium=not (browser or options.no_browser or options.database == "postgres"))


def parse() -> tuple[argparse.Namespace, list[str]]:
    """Our options, and what is for pytest."""
    parser = argparse.ArgumentParser(
        prog="keen test",
        description=__doc__,
        epilog="Everything else goes to pytest: paths, -k, -x, -n 1 ...",
    )
    parser.add_argument("--long", action="store_true", help="the drills that take minutes as well")
    parser.add_argument(
        "--sqlite", dest="database", action="store_const", const="sqlite", help="on SQLite alone"
    )
    parser.add_argument(
        "--postgres", dest="database", action="store_const", const="postgres", help="PostgreSQL alone"
    )
    parser.add_argument("--no-browser", action="store_true", help="leave the browser tests out")
    return parser.parse_known_args()


def run(plan: Plan, options: argparse.Namespace, others: list[str], scratch: Path) -> Outcome:
    """Runs pytest once and counts."""
    print(f"\n== {plan.title}", flush=True)
    results = scratch / f"{plan.environment['KEEN_TEST_DATABASE']}.xml"
    unwanted = [*plan.without, *([] if options.long else ["long"])]
    chosen = " and ".join(f"not {name}" for name in unwanted)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "load", "-m", chosen]
    began = time.monotonic()
    done = subprocess.run(
        [*command, f"--junit-xml={results}", *others],
        cwd=PROJECT,
        env=clean_environment() | plan.environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    outcome = Outcome(plan.title, code=done.returncode, seconds=time.monotonic() - began)
    if results.exists():
        count(outcome, results)
    return outcome


def clean_environment() -> dict[str, str]:
    """The environment without the settings of an installation, which must not change what a test says."""
    return {name: value for name, value in os.environ.items() if not re.match("KEEN_(?!TEST_)", name)}


def count(outcome: Outcome, results: Path) -> None:
    """Fills in the numbers of pytest's own report."""
    whole = ET.parse(results).getroot()  # noqa: S314 - written by pytest just now
    for case in whole.iter("testcase"):
        name = case.get("classname", "").removeprefix("tests.")
        outcome.files[name] = outcome.files.get(name, 0.0) + float(case.get("time", 0))
    for suite in whole.iter("testsuite"):
        total, failed, errors, skipped = (
            int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
        )
        outcome.failed += failed
        outcome.errors += errors
        outcome.skipped += skipped
        outcome.passed += total - failed - errors - skipped


def counts(outcomes: list[Outcome]) -> str:
    """The numbers in pytest's words."""
    totals = {
        name: sum(getattr(one, name) for one in outcomes)
        for name in ("passed", "failed", "errors", "skipped")
    }
    return ", ".join(f"{number} {name}" for name, number in totals.items())


def report(outcomes: list[Outcome], *, no_chromium: bool) -> int:
    """Prints the summary and returns the exit code."""
    print()
    for outcome in outcomes:
        print(f"== {outcome}")
    if no_chromium:
        print(f"== {SKIPPED_BROWSER}")
    seconds = sum(one.seconds for one in outcomes)
    print(f"== {counts(outcomes)} in {seconds:.0f} s", flush=True)
    # A selection by path or -k may leave one of the two runs empty, but not both.
    codes = {one.code for one in outcomes} - {NOTHING_COLLECTED}
    worst = max(codes) if codes else NOTHING_COLLECTED
    if worst:
        return worst
    return 1 if no_chromium and os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except postgres.PostgresError as failure:
        sys.exit(f"keen test: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
