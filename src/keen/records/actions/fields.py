"""Making and changing fields of one's own. Values are never lost: names stay, and what is archived comes back."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from keen.core.actions import operations, stamps
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import Change
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import asked, computing, store
from keen.records.declare import RecordType
from keen.records.domain import fieldrules, fieldvalues, formulas, own
from keen.records.domain.fieldrules import FieldWish
from keen.records.domain.own import Asked, Choice, Type
from keen.records.events import FieldsChanged
from keen.records.models import Handle, OwnField
from keen.records.models.own import CHOSEN

POWER = "fields.manage"
MOST_MOVED = 5_000
# What formulas, search and handles of the records that are there already follow.
DERIVED = ("formula", "choices", "archived_at")


def require(actor: Actor) -> None:
    """Nothing, when the actor may manage fields.

    Raises: ForbiddenError.
    """
    if not actor.rights.has(POWER):
        raise ForbiddenError("fields", "Fields are managed by administrators. Ask one of them.")


def save_field(*, actor: Actor, kind: str, wish: FieldWish, field_id: int | None = None) -> Receipt:
    """The receipt of a field that is new or changed.

    Raises: ForbiddenError; NotVisibleError; RuleError that says which part is to be mended.
    """
    require(actor)
    record_type = _kind(kind)
    with transaction.atomic():
        stamps.hold()
        row = _found(kind, field_id) if field_id else _new(record_type, actor, wish)
        before = row.facts() if field_id else {}
        work = operations.start(actor=actor, verb="saved" if field_id else "created")
        if field_id:
            fieldrules.same_type(row.type, wish)
        _decide(record_type, row, wish)
        moved = _leave(work, record_type, row, wish)
        row.save()
        if row.facts() == before and not moved:
            nothing = Receipt("saved", f"{row.label}: nothing was different.", object=field_link(row))
            return operations.finish(work, nothing)
        tell(work, row, before)
        return operations.finish(work, _saved(record_type, row, moved=moved, new=not before))


def archive(*, actor: Actor, field_id: int, back: bool = False) -> Receipt:
    """The receipt of putting a field away, or of taking it back. Its values stay where they are.

    Raises: ForbiddenError; NotVisibleError; RuleError when another field has its name by now, or a formula reads it.
    """
    require(actor)
    with transaction.atomic():
        stamps.hold()
        row = locked(field_id)
        before = row.facts()
        work = operations.start(actor=actor, verb="restored" if back else "archived")
        if back:
            _label_is_free(row)
        else:
            _unread(row)
        row.archived_at = None if back else work.at
        row.save()
        tell(work, row, before)
        told = f"{row.label} is back, with all its values." if back else f"{row.label} is archived."
        kept = () if back else ("its values are kept",)
        return operations.finish(work, Receipt("saved", told, object=field_link(row), also=kept))


def move(*, actor: Actor, field_id: int, down: bool) -> Receipt:
    """The receipt of exchanging the field with the next one in its kind.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor)
    with transaction.atomic():
        row = locked(field_id)
        same = OwnField.objects.select_for_update().filter(kind=row.kind, archived_at__isnull=True)
        rows = list(same.order_by("position", "pk"))
        at = next((place for place, one in enumerate(rows) if one.pk == row.pk), -1)
        to = at + (1 if down else -1)
        work = operations.start(actor=actor, verb="moved")
        if at < 0 or not 0 <= to < len(rows):
            return operations.finish(
                work, Receipt("saved", f"{row.label} stays where it is.", object=field_link(row))
            )
        rows[at], rows[to] = rows[to], rows[at]
        for place, one in enumerate(rows):
            if one.position != place:
                before = one.facts()
                one.position = place
                one.save()
                operations.note(work, Entry("field", one.pk, 0, "updated", before, one.facts()))
        stamps.renew()
        return operations.finish(work, Receipt("saved", f"{row.label} moved.", object=field_link(row)))


