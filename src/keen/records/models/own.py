"""The table of the fields of one's own, and the columns that they are for the rest of the program.

A value lies in the JSON column `own` of its record. Here each field becomes an attribute of the model and an expression
of the database, so that it is read, written, filtered and sorted by its name like any column.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery

from keen.core import stamps
from keen.core.models import User
from keen.records.domain import own
from keen.records.domain.moments import Moment
from keen.records.domain.own import Asked, Choice, Definition, Type
from keen.records.models.moments import FieldMoment
from keen.records.models.ownsql import FILTERS, Kept, OwnColumn, OwnPerson, Typed

CHOSEN = "chosen"
DECIDED = (
    "kind", "name", "label", "type", "section", "position", "help", "required", "decision", "asked", "when_field",
    "when_value", "default", "choices", "limits", "to", "formula", "result", "uses", "listed", "filtered",
)  # fmt: skip


class OwnField(models.Model):
    """A field that an administrator added to a kind of record. Its name stays; archived, its values stay too."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=own.LONGEST_NAME)
    label = models.CharField(max_length=own.LONGEST_LABEL)
    type = models.CharField(max_length=12)
    section = models.CharField(max_length=40, default="Facts")
    position = models.PositiveIntegerField(default=0)
    help = models.CharField(max_length=200, blank=True)
    required = models.BooleanField(default=False)
    decision = models.CharField(max_length=300, blank=True)
    asked = models.CharField(max_length=8, blank=True)
    when_field = models.CharField(max_length=60, blank=True)
    when_value = models.CharField(max_length=100, blank=True)
    default = models.JSONField(null=True)
    choices = models.JSONField(default=list)
    limits = models.JSONField(default=dict)
    to = models.CharField(max_length=40, blank=True)
    formula = models.TextField(blank=True)
    result = models.CharField(max_length=12, blank=True)
    uses = models.JSONField(default=list)
    listed = models.BooleanField(default=False)
    filtered = models.BooleanField(default=True)
    archived_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # What the background knows of it: how many records are filled, when somebody last used it, whether its index stands.
    filled = models.PositiveIntegerField(null=True)
    counted_of = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    indexed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "name"), name="records_ownfield_once"),)

    def __str__(self) -> str:
        return self.label

    def facts(self) -> dict[str, Any]:
        """What an administrator decided, as the audit trail keeps it."""
        decided = {name: getattr(self, name) for name in DECIDED}
        return {**decided, "archived_at": self.archived_at and self.archived_at.isoformat()}

    def definition(self) -> Definition:
        """The field as the program knows it.

        Raises: ValueError for a row that no page could have written.
        """
        if not own.is_name(self.name):
            # Names stand in statements themselves; this one came by another road than the pages.
            raise ValueError(f"Field {self.pk} has a name that cannot be: {self.name!r}.")
        limits = self.limits
        return Definition(
            id=self.pk,
            kind=self.kind,
            name=self.name,
            label=self.label,
            type=Type(self.type),
            section=self.section,
            help=self.help,
            required=self.required,
            decision=self.decision,
            asked=Asked(self.asked),
            when_field=self.when_field,
            when_value=self.when_value,
            default=self.default,
            choices=tuple(Choice(**choice) for choice in self.choices),
            to=self.to,
            formula=self.formula,
            result=self.result,
            most=int(limits.get("most") or 0),
            least=own.kept(Type.NUMBER, limits.get("least")),
            largest=own.kept(Type.NUMBER, limits.get("largest")),
            decimals=int(limits.get("decimals", 2)),
            currency=limits.get("currency") or "EUR",
            listed=self.listed,
            filtered=self.filtered,
            archived=self.archived_at is not None,
            uses=tuple(self.uses),
        )


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All fields of one's own as they are under one mark, those that are archived apart."""

    living: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    archived: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, OwnColumn]] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, models.Expression]] = field(default_factory=dict)
    plain: Mapping[str, Mapping[str, models.Expression]] = field(default_factory=dict)
    moments: Mapping[str, tuple[Moment, ...]] = field(default_factory=dict)


NOTHING = Snapshot()


def snapshot() -> Snapshot:
    """The fields as this request or job sees them.

    Cost: none; 2 queries in a process that sees this state for the first time.
    """
    mark = stamps.current()
    return _read(mark) if mark else NOTHING


