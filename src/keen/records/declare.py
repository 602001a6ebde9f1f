"""One declaration a record kind: it feeds lists, forms, filters, search, import, export and the audit trail."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.wiring import wired
from keen.records.domain.moments import Moment
from keen.records.domain.own import Asked, Definition, Type, empty
from keen.records.models import Record, own


class Kind(StrEnum):
    """What a field holds; decides its input, its filter and how it is written down."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    URL = "url"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"
    REFERENCE = "reference"
    USER = "user"
    TEAM = "team"
    EMAILS = "emails"
    PHONES = "phones"
    ADDRESSES = "addresses"
    TAGS = "tags"
    # Ids in other systems, each with its system: "sap:4711".
    IDS = "ids"
    MONEY = "money"
    CHOICES = "choices"
    # A decimal of a column, in the currency that another column holds.
    AMOUNT = "amount"
    # Lines of a paper, as a list of objects: read and shown, never filtered or typed.
    LINES = "lines"


@dataclass(frozen=True)
class Offer:
    """The choices of a field that administrators keep in a table of their own, and those not offered any more."""

    choices: tuple[tuple[str, str], ...]
    retired: frozenset[str] = frozenset()


LINKS = frozenset({Kind.REFERENCE, Kind.USER, Kind.TEAM})
LISTS = frozenset({Kind.EMAILS, Kind.PHONES, Kind.ADDRESSES, Kind.TAGS, Kind.IDS, Kind.CHOICES})


@dataclass(frozen=True)
class Field:
    """One field of a record kind."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    section: str = "Facts"
    listed: bool = False
    sorts: bool = False
    filtered: bool = True
    required: bool = False
    quick: bool = False
    editable: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    to: str = ""
    shadow: str = ""
    labels: tuple[str, ...] = ()
    # Other fields whose values it tells, of another kind as "kind.field": it is hidden from whoever may not read one.
    tells: tuple[str, ...] = ()
    # The column with the currency of an amount.
    currency: str = ""
    synonyms: tuple[str, ...] = ()
    help: str = ""
    most: int = 0
    # What makes the value that was read normal, or says by a RuleError what is to be mended.
    check: Callable[[Any], Any] | None = None
    # The column of numbers by which the field is sorted and filtered, where it is not its own.
    weighs: str = ""
    # What a choice offers as it is now, where that is not written here.
    live: Callable[[], Offer] | None = None
    retired: frozenset[str] = frozenset()
    # What an administrator decided, for a field that is not written here.
    own: Definition | None = None

    @property
    def column(self) -> str:
        """The model's attribute that holds the value."""
        return f"{self.name}_id" if self.kind in LINKS and self.own is None else self.name

    def offers(self, key: str) -> bool:
        """Whether the choice may be chosen anew."""
        if self.own is None:
            return key not in self.retired
        return any(one.key == key and not one.retired for one in self.own.choices)

    def is_hidden(self, actor: Actor, kind: str) -> bool:
        """Whether the actor may not read it; nor what is computed from something that they may not read."""
        names = (self.name, *self.tells, *(self.own.uses if self.own else ()))
        return any(_is_kept(actor, kind, name) for name in names)


@dataclass(frozen=True)
class RecordType:
    """A kind of record, as data: no callbacks, no subclasses. What it cannot say is written as a view by hand."""

    kind: str
    model: type[Record]
    label: str
    plural: str
    icon: str
    code: str
    path: str
    declared: tuple[Field, ...]
    order: str
    name_field: str
    mergeable: bool = False
    importable: bool = False
    # Read from another system, or written by actions of its own alone: its list and its page are looked at.
    mirror: bool = False
    # The power without which the kind is looked at alone, whatever a role grants.
    power: str = ""
    # The kind of person of whom its rows tell besides that kind's own: such rows are no other people, and go with them.
    stands_for: str = ""
    # When fields that are written here are asked for.
    moments: tuple[Moment, ...] = ()
    # Tabs above the list besides those that every list has: (label, query).
    tabs: tuple[tuple[str, str], ...] = ()
    # Other ways to look at the list: (label, query, icon).
    modes: tuple[tuple[str, str, str], ...] = ()
    empty: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields: those that are written here, then those of one's own as they are now."""
        return _with_own(self, own.snapshot())[0]

    @property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return _with_own(self, own.snapshot())[1]

    @property
    def sorts_by_name(self) -> bool:
        """Whether the list's own order is that of the names."""
        return self.order.removeprefix("-") == "sort_name"

    @cached_property
    def title_names(self) -> frozenset[str]:
        """The fields that the title is made of and that show nothing besides: a list needs no columns for them."""
        return frozenset(
            name
            for name in self.model.TITLE_FIELDS
            if name in self.by_name and self.by_name[name].kind not in LINKS
        )

    def title_columns(self, actor: Actor) -> list[str]:
        """The columns that a title needs, without those that show what is hidden from the actor."""
        named = [self.by_name[name] for name in self.model.TITLE_FIELDS if name in self.by_name]
        columns = {field.shadow or field.column: field.name for field in named} | dict(
            self.model.TITLE_COLUMNS
        )
        return sorted(column for column, name in columns.items() if not actor.rights.hides(self.kind, name))

    def as_read_by(self, actor: Actor, record: Record) -> Record:
        """The record without what is hidden from the actor: titles, subtitles and templates then cannot tell it.

        Shape: the record itself when nothing is hidden, else a copy that is not to be saved.
        """
        hidden = [field for field in self.fields if field.is_hidden(actor, self.kind)]
        if not hidden:
            return record
        seen = copy(record)
        for field in hidden:
            setattr(seen, field.column, _nothing(self.model, field))
            if field.shadow:
                setattr(seen, field.shadow, "")
        seen.derive()
        for field in hidden:
            setattr(seen, field.column, _nothing(self.model, field))
        return seen

    def told_to(self, actor: Actor, record: Record) -> str:
        """What the record is called in what the actor is told and what is kept of it."""
        return self.as_read_by(actor, record).called

    def readable(self, actor: Actor) -> list[Field]:
        """The fields that the actor may see."""
        return [field for field in self.fields if not field.is_hidden(actor, self.kind)]

    def hidden(self, actor: Actor) -> frozenset[str]:
        """The names of the fields that the actor may not see."""
        return frozenset(field.name for field in self.fields if field.is_hidden(actor, self.kind))

    def writable(self, actor: Actor) -> list[Field]:
        """The fields that the actor may change."""
        return [
            field for field in self.fields if field.editable and not actor.rights.locks(self.kind, field.name)
        ]


