"""Relations between people and companies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib import text
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Relation
from keen.records import declare
from keen.records.actions.save import address, for_change
from keen.records.models import Record

KINDS = ("contact", "account")
RELATION = "relation"
COLUMNS = ("from_kind", "from_id", "to_kind", "to_id", "role")


@dataclass(frozen=True)
class RelationWish:
    """Two records and what the second is to the first."""

    kind: str
    record_id: int
    to_kind: str
    to_id: int
    role: str


def relate(*, actor: Actor, wish: RelationWish) -> Receipt:
    """The receipt of noting how two records stand to each other.

    Raises: NotVisibleError for records that the actor cannot see; ForbiddenError when the first is not theirs to
    change; RuleError for a missing role or the record itself.
    """
    role = text.clean(wish.role)
    if not role:
        message = "Say what they are to each other: board member, sister company, adviser."
        raise RuleError("missing", message, "role")
    if len(role) > 80:
        raise RuleError("too_long", "80 characters fit. Say it in fewer words.", "role")
    if (wish.kind, wish.record_id) == (wish.to_kind, wish.to_id):
        message = "Choose another record: this one cannot stand to itself."
        raise RuleError("same_record", message, f"to_{wish.to_kind}")
    if wish.to_kind not in KINDS:
        raise NotVisibleError
    with transaction.atomic():
        work = operations.start(actor=actor, verb="related")
        record = for_change(declare.get(wish.kind), actor, wish.record_id)
        other = _other_end(actor, wish.to_kind, wish.to_id)
        ends = {
            "from_kind": wish.kind,
            "from_id": record.pk,
            "to_kind": wish.to_kind,
            "to_id": other.pk,
            "role": role,
        }
        relation, new = Relation.objects.get_or_create(**ends, defaults={"created_at": work.at})
        if new:
            _note(work, relation.pk, "created", {}, ends)
            _tell(work, record, "", role)
        name, far = (declare.get(one.KIND).told_to(actor, one) for one in (record, other))
        link = Link(name, address(declare.get(wish.kind), record.pk))
        return operations.finish(work, Receipt("saved", f"{far} is {role} of {name}.", object=link))


def unrelate(*, actor: Actor, kind: str, record_id: int, relation_id: int) -> Receipt:
    """The receipt of taking a relation off.

    Raises: NotVisibleError for a relation that is not this record's, or whose other end the actor cannot see.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="unrelated")
        record = for_change(declare.get(kind), actor, record_id)
        relation = Relation.objects.select_for_update().filter(pk=relation_id).first()
        if relation is None:
            raise NotVisibleError
        other = _other_end(actor, *_far(relation, kind, record))
        _note(work, relation.pk, "deleted", {name: getattr(relation, name) for name in COLUMNS}, {})
        _tell(work, record, relation.role, "")
        relation.delete()
        name, far = (declare.get(one.KIND).told_to(actor, one) for one in (record, other))
        link = Link(name, address(declare.get(kind), record.pk))
        receipt = Receipt("saved", f"{name}: {far} is no longer {relation.role}.", object=link)
        return operations.finish(work, receipt)


def undo_relations(work: Work, changes: Sequence[Change]) -> None:
    """Take back what was done to relations, newest first; what is as it was already stays so."""
    for change in changes:
        if change.verb == "deleted":
            ends = {name: change.before[name] for name in COLUMNS}
            relation, new = Relation.objects.get_or_create(**ends, defaults={"created_at": work.at})
            if new:
                _note(work, relation.pk, "created", {}, ends)
                _tell_of_undo(work, ends, "", ends["role"])
        elif Relation.objects.filter(pk=change.record_id).delete()[0]:
            _note(work, change.record_id, "deleted", change.after, {})
            _tell_of_undo(work, change.after, change.after["role"], "")


def _tell_of_undo(work: Work, ends: Mapping[str, Any], before: str, after: str) -> None:
    record = declare.get(ends["from_kind"]).model.objects.filter(pk=ends["from_id"]).first()
    if record is not None:
        _tell(work, record, before, after)


def _other_end(actor: Actor, kind: str, record_id: int) -> Record:
    """The record at the other end; that which took it in, when it was merged.

    Raises: NotVisibleError.
    """
    model = declare.get(kind).model
    into = model.objects.filter(pk=record_id).values_list("merged_into_id", flat=True).first()
    found: Record | None = model.objects.visible_to(actor).filter(pk=into or record_id).first()
    if found is None:
        raise NotVisibleError
    return found


def _far(relation: Relation, kind: str, record: Record) -> tuple[str, int]:
    """The end of the relation that is not the record.

    Raises: NotVisibleError when neither is.
    """
    own = {(kind, pk) for pk in (record.pk, *record.absorbed)}
    near, far = (relation.from_kind, relation.from_id), (relation.to_kind, relation.to_id)
    if near in own:
        return far
    if far in own:
        return near
    raise NotVisibleError


def _note(
    work: Work, relation_id: int, verb: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """The relation's own line in the audit trail, by which it is undone."""
    operations.note(work, Entry(RELATION, relation_id, 1, verb, dict(before), dict(after)))


def _tell(work: Work, record: Record, before: str, after: str) -> None:
    """The line in the record's history."""
    entry = Entry(record.KIND, record.pk, record.version, "related", {RELATION: before}, {RELATION: after})
    operations.note(work, entry)
