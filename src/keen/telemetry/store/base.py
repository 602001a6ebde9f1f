"""Places, locks, plans and the one way to DuckDB."""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from keen.lib.files import sync_folder
from keen.telemetry import spool

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EVENTS, DAYS, PLANS, TMP = "events", "days", "plans", "tmp"
DERIVED = "facts"
"""What packages above make of the events: files with a column `person`, which somebody who wants out leaves, too."""
PENDING, PLACED = ".json", ".placed"
COLUMNS = {
    "id": "UUID",
    "at": "BIGINT",
    "on": "DATE",
    "name": "VARCHAR",
    "level": "VARCHAR",
    "user_id": "BIGINT",
    "who": "VARCHAR",
    "session": "VARCHAR",
    "team": "BIGINT",
    "role": "VARCHAR",
    "device": "VARCHAR",
    "browser": "VARCHAR",
    "kind": "VARCHAR",
    "ms": "INTEGER",
    "outcome": "VARCHAR",
    "props": "JSON",
}


def connect(root: Path) -> "DuckDBPyConnection":
    """A database in memory that reads files, loads nothing from the network, and spills into the directory."""
    import duckdb  # noqa: PLC0415  megabytes that a web process needs only for the page of one's own events

    spool.private(root / TMP)
    return duckdb.connect(
        ":memory:",
        config={
            "threads": "2",
            "memory_limit": "512MB",
            "temp_directory": str(root / TMP / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )


def literal(value: str | Path) -> str:
    """The text as SQL writes it."""
    return "'" + str(value).replace("'", "''") + "'"


def paths(files: Iterable[Path]) -> str:
    """The files as a list of SQL."""
    return "[" + ", ".join(literal(file) for file in files) + "]"


def lines_of(files: Iterable[Path]) -> str:
    """The events in segments, as a query; a line that was torn by a dying machine is left out."""
    columns = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in COLUMNS.items())
    return (
        'SELECT * REPLACE (make_timestamp("at") AS "at") '  # noqa: S608
        f"FROM read_json({paths(files)}, format = 'newline_delimited', columns = {{{columns}}}, "
        "ignore_errors = true, maximum_object_size = 1048576) "
        'WHERE id IS NOT NULL AND "on" IS NOT NULL AND name IS NOT NULL'
    )


def rows_of(files: Iterable[Path]) -> str:
    """The rows of Parquet files, as a query."""
    return f"SELECT * FROM read_parquet({paths(files)}, union_by_name = true, hive_partitioning = false)"  # noqa: S608


def write_parquet(connection: "DuckDBPyConnection", query: str, file: Path) -> None:
    """The rows of the query in a file that will last; the caller gives it its place."""
    spool.private(file.parent)
    connection.execute(f"COPY ({query}) TO {literal(file)} (FORMAT parquet, COMPRESSION zstd)")
    file.chmod(spool.PRIVATE)
    with file.open("rb") as written:
        os.fsync(written.fileno())


def step(name: str) -> None:
    """Nothing: the place where a test ends the process."""
    del name


@contextmanager
def working(root: Path) -> Iterator[None]:
    """Alone among those that move events, after what somebody before left half done is finished."""
    with _held(root / "work.lock", exclusive=True):
        finish_plans(root)
        shutil.rmtree(root / TMP, ignore_errors=True)
        yield


@contextmanager
def swapping(root: Path) -> Iterator[None]:
    """While nobody reads."""
    with _held(root / "read.lock", exclusive=True):
        yield


@contextmanager
def reading(root: Path) -> Iterator[None]:
    """While files stay where they are."""
    with _held(root / "read.lock", exclusive=False):
        yield


@contextmanager
def _held(path: Path, *, exclusive: bool) -> Iterator[None]:
    spool.private(path.parent)
    file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, spool.PRIVATE)
    try:
        with spool.locked(file, shared=not exclusive):
            yield
    finally:
        os.close(file)


@dataclass(frozen=True)
class Plan:
    """Files that give way to others. Paths are relative to the root; `targets` maps where they are written to where they belong."""

    name: str
    sources: list[str]
    targets: dict[str, str]

    def carry_out(self, root: Path) -> None:
        """Put the new files in place and take the old ones away; after a crash, what is left of that."""
        pending, placed = (root / PLANS / f"{self.name}{state}" for state in (PENDING, PLACED))
        with swapping(root):
            if not placed.exists():
                self._place(root)
                step("placed targets")
                pending.rename(placed)
                sync_folder(placed.parent)
            step("marked placed")
            for source in self.sources:
                (root / source).unlink(missing_ok=True)
                step("removed a source")
            for folder in {(root / source).parent for source in self.sources}:
                sync_folder(folder)
            placed.unlink()
            sync_folder(placed.parent)

    def _place(self, root: Path) -> None:
        for written, target in self.targets.items():
            to = root / target
            spool.private(to.parent)
            if (root / written).exists():
                (root / written).rename(to)
            step("placed a target")
            sync_folder(to.parent)

    def write(self, root: Path) -> None:
        """Make the plan last: from here on it will be carried out."""
        folder = spool.private(root / PLANS)
        draft = folder / f"{self.name}.draft"
        with draft.open("w") as file:
            json.dump({"name": self.name, "sources": self.sources, "targets": self.targets}, file)
            file.flush()
            os.fsync(file.fileno())
        step("wrote a plan")
        draft.rename(folder / f"{self.name}{PENDING}")
        sync_folder(folder)
        step("made a plan")


def plans(root: Path) -> Iterator[tuple[str, Plan]]:
    """The plans that are not through, with how far they are."""
    for state in (PENDING, PLACED):
        for file in sorted((root / PLANS).glob(f"*{state}")):
            yield state, Plan(**json.loads(file.read_text()))


def finish_plans(root: Path) -> None:
    """Carry out what was begun before a crash."""
    for _, plan in list(plans(root)):
        plan.carry_out(root)
    for draft in (root / PLANS).glob("*.draft"):
        draft.unlink()


def current(root: Path) -> tuple[list[Path], list[Path]]:
    """The segments and the Parquet files of events that hold every event once; to be asked for while reading."""
    hidden: set[Path] = set()
    for state, plan in plans(root):
        hidden |= {root / one for one in (plan.targets.values() if state == PENDING else plan.sources)}
    found = [*spool.segments(root, spool.OPEN), *spool.segments(root, spool.DONE)]
    files = sorted((root / EVENTS).glob("on=*/*.parquet"))
    return [one for one in found if one not in hidden], [one for one in files if one not in hidden]


def day_of(file: Path) -> str:
    """The day whose folder the file is in, as YYYY-MM-DD."""
    return file.parent.name.removeprefix("on=")
