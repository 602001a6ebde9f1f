"""Which mode and which policy hold on a day, and everything that was decided about them."""

from datetime import date

from django.db.models import QuerySet

from keen.adoption.domain import policy as policies
from keen.adoption.domain.modes import UNTIL_ANSWERED, Mode
from keen.adoption.domain.policy import Policy
from keen.adoption.models import ModeChange, PolicyVersion

SET = "adoption.mode"
AGREE = "usage.agree"


def mode_in_force(on: date) -> Mode:
    """The mode of the day; teams only, until the company has chosen.

    Cost: 1 query.
    """
    decided = ModeChange.objects.filter(state=ModeChange.IN_FORCE, starts_on__lte=on)
    found = decided.order_by("-starts_on", "-pk").values_list("mode", flat=True).first()
    return Mode(found) if found else UNTIL_ANSWERED


def was_chosen() -> bool:
    """Whether the company has said which mode it wants.

    Cost: 1 query.
    """
    return ModeChange.objects.filter(state=ModeChange.IN_FORCE).exists()


def mode_changes() -> QuerySet[ModeChange]:
    """Every wish and what became of it, newest first.

    Cost: 1 query.
    """
    return ModeChange.objects.select_related("asked_by", "decided_by").order_by("-asked_at", "-pk")


def coming_mode(on: date) -> ModeChange | None:
    """What is decided and begins later.

    Cost: 1 query.
    """
    rows = ModeChange.objects.filter(state=ModeChange.IN_FORCE, starts_on__gt=on)
    return rows.order_by("starts_on", "pk").first()


def policy_on(on: date) -> Policy:
    """The weights, targets and thresholds of the day: the default ones, where nobody decided others.

    Cost: 1 query.
    """
    found = PolicyVersion.objects.filter(starts_on__lte=on).order_by("-version").first()
    return policies.read(found.data) if found else Policy()


def policy_versions() -> QuerySet[PolicyVersion]:
    """Every version, newest first.

    Cost: 1 query.
    """
    return PolicyVersion.objects.select_related("by").order_by("-version")
