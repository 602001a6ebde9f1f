"""The tables of facts: their columns, the folders of days, and how a day gets its place."""

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from keen.lib.files import sync_folder
from keen.telemetry import spool
from keen.telemetry.queries import usage_root
from keen.telemetry.store import base

if TYPE_CHECKING:
    import pyarrow as pa

DAYS: Final = "days"
TMP: Final = "tmp"
MARK: Final = "mark.json"
TABLES: Final[Mapping[str, Mapping[str, str]]] = {
    "person_day": {
        "person": "int", "day": "day", "team": "int", "role": "text", "share": "number", "assumed": "flag", "away": "flag",
        "watched": "flag",
    },
    "deed": {"person": "int", "day": "day", "what": "text", "n": "int"},
    "use": {"person": "int", "day": "day", "what": "text", "n": "int"},
    "occasion": {"person": "int", "day": "day", "what": "text"},
    "process": {"person": "int", "day": "day", "kind": "text", "record": "int", "whole": "flag"},
    "entry": {
        "person": "int", "day": "day", "kind": "text", "record": "int", "hours": "number", "known": "flag", "noted": "flag",
        "review": "flag", "hurried": "flag",
    },
    "quality": {"person": "int", "day": "day", "kind": "text", "record": "int", "points": "int"},
}  # fmt: skip
"""Units: `day` counts days since the year 1 (date.toordinal), so that every engine reckons with it alike; `share` is
the part of the day that is worked; `points` are quarters; `hours` are hours of working days."""
Rows = Mapping[str, Sequence[tuple[Any, ...]]]


def facts_root() -> Path:
    """The directory of facts of this installation."""
    return usage_root() / base.DERIVED


def table(name: str, rows: Sequence[tuple[Any, ...]]) -> "pa.Table":
    """The rows as a table of columns."""
    return columns(rows, TABLES[name])


def columns(rows: Sequence[tuple[Any, ...]], kinds: Mapping[str, str]) -> "pa.Table":
    """The rows as columns of these kinds: int, day, text, number or flag."""
    import pyarrow as pa  # noqa: PLC0415  megabytes that no web process needs

    known = {
        "int": pa.int64(),
        "day": pa.int32(),
        "text": pa.string(),
        "number": pa.float64(),
        "flag": pa.bool_(),
    }
    values = list(zip(*rows, strict=True)) or [() for _ in kinds]
    return pa.table(
        {
            name: pa.array(column, known[kind])
            for (name, kind), column in zip(kinds.items(), values, strict=True)
        }
    )


def days(root: Path) -> dict[date, Path]:
    """The folder that holds for each day: the newest one. Every folder there is whole."""
    found: dict[date, Path] = {}
    for folder in sorted((root / DAYS).glob("*+*")):
        found[date.fromisoformat(folder.name.partition("+")[0])] = folder
    return found


def files(root: Path, name: str, first: date, last: date) -> list[Path]:
    """The files of a table for these days, oldest first. To be asked for while reading."""
    held = (folder / f"{name}.parquet" for day, folder in days(root).items() if first <= day <= last)
    return [file for file in held if file.exists()]


def mark_of(folder: Path | None) -> dict[str, Any]:
    """What the day was made from, as it was written beside it; nothing where there is none."""
    if folder is None:
        return {}
    found: dict[str, Any] = json.loads((folder / MARK).read_text())
    return found


def put(root: Path, day: date, rows: Rows, mark: Mapping[str, Any], *, kept: Iterable[str] = ()) -> None:
    """The day with these rows, in place of what was there. Tables named in `kept` stay as they were.

    Shape: whoever dies on the way leaves the old day or the new one, and nothing else that is read.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415

    before = days(root).get(day)
    serial = int(before.name.partition("+")[2]) + 1 if before else 1
    draft = root / TMP / f"{day}+{serial:06}"
    shutil.rmtree(draft, ignore_errors=True)
    spool.private(draft)
    for name in TABLES:
        file = draft / f"{name}.parquet"
        if name in kept and before is not None and (before / file.name).exists():
            shutil.copyfile(before / file.name, file)
        elif rows.get(name):
            pq.write_table(table(name, rows[name]), file, compression="zstd")
        else:
            continue
        file.chmod(spool.PRIVATE)
        _sync(file)
        base.step("wrote a table")
    (draft / MARK).write_text(json.dumps(mark))
    (draft / MARK).chmod(spool.PRIVATE)
    _sync(draft / MARK)
    sync_folder(draft)
    place(root, draft, before)


def place(root: Path, draft: Path, before: Path | None) -> None:
    """The folder among the days; the one before it goes."""
    spool.private(root / DAYS)
    base.step("wrote a day of facts")
    with base.swapping(root.parent):
        draft.rename(root / DAYS / draft.name)
        sync_folder(root / DAYS)
        base.step("placed a day of facts")
        if before is not None:
            shutil.rmtree(before)
    base.step("removed the day before")


def tidy(root: Path) -> None:
    """Folders that a newer one of the same day has replaced are gone, as after a crash between the two."""
    held = set(days(root).values())
    for folder in (root / DAYS).glob("*+*"):
        if folder not in held:
            with base.swapping(root.parent):
                shutil.rmtree(folder)


def forget(root: Path, before: date) -> int:
    """How many days were too old and are gone."""
    with base.working(root):
        old = [folder for day, folder in days(root).items() if day < before]
        for folder in old:
            gone = root / TMP / folder.name
            spool.private(gone.parent)
            with base.swapping(root.parent):
                folder.rename(gone)
            shutil.rmtree(gone)
        return len(old)


def _sync(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
