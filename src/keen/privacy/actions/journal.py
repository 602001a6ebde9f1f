"""The journal of erasures: a file beside the database, so that a restored copy does not bring anybody back."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from keen.records.queries.tombstones import folder

NAME = "journal.jsonl"


@dataclass(frozen=True)
class Line:
    """One erasure: whose, by ids and by keyed hashes. No name, no address.

    Shape: `hashes` are of handles, which tell a person by themselves; `marks` tell one only together with an id.
    """

    id: str
    kind: str
    record_id: int
    ids: tuple[int, ...]
    hashes: tuple[str, ...]
    on: str
    marks: tuple[str, ...] = ()


def append(line: Line) -> None:
    """Write the line, and wait until it is on the disk. One that stands there already is not written twice."""
    if any(known.id == line.id for known in lines()):
        return
    handle = os.open(_path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (json.dumps(asdict(line)) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def lines() -> Iterator[Line]:
    """The journal, oldest first. A last line that was cut off by a crash is passed over."""
    if not _path().exists():
        return
    for text in _path().read_text().splitlines():
        try:
            data = json.loads(text)
        except ValueError:
            continue
        listed = {name: tuple(data.get(name, ())) for name in ("ids", "hashes", "marks")}
        yield Line(**{**data, **listed})


def _path() -> Path:
    return folder() / NAME
