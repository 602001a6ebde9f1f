"""Making and changing one record as a person wishes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Team, User
from keen.lib import names
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import asked, store
from keen.records.actions.conflicts import ConflictError, clashes_since, without_conflict
from keen.records.actions.values import InvalidError, as_held, read_values
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import NewRecord
from keen.records.models import Record
from keen.records.queries.tombstones import erased_among

MOST_STEPS_UP = 50
SOURCES = {"page": "By hand", "import": "Import", "api": "API", "automation": "Automation"}
Teams = Callable[[Actor, int | None], int | None]


@dataclass(frozen=True)
class Wish:
    """What one record is to become. `version` is the one that was shown; without it the last writer wins.

    `exact` wishes are refused when anybody wrote since, whatever the fields.
    """

    values: Mapping[str, Any]
    record_id: int | None = None
    version: int | None = None
    once: str = ""
    exact: bool = False


@dataclass
class Saved:
    """The record after the write, with its receipt."""

    record: Record
    receipt: Receipt
    made: list[Record] = field(default_factory=list)


def save(record_type: RecordType, *, actor: Actor, wish: Wish) -> Saved:
    """The record as wished, made when it has no id.

    Raises: InvalidError with a message for each field; ConflictError; NotVisibleError; ForbiddenError;
    AlreadyDoneError when the same wish was granted before.
    """
    with transaction.atomic():
        verb = "created" if wish.record_id is None else "saved"
        work = operations.start(actor=actor, verb=verb, once=wish.once)
        return (
            _create(work, record_type, wish) if wish.record_id is None else _change(work, record_type, wish)
        )


def _create(work: Work, record_type: RecordType, wish: Wish) -> Saved:
    values = read_values(record_type, work.actor, wish.values, creating=True)
    check_links(record_type, work.actor, values)
    _mended(asked.missing(record_type, work.actor, asked.with_defaults(record_type, work.actor, values)))
    made = _nested(work, record_type, values)
    record = create(work, record_type, values)
    return Saved(
        record,
        operations.finish(work, _created(record_type, record_type.as_read_by(work.actor, record), made)),
        made,
    )


def _change(work: Work, record_type: RecordType, wish: Wish) -> Saved:
    record = for_change(record_type, work.actor, wish.record_id or 0)
    read = read_values(record_type, work.actor, wish.values, creating=False)
    values = as_held(record_type, record, read)
    if wish.exact and wish.version not in {None, record.version}:
        raise ConflictError(record, clashes_since(record_type, record, wish.version or 0, values)[1])
    if wish.version is not None and wish.version < record.version:
        values = without_conflict(record_type, record, wish.version, values)
    check_links(record_type, work.actor, values, record)
    check_reassigning(work.actor, record, values)
    _mended(asked.missing(record_type, work.actor, values, record))
    made = _nested(work, record_type, values)
    wanted = columns(record_type, with_team(work.actor, record, values))
    alteration = store.Alteration(record, wanted)
    store.alter(work, record_type, [alteration])
    labels = [declared.label for declared in record_type.fields if declared.column in alteration.before]
    told = record_type.as_read_by(work.actor, record)
    receipt = _changed(record_type, told, labels, _also(work, record_type, alteration, made))
    return Saved(record, operations.finish(work, receipt), made)


def set_values(
    work: Work, record_type: RecordType, record: Record, given: Mapping[str, Any]
) -> store.Alteration:
    """What became of a record that was read for change, within an operation that goes on.

    Raises: InvalidError with a message for each field; ForbiddenError.
    """
    read = read_values(record_type, work.actor, given, creating=False)
    values = as_held(record_type, record, read)
    check_links(record_type, work.actor, values, record)
    check_reassigning(work.actor, record, values)
    _mended(asked.missing(record_type, work.actor, values, record))
    alteration = store.Alteration(record, columns(record_type, with_team(work.actor, record, values)))
    store.alter(work, record_type, [alteration])
    return alteration


def _mended(errors: Mapping[str, str]) -> None:
    """Nothing, when there is nothing to mend.

    Raises: InvalidError.
    """
    if errors:
        raise InvalidError(errors)


def check_links(
    record_type: RecordType, actor: Actor, values: Mapping[str, Any], record: Record | None = None
) -> None:
    """Every link that changes must lead to something that the actor can see, and not in a circle.

    Raises: InvalidError.
    Cost: 1 query for each link that is set, and one for each step up from a record of the same kind.
    """
    errors = {}
    for name, value in values.items():
        declared = record_type.by_name[name]
        same = record is not None and value == getattr(record, declared.column)
        if declared.kind not in declare.LINKS or value is None or isinstance(value, NewRecord) or same:
            continue
        if not _leads_somewhere(declared, actor, value):
            errors[name] = f"{declared.label}: choose one from the list."
        elif record is not None and declared.to == record_type.kind and leads_back(record, declared, value):
            errors[name] = (
                f"{declared.label}: this would lead back to {record.called} itself. Choose another one."
            )
    if errors:
        raise InvalidError(errors)


def _leads_somewhere(declared: Field, actor: Actor, value: int) -> bool:
    if declared.kind is Kind.USER:
        return User.objects.filter(pk=value, is_active=True).exists()
    if declared.kind is Kind.TEAM:
        return Team.objects.filter(pk=value).exists()
    model = declare.get(declared.to).model
    reached = model.objects.visible_to(actor).filter(pk=value)
    found: bool = (reached.filter(restricted_at__isnull=True) if model.RESTRICTABLE else reached).exists()
    return found


def leads_back(record: Record, declared: Field, value: int) -> bool:
    """Whether the chain of this link, begun at the value, comes by the record."""
    above: int | None = value
    for _ in range(MOST_STEPS_UP):
        if above is None or above == record.pk:
            break
        above = type(record).objects.filter(pk=above).values_list(declared.column, flat=True).first()
    return above is not None


def create(work: Work, record_type: RecordType, values: Mapping[str, Any]) -> Record:
    """A new record with the values, owned by the actor unless somebody else is named.

    Raises: ForbiddenError.
    """
    record = draft(work.actor, record_type, values)
    _check_erased(work.actor, record_type, record)
    store.insert(work, record_type, [record])
    return record


def _check_erased(actor: Actor, record_type: RecordType, record: Record) -> None:
    """Nothing, unless a program brings back somebody who was erased on request. A person may: people do come back.

    Raises: RuleError.
    Cost: 1 query for a record with an address, a phone or an id elsewhere.
    """
    erased = erased_among(record_type.kind, record.handles())
    if not erased:
        return
    on = max(erased.values())
    if actor.via != "page":
        message = f"Was erased on request on {on.day} {on:%b %Y}. If they came back, add them by hand."
        raise RuleError("erased", message, "emails")
    record.erased_before = on


def draft(
    actor: Actor, record_type: RecordType, values: Mapping[str, Any], teams: Teams | None = None
) -> Record:
    """The record that `create` writes, not yet written. `teams` knows the teams of owners where many are made.

    Raises: ForbiddenError.
    """
    if not actor.rights.scope(record_type.kind, "add").reach:
        raise ForbiddenError(
            "forbidden", f"You may not add {record_type.plural.lower()}. Ask an administrator."
        )
    record = record_type.model(**columns(record_type, asked.with_defaults(record_type, actor, values)))
    if record.owner_id is None and "owner" not in values:
        record.owner_id = actor.user_id
    if record.team_id is None:
        record.team_id = (teams or team_of)(actor, record.owner_id)
    record.source = record.source or SOURCES.get(actor.via, actor.via)
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
    visible = record_type.model.objects.select_for_update().visible_to(actor)
    record: Record | None = visible.filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    if not record.allows(actor, action):
        title = record_type.told_to(actor, record)
        raise ForbiddenError("forbidden", f"You can see “{title}” but not change it. Ask its owner.")
    return record


def check_reassigning(actor: Actor, record: Record, values: Mapping[str, Any]) -> None:
    """Whoever does not own the record gives it neither to another person nor to another team.

    Raises: ForbiddenError without the power to do so.
    """
    if not may_reassign(actor, record):
        for name in ("owner", "team"):
            if name in values and values[name] != getattr(record, f"{name}_id"):
                message = "Only the owner or a manager can give this to somebody else."
                raise ForbiddenError("reassign", message, name)


def may_reassign(actor: Actor, record: Record) -> bool:
    """Whether the actor may give the record to somebody else."""
    return record.owner_id in {None, actor.user_id} or actor.rights.has("reassign")


def with_team(
    actor: Actor, record: Record, values: Mapping[str, Any], teams: Teams | None = None
) -> dict[str, Any]:
    """The values with the team of the new owner, where the owner changes and the team is not chosen anew.

    Cost: 1 query when the owner changes to somebody else than the actor.
    """
    moves = "owner" in values and values["owner"] != record.owner_id
    chosen = "team" in values and values["team"] != record.team_id
    return (
        {**values, "team": (teams or team_of)(actor, values["owner"])}
        if moves and not chosen
        else dict(values)
    )


def _nested(work: Work, record_type: RecordType, values: dict[str, Any]) -> list[Record]:
    """The records that are made by their names, for the links of another. The values then hold their ids.

    Raises: ForbiddenError and InvalidError, named after the link.
    """
    made = []
    for name, wished in values.items():
        if not isinstance(wished, NewRecord):
            continue
        other = declare.get(record_type.by_name[name].to)
        try:
            given = read_values(other, work.actor, _named(other, wished.name), creating=True)
            made.append(create(work, other, given))
        except ForbiddenError as error:
            raise ForbiddenError(error.code, error.message, name) from None
        except InvalidError as error:
            raise InvalidError({name: " ".join(error.errors.values())}) from None
        values[name] = made[-1].pk
    return made


def _named(record_type: RecordType, name: str) -> dict[str, str]:
    """The fields that hold a name: of a person, first and last name apart."""
    if not {"first_name", "last_name", "salutation"} <= set(record_type.by_name):
        return {record_type.name_field: name}
    parts = names.split(name)
    first, last = f"{parts.first} {parts.middle}".strip(), f"{parts.last} {parts.suffix}".strip()
    found = {"salutation": parts.salutation, "first_name": first, "last_name": last or name}
    return {field: text for field, text in found.items() if text}


def _created(record_type: RecordType, record: Record, made: list[Record]) -> Receipt:
    href = address(record_type, record.pk)
    return Receipt(
        "saved",
        f"{record_type.label} {record.called} added.",
        object=Link(record.called, href),
        also=(
            *_came_back(record),
            *_new_ones(made),
            "you own it" if record.owner_id == record.created_by_id else "its owner sees it",
        )[:3],
        next=Link("Log what you know", f"{href}#write"),
        alternative=Link(f"Add another {record_type.label.lower()}", f"/{record_type.path}/new/"),
    )


def _came_back(record: Record) -> tuple[str, ...]:
    on = record.erased_before
    return (
        (f"was erased on request on {on.day} {on:%b %Y}: make sure that they asked to come back",)
        if on
        else ()
    )


def _new_ones(made: list[Record]) -> tuple[str, ...]:
    return tuple(f"{declare.get(other.KIND).label} “{other.called}” is new too" for other in made)


def _also(
    work: Work, record_type: RecordType, alteration: store.Alteration, made: list[Record]
) -> tuple[str, ...]:
    """What else changed, and who sees it now."""
    if not alteration.before.keys() & {"owner_id", "team_id"}:
        return _new_ones(made)
    if not alteration.record.allows(work.actor, "view"):
        return (*_new_ones(made), f"you no longer see this {record_type.label.lower()}")
    team = alteration.record.team
    return (*_new_ones(made), f"visible to {team.name}" if team else "visible to its owner")


def _changed(record_type: RecordType, record: Record, changed: list[str], also: tuple[str, ...]) -> Receipt:
    what = ", ".join(changed[:4]) + (f" and {len(changed) - 4} more" if len(changed) > 4 else "")
    text = f"{record.called}: {what} changed." if changed else f"{record.called}: nothing was different."
    link = Link(record.called, address(record_type, record.pk))
    return Receipt("saved", text, object=link, also=also[:3])


def address(record_type: RecordType, record_id: int) -> str:
    """The address of the record's page."""
    return f"/{record_type.path}/{record_id}/"
