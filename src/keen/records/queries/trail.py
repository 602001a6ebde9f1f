"""The audit trail in words, within the reader's rights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.core.models import Change
from keen.lib import phones
from keen.lib.addresses import Address
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import id_of, is_empty
from keen.records.models import Record
from keen.records.queries import unseen

MOST = 100
VERBS = {
    "created": "added this",
    "updated": "changed",
    "deleted": "moved this to the trash",
    "restored": "took this out of the trash",
    "merged": "merged",
    "relinked": "linked this to the merged record",
    "undone": "took back",
    "related": "changed a relation",
}
# By which road it came, where that is worth a word.
ROADS = {"page": "", "api": "through the interface", "import": "from a file", "automation": "by itself"}
# What is noted of a record beside its fields.
BESIDE = {"relation": Field("relation", "Relation")}


@dataclass(frozen=True)
class Difference:
    """A field as it was and as it is."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class TrailEntry:
    """One change to a record. What it did to the fields is put into words when it is asked for."""

    id: int
    at: datetime
    who: str
    verb: str
    via: str
    operation_id: UUID
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    known: Mapping[str, Field]
    words: "Words"

    @cached_property
    def differences(self) -> Sequence[Difference]:
        """The fields that changed and that the reader may see.

        Cost: 1 query for each kind of link among all the changes that were read together, once.
        """
        return [
            Difference(
                self.known[name].label,
                self.words.of(self.known[name], self.before.get(name)),
                self.words.of(self.known[name], value),
            )
            for name, value in self.after.items()
            if name in self.known
        ]

    @property
    def day(self) -> date:
        """The day on which it happened, where the reader is."""
        return timezone.localtime(self.at).date()

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """The differences as (label, before, after)."""
        return [(difference.label, difference.before, difference.after) for difference in self.differences]


def of_record(record_type: RecordType, actor: Actor, record: Record, *, before: str = "") -> list[TrailEntry]:
    """The changes of the record and of those merged into it, newest first; fields hidden from the reader are left out.

    Shape: at most 100; `before` is the id of the last one shown.
    Cost: 1 query, and 1 for each kind of link among the changes.
    """
    ids = [record.pk, *record.absorbed]
    found = Change.objects.filter(kind=record_type.kind, record_id__in=ids).select_related(
        "actor", "operation"
    )
    last = id_of(before)
    if last is not None:
        found = found.filter(pk__lt=last)
    return entries(record_type, actor, list(found.order_by("-pk")[:MOST]))


def entries(record_type: RecordType, actor: Actor, changes: Sequence[Change]) -> list[TrailEntry]:
    """The changes in words."""
    told = [one for one in record_type.readable(actor) if unseen.is_told(record_type, actor, one)]
    known = {field.column: field for field in told} | BESIDE
    words = Words(
        actor,
        [
            (known[name], value)
            for change in changes
            for held in (change.before, change.after)
            for name, value in held.items()
            if name in known
        ],
    )
    return [
        TrailEntry(
            id=change.pk,
            at=change.at,
            who=change.who,
            verb=VERBS.get(change.verb, change.verb),
            via=change.operation.via,
            operation_id=change.operation.pk,
            before=change.before,
            after=change.after,
            known=known,
            words=words,
        )
        for change in changes
    ]


def touched(operation_id: UUID, kind: str) -> bool:
    """Whether the operation changed records of the kind.

    Cost: 1 query.
    """
    return Change.objects.filter(operation_id=operation_id, kind=kind).exists()


class Words:
    """Values of the audit trail in words; what links lead to is named where the actor may see it.

    Cost: 1 query for each kind of link among the values, when the first of them is asked for.
    """

    def __init__(self, actor: Actor, values: Iterable[tuple[Field, Any]]) -> None:
        self._actor = actor
        self._ids: dict[tuple[Kind, str], set[int]] = {}
        self._titles: dict[tuple[Kind, str], dict[int, str]] = {}
        for field, value in values:
            if field.kind in declare.LINKS and value is not None:
                self._ids.setdefault((field.kind, field.to), set()).add(int(value))

    def of(self, field: Field, value: Any) -> str:
        """One value in words; "" for none."""
        if is_empty(value):
            return ""
        if field.kind not in declare.LINKS:
            return words(field, value)
        key = (field.kind, field.to)
        if key not in self._titles:
            self._titles[key] = _titles(self._actor, *key, self._ids.get(key, set()))
        return self._titles[key].get(int(value), "one that you cannot see")


def _titles(actor: Actor, kind: Kind, to: str, ids: set[int]) -> dict[int, str]:
    if kind is Kind.USER:
        return core.person_names(ids)
    if kind is Kind.TEAM:
        return {team.pk: team.name for team in core.teams()}
    other = declare.get(to)
    rows = other.model.objects.visible_to(actor).filter(pk__in=ids)
    return {row.pk: other.as_read_by(actor, row).title for row in rows}


def words(field: Field, value: Any) -> str:
    """A value of the audit trail in words, for a field that is no link."""
    if is_empty(value):
        return ""
    if field.kind is Kind.MONEY:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, list):
        return _listed(field, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind is Kind.DATETIME:
        return timezone.localtime(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    return dict(field.choices).get(str(value), str(value))


def _listed(field: Field, value: list[Any]) -> str:
    if field.kind is Kind.LINES:
        return "1 line" if len(value) == 1 else f"{len(value)} lines"
    labels = dict(field.choices)
    return ", ".join(labels[one] if isinstance(one, str) and one in labels else _entry(one) for one in value)


def _entry(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    if one.get("address"):
        return str(one["address"])
    if one.get("raw"):
        return phones.pretty(one["e164"]) if one.get("e164") else str(one["raw"])
    return Address.from_dict(one).one_line()
