"""The columns that every record has, and the tables that find records."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy

from keen.core.domain.actor import PROGRAMS, Actor
from keen.core.domain.rights import Scope
from keen.records.domain.own import PREFIX
from keen.records.models import own as owned

# What nobody does to a restricted record, whatever their rights.
HELD_BACK = frozenset({"edit", "delete", "export"})


def is_held_back(actor: Actor, action: str) -> bool:
    """Whether restricted records are kept from this."""
    return action in HELD_BACK or actor.via in PROGRAMS


class RecordQuerySet(models.QuerySet[Any]):
    """Records as somebody may see them. Fields of one's own are named in conditions and orders like columns."""

    def filter(self, *args: Any, **kwargs: Any) -> Self:
        """The records that meet the conditions."""
        return super(RecordQuerySet, self._knowing(_named([*args, *kwargs]))).filter(*args, **kwargs)

    def exclude(self, *args: Any, **kwargs: Any) -> Self:
        """The records that do not."""
        return super(RecordQuerySet, self._knowing(_named([*args, *kwargs]))).exclude(*args, **kwargs)

    def order_by(self, *names: Any) -> Self:
        """The records in this order."""
        return super(RecordQuerySet, self._knowing(_named(names))).order_by(*names)

    def values(self, *names: Any, **expressions: Any) -> Any:
        """Rows of these columns."""
        return super(RecordQuerySet, self._holding(names)).values(*names, **expressions)

    def values_list(self, *names: Any, flat: bool = False, named: bool = False) -> Any:
        """Tuples of these columns. What the order goes by comes as it is compared, all else as it is kept."""
        return super(RecordQuerySet, self._holding(names)).values_list(*names, flat=flat, named=named)

    def _knowing(self, names: set[str]) -> Self:
        """The query that knows what these fields are compared by."""
        wanted = names - self.query.annotations.keys() if names else names
        known = owned.typed(self.model.KIND) if wanted else {}
        return self.alias(**{name: known[name] for name in wanted if name in known}) if wanted else self

    def _holding(self, names: Any) -> Self:
        """The query that reads these fields."""
        wanted = [name for name in names if isinstance(name, str) and name.startswith(PREFIX)]
        if not wanted:
            return self
        kind, there = self.model.KIND, self.query.annotations
        typed, plain = owned.typed(kind), owned.plain(kind)
        made = {name: (typed if name in there else plain)[name] for name in wanted if name in plain}
        return self.annotate(**made)

    def living(self) -> Self:
        """Records that are neither in the trash nor merged away."""
        return self.filter(deleted_at__isnull=True)

    def visible_to(self, actor: Actor, action: str = "view") -> Self:
        """The living records that the actor may see, or change when another action is named."""
        return self.living().filter(self.model.allowed(actor, action))


