"""Rows that tell of the same person under another name of the house: they go with the person who is erased."""

from collections.abc import Iterator

from django.db.models import Q

from keen.core.actions.operations import Work
from keen.core.events import publish_many
from keen.core.models import Change
from keen.privacy.domain.scrub import Needles
from keen.privacy.queries.subjects import Person
from keen.records import declare, search
from keen.records.declare import RecordType
from keen.records.events import RecordDeleted
from keen.records.models import Favourite, Handle, Recent


def stand_ins(person: Person, needles: Needles) -> Iterator[tuple[RecordType, list[int]]]:
    """The rows of other kinds that stand for the person: those that lead to them, and those with their address or number.

    Cost: 2 queries for each kind that stands for another.
    """
    known = {needle.casefold() for needle in needles.strong}
    for record_type in declare.types():
        if record_type.stands_for != person.kind:
            continue
        led = Q()
        for link in record_type.declared:
            if link.to == person.kind:
                led |= Q(**{f"{link.column}__in": person.ids})
        same = Handle.objects.filter(
            kind__in=("email", "phone"), value__in=known, record_kind=record_type.kind
        )
        rows = record_type.model.objects.filter(led | Q(pk__in=same.values("record_id")))
        if pks := list(rows.order_by("pk").values_list("pk", flat=True)):
            yield record_type, pks


def forget_stand_ins(work: Work, record_type: RecordType, pks: list[int], kept: frozenset[str]) -> None:
    """The rows keep their place and lose everything else, as does what was written down of them."""
    model = record_type.model
    blank = {
        column.attname: None if column.null else column.get_default() if column.has_default() else ""
        for column in model._meta.concrete_fields  # noqa: SLF001  the public way to columns
        if column.attname not in kept
    }
    gone = {"deleted_at": work.at, "restricted_at": work.at, "erased_at": work.at}
    model.objects.filter(pk__in=pks).update(**{**blank, **gone})
    for row in Change.objects.filter(kind=record_type.kind, record_id__in=pks):
        Change.objects.filter(pk=row.pk).update(
            before=dict.fromkeys(row.before), after=dict.fromkeys(row.after)
        )
    for model_of in (Favourite, Recent):
        model_of.objects.filter(kind=record_type.kind, record_id__in=pks).delete()
    Handle.objects.filter(record_kind=record_type.kind, record_id__in=pks).delete()
    search.index(model.objects.filter(pk__in=pks))
    publish_many(
        RecordDeleted(kind=record_type.kind, record_id=pk, actor_id=work.actor.user_id, at=work.at)
        for pk in pks
    )
