"""How one file is read: its table, which column becomes what, and the rows from any place on."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

from keen.core.domain.actor import Actor
from keen.core.wiring import wired
from keen.lib import text
from keen.records import declare
from keen.records.declare import Kind, RecordType
from keen.records.domain import headers, mapping, tabular, values
from keen.records.domain.mapping import Mapping as ColumnMap
from keen.records.domain.tabular import Choices, Limits, Row, Table
from keen.records.domain.targets import FieldFacts, TargetField, of_fields
from keen.records.domain.values import Cleaner, Options
from keen.records.models import ImportRun

SAMPLE = 2000
PREVIEW = 200
MOST_SHOWN = 60
LIMITS = Limits()
# What decides whether a row that came in before would become the same again.
SHAPING = ("region", "country", "date_order", "date_orders", "found_orders", "values", "overwrite")


@dataclass
class Plan:
    """A file that is ready to be read for a run, by the rights of one person."""

    run: ImportRun
    actor: Actor
    record_type: RecordType
    targets: list[TargetField]
    mapping: ColumnMap
    shape: str
    _table: Table | None = field(default=None, repr=False)
    _cleaner: Cleaner | None = field(default=None, repr=False)

    @property
    def table(self) -> Table:
        """The file, opened when first asked for.

        Raises: TableError with what to mend.
        """
        if self._table is None:
            self._table = table_of(self.run)
        return self._table

    @property
    def options(self) -> Mapping[str, Any]:
        """What was decided beside the columns."""
        chosen: Mapping[str, Any] = self.run.options
        return chosen

    @property
    def cleaner(self) -> Cleaner:
        """The reader of cells, made when first asked for."""
        if self._cleaner is None:
            self._cleaner = Cleaner(self.mapping, self.targets, cleaning(self.run))
        return self._cleaner

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The rows behind a line of the file."""
        return (row for row in self.table.rows() if row.number > after)

    def replaced(self, raw: Sequence[str]) -> Sequence[str]:
        """The row with the values that somebody gave a meaning to."""
        chosen: Mapping[str, Mapping[str, str]] = self.options.get("values") or {}
        if not chosen:
            return raw
        cells = list(raw)
        for place, meanings in chosen.items():
            at = int(place)
            if at < len(cells) and (meaning := meanings.get(cells[at].strip())) is not None:
                cells[at] = meaning
        return cells

    def mapped_fields(self) -> set[str]:
        """The names of the record's fields that the file fills."""
        names = {target.partition(".")[0] for target in self.mapping.targets()}
        if names & {"full_name", "middle_name", "suffix"}:
            names = (names - {"full_name", "middle_name", "suffix"}) | {
                "first_name",
                "last_name",
                "salutation",
            }
        return names & set(self.record_type.by_name)


def targets_for(record_type: RecordType, actor: Actor) -> list[TargetField]:
    """Every value that a column may become for somebody with these rights."""
    return of_fields(
        [
            FieldFacts(
                made.name, made.label, str(made.kind), made.labels, made.synonyms, made.choices, made.most
            )
            for made in record_type.writable(actor)
        ]
    )


def full_path(path: str) -> Path:
    """Where a kept file lies."""
    return Path(settings.MEDIA_ROOT) / path


def table_of(run: ImportRun) -> Table:
    """The run's file as a table, read as somebody chose.

    Raises: TableError with what to mend.
    """
    chosen = Choices(**{name: value for name, value in run.choices.items() if value not in ("", None)})
    return tabular.read(full_path(run.path), run.name, LIMITS, chosen)


def read(path: Path, name: str, chosen: Mapping[str, Any]) -> tuple[Table, dict[str, Any]]:
    """A file as a table, and what is written on its import of how it was read.

    Shape: the encoding that the program writes, if it is known, decides where the file itself does not tell.
    Raises: TableError with what to mend.
    """
    choices = {key: value for key, value in chosen.items() if value not in ("", None)}
    table = tabular.read(path, name, LIMITS, Choices(**choices))
    known = headers.detect(table.headers)
    if (
        known
        and known.template.encoding
        and not table.encoding.certain
        and "expected_encoding" not in choices
    ):
        choices["expected_encoding"] = known.template.encoding
        table = tabular.read(path, name, LIMITS, Choices(**choices))
    sample = table.sample(PREVIEW)
    reading = {
        "choices": choices,
        "encoding": table.encoding.name,
        "delimiter": table.delimiter,
        "sheet": table.sheet[:120],
        "sheets": list(table.sheets),
        "headers": table.headers,
        "warnings": list(table.warnings),
        "total": table.row_count_estimate,
        "preview": {
            "rows": [[cell[:MOST_SHOWN] for cell in row] for row in sample[:5]],
            "samples": [_samples(sample, place) for place in range(len(table.headers))],
            "program": known.sentence if known else "",
        },
    }
    return table, reading


