"""Making and changing one record as a person wishes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Team, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError, StaleVersionError
from keen.records import declare
from keen.records.actions import store
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import fieldvalues
from keen.records.domain.fieldvalues import NewRecord, Reading
from keen.records.models import Record


class InvalidError(RuleError):
    """Several fields are to be mended; nothing was written."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("invalid", "Not saved. Mend what is marked below; nothing you typed is lost.")
        self.errors = dict(errors)


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
        who = clashes[0].who or "Somebody"
        super().__init__(message=f"{who} changed this since you opened it. Choose what holds.")
        self.record = record
        self.clashes = clashes


@dataclass(frozen=True)
class Wish:
    """What one record is to become. `version` is the one that was shown; without it the last writer wins."""

    values: Mapping[str, Any]
    record_id: int | None = None
    version: int | None = None
    once: str = ""


@dataclass
class Saved:
    """The record after the write, with its receipt."""

    record: Record
    receipt: Receipt
    made: list[Record] = field(default_factory=list)


def save(record_type: RecordType, *, actor: Actor, wish: Wish) -> Saved:
    """The record as wished, made when it has no id.

    Raises: InvalidError with a message for each field; ConflictError; NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="saved" if wish.record_id else "created", once=wish.once)
        values = read_values(record_type, actor, wish.values, creating=wish.record_id is None)
        made = [made for name in values for made in _nested(work, record_type, values, name)]
        check_links(record_type, actor, values)
        if wish.record_id is None:
            record = create(work, record_type, values)
            receipt = _created(record_type, record, made)
        else:
            record, changed = _change(work, record_type, wish, values)
            receipt = _changed(record_type, record, changed)
        return Saved(record, operations.finish(work, receipt), made)


def read_values(record_type: RecordType, actor: Actor, given: Mapping[str, Any], *, creating: bool) -> dict[str, Any]:
    """The values of the inputs, each checked, ready for the columns.

    Raises: InvalidError; ForbiddenError for a field that the actor may not change.
    """
    writable = {field.name: field for field in record_type.writable(actor)}
    forbidden = sorted(set(given) - set(writable))
    if forbidden:
        raise ForbiddenError("field_forbidden", f"You cannot change: {', '.join(forbidden)}.", forbidden[0])
    values, errors = {}, {}
    for name, raw in given.items():
        field = writable[name]
        try:
            values[name] = fieldvalues.read(field.kind, raw, reading(field))
        except RuleError as error:
            errors[name] = error.message
    for field in record_type.fields:
        missing = field.required and (creating or field.name in values) and fieldvalues.is_empty(values.get(field.name))
        if missing and field.name not in errors:
            errors[field.name] = f"{field.label} is missing. Without it nobody finds this {record_type.label.lower()}."
    if errors:
        raise InvalidError(errors)
    return values


def reading(field: Field) -> Reading:
    """What is needed to read the field's input."""
    return Reading(field.name, field.label, field.most, field.choices, settings.KEEN.region)


def check_links(record_type: RecordType, actor: Actor, values: Mapping[str, Any]) -> None:
    """Every link must lead to something that the actor can see.

    Raises: InvalidError.
    Cost: 1 query for each link that is set.
    """
    errors = {}
    for name, value in values.items():
        field = record_type.by_name[name]
        if value is None or isinstance(value, NewRecord):
            continue
        if field.kind is Kind.REFERENCE:
            found = declare.get(field.to).model.objects.visible_to(actor).filter(pk=value).exists()
        elif field.kind is Kind.USER:
            found = User.objects.filter(pk=value, is_active=True).exists()
        elif field.kind is Kind.TEAM:
            found = Team.objects.filter(pk=value).exists()
        else:
            continue
        if not found:
            errors[name] = f"{field.label}: choose one from the list."
    if errors:
        raise InvalidError(errors)


def create(work: Work, record_type: RecordType, values: Mapping[str, Any]) -> Record:
    """A new record with the values, owned by the actor unless somebody else is named.

    Raises: ForbiddenError.
    """
    if not work.actor.rights.scope(record_type.kind, "add").reach:
        raise ForbiddenError("forbidden", f"You may not add {record_type.plural.lower()}. Ask an administrator.")
    record = record_type.model(**columns(record_type, values))
    if record.owner_id is None and "owner" not in values:
        record.owner_id = work.actor.user_id
    if record.team_id is None:
        record.team_id = team_of(work.actor, record.owner_id)
    record.source = record.source or {"page": "By hand", "import": "Import"}.get(work.actor.via, work.actor.via)
    _shadow(record_type, record, values)
    store.insert(work, record_type, [record])
    return record


