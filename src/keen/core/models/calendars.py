"""When people work: weekly hours, the calendars of sites, company days off, and days away."""

from django.db import models

from keen.core.domain.worktime import FULL_TIME
from keen.core.models.users import User


def full_time() -> list[int]:
    """The minutes of a full week, Monday first."""
    return list(FULL_TIME)


class SiteCalendar(models.Model):
    """Where a site lies and how a week looks there. The one without a site is the company's."""

    site = models.CharField(max_length=80, unique=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return self.site or "Company"


class CompanyDayOff(models.Model):
    """A day on which a site rests, or the whole company when none is named."""

    site = models.CharField(max_length=80, blank=True)
    on = models.DateField()
    name = models.CharField(max_length=80)
    half = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("site", "on"), name="core_dayoff_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.on}"


class WorkPattern(models.Model):
    """The minutes that somebody works by weekday, Monday first, from a day on. Earlier ones are kept: measures look back."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    valid_from = models.DateField()
    minutes = models.JSONField(default=full_time)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "valid_from"), name="core_pattern_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} from {self.valid_from}"


class Absence(models.Model):
    """Days on which somebody is away: the days alone, never a reason."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    first = models.DateField()
    last = models.DateField()
    from_noon = models.BooleanField(default=False)
    until_noon = models.BooleanField(default=False)
    stand_in = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    set_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("user", "last"), name="core_absence_of"),
            models.Index(fields=("last", "first"), name="core_absence_on"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.first} to {self.last}"