def _samples(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        value = text.clean(row[place], MOST_SHOWN) if place < len(row) else ""
        if value:
            found[value] = None
        if len(found) == 3:
            break
    return list(found)


def open_plan(run: ImportRun, actor: Actor) -> Plan:
    """The plan of a run whose columns are matched.

    Raises: RuleError for a mapping that cannot be read.
    """
    record_type = declare.get(run.kind)
    targets = targets_for(record_type, actor)
    mapped = ColumnMap.from_json(run.mapping)
    return Plan(run, actor, record_type, targets, mapped, shape_of(run, actor))


def shape_of(run: ImportRun, actor: Actor) -> str:
    """A fingerprint of who reads a file and how: rows of equal shape and hash become the same records."""
    columns = sorted((c["place"], c["target"]) for c in run.mapping.get("columns", ()) if c["target"])
    told = [
        run.kind,
        actor.user_id,
        columns,
        sorted(run.mapping.get("constants", {}).items()),
        [run.options.get(name) for name in SHAPING],
    ]
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=16).hexdigest()


def cleaning(run: ImportRun) -> Options:
    """What the file does not say itself, as the reader of cells wants it."""
    chosen = run.options
    orders = {**(chosen.get("found_orders") or {}), **(chosen.get("date_orders") or {})}
    return Options(
        default_region=chosen.get("region") or settings.KEEN.region,
        country=chosen.get("country") or "",
        date_order=chosen.get("date_order") or "dmy",
        date_orders={int(place): str(order) for place, order in orders.items()},
    )


@dataclass(frozen=True)
class Proposal:
    """What a file seems to be."""

    kind: str
    mapping: ColumnMap
    template: str = ""


def propose(table: Table, actor: Actor, kind: str = "") -> Proposal:
    """What the columns probably become; the kind of record is found out where none is named."""
    found = headers.detect(table.headers)
    offered = [record_type for record_type in importable(actor) if kind in {"", record_type.kind}]
    rows = table.sample(PREVIEW)
    proposals = [
        Proposal(
            record_type.kind,
            mapping.propose(table.headers, rows, targets_for(record_type, actor)),
            found.template.system if found else "",
        )
        for record_type in offered
    ]
    known = found.template.kind if found else ""
    return max(proposals, key=lambda made: (made.kind == known, _fit(made.mapping)))


def importable(actor: Actor) -> list[RecordType]:
    """The kinds that the actor may bring in: those of which it can be told whether a row is here already."""
    compared = {kind for kind, _, _ in wired().comparers}
    return [
        made
        for made in declare.types()
        if made.importable and made.kind in compared and actor.rights.scope(made.kind, "add").reach
    ]


def _fit(made: ColumnMap) -> float:
    return sum(column.confidence for column in made.columns if column.target)


def signature(names: Sequence[str]) -> str:
    """A fingerprint of column names, by which a kept mapping finds its files."""
    folded = sorted(text.fold(name) for name in names)
    return hashlib.blake2b("\x1f".join(folded).encode(), digest_size=16).hexdigest()


def date_orders(plan: Plan) -> tuple[dict[str, str], list[int]]:
    """How the columns write their dates, and the places of those that do not tell."""
    rows = (row.values for row in islice(plan.table.rows(), SAMPLE))
    found = values.date_orders(plan.mapping, plan.targets, rows)
    told = {
        str(place): order.order for place, order in found.items() if order.order and not order.contradictory
    }
    unclear = [place for place, order in found.items() if order.contradictory or not order.order]
    return told, unclear


def is_link(record_type: RecordType, name: str) -> bool:
    """Whether the field leads to another record."""
    return name in record_type.by_name and record_type.by_name[name].kind is Kind.REFERENCE