def undo_fields(work: Work, changes: list[Change]) -> None:
    """Fields are again as they were; a new one is archived, so that nothing that was typed into it is lost.

    Raises: RuleError when a field was changed again since, or a formula that was made since reads it.
    """
    require(work.actor)
    for change in changes:
        row = locked(change.record_id)
        before = row.facts()
        if any(before[name] != value for name, value in change.after.items()):
            message = f"{row.label} was changed again since. Set it by hand: its history shows what it was."
            raise RuleError("changed_since", message)
        if change.verb == "created":
            _unread(row)
            row.archived_at = work.at
        else:
            _put_back(row, change.before)
            _no_circle(row)
        row.save()
        tell(work, row, before)


def _put_back(row: OwnField, facts: Mapping[str, Any]) -> None:
    offered = row.choices
    for name, value in facts.items():
        if name != "archived_at":
            setattr(row, name, value)
    stood = facts.get("archived_at")
    row.archived_at = datetime.fromisoformat(stood) if stood else None
    stay = {one["key"] for one in row.choices}
    row.choices = [*row.choices, *_held(row, [one for one in offered if one["key"] not in stay])]
    if stood:
        _unread(row)
    else:
        _label_is_free(row)


def _held(row: OwnField, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the choices that records have, as no longer offered: what was chosen keeps its name."""
    used = [one for one in choices if holding(_kind(row.kind), row, one["key"]).exists()]
    return [{**one, "retired": True} for one in used]


def tell(work: Work, row: OwnField, before: Mapping[str, Any]) -> None:
    """Write the change down, and tell all processes and the background."""
    verb = "updated" if before else "created"
    operations.note(work, Entry("field", row.pk, 0, verb, dict(before), row.facts()))
    stamps.renew()
    now = row.facts()
    deep = any(before[name] != now[name] for name in DERIVED) if before else row.type == Type.FORMULA
    publish(FieldsChanged(kind=row.kind, deep=deep, actor_id=work.actor.user_id, at=work.at))


def _kind(kind: str) -> RecordType:
    found = declare.find(kind)
    if found is None:
        raise NotVisibleError
    return found


def _found(kind: str, field_id: int) -> OwnField:
    row = locked(field_id)
    if row.kind != kind or row.archived_at is not None:
        raise NotVisibleError
    return row


def locked(field_id: int) -> OwnField:
    """The field, locked for a change.

    Raises: NotVisibleError.
    """
    row = OwnField.objects.select_for_update().filter(pk=field_id).first()
    if row is None:
        raise NotVisibleError
    return row


def _new(record_type: RecordType, actor: Actor, wish: FieldWish) -> OwnField:
    rows = OwnField.objects.filter(kind=record_type.kind)
    taken = frozenset(rows.values_list("name", flat=True))
    if len(taken) >= fieldrules.MOST_FIELDS:
        message = (
            f"A kind has room for {fieldrules.MOST_FIELDS} fields of one's own, archived ones among them."
        )
        raise RuleError("too_many", message, "label")
    return OwnField(
        kind=record_type.kind,
        name=own.name_for(wish.label, taken),
        type=fieldrules.type_of(wish).value,
        position=len(taken),
        made_at=timezone.now(),
        made_by_id=actor.user_id,
    )


def _decide(record_type: RecordType, row: OwnField, wish: FieldWish) -> None:
    """Fill the row from the wish.

    Raises: RuleError.
    """
    row.label = fieldrules.label(wish, _labels(record_type, row))
    row.section = text.clean(wish.section)[:40] or "Facts"
    row.help = text.clean(wish.help)[:200]
    moment, row.decision = fieldrules.asked(wish)
    row.asked, row.required = moment.value, wish.required
    row.when_field, row.when_value = ("", "")
    if moment is Asked.EQUALS:
        row.when_field, row.when_value = _moment(record_type, wish)
    row.choices = [
        vars(choice) for choice in fieldrules.choices(wish, [Choice(**one) for one in row.choices])
    ]
    row.limits = fieldrules.limits(wish)
    row.listed, row.filtered = wish.listed, wish.filtered
    if row.type == Type.LINK:
        row.to = _leads_to(row, wish)
    if row.type == Type.FORMULA:
        _formula(record_type, row, wish)
    row.default = _default(row, wish)


def _labels(record_type: RecordType, row: OwnField) -> list[str]:
    others = OwnField.objects.filter(kind=record_type.kind).exclude(pk=row.pk)
    written = [field.label for field in record_type.declared]
    # Formulas say either, so no label may be what another field is called for good.
    return [*written, *(said for both in others.values_list("label", "name") for said in both)]


def _label_is_free(row: OwnField) -> None:
    fieldrules.label(FieldWish(row.label), _labels(_kind(row.kind), row))


def _moment(record_type: RecordType, wish: FieldWish) -> tuple[str, str]:
    field = record_type.by_name.get(wish.when_field)
    if field is None:
        raise RuleError("when_field", "Choose the field at whose value it is asked.", "when_field")
    if field.choices:
        folded = {text.fold(said): key for key, label in field.choices for said in (key, label)}
        if text.fold(wish.when_value) not in folded:
            offered = ", ".join(label for _, label in field.choices)
            raise RuleError("when_value", f"{field.label} can be: {offered}.", "when_value")
        return field.name, folded[text.fold(wish.when_value)]
    return field.name, text.clean(wish.when_value)[:100]


def _leads_to(row: OwnField, wish: FieldWish) -> str:
    if row.to and wish.to != row.to:
        raise RuleError("to", f"The kind that it leads to stays. {fieldrules.OTHERWISE}", "to")
    if declare.find(wish.to) is None:
        raise RuleError("to", "Choose the kind of record that it leads to.", "to")
    return wish.to


def _formula(record_type: RecordType, row: OwnField, wish: FieldWish) -> None:
    readable = computing.usable(record_type, without=row.name)
    node = formulas.parse(text.clean(wish.formula, multiline=True), readable)
    if row.result and node.type != row.result:
        was, new = formulas.WORDS[row.result], formulas.WORDS[node.type]
        message = f"It came to {was} and would come to {new}: filters would break. {fieldrules.OTHERWISE}"
        raise RuleError("formula", message, "formula")
    row.formula = formulas.stored(text.clean(wish.formula, multiline=True), readable)
    row.result, row.uses = node.type, sorted(formulas.uses(formulas.parse(row.formula, readable)))
    _no_circle(row)
    row.required, row.default = False, None
    row.asked = Asked.NEVER.value


def _no_circle(row: OwnField) -> None:
    """Nothing, unless the field would be computed from itself.

    Raises: RuleError that names the fields on the way.
    """
    others = OwnField.objects.filter(kind=row.kind).exclude(pk=row.pk)
    reads = dict(others.values_list("name", "uses")) | {row.name: row.uses}
    if not (way := own.circle(row.name, reads)):
        return
    labels = dict(others.values_list("name", "label")) | {row.name: row.label}
    steps = ", ".join(f"{labels[one]} reads {labels[to]}" for one, to in pairwise(way))
    raise RuleError("formula", f"The formula would read itself: {steps}.", "formula")


def _default(row: OwnField, wish: FieldWish) -> Any:
    """What new records have, as it is kept."""
    if row.type in {Type.FORMULA, Type.LINK, Type.PERSON} or fieldvalues.is_empty(wish.default):
        return None
    field = declare.own_field(row.definition())
    assert field.own is not None  # noqa: S101  it was just made of one
    try:
        value = fieldvalues.read(field.kind, wish.default, asked.reading(field, field.own))
    except RuleError as error:
        raise RuleError("default", error.message, "default") from None
    return own.written(row.type, value)


def _unread(row: OwnField) -> None:
    readers = OwnField.objects.filter(kind=row.kind, archived_at__isnull=True).exclude(pk=row.pk)
    used_by = [other.label for other in readers if row.name in other.uses]
    if used_by:
        raise RuleError(
            "read", f"{', '.join(used_by)} is computed from {row.label}. Change or archive that first."
        )


def _leave(work: Work, record_type: RecordType, row: OwnField, wish: FieldWish) -> int:
    """How many records went from choices that are left out to others; those that are used need a word on it.

    Raises: RuleError when a used choice is left out and nothing is said of its records.
    """
    if not row.pk or row.type not in own.OFFERING:
        return 0
    labels = {one["key"]: one["label"] for one in row.choices}
    offered = {one["key"] for one in row.choices if not one["retired"]}
    before = OwnField.objects.values_list("choices", flat=True).get(pk=row.pk)
    gone = [one["key"] for one in before if not one["retired"] and one["key"] not in offered]
    moves, moved = dict(wish.moves), 0
    for key in gone:
        holders = holding(record_type, row, key)
        if key not in moves and (count := holders.count()):
            noun = record_type.label.lower() if count == 1 else record_type.plural.lower()
            message = (
                f"{count:,} {noun} have “{labels[key]}”. Say where they go, or keep it as no longer offered."
            )
            raise RuleError("choice_in_use", message, "choices")
        if moves.get(key) in offered:
            moved += _move(work, record_type, row, (key, moves[key]))
            row.choices = [one for one in row.choices if one["key"] != key]
        elif key not in moves:
            row.choices = [one for one in row.choices if one["key"] != key]
    return moved


def holding(record_type: RecordType, row: OwnField, key: str) -> Any:
    """The records that have this choice, those in the trash too."""
    rows = record_type.model.objects.all()
    if row.type == Type.CHOICE:
        return rows.filter(**{row.name: key})
    known = Handle.objects.filter(kind=CHOSEN, value=f"{row.name}={key}", record_kind=record_type.kind)
    in_trash = [
        one.pk
        for one in rows.filter(deleted_at__isnull=False, own__isnull=False)
        if key in getattr(one, row.name)
    ]
    return rows.filter(Q(pk__in=known.values("record_id")) | Q(pk__in=in_trash))


def _move(work: Work, record_type: RecordType, row: OwnField, way: tuple[str, str]) -> int:
    key, to = way
    holders = list(holding(record_type, row, key).select_for_update()[: MOST_MOVED + 1])
    if len(holders) > MOST_MOVED:
        message = f"More than {MOST_MOVED:,} records have it. Keep it as no longer offered, and change them in lists."
        raise RuleError("too_many", message, "choices")
    wanted = [
        store.Alteration(one, {row.name: _exchanged(getattr(one, row.name), key, to)}) for one in holders
    ]
    return len(store.alter(work, record_type, wanted))


def _exchanged(held: Any, key: str, to: str) -> Any:
    if not isinstance(held, list):
        return to
    return list(dict.fromkeys(to if one == key else one for one in held))


def field_link(row: OwnField) -> Link:
    """The field on its page."""
    return Link(row.label, f"{reverse('fields')}?kind={row.kind}&field={row.pk}#field-{row.pk}")


def _saved(record_type: RecordType, row: OwnField, *, moved: int, new: bool) -> Receipt:
    plural = record_type.plural.lower()
    told = f"{row.label} is a field of {plural} now." if new else f"{row.label} is changed."
    count = sum(1 for field in record_type.fields if field.quick)
    also = [f"{moved:,} records took another choice"] if moved else []
    if new and row.asked:
        also.append(f"a new {record_type.label.lower()} asks for {count} of at most {own.BUDGET} fields")
    see = Link(f"See it in a new {record_type.label.lower()}", f"/{record_type.path}/new/?all=1")
    return Receipt("saved", told, object=field_link(row), also=tuple(also), next=see)