OWNERSHIP = (
    Field(
        "owner", "Owner", Kind.USER, section="Who", listed=True, synonyms=("contact owner", "account manager")
    ),
    Field("team", "Team", Kind.TEAM, section="Who"),
)
HISTORY = (
    Field("source", "Source", section="Who", synonyms=("lead source", "origin", "original source"), most=60),
    Field("created_at", "Created", Kind.DATETIME, section="Who", editable=False, sorts=True),
    Field("updated_at", "Updated", Kind.DATETIME, section="Who", editable=False, sorts=True),
)


OWN_KINDS = {
    Type.TEXT: Kind.TEXT,
    Type.NUMBER: Kind.NUMBER,
    Type.MONEY: Kind.MONEY,
    Type.DATE: Kind.DATE,
    Type.CHOICE: Kind.CHOICE,
    Type.CHOICES: Kind.CHOICES,
    Type.PERSON: Kind.USER,
    Type.LINK: Kind.REFERENCE,
    Type.CHECKBOX: Kind.BOOLEAN,
    Type.URL: Kind.URL,
}


_known: dict[int, tuple[RecordType, own.Snapshot, tuple[Field, ...], dict[str, Field]]] = {}


def _with_own(record_type: RecordType, now: own.Snapshot) -> tuple[tuple[Field, ...], dict[str, Field]]:
    """The fields of the kind with those of one's own, and all of them by name; remembered while these stay the same."""
    known = _known.get(id(record_type))
    if known is None or known[0] is not record_type or known[1] is not now:
        made = (own_field(one) for one in now.living.get(record_type.kind, ()))
        fields = (*(_as_now(field) for field in record_type.declared), *made)
        known = (record_type, now, fields, {field.name: field for field in fields})
        _known[id(record_type)] = known
    return known[2], known[3]


def _as_now(field: Field) -> Field:
    """The field with the choices that it offers now."""
    if field.live is None:
        return field
    offer = field.live()
    return replace(field, choices=offer.choices, retired=offer.retired)


def own_field(made: Definition) -> Field:
    """What an administrator decided, as a field like any other."""
    kind = OWN_KINDS[Type(made.holds)]
    return Field(
        made.name,
        made.label,
        kind,
        section=made.section,
        listed=made.listed,
        sorts=made.filtered and kind not in {Kind.CHOICES, Kind.USER},
        filtered=made.filtered,
        required=made.required and made.asked is Asked.ALWAYS,
        quick=made.asked in {Asked.ALWAYS, Asked.MADE},
        editable=made.type is not Type.FORMULA,
        choices=tuple((choice.key, choice.label) for choice in made.choices),
        to=made.to,
        shadow=made.shadow,
        help=made.help,
        most=made.most,
        own=made,
    )


def _is_kept(actor: Actor, kind: str, name: str) -> bool:
    other, dot, field = name.partition(".")
    if dot:
        return actor.rights.scope(other, "view") is Scope.NONE or actor.rights.hides(other, field)
    return actor.rights.hides(kind, name)


def _nothing(model: type[Record], field: Field) -> Any:
    if field.own is not None:
        return empty(field.own.holds)
    if field.kind in LISTS:
        return []
    column = next(known for known in model._meta.concrete_fields if known.name == field.name)  # noqa: SLF001
    return None if column.null else column.get_default()


def types() -> list[RecordType]:
    """Every kind, in the order in which keen.site.wiring names them."""
    return list(wired().record_types)


def get(kind: str) -> RecordType:
    """The kind of this name.

    Raises: KeyError for an unknown one.
    """
    return _by_kind()[kind]


def find(kind: str) -> RecordType | None:
    """The kind of this name, None for an unknown one."""
    return _by_kind().get(kind)


def by_code(code: str) -> RecordType | None:
    """The kind whose permanent links start with the code."""
    return next((record_type for record_type in types() if record_type.code == code), None)


def _by_kind() -> dict[str, RecordType]:
    return {record_type.kind: record_type for record_type in types()}
