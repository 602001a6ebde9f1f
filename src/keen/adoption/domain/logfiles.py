"""Logs of other CRMs as files: comma-separated values and XES, plain or packed."""

import csv
import gzip
from codecs import iterdecode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, cast

from keen.adoption.domain.foreign import XES, LogEvent, LogMapping
from keen.lib.errors import RuleError
from keen.lib.xes import read_events

PACKED: Final = b"\x1f\x8b"
JOIN: Final = "+"


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of the file, unpacked when it is packed."""
    with path.open("rb") as file:
        packed = file.read(len(PACKED)) == PACKED
        file.seek(0)
        if not packed:
            yield file
            return
        with gzip.open(file) as unpacked:
            yield cast("IO[bytes]", unpacked)


def events_in(file: IO[bytes], form: str, mapping: LogMapping, zone: tzinfo) -> Iterator[LogEvent]:
    """The events of the log, in its order. Times without a zone of their own are of this one.

    Raises: RuleError with a sentence that says what to mend, for a file or a mapping that do not go together.
    """
    lines = _xes(file) if form == XES else _csv(file)
    first = next(lines, None)
    if first is None:
        raise RuleError("empty", "The file holds no events.", "file")
    if form != XES and (wrong := mapping.problems(first)):
        raise RuleError("mapping", " ".join(wrong), "mapping")
    for number, line in enumerate(chain([first], lines), start=1):
        yield _event(line, number, mapping, zone)


def _xes(file: IO[bytes]) -> Iterator[dict[str, str]]:
    try:
        yield from read_events(file)
    except ValueError as error:
        raise RuleError("not_xes", str(error), "file") from error


def _csv(file: IO[bytes]) -> Iterator[dict[str, str]]:
    text = iterdecode(file, "utf-8-sig", errors="replace")
    head = next(text, "")
    delimiter = max(",;\t", key=head.count)
    names = next(csv.reader([head], delimiter=delimiter), [])
    for row in csv.reader(text, delimiter=delimiter):
        if row:
            yield dict(zip(names, row, strict=False))


def _event(line: dict[str, str], number: int, mapping: LogMapping, zone: tzinfo) -> LogEvent:
    what = JOIN.join(line.get(column, "") for column in mapping.what)
    said = line.get(mapping.at, "")
    at = _time(said, number, mapping.time_format)
    at = at if at.tzinfo else at.replace(tzinfo=zone)
    return LogEvent(line.get(mapping.who, ""), at, what, line.get(mapping.case, "") if mapping.case else "")


def _time(said: str, number: int, form: str) -> datetime:
    try:
        return datetime.strptime(said, form) if form else datetime.fromisoformat(said)  # noqa: DTZ007  a zone follows
    except ValueError:
        way = f"as {form}" if form else "as 2026-11-20T15:04:05"
        raise RuleError(
            "time",
            f"Event {number:,} has the time “{said[:40]}”, which cannot be read {way}. Say how times are written.",
            "time_format",
        ) from None


def described(mapping: LogMapping) -> dict[str, Any]:
    """The mapping in words, for a page or a terminal."""
    return {
        "person": mapping.who,
        "time": mapping.at,
        "what": JOIN.join(mapping.what),
        "case": mapping.case or "none",
    }
