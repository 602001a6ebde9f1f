"""Teams with people, standings and answers, for tests of adoption."""

from datetime import date
from typing import Any

from django.utils import timezone

from keen.adoption.domain.counts import Counts, Share
from keen.adoption.domain.windows import as_data
from keen.adoption.models import ModeChange, Reply, Standing
from keen.core.models import Team, User
from tests.factories.core import make_team, make_user

COUNTS = Counts(
    scheduled=20,
    active=14,
    attempt_days=15,
    struggle_days=1,
    depth=Share(4, 8),
    timely=Share(30, 40),
    quality=Share(16, 20),
)


def make_people(many: int, *, team: Team | None = None, role: str = "sales_rep") -> list[User]:
    """People of one team. Their passwords are of no use: nobody signs in as them."""
    team = team or make_team()
    return [make_user(role, team, password="") for _ in range(many)]


def make_standing(
    user: User, *, score: float | None = 64.0, on: date | None = None, features: Any = None, **fields: Any
) -> Standing:
    """Where somebody stands."""
    counts = as_data(COUNTS)
    values = {
        "days": 28,
        "team": user.team_id,
        "role": "sales_rep",
        "score": score,
        "low": None if score is None else score - 6,
        "high": None if score is None else score + 6,
        "segment": "steady",
        "friction": 0.1,
        "want": 0.6,
        "completion": 0.9,
        "policy": 1,
        "made_at": timezone.now(),
        "counts": counts | ({"features": features} if features else {}),
        **fields,
    }
    return Standing.objects.create(person=user, window_end=on or timezone.localdate(), **values)


def make_mode(mode: str, *, starts_on: date | None = None) -> ModeChange:
    """A mode that is decided."""
    return ModeChange.objects.create(
        mode=mode,
        before="team",
        reason="For the tests of today.",
        state=ModeChange.IN_FORCE,
        asked_at=timezone.now(),
        decided_at=timezone.now(),
        starts_on=starts_on or timezone.localdate(),
    )


def make_feeling(user: User, needs: int, ease: int, *, on: date | None = None) -> None:
    """Somebody's answers to the two items."""
    for item, value in (("needs", needs), ("ease", ease)):
        Reply.objects.create(
            user=user, item=item, value=value, team_id=user.team_id, on=on or timezone.localdate()
        )