def _named(parts: Any) -> set[str]:
    """The fields of one's own among names, conditions and orders."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Q):
            found |= _named(part.children)
            continue
        while isinstance(part, OrderBy):
            part = part.expression  # noqa: PLW2901  what is ordered by
        name = (
            part[0] if isinstance(part, tuple) else getattr(part, "name", "") if isinstance(part, F) else part
        )
        if isinstance(name, str) and name.lstrip("-").startswith(PREFIX):
            found.add(name.lstrip("-").partition("__")[0])
    return found


class Record(models.Model):
    """A thing that people keep: who owns it, which team sees it, and its place in the audit trail."""

    KIND: ClassVar[str] = ""
    # What title, subtitle and search_words are made of: whoever may not read one of these does not find by it.
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ()
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ()
    WORD_FIELDS: ClassVar[tuple[str, ...]] = ()
    # Whether such a record can be restricted: then nobody changes it, hands it on or takes it out (GDPR, article 18).
    RESTRICTABLE: ClassVar[bool] = False
    # A link to somebody who can be restricted, and what repeats them here: programs and exports do not get these.
    REPEATS: ClassVar[tuple[str, ...]] = ()
    # When somebody with the same addresses was erased on request: known while a new record is made, never stored.
    erased_before: date | None = None
    # By which verb the row is being written ("created", "updated", "undone"): for those who follow rows, never stored.
    written_as: str = ""
    # Columns that the title needs besides those of its fields, with the field whose value each of them shows.
    TITLE_COLUMNS: ClassVar[tuple[tuple[str, str], ...]] = ()

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    team = models.ForeignKey("core.Team", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    absorbed = models.JSONField(default=list)
    source = models.CharField(max_length=60, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    # The values of the fields of one's own, by their names; those of archived ones stay.
    own = models.JSONField(null=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def allowed(cls, actor: Actor, action: str) -> Q:
        """The one permission rule as a condition: everything, the teams' and one's own, one's own, or nothing.

        Shape: of what is restricted, looking at it is all that is left.
        """
        within = cls._within(actor, action)
        held = cls.RESTRICTABLE and is_held_back(actor, action)
        return within & Q(restricted_at__isnull=True) if held else within

    @classmethod
    def _within(cls, actor: Actor, action: str) -> Q:
        scope = actor.rights.scope(cls.KIND, action)
        if scope is Scope.ALL:
            return Q()
        if scope is Scope.TEAM:
            return Q(team_id__in=sorted(actor.rights.teams)) | Q(owner_id=actor.user_id)
        if scope is Scope.OWN:
            return Q(owner_id=actor.user_id)
        return Q(pk__in=[])

    @classmethod
    def reaches(cls, actor: Actor, action: str) -> bool:
        """Whether there may be any record of the kind for which the actor may do it."""
        return actor.rights.scope(cls.KIND, action).reach > 0

    def allows(self, actor: Actor, action: str) -> bool:
        """The same rule for this one record."""
        if self.is_restricted and is_held_back(actor, action):
            return False
        scope = actor.rights.scope(self.KIND, action)
        own = actor.user_id is not None and self.owner_id == actor.user_id
        in_team = self.team_id in actor.rights.teams
        return (
            scope is Scope.ALL or (scope is Scope.TEAM and (own or in_team)) or (scope is Scope.OWN and own)
        )

    @property
    def is_restricted(self) -> bool:
        """Whether the record may only be looked at until somebody lifts that."""
        return self.RESTRICTABLE and getattr(self, "restricted_at", None) is not None

    @property
    def title(self) -> str:
        """What people call the record."""
        raise NotImplementedError

    @property
    def called(self) -> str:
        """The title as it may be kept on other rows and in receipts: without what it borrows from a field that roles hide."""
        return self.title

    @property
    def subtitle(self) -> str:
        """What tells it from others of the same title."""
        return ""

    def derive(self) -> None:
        """Fill the columns that follow from others."""

    def refuses(self, values: Mapping[str, Any]) -> Mapping[str, str]:
        """What of these values the record as it stands does not take, with the reason, by the field."""
        del values
        return {}

    def joins(self, other: "Record") -> str:
        """Why the other one cannot become part of this one; "" where it can."""
        del other
        return ""

    def takes_in(self, other: "Record") -> dict[str, Any]:
        """The columns besides its fields that this one gets of another one, which becomes part of it."""
        del other
        return {}

    def is_settled(self, column: str) -> bool:
        """Whether the column stays as it is for good, so that undo leaves it."""
        del column
        return False

    def handles(self) -> set[tuple[str, str]]:
        """The (kind, value) pairs by which the record is recognised exactly."""
        return set()

    def search_words(self) -> dict[str, list[str]]:
        """The texts by which the record is found, besides its title and subtitle, by the field they stand in.

        Shape: the fields are "emails", "phones" and those that WORD_FIELDS names.
        """
        return {}


class Handle(models.Model):
    """One exact way to recognise a record: an e-mail, a phone in E.164, a domain, a folded name, an external id.

    Derived from the record's own row by every write.
    """

    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=200)
    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "value", "record_kind", "record_id"), name="records_handle_once"
            ),
        )
        indexes = (models.Index(fields=("record_kind", "record_id"), name="records_handle_of"),)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"
