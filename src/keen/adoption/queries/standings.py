"""How people and groups stand, as the background kept it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from statistics import median
from typing import Final

from django.db.models import Max, QuerySet

from keen.adoption.domain.policy import Dimension
from keen.adoption.models import GroupStanding, Standing, TeamReview

QUARTER: Final = timedelta(days=91)
TWELVE_WEEKS: Final = timedelta(days=84)
LEAST_OF_ROLE: Final = 5
"""Fewer people of a role make no median."""
TREND: Final = 13
APART: Final = timedelta(days=28)


def newest_end() -> date | None:
    """The newest day with which windows end.

    Cost: 1 query.
    """
    found: date | None = GroupStanding.objects.aggregate(end=Max("window_end"))["end"]
    return found


def weeks_kept() -> set[date]:
    """The ends of windows that were worked out.

    Cost: 1 query.
    """
    rows = GroupStanding.objects.filter(scope=GroupStanding.ALL).values_list("window_end", flat=True)
    return set(rows) | set(Standing.objects.order_by().values_list("window_end", flat=True).distinct())


def standing_of(person: int) -> Standing | None:
    """How the person stood last.

    Cost: 1 query.
    """
    return Standing.objects.filter(person_id=person).order_by("-window_end").first()


def standings(end: date, *, teams: Collection[int] | None = None) -> QuerySet[Standing]:
    """How everybody, or everybody of these teams, stood at the end of the window.

    Cost: 1 query.
    """
    found = Standing.objects.filter(window_end=end).select_related("person")
    return found if teams is None else found.filter(team__in=teams)


def group_standings(end: date, scope: str) -> QuerySet[GroupStanding]:
    """How the groups of a scope stood at the end of the window, as far as it may be shown.

    Cost: 1 query.
    """
    return GroupStanding.objects.filter(window_end=end, scope=scope).order_by("key")


def trend_ends(end: date) -> list[date]:
    """The ends of the last thirteen windows that do not overlap, the newest last: the day itself, and before it ends of weeks."""
    sunday = end - timedelta(days=(end.weekday() - Standing.WEEKLY) % 7)
    ends = [sunday - APART * back for back in range(TREND)]
    return sorted({end, *ends[1:]} if end != sunday else set(ends))


def trend_of(person: int, end: date) -> QuerySet[Standing]:
    """How the person stood in the last thirteen windows, the oldest first.

    Cost: 1 query.
    """
    return Standing.objects.filter(person_id=person, window_end__in=trend_ends(end)).order_by("window_end")


def group_trend(scope: str, key: str, end: date) -> QuerySet[GroupStanding]:
    """How the group stood in the last thirteen windows, the oldest first.

    Cost: 1 query.
    """
    found = GroupStanding.objects.filter(scope=scope, key=key, window_end__in=trend_ends(end))
    return found.order_by("window_end")


def reviews() -> dict[int, tuple[int, int]]:
    """For each team that named one the weekday and the minute of the day of its weekly review.

    Cost: 1 query.
    """
    rows = TeamReview.objects.values_list("team_id", "weekday", "minute")
    return {team: (weekday, minute) for team, weekday, minute in rows}


def rhythms_before(end: date) -> dict[int, tuple[float, ...]]:
    """The rhythm of each week of the twelve that ended twelve weeks before, of each person, the newest last.

    Cost: 1 query.
    """
    sunday = end - TWELVE_WEEKS - timedelta(days=(end.weekday() - Standing.WEEKLY) % 7)
    rows = Standing.objects.filter(window_end=sunday).values_list("person_id", "rhythms")
    return {person: tuple(rhythms) for person, rhythms in rows}


def earlier_scores(end: date) -> dict[int, tuple[float, ...]]:
    """The scores of the twelve weeks before, of each person, the newest last.

    Cost: 1 query.
    """
    rows = Standing.objects.filter(
        window_end__lt=end,
        window_end__gte=end - TWELVE_WEEKS,
        window_end__iso_week_day=Standing.WEEKLY + 1,
        score__isnull=False,
    )
    found: dict[int, list[float]] = defaultdict(list)
    for person, score in rows.order_by("window_end").values_list("person_id", "score"):
        found[person].append(float(score or 0.0))
    return {person: tuple(scores) for person, scores in found.items()}


def ever_valued(end: date) -> set[int]:
    """Everybody of whom a value event was counted in an earlier window.

    Cost: 1 query.
    """
    rows = Standing.objects.filter(window_end__lt=end, counts__ever_valued=True)
    return set(rows.order_by().values_list("person_id", flat=True).distinct())


def medians(end: date) -> dict[str, dict[Dimension, float]]:
    """The median of each dimension by role in the quarter before, of roles with five people and more: each by their last window.

    Cost: 1 query.
    """
    rows = Standing.objects.filter(window_end__lt=end, window_end__gte=end - QUARTER, withheld="")
    newest: dict[int, tuple[str, dict[str, dict[str, float | None]]]] = {}
    for person, role, dimensions in rows.order_by("window_end").values_list(
        "person_id", "role", "dimensions"
    ):
        newest[person] = (role, dimensions)
    values: dict[str, dict[Dimension, list[float]]] = defaultdict(lambda: defaultdict(list))
    for role, dimensions in newest.values():
        for name, told in dimensions.items():
            if (value := told.get("value")) is not None:
                values[role][Dimension(name)].append(value)
    return {
        role: {name: median(found) for name, found in by_name.items() if len(found) >= LEAST_OF_ROLE}
        for role, by_name in values.items()
    }
