"""Facts and standings in the background: by the hour what is new, by night all that changed."""

from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from keen.adoption.actions.questions import ask_people
from keen.adoption.actions.standings import forget_standings, keep_standings
from keen.adoption.facts import people, tables
from keen.adoption.facts.extract import extract, first_day
from keen.adoption.models import Standing
from keen.adoption.queries.rules import policy_on
from keen.adoption.queries.standings import reviews, weeks_kept
from keen.core.jobs import LONG, job, pause_if_stopping
from keen.telemetry.jobs import figures_before

LATELY: Final = timedelta(days=2)
LOOK_BACK: Final = timedelta(days=35)
WEEKS: Final = 56
"""Ends of weeks that are worked out when none is there: thirteen windows of four weeks, and what these look back on."""


@job(priority=-46)
def gather_facts() -> list[str]:
    """The days of late whose facts were made anew, and how everybody stands by them."""
    today = _today()
    made = extract(tables.facts_root(), today - LATELY, today, reviews=reviews(), between=pause_if_stopping)
    if made:
        _keep(today - timedelta(days=1))
    return [str(day) for day in made]


@job(queue=LONG, priority=-51)
def tend_facts() -> dict[str, int]:
    """How many days of facts were made anew, how many weeks were worked out, and what was too old and went.

    Shape: the first time all days are made that anything can be said about; put back half-way, the next turn goes on there.
    """
    root, today, before = tables.facts_root(), _today(), figures_before()
    first = max(first_day(root, today), before)
    if tables.days(root):
        first = max(first, min(today - LOOK_BACK, max(tables.days(root))))
    made = extract(root, first, today, reviews=reviews(), between=pause_if_stopping)
    gone = tables.forget(root, before)
    forget_standings(before, people.erased())
    ends = _weeks(root_first=min(tables.days(root), default=today), last=today, made=made)
    for end in ends:
        pause_if_stopping()
        _keep(end)
    _keep(today - timedelta(days=1))
    return {"days": len(made), "weeks": len(ends), "gone": gone}


@job(priority=-20)
def ask_questions() -> int:
    """How many people are asked something new."""
    return ask_people(timezone.now())


def _weeks(*, root_first: date, last: date, made: list[date]) -> list[date]:
    """The ends of weeks that nobody worked out yet, and those of late whose days changed, the oldest first."""
    sunday = last - timedelta(days=(last.weekday() - Standing.WEEKLY) % 7 or 7)
    ends = [sunday - timedelta(days=7 * back) for back in range(WEEKS)]
    kept = weeks_kept()
    changed = {end for end in ends if end >= last - LOOK_BACK and any(day <= end for day in made)}
    return sorted(end for end in ends if end >= root_first and (end not in kept or end in changed))


def _keep(end: date) -> None:
    keep_standings(tables.facts_root(), end, policy_on(end), timezone.now())


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())
