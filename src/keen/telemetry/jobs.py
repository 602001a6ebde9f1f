"""What is done with events in the background."""

import json
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from keen.core.jobs import LONG, job
from keen.telemetry import queries, store
from keen.telemetry.health import LOST_FILE, LOST_WITHIN


@job(priority=-40)
def take_in_usage() -> int:
    """How many events came out of segments into files. Also says what was lost lately, for the page of jobs."""
    root = queries.usage_root()
    count = store.compact(root)
    today = _today()
    lost = queries.lost_lately(today - LOST_WITHIN, today)
    draft = root / f"{LOST_FILE}.draft"
    draft.write_text(json.dumps({"count": lost}))
    draft.replace(root / LOST_FILE)
    return count


@job(priority=-45)
def count_usage() -> list[str]:
    """The days whose figures were made anew."""
    return store.roll_up(queries.usage_root(), since=_events_before())


@job(queue=LONG, priority=-50)
def tend_usage() -> int:
    """How many days of events and of figures were forgotten, after the rest was put in order."""
    root = queries.usage_root()
    store.merge_days(root)
    return store.forget(root, events_before=_events_before(), figures_before=figures_before())


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())


def _events_before() -> date:
    return _today() - timedelta(days=settings.KEEN.usage_days)


def figures_before() -> date:
    """The same day so many months ago, or the last of that month."""
    today, months = _today(), settings.KEEN.usage_months
    index = today.year * 12 + today.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return min(first + timedelta(days=today.day - 1), following - timedelta(days=1))
