"""How people and groups stand in Adoption, worked out at night so that pages only read it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from keen.adoption.domain.counts import Counts
from keen.adoption.domain.windows import read_counts
from keen.core.models import Team


class Standing(models.Model):
    """How one person stood at the end of one window. Written by the background alone, never by hand.

    Shape: `counts` is what was counted, `dimensions` what follows from it by dimension (seen, value, weight, points);
    `score` and its range are None where `withheld` says why they are not shown. Windows end with each week, and one yesterday.
    Units: days, points of 100, shares from 0 to 1.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    window_end = models.DateField()
    days = models.PositiveSmallIntegerField()
    team = models.IntegerField(null=True)
    role = models.CharField(max_length=200, blank=True)
    watched = models.BooleanField(default=False)
    score = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    adopted = models.BooleanField(default=False)
    withheld = models.CharField(max_length=300, blank=True)
    segment = models.CharField(max_length=30)
    likely = models.JSONField(default=dict)
    slipping = models.BooleanField(default=False)
    friction = models.FloatField(null=True)
    completion = models.FloatField(null=True)
    want = models.FloatField(null=True)
    ranges = models.JSONField(default=dict)
    dimensions = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    rhythms = models.JSONField(default=list)
    policy = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    ABOUT_PERSON: ClassVar[str] = "person"
    WEEKLY: ClassVar[int] = 6
    """The weekday, Monday being 0, with which the windows end that stay."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "window_end"), name="adoption_standing_once"),
        )
        indexes = (models.Index(fields=("window_end", "team"), name="adoption_standing_of"),)

    def __str__(self) -> str:
        return f"{self.person_id} on {self.window_end}"

    @property
    def counted(self) -> Counts:
        """What was counted, as the score takes it."""
        data: dict[str, Any] = self.counts
        return read_counts(data)


class GroupStanding(models.Model):
    """How a group stood at the end of a window, as it may be shown to anybody: no fewer than five people, none by subtraction.

    Shape: `scope` is "all", "team", "role", "phase" or "log", and `key` the team's number, the role's key, the phase, or the log; `segments`
    are people by segment, where they are enough. Groups of fewer people have no row.
    """

    ALL, TEAM, ROLE, PHASE, LOG = "all", "team", "role", "phase", "log"
    SCOPES: ClassVar[tuple[str, ...]] = (ALL, TEAM, ROLE, PHASE, LOG)

    window_end = models.DateField()
    scope = models.CharField(max_length=5)
    key = models.CharField(max_length=200, blank=True)
    people = models.PositiveIntegerField()
    scored = models.PositiveIntegerField()
    score = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    friction = models.FloatField(null=True)
    want = models.FloatField(null=True)
    dimensions = models.JSONField(default=dict)
    segments = models.JSONField(default=dict)
    policy = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("window_end", "scope", "key"), name="adoption_group_once"),
        )

    def __str__(self) -> str:
        return f"{self.scope} {self.key} on {self.window_end}"


class TeamReview(models.Model):
    """When a team holds its weekly review: what is entered in the hours before says how freely it was entered.

    Units: `weekday` 0 is Monday, `minute` is of the day on the company's clock.
    """

    team = models.OneToOneField(Team, models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    minute = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(weekday__lte=6, minute__lt=1440), name="adoption_review_in_week"
            ),
        )

    def __str__(self) -> str:
        return f"Review of {self.team_id}"


class ForeignLog(models.Model):
    """The usage of another CRM, brought in from its log by a mapping. The events themselves are not kept.

    Shape: `supports` holds by measure why the log cannot show it, "" where it can.
    """

    name = models.CharField(max_length=120, unique=True)
    format = models.CharField(max_length=20)
    mapping = models.JSONField()
    zone = models.CharField(max_length=64)
    events = models.PositiveIntegerField(default=0)
    nameless = models.PositiveIntegerField(default=0)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    supports = models.JSONField(default=dict)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return self.name


class ForeignPerson(models.Model):
    """A name in the log of another CRM: a person, or a machine that is set aside.

    Shape: `minutes` are those of work by weekday, Monday first; empty while nobody said when they work, which is asked for
    and never made out from what they did.
    """

    log = models.ForeignKey(ForeignLog, models.CASCADE, related_name="people", db_index=False)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    why = models.CharField(max_length=300, blank=True)
    events = models.PositiveIntegerField(default=0)
    first = models.DateField()
    last = models.DateField()
    minutes = models.JSONField(null=True)
    country = models.CharField(max_length=2, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("log", "key"), name="adoption_foreign_once"),)

    def __str__(self) -> str:
        return f"{self.key} in {self.log_id}"
