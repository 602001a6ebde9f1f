"""Activities: tasks, calls, meetings, e-mails and notes, and the records whose timelines they stand on."""

from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from keen.activities.domain import recurrence
from keen.activities.domain.choices import (
    DIRECTIONS,
    ICONS,
    KINDS,
    OUTCOMES,
    PRIORITIES,
    STATUSES,
    Priority,
    Status,
    What,
)
from keen.activities.domain.marks import Times
from keen.core.domain.actor import PROGRAMS, Actor
from keen.core.domain.rights import Scope
from keen.core.prepared import Reader
from keen.people.models import Account, Contact
from keen.records import declare
from keen.records.models import Record

ALIVE = Q(deleted_at__isnull=True)
TO_DO = Q(deleted_at__isnull=True, status=Status.OPEN.value)
PEOPLE = {"account", "contact"}


def own(actor: Actor, prefix: str = "") -> Q:
    """The condition for the actor's own activities; without the private ones while somebody else looks as them."""
    mine = Q(**{f"{prefix}owner_id": actor.user_id})
    return mine if actor.acting_by is None else mine & Q(**{f"{prefix}is_private": False})


class Activity(Record):
    """Something that was done with somebody, or is to be done. The owner is who does it."""

    KIND: ClassVar[str] = "activity"
    TITLE_COLUMNS: ClassVar[tuple[tuple[str, str], ...]] = (("kind", "kind"),)
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("subject", "contact", "account")
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("contact", "account")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = ("body",)

    kind = models.CharField(max_length=10, choices=KINDS)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    direction = models.CharField(max_length=3, blank=True, choices=DIRECTIONS)
    outcome = models.CharField(max_length=20, blank=True, choices=OUTCOMES)
    status = models.CharField(max_length=10, choices=STATUSES, default=Status.OPEN.value)
    priority = models.CharField(max_length=6, choices=PRIORITIES, default=Priority.NORMAL.value)
    plan_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    duration_seconds = models.PositiveIntegerField(null=True)
    done_at = models.DateTimeField(null=True)
    reminder_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    recurrence = models.CharField(max_length=200, blank=True)
    promised_to_customer = models.BooleanField(default=False)
    is_private = models.BooleanField(default=False)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    account_name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", db_index=False)
    contact_name = models.CharField(max_length=200, blank=True)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True)
    participants = models.JSONField(default=list)
    act_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("owner", "act_at", "id"), condition=TO_DO, name="activity_to_do"),
            models.Index(fields=("owner", "-done_at"), condition=ALIVE, name="activity_done_by"),
            models.Index(
                fields=("reminder_at",),
                condition=TO_DO & Q(reminded_at__isnull=True),
                name="activity_to_remind",
            ),
            models.Index(
                fields=("-created_at", "-id", "team", "owner"), condition=ALIVE, name="activity_by_creation"
            ),
            models.Index(
                fields=("-updated_at", "-id", "team", "owner"), condition=ALIVE, name="activity_by_update"
            ),
            models.Index(fields=("plan_on", "id", "team", "owner"), condition=ALIVE, name="activity_by_plan"),
            models.Index(fields=("done_at", "id", "team", "owner"), condition=ALIVE, name="activity_by_end"),
            models.Index(fields=("account", "-created_at"), name="activity_of_account"),
            models.Index(fields=("contact", "-created_at"), name="activity_of_contact"),
            models.Index(fields=("external_id",), condition=~Q(external_id=""), name="activity_by_external"),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def allowed(cls, actor: Actor, action: str) -> Q:
        """The rule of records, or made by the actor; to look at, also what hangs on a record that the actor sees.

        What is private is its owner's alone; what is about somebody restricted is not handed out.
        """
        within = cls._rule(actor, action)
        return within & ~_about_restricted() if _leaves(actor, action) else within

    @classmethod
    def _rule(cls, actor: Actor, action: str) -> Q:
        scope = actor.rights.scope(cls.KIND, action)
        if scope is Scope.NONE:
            return Q(pk__in=[])
        mine = own(actor)
        if scope is Scope.ALL:
            return mine | Q(is_private=False)
        others = Q(created_by_id=actor.user_id)
        if scope is Scope.TEAM:
            others |= Q(team_id__in=sorted(actor.rights.teams))
        if action in {"view", "export"}:
            others |= _about_visible(Reader.of(actor, cls.KIND), action)
        return mine | (Q(is_private=False) & others)

    def allows(self, actor: Actor, action: str) -> bool:
        """The same rule for this one activity.

        Cost: none where owner, team or maker decide, else 1 query for each record it hangs on.
        """
        scope = actor.rights.scope(self.KIND, action)
        if scope is Scope.NONE or (self.is_private and actor.acting_by is not None):
            return False
        if _leaves(actor, action) and type(self).objects.filter(_about_restricted(), pk=self.pk).exists():
            return False
        if self.owner_id == actor.user_id and actor.user_id is not None:
            return True
        if self.is_private:
            return False
        near = self.created_by_id == actor.user_id or (
            scope is Scope.TEAM and self.team_id in actor.rights.teams
        )
        if scope is Scope.ALL or near:
            return True
        return action in {"view", "export"} and any(
            declare.get(kind).model.objects.visible_to(actor, action).filter(pk=pk).exists()
            for kind, pk in sorted(self._doors())
        )

    def _doors(self) -> set[tuple[str, int]]:
        """The records through which it is read: of what is about neither person nor company that record alone."""
        if self.about_kind and self.about_kind not in PEOPLE and self.about_id:
            return {(self.about_kind, self.about_id)}
        return self._subjects()

    def _subjects(self) -> set[tuple[str, int]]:
        named = {("contact", self.contact_id), ("account", self.account_id), (self.about_kind, self.about_id)}
        return {(kind, pk) for kind, pk in named if kind and pk}

    @property
    def title(self) -> str:
        """The subject, or the kind with whom."""
        kind = dict(KINDS).get(self.kind, "Activity")
        joined = "on" if self.kind == What.NOTE else "with"
        return self.subject or (f"{kind} {joined} {self.with_whom}" if self.with_whom else kind)

    @property
    def with_whom(self) -> str:
        """The person, or the company."""
        return self.contact_name or self.account_name

    @property
    def subtitle(self) -> str:
        """The person and the company."""
        return ", ".join(part for part in (self.contact_name, self.account_name) if part)

    @property
    def icon(self) -> str:
        """The icon of the kind."""
        return ICONS.get(self.kind, "note")

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.status == Status.OPEN

    @property
    def times(self) -> Times:
        """When it is meant to be."""
        return Times(self.plan_on, self.due_at, self.starts_at)

    @property
    def stands_at(self) -> datetime | None:
        """Its place on a timeline: when it was over. None while it is to be done."""
        if self.is_open:
            return None
        return self.done_at or self.starts_at or self.created_at

    def derive(self) -> None:
        """Fill what follows: a rule that is none is dropped, notes are done at once, what is done has a time, what it is about, when it wants to be seen."""
        self.recurrence = recurrence.known(self.recurrence)
        self.status = self.status or Status.OPEN.value
        self.priority = self.priority or Priority.NORMAL.value
        if self.kind == What.NOTE and self.is_open:
            self.status = Status.DONE.value
        if self.status == Status.DONE and self.done_at is None:
            self.done_at = min(self.starts_at or self.updated_at, self.updated_at)
        if self.is_open:
            self.done_at = None
        if self.about_kind in PEOPLE or not self.about_kind:
            self._derive_about()
        self.act_at = self._seen_from()
        if self.reminder_at and self.reminded_at and self.reminded_at < self.reminder_at:
            self.reminded_at = None

    def _seen_from(self) -> datetime | None:
        """The moment from which it wants to be seen. Whoever plans it for after its promise does not see it before."""
        planned = datetime.combine(self.plan_on, time(), tzinfo=UTC) if self.plan_on else None
        put_off = bool(self.plan_on and self.due_at and self.plan_on > self.due_at.astimezone(UTC).date())
        due_at = None if put_off else self.due_at
        return min((at for at in (planned, due_at, self.starts_at) if at), default=None)

    def _derive_about(self) -> None:
        """A person comes before the company, which is taken from the person when none is named."""
        if self._state.adding and self.contact is not None and not self.account_id:
            self.account_id, self.account_name = self.contact.account_id, self.contact.account_name
        named = [("contact", self.contact_id), ("account", self.account_id)]
        self.about_kind, self.about_id = next((place for place in named if place[1]), ("", None))

    def places(self) -> set[tuple[str, int]]:
        """The records on whose timelines it stands."""
        return self._subjects() | {("contact", int(pk)) for pk in self.participants}

    def handles(self) -> set[tuple[str, str]]:
        """The id in another system."""
        return {("external", self.external_id)} if self.external_id else set()

    def search_words(self) -> dict[str, list[str]]:
        """What was written."""
        return {"body": [self.body[:2000]]}


