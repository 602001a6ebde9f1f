"""Files of orders and invoices, read as papers."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from keen.lib.errors import RuleError
from keen.orders.domain import columns, folding, reading
from keen.orders.domain.facts import Facts, Refused
from keen.orders.domain.folding import Row
from keen.orders.models import Intake
from keen.records.domain import tabular
from keen.records.domain.mapping import ColumnMapping
from keen.records.domain.tabular import Limits, Table

SAMPLE = 500
LIMITS = Limits()
REMEMBERED = 30
# How many rows that stay out are given back.
MOST_REFUSED = 1000
CHUNK = 1 << 20


@dataclass(frozen=True)
class Read:
    """A file as papers, with the columns as they were taken."""

    kind: str
    headers: list[str]
    proposed: tuple[ColumnMapping, ...]
    mapping: dict[str, str]
    rows: int
    papers: list[Facts]
    refused: list[Refused]
    cells: dict[int, list[str]]
    warnings: list[str]


@dataclass(frozen=True)
class Wish:
    """How a file is to be read: from which system, as what (empty: find out), with which columns (empty: propose)."""

    system: str
    kind: str = ""
    mapping: Mapping[str, str] | None = None


def read(path: Path, name: str, wish: Wish) -> Read:
    """The papers in a file.

    Raises: TableError with what to mend; RuleError when no column holds the number.
    Cost: reads the whole file, 1 query for how such files were read before.
    """
    table = tabular.read(path, name, LIMITS)
    try:
        return _read(table, wish)
    finally:
        table.close()


def _read(table: Table, wish: Wish) -> Read:
    sample = table.sample(SAMPLE)
    kind, made = columns.propose(table.headers, sample, wish.kind)
    known = None if wish.mapping is not None or wish.kind else remembered(wish.system, table.headers)
    if known is not None:
        kind, chosen = known
    elif wish.mapping is not None:
        chosen = dict(wish.mapping)
    else:
        chosen = {str(one.place): one.target for one in made.columns if one.target}
    labels = {target.name: target.label for target in columns.targets(kind)}
    there = {str(place) for place in range(len(table.headers))}
    chosen = {place: target for place, target in chosen.items() if target in labels and place in there}
    if "number" not in chosen.values():
        message = f"No column holds the {labels['number'].lower()}. Say which one does."
        raise RuleError("no_number", message, "number")
    by_target = {target: [row[int(place)] for row in sample] for place, target in chosen.items()}
    ways = reading.ways_of(
        by_target,
        exact_point=table.kind == "xlsx",
        zone=ZoneInfo(settings.TIME_ZONE),
        house=settings.KEEN.currency,
    )
    ways = reading.Ways(ways.mark, ways.order, ways.zone, ways.currency, labels)
    count = Counter[str]()
    papers, refused = folding.fold(_rows(table, chosen, count), kind, wish.system, ways)
    # The cells of a large file do not fit in memory: those that are given back are read once more.
    wanted = set([number for one in refused for number in one.rows][:MOST_REFUSED])
    kept = {row.number: row.values for row in table.rows() if row.number in wanted} if wanted else {}
    return Read(
        kind, table.headers, made.columns, chosen, count["rows"], papers, refused, kept, table.warnings
    )


def _rows(table: Table, chosen: Mapping[str, str], count: Counter[str]) -> Iterator[Row]:
    places = [(int(place), target) for place, target in chosen.items()]
    for row in table.rows():
        count["rows"] += 1
        yield Row(
            row.number, {target: row.values[place] for place, target in places if place < len(row.values)}
        )


def remembered(system: str, headers: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """How somebody read a file with the same columns before: as what, and which columns.

    Cost: 1 query.
    """
    done = Intake.objects.filter(system=system, state=Intake.DONE, road=Intake.PAGE).order_by("-created_at")
    for intake in done.only("kind", "headers", "mapping")[:REMEMBERED]:
        if intake.headers == list(headers) and intake.mapping:
            return intake.kind, dict(intake.mapping)
    return None


def sha256(path: Path) -> str:
    """The fingerprint of the file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
