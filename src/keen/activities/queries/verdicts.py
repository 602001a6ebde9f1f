"""What somebody found not useful on Today."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from keen.activities.domain.weights import WEIGHTS, lowered
from keen.activities.models import Verdict
from keen.core.domain.actor import Actor

REMEMBERED = timedelta(days=180)
MOST = 500


@dataclass(frozen=True)
class Judged:
    """How often each cause was found not useful, and what is put aside."""

    less: Counter[str] = field(default_factory=Counter)
    aside: frozenset[tuple[str, int]] = frozenset()


def judged(actor: Actor, now: datetime, today: date) -> Judged:
    """What the actor found not useful within half a year.

    Cost: 1 query.
    """
    rows = Verdict.objects.filter(user_id=actor.user_id or 0, at__gt=now - REMEMBERED).order_by("-at")
    found = list(rows.values_list("cause", "record_kind", "record_id", "until")[:MOST])
    return Judged(
        Counter(cause for cause, *_ in found if cause),
        frozenset((kind, pk) for _, kind, pk, until in found if until > today),
    )


@dataclass(frozen=True)
class Lowered:
    """A cause that counts less for somebody, and how much it counts now of what it counts for others."""

    cause: str
    label: str
    times: int
    percent: int


def lowered_causes(found: Judged) -> list[Lowered]:
    """The causes that count less, as settings show them."""
    return [
        Lowered(name, WEIGHTS[name].label, times, lowered(name, 100, times))
        for name, times in sorted(found.less.items())
        if name in WEIGHTS
    ]
