"""Records of the made-up past with their audit trail: each as if its maker had saved it at that moment, written by the thousand."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from keen.activities.models import Activity
from keen.core.actions import rows
from keen.core.actions.operations import Entry
from keen.core.domain.receipts import Receipt
from keen.core.models import Change, Operation
from keen.core.models.fresh import fresh
from keen.people.models import Account, Contact
from keen.records import declare, search
from keen.records.actions import store
from keen.records.domain.fieldvalues import is_empty, plain
from keen.records.models import Record
from keen.sales.models import Opportunity

MADE_LATER = ("updated_at", "updated_by_id", "version")
CHANGING: dict[type[Record], tuple[str, ...]] = {
    Contact: ("job_title", "department", "last_contact_at", *MADE_LATER),
    Account: ("description", "last_contact_at", *MADE_LATER),
    Opportunity: (
        "pipeline", "stage", "amount", "close_date", "reason", "competitors", "probability", "forecast_category", "value",
        "weighted", "counts_on", "closed_at", "stage_since", "stale_on", *MADE_LATER,
    ),
}  # fmt: skip
FIRST = ("contact", "opportunity", "lead")
"""The kinds to which records of other kinds of the same portion may lead."""
OPERATION = ("id", "actor_id", "verb", "label", "at", "via", "undo_until", "receipt")
PLAIN_RECEIPT = Receipt("saved", "").to_json()


@dataclass
class Deed:
    """One thing that somebody did: the operation to be."""

    actor_id: int | None
    at: datetime
    verb: str
    told: str
    via: str = "page"
    id: UUID = field(default_factory=lambda: UUID(int=0))
    undoable: bool = True


@dataclass
class Later:
    """What became of a new record afterwards: the columns as they were then and as they were from then on."""

    deed: Deed
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Made:
    """A new record as it is in the end, with who made it and what became of it."""

    record: Record
    deed: Deed
    later: list[Later] = field(default_factory=list)
    about: Record | None = None
    """What an activity is about, when that may not be stored yet."""

    def change(self, deed: Deed, **columns: Any) -> None:
        """Give the record other values by another deed."""
        before = {name: getattr(self.record, name) for name in columns}
        for name, value in columns.items():
            setattr(self.record, name, value)
        self.later.append(Later(deed, before, columns))


class History:
    """What is to be written, until `write` writes it."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._made: list[Made] = []
        self._changes: list[Change] = []
        self._deeds: dict[int, Deed] = {}
        self._touched: dict[tuple[str, int], Record] = {}

    def make(self, made: Made) -> None:
        """A new record with what became of it, to be written with the next ones."""
        self._made.append(made)

    def alter(self, record: Any, deed: Deed, verb: str = "updated", **columns: Any) -> None:
        """Give a person or company that is written already other values; the row follows in `write_rows`."""
        before = {name: plain(getattr(record, name)) for name in columns}
        for name, value in columns.items():
            setattr(record, name, value)
        record.updated_at, record.updated_by_id = deed.at, deed.actor_id
        record.version += 1
        after = {name: plain(value) for name, value in columns.items()}
        self._note(deed, Entry(record.KIND, record.pk, record.version, verb, before, after))
        self._touched[record.KIND, record.pk] = record

    def tell(self, deed: Deed, entry: Entry) -> None:
        """A line of the audit trail that is about no record."""
        self._note(deed, entry)

    def write(self) -> None:
        """Write what was made and done since the last time."""
        self._made.sort(key=lambda made: made.deed.at)
        by_kind: dict[str, list[Made]] = {}
        for made in self._made:
            by_kind.setdefault(made.record.KIND, []).append(made)
        for kind in sorted(by_kind, key=lambda kind: FIRST.index(kind) if kind in FIRST else len(FIRST)):
            self._insert(kind, by_kind[kind])
        rows.write(Operation, OPERATION, [_operation(deed) for deed in self._deeds.values()])
        self._changes.sort(key=lambda change: change.at)
        rows.insert(self._changes)
        self._made, self._changes, self._deeds = [], [], {}

    def write_rows(self) -> None:
        """Bring the rows and the search entries of changed people and companies up to date."""
        for model, columns in CHANGING.items():
            touched = [record for record in self._touched.values() if isinstance(record, model)]
            _update(model, columns, touched)
            search.index(touched)
        self._touched = {}

    def _insert(self, kind: str, found: Sequence[Made]) -> None:
        record_type = declare.get(kind)
        records = [made.record for made in found]
        for made in found:
            _stamp(made)
        rows.insert(records)
        names = [one.column for one in record_type.fields if one.editable or one.column in store.EXTRA]
        for made in found:
            self._note_made(kind, made, names)
        store.keep_beside(record_type, records)

    def _note_made(self, kind: str, made: Made, names: Iterable[str]) -> None:
        record = made.record
        first = {name: getattr(record, name) for name in names}
        for later in reversed(made.later):
            first.update(later.before)
        after = {name: plain(value) for name, value in first.items() if not is_empty(value)}
        self._note(made.deed, Entry(kind, record.pk, 1, "created", {}, after))
        for version, later in enumerate(made.later, 2):
            told = (
                {name: plain(value) for name, value in part.items()} for part in (later.before, later.after)
            )
            self._note(later.deed, Entry(kind, record.pk, version, "updated", *told))

    def _note(self, deed: Deed, entry: Entry) -> None:
        if id(deed) not in self._deeds:
            deed.id = UUID(int=self._chance.getrandbits(128), version=4)
            self._deeds[id(deed)] = deed
        about = {"operation_id": deed.id, "actor_id": deed.actor_id, "at": deed.at}
        self._changes.append(fresh(Change, {**about, **vars(entry)}))


def _stamp(made: Made) -> None:
    """Who made it and when, and who changed it last, as saving would have written."""
    if isinstance(made.record, Activity) and made.about is not None:
        made.record.about_kind, made.record.about_id = made.about.KIND, made.about.pk
    record, last = made.record, made.later[-1].deed if made.later else made.deed
    record.created_at, record.created_by_id = made.deed.at, made.deed.actor_id
    record.updated_at, record.updated_by_id = last.at, last.actor_id
    record.version = 1 + len(made.later)
    record.derive()


def _operation(deed: Deed) -> tuple[Any, ...]:
    """The columns of OPERATION."""
    name = str(deed.id)
    undo = name if deed.undoable else ""
    until = deed.at + timedelta(hours=settings.KEEN.undo_hours) if deed.undoable else None
    receipt = {**PLAIN_RECEIPT, "text": deed.told, "undo": undo, "operation": name}
    return (deed.id, deed.actor_id, deed.verb, deed.told[:300], deed.at, deed.via, until, receipt)


def _update(model: type[Record], names: Sequence[str], records: Sequence[Record]) -> None:
    """Write these columns of the rows, in one statement for all."""
    columns: dict[str, Any] = {column.attname: column for column in model._meta.concrete_fields}  # noqa: SLF001  the public way
    quoted = connection.ops.quote_name
    setting = ", ".join(f"{quoted(columns[name].column)} = %s" for name in names)
    values = [
        [*(columns[name].get_db_prep_save(getattr(record, name), connection) for name in names), record.pk]
        for record in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quoted(model._meta.db_table)} SET {setting} WHERE id = %s",  # noqa: S608, SLF001  our own names
            values,
        )