@lru_cache(maxsize=8)
def _read(mark: str) -> Snapshot:
    del mark
    living: dict[str, list[Definition]] = {}
    archived: dict[str, list[Definition]] = {}
    rows: dict[str, list[Definition]] = {}
    for row in OwnField.objects.order_by("position", "pk"):
        rows.setdefault(row.kind, []).append(row.definition())
    # Rows name what a formula reads itself; rights need what it is computed from in the end.
    for one in (one for found in rows.values() for one in own.closed(found)):
        (archived if one.archived else living).setdefault(one.kind, []).append(one)
    columns: dict[str, dict[str, OwnColumn]] = {}
    typed: dict[str, dict[str, models.Expression]] = {}
    plain: dict[str, dict[str, models.Expression]] = {}
    for kind, definitions in [*living.items(), *archived.items()]:
        for one in definitions:
            for name, holds in _parts(one):
                column = FILTERS[holds](null=True)
                columns.setdefault(kind, {})[name] = column
                typed.setdefault(kind, {})[name] = column.expression(name)
                plain.setdefault(kind, {})[name] = Kept(name, holds)
            if one.type is Type.PERSON:
                plain[kind][f"{one.name}__name"] = _name_of(one.name)
    made = Snapshot(
        {kind: tuple(found) for kind, found in living.items()},
        {kind: tuple(found) for kind, found in archived.items()},
        columns,
        typed,
        plain,
        _moments(),
    )
    _install(made)
    return made


def _moments() -> dict[str, tuple[Moment, ...]]:
    found: dict[str, list[Moment]] = {}
    for row in FieldMoment.objects.order_by("position", "pk"):
        found.setdefault(row.kind, []).append(row.moment())
    return {kind: tuple(moments) for kind, moments in found.items()}


def _parts(one: Definition) -> list[tuple[str, str]]:
    """The attributes of the field with what each holds: a link has the title of its record beside it."""
    return [(one.name, one.holds), *([(one.shadow, Type.TEXT.value)] if one.shadow else [])]


def _name_of(name: str) -> Any:
    """The name of the person that the field leads to."""
    leads_to = Typed(name, OwnPerson(null=True), OuterRef("own"))
    return Subquery(User.objects.filter(pk=leads_to).values("name")[:1])


def model_of(kind: str) -> type[models.Model] | None:
    """The model of the records of a kind, None for a kind that is no longer there."""
    found = (model for model in apps.get_models() if getattr(model, "KIND", "") == kind)
    return next(found, None)


def _install(made: Snapshot) -> None:
    """Give the models an attribute for each field, so that a record is read and written by its names."""
    for kind, columns in made.columns.items():
        model = model_of(kind)
        if model is None:
            continue
        for name, column in columns.items():
            known = model.__dict__.get(name)
            if not isinstance(known, _Value) or known.holds != column.holds:
                setattr(model, name, _Value(name, column.holds))
        # Model(**values) asks this cache which names are attributes.
        model._meta.__dict__.pop("_property_names", None)  # noqa: SLF001


class _Value(property):
    """The value of one field in the JSON column of its record."""

    def __init__(self, name: str, holds: str) -> None:
        self.holds = holds

        def get(record: Any) -> Any:
            return own.kept(holds, (record.own or {}).get(name))

        def put(record: Any, value: Any) -> None:
            held = {key: old for key, old in (record.own or {}).items() if key != name}
            new = own.written(holds, value)
            if new is not None:
                held[name] = new
            # Never changed in place: a copy of the record shares the old one.
            record.own = held or None

        super().__init__(get, put)


def columns(kind: str) -> Mapping[str, OwnColumn]:
    """What filters and orders compare by, by the attribute."""
    return snapshot().columns.get(kind, {})


def typed(kind: str) -> Mapping[str, models.Expression]:
    """The value as the database compares it, by the attribute: what the index of the field is made of."""
    return snapshot().typed.get(kind, {})


def plain(kind: str) -> Mapping[str, models.Expression]:
    """The value as it is kept, to the last digit, by the attribute."""
    return snapshot().plain.get(kind, {})


def living(kind: str) -> tuple[Definition, ...]:
    """The fields of the kind in their order, without those that are archived."""
    return snapshot().living.get(kind, ())


def moments(kind: str) -> tuple[Moment, ...]:
    """The moments that others than the fields themselves give to fields of the kind."""
    return snapshot().moments.get(kind, ())


def handles(record: Any) -> set[tuple[str, str]]:
    """The choices by which the record is found where several fit."""
    return {
        (CHOSEN, f"{one.name}={key}")
        for one in living(record.KIND)
        if one.holds == Type.CHOICES
        for key in getattr(record, one.name)
    }


def words(record: Any) -> dict[str, list[str]]:
    """The texts of the record by which it is found, by field."""
    return {
        one.name: [str(getattr(record, one.name))]
        for one in living(record.KIND)
        if one.type is Type.TEXT and getattr(record, one.name)
    }


def word_fields(kind: str) -> tuple[str, ...]:
    """The fields by whose texts the records of the kind are found."""
    return tuple(one.name for one in living(kind) if one.type is Type.TEXT)
