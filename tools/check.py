"""`./keen check`: the rules a machine can hold, in about a minute. `--fix` mends style first.

Each step runs even when an earlier one failed, so that one run tells everything.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BINARIES = Path(PYTHON).parent
STYLED = ["src", "tests", "tools", "keen"]
RULES = ["tests/test_layout.py", "tests/test_docs.py"]


@dataclass
class Step:
    """One check: its name, the command, and what it needs in its environment."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Result:
    """How a step ended."""

    step: Step
    code: int
    output: str
    seconds: float


def steps(data: str) -> list[Step]:
    """All checks, the slow ones first."""
    django = [PYTHON, "-P", "-m", "keen.site.cli", "django"]
    development = {"KEEN_DATA": data, "KEEN_DATABASE_URL": ""}
    production = development | {
        "KEEN_DEBUG": "",
        "KEEN_BASE_URL": "https://crm.example.com",
        "KEEN_ALLOWED_HOSTS": "crm.example.com",
        "KEEN_SECRET_KEY": "only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz",
    }
    return [
        Step("types: mypy", [str(BINARIES / "mypy")], development),
        Step("rules of the house", [PYTHON, "-m", "pytest", "-q", "--no-header", *RULES], development),
        Step("layers: import-linter", [str(BINARIES / "lint-imports"), "--no-cache"], {"PYTHONPATH": "src"}),
        Step("style: ruff check", [str(BINARIES / "ruff"), "check", *STYLED]),
        Step("style: ruff format", [str(BINARIES / "ruff"), "format", "--check", *STYLED]),
        Step("migrations are complete", [*django, "makemigrations", "--check", "--dry-run"], development),
        Step("django check", [*django, "check", "--fail-level", "WARNING"], development),
        Step("django check --deploy", [*django, "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


def main() -> int:
    """Runs all steps and returns 0 if every one passed."""
    parser = argparse.ArgumentParser(prog="keen check", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend style and write the reference pages first")
    if parser.parse_args().fix:
        ruff = str(BINARIES / "ruff")
        subprocess.run([ruff, "check", "--fix", "--quiet", *STYLED], cwd=PROJECT, check=False)
        subprocess.run([ruff, "format", "--quiet", *STYLED], cwd=PROJECT, check=False)
        subprocess.run([PYTHON, "tools/reference.py"], cwd=PROJECT, check=False)
    with scratch() as data, ThreadPoolExecutor(max_workers=2) as pool:
        results = [shown(result) for result in pool.map(take, steps(data))]
    failed = [result.step.name for result in results if result.code]
    print(
        f"\n{len(results) - len(failed)} of {len(results)} checks passed"
        + (f"; failed: {', '.join(failed)}" * bool(failed))
    )
    return 1 if failed else 0


@contextmanager
def scratch() -> Iterator[str]:
    """A directory that stands in for an installation's data."""
    with tempfile.TemporaryDirectory(prefix="keen-check-") as name:
        yield name


def take(step: Step) -> Result:
    """Runs one step and keeps what it said."""
    began = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=PROJECT,
        env={name: value for name, value in os.environ.items() if not name.startswith("KEEN_")}
        | step.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(step, done.returncode, done.stdout, time.monotonic() - began)


def shown(result: Result) -> Result:
    """The result, printed: a line when it passed, everything it said when not."""
    mark = "failed" if result.code else "passed"
    print(f"{mark}  {result.seconds:5.1f} s  {result.step.name}", flush=True)
    if result.code:
        print(result.output, flush=True)
    return result


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
