"""Two records become one, and nothing is lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.wiring import wired
from keen.lib.errors import ForbiddenError, RuleError
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import (
    address,
    check_reassigning,
    columns,
    for_change,
    leads_back,
    may_reassign,
)
from keen.records.actions.values import read_values
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import elsewhere
from keen.records.domain.fieldvalues import MOST_ENTRIES, MOST_LONG_TEXT, is_empty
from keen.records.models import Record


def merge(
    record_type: RecordType, *, actor: Actor, keep_id: int, lose_id: int, chosen: Mapping[str, Any]
) -> Receipt:
    """The receipt of making two records one. Lists are joined, empty fields filled, links and history follow.

    Shape: `chosen` holds the values of fields in which the two differ and the kept one's is not wanted.
    Raises: NotVisibleError; ForbiddenError; RuleError for a record with itself, a kind that is never merged, or more than fits.
    """
    if not record_type.mergeable:
        raise RuleError(
            "not_mergeable", f"{record_type.plural} are not merged. Delete the one you do not need."
        )
    if keep_id == lose_id:
        raise RuleError("same_record", "These are one record already.")
    if not actor.rights.has("merge"):
        raise ForbiddenError("forbidden", "Your role does not merge records. Ask an administrator.")
    with transaction.atomic():
        work = operations.start(actor=actor, verb="merged", bulk=True)
        # Always in one order, so that two who merge the same pair do not wait for each other.
        both = {pk: for_change(record_type, actor, pk) for pk in sorted((keep_id, lose_id))}
        keep, lose = both[keep_id], both[lose_id]
        if refused := keep.joins(lose):
            raise RuleError("not_joined", refused)
        values = read_values(record_type, actor, chosen, creating=False)
        check_reassigning(actor, keep, values)
        _check_taking(record_type, actor, keep, lose)
        wanted = {**merged_values(record_type, keep, lose), **columns(record_type, values)}
        wanted = _without_circles(record_type, _with_ids(wanted, keep, lose), (keep, lose))
        _check_sizes(record_type, wanted)
        wanted["absorbed"] = sorted({*keep.absorbed, lose.pk, *lose.absorbed})
        moved = _relink_all(work, record_type, keep, lose)
        moved += sum(bring(work, keep, lose) for bring in wired().joiners)
        wanted = _without_detours(record_type, wanted, keep)
        gone = {"deleted_at": work.at, "merged_into_id": keep.pk}
        altered = [store.Alteration(lose, gone, "merged"), store.Alteration(keep, wanted, "merged")]
        store.alter(work, record_type, altered)
        return operations.finish(work, _merged(work, record_type, (keep, lose), moved))


def _check_taking(record_type: RecordType, actor: Actor, keep: Record, lose: Record) -> None:
    """Whoever may neither give the other record away nor delete it does not make it part of one of their own.

    Raises: ForbiddenError.
    """
    takes_over = keep.owner_id == actor.user_id != lose.owner_id
    if takes_over and not may_reassign(actor, lose) and not lose.allows(actor, "delete"):
        name = record_type.told_to(actor, lose)
        message = f"“{name}” belongs to a colleague. Swap sides, so that theirs stays, or ask its owner."
        raise ForbiddenError("takes_over", message)


def _check_sizes(record_type: RecordType, wanted: Mapping[str, Any]) -> None:
    """Together they must fit into one record.

    Raises: RuleError that names what is too much.
    """
    for declared in record_type.fields:
        value = wanted.get(declared.column)
        if isinstance(value, list) and len(value) > MOST_ENTRIES:
            what = f"{len(value)} entries under {declared.label}; {MOST_ENTRIES} fit"
        elif isinstance(value, str) and declared.kind is Kind.LONG_TEXT and len(value) > MOST_LONG_TEXT:
            what = f"{len(value):,} characters under {declared.label}; {MOST_LONG_TEXT:,} fit"
        else:
            continue
        raise RuleError(
            "too_much", f"Together they have {what}. Take some off one of them, then merge.", declared.name
        )


def _merged(work: Work, record_type: RecordType, both: tuple[Record, Record], moved: int) -> Receipt:
    keep, lose = (record_type.told_to(work.actor, record) for record in both)
    follow = "1 linked record follows" if moved == 1 else f"{moved:,} linked records follow"
    link = Link(keep, address(record_type, both[0].pk))
    text = f"Merged. {lose} and {keep} are now one."
    also = (*((follow,) if moved else ()), "both timelines are joined")
    return Receipt("saved", text, object=link, also=also, next=link)


def merged_values(record_type: RecordType, keep: Record, lose: Record) -> dict[str, Any]:
    """The columns of the kept record when it takes in the other: lists and long texts joined, empty ones filled.

    Shape: a yes wins over a no, so that "no e-mail" of one holds for both; the later contact is the last one.
    """
    values: dict[str, Any] = {}
    for declared in record_type.fields:
        if declared.editable:
            mine, theirs = getattr(keep, declared.column), getattr(lose, declared.column)
            values[declared.column] = _joined(declared, mine, theirs)
    times = [time for time in (_last_contact(keep), _last_contact(lose)) if time]
    if times:
        values["last_contact_at"] = max(times)
    return {**values, **keep.takes_in(lose)}


def _with_ids(wanted: dict[str, Any], keep: Record, lose: Record) -> dict[str, Any]:
    """The columns with the id elsewhere that the kept record does not take over, so that its system still finds it."""
    if "external_ids" not in wanted:
        return wanted
    gone = {keep.external_id, lose.external_id} - {wanted.get("external_id", keep.external_id)}
    return {**wanted, "external_ids": elsewhere.with_merged(wanted["external_ids"], gone)}


def _last_contact(record: Record) -> Any:
    return getattr(record, "last_contact_at", None)


def _joined(declared: Field, mine: Any, theirs: Any) -> Any:
    if isinstance(mine, list):
        return mine + [entry for entry in theirs if not _holds(mine, entry)]
    if declared.kind is Kind.BOOLEAN:
        return mine or theirs
    if is_empty(mine):
        return theirs
    differs = declared.kind is Kind.LONG_TEXT and theirs and theirs not in mine
    return f"{mine}\n\n{theirs}" if differs else mine


def _holds(entries: list[Any], wanted: Any) -> bool:
    return _key(wanted) in {_key(entry) for entry in entries}


def _key(entry: Any) -> str:
    """What makes an entry of a list the same as another: not what it is for."""
    if not isinstance(entry, dict):
        return str(entry).casefold()
    reach = entry.get("address") or entry.get("e164")
    whole = sorted((name, text) for name, text in entry.items() if name != "label" and text)
    return str((reach, entry.get("extension", "")) if reach else whole).casefold()


def _without_circles(
    record_type: RecordType, wanted: dict[str, Any], both: Sequence[Record]
) -> dict[str, Any]:
    """The columns without links from the merged record to itself."""
    own = {declared.column for declared in record_type.fields if declared.to == record_type.kind}
    ids = {record.pk for record in both}
    return {name: None if name in own and value in ids else value for name, value in wanted.items()}


def _without_detours(record_type: RecordType, wanted: dict[str, Any], keep: Record) -> dict[str, Any]:
    """The columns without links that, now that others were relinked, lead back to the kept record by a detour."""
    own = [declared for declared in record_type.fields if declared.to == record_type.kind]
    kept = dict(wanted)
    for declared in own:
        value = wanted.get(declared.column, getattr(keep, declared.column))
        if value is not None and leads_back(keep, declared, value):
            kept[declared.column] = None
            if declared.shadow:
                kept[declared.shadow] = ""
    return kept


def _relink_all(work: Work, record_type: RecordType, keep: Record, lose: Record) -> int:
    """How many records link to the kept one now instead of the other; those merged into the other follow, too."""
    links = [
        (other, link.column)
        for other in declare.types()
        for link in other.fields
        if link.to == record_type.kind
    ]
    moved = sum(_relink(work, other, column, lose.pk, keep) for other, column in links)
    _relink(work, record_type, "merged_into_id", lose.pk, keep)
    return moved


def _relink(work: Work, other: RecordType, column: str, old: int, keep: Record) -> int:
    rows = other.model.objects.select_for_update().filter(**{column: old}).order_by("pk")
    if other.kind == keep.KIND:
        rows = rows.exclude(pk__in=[old, keep.pk])
    return len(
        store.alter(work, other, [store.Alteration(row, {column: keep.pk}, "relinked") for row in rows])
    )