def columns(record_type: RecordType, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by the model's attributes."""
    return {record_type.by_name[name].column: value for name, value in values.items()}


def team_of(actor: Actor, owner_id: int | None) -> int | None:
    """The team that a record of this owner belongs to.

    Cost: 1 query when the owner is not the actor.
    """
    if owner_id == actor.user_id or owner_id is None:
        return actor.team_id
    return User.objects.filter(pk=owner_id).values_list("team_id", flat=True).first()


def for_change(record_type: RecordType, actor: Actor, record_id: int, action: str = "edit") -> Record:
    """The record, locked for a change.

    Raises: NotVisibleError; ForbiddenError.
    """
    record: Record | None = record_type.model.objects.select_for_update().visible_to(actor).filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    if not record.allows(actor, action):
        raise ForbiddenError("forbidden", f"You can see “{record.title}” but not change it. Ask its owner.")
    return record


def _change(work: Work, record_type: RecordType, wish: Wish, values: dict[str, Any]) -> tuple[Record, list[str]]:
    record = for_change(record_type, work.actor, wish.record_id or 0)
    _check_owner(work.actor, record, values)
    if wish.version is not None and wish.version < record.version:
        _check_conflict(record_type, record, wish.version, values)
    if "owner" in values and values["owner"] != record.owner_id and "team" not in values:
        values["team"] = team_of(work.actor, values["owner"])
    alteration = store.Alteration(record, {**columns(record_type, values), **_shadows(record_type, values)})
    store.alter(work, record_type, [alteration])
    fields = [field.label for field in record_type.fields if field.column in alteration.before]
    return record, fields


def _check_owner(actor: Actor, record: Record, values: Mapping[str, Any]) -> None:
    moves = "owner" in values and values["owner"] != record.owner_id
    if moves and record.owner_id not in {None, actor.user_id} and not actor.rights.has("reassign"):
        raise ForbiddenError("reassign", "Only the owner or a manager can give this to somebody else.", "owner")


def _check_conflict(record_type: RecordType, record: Record, version: int, values: Mapping[str, Any]) -> None:
    """Raise when a wished field was changed by somebody else since the version that was shown."""
    since = Change.objects.filter(kind=record_type.kind, record_id=record.pk, version__gt=version)
    clashes: dict[str, Clash] = {}
    for change in since.select_related("actor").order_by("version"):
        for name, value in values.items():
            field = record_type.by_name[name]
            now = fieldvalues.plain(getattr(record, field.column))
            if field.column in change.after and name not in clashes and now != fieldvalues.plain(value):
                who = change.actor.name if change.actor else "Keen"
                clashes[name] = Clash(name, field.label, change.before.get(field.column), now, value, who)
    if clashes:
        raise ConflictError(record, list(clashes.values()))


def _nested(work: Work, record_type: RecordType, values: dict[str, Any], name: str) -> list[Record]:
    """A record that is made by its name, for the link of another."""
    wished, field = values[name], record_type.by_name[name]
    if not isinstance(wished, NewRecord):
        return []
    other = declare.get(field.to)
    made = create(work, other, {other.name_field: wished.name})
    values[name] = made.pk
    return [made]


def _shadow(record_type: RecordType, record: Record, values: Mapping[str, Any]) -> None:
    for column, title in _shadows(record_type, values).items():
        setattr(record, column, title)


def _shadows(record_type: RecordType, values: Mapping[str, Any]) -> dict[str, str]:
    """The titles that are kept beside links."""
    found = {}
    for name, value in values.items():
        field = record_type.by_name[name]
        if field.shadow:
            linked = declare.get(field.to).model.objects.filter(pk=value).first() if value else None
            found[field.shadow] = linked.title[:200] if linked else ""
    return found


def _created(record_type: RecordType, record: Record, made: list[Record]) -> Receipt:
    also = tuple(f"{declare.get(other.KIND).label} “{other.title}” is new too" for other in made)
    href = address(record_type, record.pk)
    return Receipt(
        "saved",
        f"{record_type.label} {record.title} added.",
        object=Link(record.title, href),
        also=(*also, "you own it" if record.owner_id == record.created_by_id else "its owner sees it")[:3],
        next=Link("Log what you know", f"{href}#write"),
        alternative=Link(f"Add another {record_type.label.lower()}", f"/{record_type.path}/new/"),
    )


def _changed(record_type: RecordType, record: Record, changed: list[str]) -> Receipt:
    what = ", ".join(changed[:4]) + (f" and {len(changed) - 4} more" if len(changed) > 4 else "")
    text = f"{record.title}: {what} changed." if changed else f"{record.title}: nothing was different."
    return Receipt("saved", text, object=Link(record.title, address(record_type, record.pk)))


def address(record_type: RecordType, record_id: int) -> str:
    """The address of the record's page."""
    return f"/{record_type.path}/{record_id}/"


def with_next(receipt: Receipt, link: Link) -> Receipt:
    """The receipt with another next step."""
    return replace(receipt, next=link)
