"""Relations between people and companies."""

from dataclasses import dataclass

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Entry
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib import text
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Relation
from keen.records import declare
from keen.records.actions.save import address, for_change

KINDS = ("contact", "account")


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

    Raises: NotVisibleError for records that the actor cannot see; RuleError for a missing role or the record itself.
    """
    role = text.clean(wish.role, 80)
    if not role:
        raise RuleError("missing", "Say what they are to each other: board member, sister company, adviser.", "role")
    if (wish.kind, wish.record_id) == (wish.to_kind, wish.to_id):
        raise RuleError("same_record", "Choose another record: this one cannot stand to itself.", "to")
    if wish.to_kind not in KINDS:
        raise NotVisibleError
    with transaction.atomic():
        work = operations.start(actor=actor, verb="related")
        record = for_change(declare.get(wish.kind), actor, wish.record_id)
        other = declare.get(wish.to_kind).model.objects.visible_to(actor).filter(pk=wish.to_id).first()
        if other is None:
            raise NotVisibleError
        ends = {"from_kind": wish.kind, "from_id": record.pk, "to_kind": wish.to_kind, "to_id": other.pk, "role": role}
        Relation.objects.get_or_create(**ends, defaults={"created_at": work.at})
        _note(work, wish.kind, record.pk, record.version, {}, {"relation": f"{role}: {other.title}"})
        link = Link(record.title, address(declare.get(wish.kind), record.pk))
        return operations.finish(work, Receipt("saved", f"{other.title} is {role} of {record.title}.", object=link), undoable=False)


def unrelate(*, actor: Actor, kind: str, record_id: int, relation_id: int) -> Receipt:
    """The receipt of taking a relation off.

    Raises: NotVisibleError.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="unrelated")
        record = for_change(declare.get(kind), actor, record_id)
        relation = Relation.objects.filter(pk=relation_id).first()
        ends = {(relation.from_kind, relation.from_id), (relation.to_kind, relation.to_id)} if relation else set()
        if relation is None or not ends & {(kind, pk) for pk in (record.pk, *record.absorbed)}:
            raise NotVisibleError
        relation.delete()
        _note(work, kind, record.pk, record.version, {"relation": relation.role}, {"relation": ""})
        link = Link(record.title, address(declare.get(kind), record.pk))
        receipt = Receipt("saved", f"{record.title}: relation “{relation.role}” taken off.", object=link)
        return operations.finish(work, receipt, undoable=False)


def _note(
    work: operations.Work, kind: str, record_id: int, version: int, before: dict[str, object], after: dict[str, object]
) -> None:
    operations.note(work, Entry(kind, record_id, version, "related", before, after))
