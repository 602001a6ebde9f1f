"""Taking changes back: field by field, within one's rights, without a loss for those who worked on since."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from keen.core.actions.operations import Work
from keen.core.domain.receipts import Link
from keen.core.models import Change, Operation
from keen.core.wiring import wired
from keen.lib.errors import RuleError
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import leads_back
from keen.records.declare import Field, RecordType
from keen.records.models import Record, own

OWNERSHIP = frozenset({"owner_id", "team_id"})


@dataclass
class Undone:
    """What undo did: how many records are as before, what stays and why, and the records that went to the trash."""

    records: int = 0
    kept: list[str] = field(default_factory=list)
    trashed: list[Link] = field(default_factory=list)


def goes_along(change: Change) -> bool:
    """Whether the change moved the link of a mirror, which nobody edits, in the wake of a merge."""
    record_type = declare.find(change.kind)
    return change.verb == "relinked" and record_type is not None and record_type.mirror


def reverse(work: Work, changes: Sequence[Change]) -> Undone:
    """What taking these changes back did. They are given newest first, and belong to one operation.

    Raises: RuleError when a record was merged on since.
    Cost: 4 queries and those of `store.alter` for each record kind, 1 more for each kind that links to new records.
    """
    outcome = Undone()
    by_kind: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.kind].append(change)
    undoers = dict(wired().undoers)
    for kind, of_kind in by_kind.items():
        if kind in undoers:
            undoers[kind](work, of_kind)
        else:
            _Kind(work, declare.get(kind), outcome).take_back(of_kind)
    return outcome


def still_changed(later: QuerySet[Change]) -> set[int]:
    """The ids of the records that these changes left otherwise: what was taken back again, and its taking back, left nothing.

    Cost: 1 query, 2 when there are such changes.
    """
    pairs = set(later.values_list("operation_id", "record_id"))
    of_these = Operation.objects.filter(pk__in={operation for operation, _ in pairs})
    gone = of_these.filter(undone_by__isnull=False, undone_by__undone_by__isnull=True) if pairs else ()
    ended = {pk for one in gone for pk in (one.pk, one.undone_by_id)}
    return {record_id for operation, record_id in pairs if operation not in ended}


class _Kind:
    """The taking back of changes to records of one kind."""

    def __init__(self, work: Work, record_type: RecordType, outcome: Undone) -> None:
        self.work, self.record_type, self.outcome = work, record_type, outcome
        actor = work.actor
        self.locked = {
            column
            for declared in record_type.fields
            if actor.rights.locks(record_type.kind, declared.name)
            for column in (declared.column, declared.shadow)
        }
        self.returning: set[int] = set()
        self.links: dict[str, Field] = {
            declared.column: declared for declared in record_type.fields if declared.to
        }

    def take_back(self, changes: Sequence[Change]) -> None:
        """Set what nobody touched since to what it was; put new records into the trash."""
        model = self.record_type.model
        ids = {change.record_id for change in changes}
        rows = model.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        found: dict[int, Record] = {row.pk: row for row in rows if self._may_reach(row, changes)}
        if out_of_reach := len(ids - found.keys()):
            noun = "1 record" if out_of_reach == 1 else f"{out_of_reach:,} records"
            self.outcome.kept.append(f"What is no longer yours to change ({noun})")
        made = {change.record_id for change in changes if change.verb == "created"} & found.keys()
        busy = self._worked_on(made, {change.operation_id for change in changes})
        self.returning = {
            change.record_id for change in changes if change.before.get("deleted_at", ...) is None
        }
        wanted: dict[int, dict[str, Any]] = {pk: {} for pk in found}
        for change in changes:
            if change.record_id in found and change.record_id not in made:
                self._step_back(found[change.record_id], change, wanted[change.record_id])
        busy |= {pk for pk in made if found[pk].is_settled("deleted_at")}
        for pk in made - busy:
            if found[pk].deleted_at is None:
                wanted[pk] = {"deleted_at": self.work.at}
        altered = [store.Alteration(found[pk], values, "undone") for pk, values in wanted.items() if values]
        self.outcome.records += len(store.alter(self.work, self.record_type, altered))
        self._tell_made([found[pk] for pk in sorted(made)], busy)

    def _may_reach(self, record: Record, changes: Sequence[Change]) -> bool:
        """Whether the actor may change the record, or could before giving it away by what is taken back."""
        if record.allows(self.work.actor, "edit") or self._goes_along(record, changes):
            return True
        before = copy(record)
        for change in changes:
            for name in OWNERSHIP & change.before.keys():
                if change.record_id == record.pk and getattr(record, name) == change.after.get(name):
                    setattr(before, name, change.before[name])
        return before.allows(self.work.actor, "edit")

    @staticmethod
    def _goes_along(record: Record, changes: Sequence[Change]) -> bool:
        return all(goes_along(change) for change in changes if change.record_id == record.pk)

    def _worked_on(self, made: Collection[int], own: Collection[Any]) -> set[int]:
        """The new records that somebody else changed, that took in another one, or that something leads to by now."""
        if not made:
            return set()
        actor_id = self.work.actor.user_id
        later = Change.objects.filter(kind=self.record_type.kind, record_id__in=made)
        later = later.exclude(operation_id__in=[*own, self.work.id]).exclude(actor_id=actor_id)
        # What an automation did of itself is no work that anybody would lose.
        later = later.exclude(operation__via="automation")
        busy = still_changed(later)
        rows = self.record_type.model.objects.filter(pk__in=made)
        busy.update(pk for pk, absorbed in rows.values_list("pk", "absorbed") if absorbed)
        for other in declare.types():
            for link in other.fields:
                if link.to == self.record_type.kind:
                    pointing = other.model.objects.living().filter(**{f"{link.column}__in": made})
                    if other.kind == self.record_type.kind:
                        pointing = pointing.exclude(pk__in=made)
                    busy.update(pointing.values_list(link.column, flat=True))
        return busy

    def _step_back(self, record: Record, change: Change, wanted: dict[str, Any]) -> None:
        """Add the columns as they were before the change, for those that nobody touched since.

        Raises: RuleError when the record went on into yet another one.
        """
        model = self.record_type.model
        known = {column.attname for column in model._meta.concrete_fields}  # noqa: SLF001
        known |= own.columns(self.record_type.kind).keys()
        for name in change.before.keys() & known:
            now = wanted.get(name, getattr(record, name))
            before = store.value_of(model, name, change.before[name])
            after = store.value_of(model, name, change.after.get(name))
            if name == "absorbed":
                wanted[name] = sorted((set(now) - (set(after) - set(before))) | (set(before) - set(after)))
            elif now == after and not record.is_settled(name) and self._may_be_again(record, name, before):
                wanted[name] = before
            elif now != after and name == "merged_into_id":
                message = f"{self._title(record)} was merged on since. Take the later merge back first."
                raise RuleError("merged_on", message)
            else:
                self.outcome.kept.append(f"{self._title(record)}: {self._label(name)}")
                wanted.pop(name, None)
        self._keep_shadows(change, wanted)

    def _keep_shadows(self, change: Change, wanted: dict[str, Any]) -> None:
        """The title beside a link stays where the link stays."""
        for column, declared in self.links.items():
            if declared.shadow in wanted and column in change.before and column not in wanted:
                del wanted[declared.shadow]

    def _may_be_again(self, record: Record, name: str, value: Any) -> bool:
        """Whether the column may hold the earlier value: not what is locked, no link to the trash, no circle."""
        if name in self.locked:
            return False
        declared = self.links.get(name)
        if declared is None or value is None:
            return True
        own_kind = declared.to == self.record_type.kind
        if own_kind and value in self.returning:
            return True
        if not declare.get(declared.to).model.objects.living().filter(pk=value).exists():
            return False
        return not own_kind or not leads_back(record, declared, value)

    def _tell_made(self, made: Sequence[Record], busy: Collection[int]) -> None:
        """Name the records that are in the trash now, and those that stay because others worked on them."""
        may_look = self.work.actor.rights.scope(self.record_type.kind, "delete").reach > 0
        href = f"/{self.record_type.path}/trash/" if may_look else f"/{self.record_type.path}/"
        self.outcome.trashed += [Link(self._title(row), href) for row in made if row.pk not in busy]
        self.outcome.kept += [self._title(row) for row in made if row.pk in busy]

    def _title(self, record: Record) -> str:
        return self.record_type.told_to(self.work.actor, record)

    def _label(self, column: str) -> str:
        if column in self.locked:
            return "a field that you may not change"
        labels = {declared.column: declared.label for declared in self.record_type.fields}
        return labels.get(column, column.removesuffix("_id").replace("_", " ").capitalize())
