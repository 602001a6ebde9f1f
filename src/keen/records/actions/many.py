"""One act on many records, taken back by one undo."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Outcome, Receipt
from keen.lib.errors import RuleError
from keen.records.actions import asked, store
from keen.records.actions.save import check_links, columns, may_reassign, team_of
from keen.records.actions.values import InvalidError, read_values
from keen.records.declare import RecordType
from keen.records.domain.fieldvalues import MOST_ENTRIES, NewRecord, tag_key
from keen.records.models import Record

MOST_AT_ONCE = 1000


def change_many(
    record_type: RecordType, *, actor: Actor, ids: Sequence[int], values: Mapping[str, Any]
) -> Receipt:
    """The receipt of one change to many records. Those that may not be changed are left and counted.

    Raises: InvalidError; ForbiddenError for a field that is not the actor's; RuleError for more than a thousand.
    """
    _check_size(ids)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="changed many", bulk=True)
        wished = _one_for_all(record_type, actor, values)
        rows = _many(record_type, actor, ids, "edit")
        if wished.keys() & {"owner", "team"}:
            rows = [row for row in rows if may_reassign(actor, row)]
        rows = _with_all_that_is_asked(record_type, actor, wished, rows)
        wanted = columns(record_type, wished)
        follows = "owner" in wished and "team" not in wished
        with_team = {**wanted, "team_id": team_of(actor, wished["owner"])} if follows else wanted
        changed = store.alter(
            work,
            record_type,
            [
                store.Alteration(row, with_team if row.owner_id != wanted.get("owner_id") else wanted)
                for row in rows
            ],
        )
        labels = ", ".join(record_type.by_name[name].label for name in values)
        return operations.finish(
            work, _told(record_type, f"{labels} changed on", len(changed), len(set(ids)))
        )


def _one_for_all(record_type: RecordType, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, ready for the columns of every record.

    Raises: InvalidError.
    """
    wished = read_values(record_type, actor, values, creating=False)
    new = {
        name: "Choose one from the list." for name, value in wished.items() if isinstance(value, NewRecord)
    }
    if new:
        raise InvalidError(new)
    check_links(record_type, actor, wished)
    return wished


def _with_all_that_is_asked(
    record_type: RecordType, actor: Actor, wished: Mapping[str, Any], rows: list[Record]
) -> list[Record]:
    """The rows that lack nothing that fields of one's own ask for once they have the values; the others are left.

    Raises: InvalidError when that is so for all of them.
    """
    lacking = {row.pk: asked.missing(record_type, actor, wished, row) for row in rows}
    if rows and all(lacking.values()):
        errors = lacking[rows[0].pk]
        raise InvalidError({name: errors.get(name, " ".join(errors.values())) for name in wished})
    return [row for row in rows if not lacking[row.pk]]


def tag_many(record_type: RecordType, *, actor: Actor, ids: Sequence[int], tag: str) -> Receipt:
    """The receipt of adding tags, parted by commas, to many records. Those with no room for more are left.

    Raises: InvalidError; RuleError for more than a thousand.
    """
    _check_size(ids)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="tagged many", bulk=True)
        added = read_values(record_type, actor, {"tags": tag}, creating=False)["tags"]
        if not added:
            raise InvalidError({"tags": "Write the tag that you want to add."})
        wanted = [(row, _with_tags(row, added)) for row in _many(record_type, actor, ids, "edit")]
        fitting = [store.Alteration(row, {"tags": tags}) for row, tags in wanted if len(tags) <= MOST_ENTRIES]
        changed = store.alter(work, record_type, fitting)
        named = ", ".join(f"“{one}”" for one in added)
        text = f"Tag{'s' if len(added) > 1 else ''} {named} added to"
        return operations.finish(work, _told(record_type, text, len(changed), len(set(ids))))


def _with_tags(row: Record, added: Sequence[str]) -> list[str]:
    tags = {tag_key(tag): tag for tag in (*added, *getattr(row, "tags", ()))}
    return sorted(tags.values(), key=str.casefold)


def delete_many(record_type: RecordType, *, actor: Actor, ids: Sequence[int]) -> Receipt:
    """The receipt of moving many records to the trash.

    Raises: RuleError for more than a thousand.
    """
    _check_size(ids)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="deleted many", bulk=True)
        rows = _many(record_type, actor, ids, "delete")
        gone = [store.Alteration(row, {"deleted_at": work.at}, "deleted") for row in rows]
        count = len(store.alter(work, record_type, gone))
        return operations.finish(work, _told(record_type, "Moved to the trash:", count, len(set(ids))))


def _check_size(ids: Sequence[int]) -> None:
    if not ids:
        raise RuleError("none_selected", "Nothing is selected. Tick the rows that you mean.")
    if len(ids) > MOST_AT_ONCE:
        message = f"At most {MOST_AT_ONCE:,} records can be changed at once. Narrow the list."
        raise RuleError("too_many", message)


def _many(record_type: RecordType, actor: Actor, ids: Sequence[int], action: str) -> list[Record]:
    rows = record_type.model.objects.select_for_update().visible_to(actor).filter(pk__in=ids).order_by("pk")
    return [row for row in rows if row.allows(actor, action)]


def _told(record_type: RecordType, text: str, changed: int, asked: int) -> Receipt:
    left = asked - changed
    also = (f"{left:,} were the same already or are not yours to change",) if left else ()
    noun = record_type.label.lower() if changed == 1 else record_type.plural.lower()
    link = Link(record_type.plural, f"/{record_type.path}/")
    outcome: Outcome = "saved" if changed else "gap"
    return Receipt(outcome, f"{text} {changed:,} {noun}.", object=link, also=also)