def _leaves(actor: Actor, action: str) -> bool:
    """Whether what is asked for leaves the house: then nothing about somebody restricted is in it."""
    return action == "export" or actor.via in PROGRAMS


def _about_restricted() -> Q:
    """The activities that hang on somebody restricted, or a restricted company."""
    contact = Contact.objects.filter(pk=OuterRef("contact_id"), restricted_at__isnull=False)
    account = Account.objects.filter(pk=OuterRef("account_id"), restricted_at__isnull=False)
    return Q(Exists(contact)) | Q(Exists(account))


@lru_cache(maxsize=256)
def _about_visible(reader: Reader, action: str) -> Q:
    """The activities that hang on a record which the reader may see, put together once for those with the same rights."""
    actor = reader.actor
    contact = Contact.objects.visible_to(actor, action).filter(pk=OuterRef("contact_id"))
    account = Account.objects.visible_to(actor, action).filter(pk=OuterRef("account_id"))
    # What is about a deal is read by who sees the deal; its company alone opens nothing.
    found = Q(about_kind__in=["", *sorted(PEOPLE)]) & (Q(Exists(contact)) | Q(Exists(account)))
    return found | about_others(actor, action)


def about_others(actor: Actor, action: str = "view", prefix: str = "") -> Q:
    """The activities about a record that the actor may see and that is neither a person nor a company."""
    found = Q()
    for record_type in declare.types():
        if record_type.kind not in {*PEOPLE, Activity.KIND}:
            rows: Any = record_type.model.objects.visible_to(actor, action)
            rows = rows.filter(pk=OuterRef(f"{prefix}about_id"))
            found |= Q(**{f"{prefix}about_kind": record_type.kind}) & Q(Exists(rows))
    return found


class ActivityLink(models.Model):
    """An activity on the timeline of a record. `at` is empty while the activity is to be done.

    Derived from the activity's own row by every write.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="links")
    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("activity", "record_kind", "record_id"), name="activities_link_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("record_kind", "record_id", "-at", "-activity"), name="activities_link_timeline"
            ),
        )

    def __str__(self) -> str:
        return f"{self.record_kind} {self.record_id}"


class Verdict(models.Model):
    """That somebody found a thing on Today not useful: it is put aside for them, and what spoke for it counts less."""

    WHYS = (("person", "Not for me"), ("now", "Not now"), ("wrong", "Wrong information"))

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    cause = models.CharField(max_length=20, blank=True)
    why = models.CharField(max_length=10, choices=WHYS)
    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()
    until = models.DateField()

    class Meta:
        indexes = (models.Index(fields=("user", "-at"), name="activities_verdict_of"),)

    def __str__(self) -> str:
        return f"{self.why} {self.record_kind} {self.record_id}"
