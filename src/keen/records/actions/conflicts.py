"""Two people changed the same fields: what each of them wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keen.core.models import Change
from keen.lib.errors import StaleVersionError
from keen.records.actions import store
from keen.records.declare import RecordType
from keen.records.domain.fieldvalues import NewRecord
from keen.records.models import Record


@dataclass(frozen=True)
class Clash:
    """A field that two people changed at the same time."""

    field: str
    label: str
    base: Any
    theirs: Any
    mine: Any
    who: str


class ConflictError(StaleVersionError):
    """Somebody changed the same fields since they were shown."""

    def __init__(self, record: Record, clashes: list[Clash]) -> None:
        who = next((clash.who for clash in clashes if clash.who), "Somebody")
        super().__init__(message=f"{who} changed this since you opened it. Choose what holds.")
        self.record = record
        self.clashes = clashes


def without_conflict(
    record_type: RecordType, record: Record, version: int, values: Mapping[str, Any]
) -> dict[str, Any]:
    """The values without those that the person did not touch while somebody else changed them.

    Raises: ConflictError when both changed a field, to different values.
    """
    kept, clashes = clashes_since(record_type, record, version, values)
    if clashes:
        raise ConflictError(record, clashes)
    return kept


def clashes_since(
    record_type: RecordType, record: Record, version: int, values: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """The values that hold, and the clashes with what was written after the version.

    Cost: 1 query.
    """
    model = type(record)
    since = Change.objects.filter(kind=record_type.kind, record_id=record.pk, version__gt=version)
    bases: dict[str, Any] = {}
    who: dict[str, str] = {}
    for change in since.select_related("actor").order_by("version", "pk"):
        for column, before in change.before.items():
            bases.setdefault(column, before)
            who[column] = change.actor.name if change.actor else "Keen"
    kept: dict[str, Any] = {}
    clashes: list[Clash] = []
    for name, mine in values.items():
        column = record_type.by_name[name].column
        now = getattr(record, column)
        if column not in bases or mine == now:
            kept[name] = mine
            continue
        base = store.value_of(model, column, bases[column])
        if isinstance(mine, NewRecord) or mine != base:
            clashes.append(Clash(name, record_type.by_name[name].label, base, now, mine, who[column]))
    return kept, clashes
