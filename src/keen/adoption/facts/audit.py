"""The deeds of a day from the audit trail, and what follows from them: traces, entries with their delay, finished processes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from django.db.models import Count, Max, Q
from django.utils import timezone

from keen.activities.models import Activity
from keen.adoption.domain import delays
from keen.adoption.domain.counting import before_review
from keen.adoption.domain.traces import Deed, trace_of
from keen.adoption.facts.people import Member
from keen.core.models import Change

BY_HAND: Final = ("page", "")
IMPORTED: Final = ("import",)
WITH_FACT: Final = frozenset({"call", "meeting", "email"})
Reviews = Mapping[int, tuple[int, int]]
"""For each team the weekday (0 is Monday) and the minute of the day of its review."""


@dataclass(frozen=True)
class Span:
    """A day on the company's clock."""

    day: date
    zone: tzinfo

    @property
    def first(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.day, time(), self.zone)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.day + timedelta(days=1), time(), self.zone)

    def of(self, at: datetime) -> date:
        """The day of a moment, on the same clock."""
        return at.astimezone(self.zone).date()


def span(day: date) -> Span:
    """The day in the company's time zone."""
    return Span(day, timezone.get_default_timezone())


def mark_of_changes(on: Span) -> list[int]:
    """How many changes the day has that were not taken back, and the newest: other numbers mean that something came in.

    Cost: 1 query.
    """
    found = Change.objects.filter(at__gte=on.first, at__lt=on.end).aggregate(
        count=Count("pk", filter=Q(operation__undone_by=None)), newest=Max("pk")
    )
    return [found["count"], found["newest"] or 0]


def deeds_of(on: Span) -> list[Deed]:
    """What people did on the day by hand or by bringing in a file, and did not take back.

    Cost: 1 query.
    """
    rows = Change.objects.filter(
        at__gte=on.first, at__lt=on.end, actor__isnull=False, operation__undone_by=None
    ).filter(operation__via__in=(*BY_HAND, *IMPORTED))
    named = (
        "actor_id", "at", "kind", "record_id", "verb", "operation__verb", "operation__via", "before", "after",
    )  # fmt: skip
    found = []
    for person, at, kind, record, verb, deed, via, before, after in rows.order_by("pk").values_list(*named):
        told = "imported" if via in IMPORTED else deed
        found.append(Deed(person, at, kind, record, verb, told, before, after))
    return found


def traces(day: date, deeds: Iterable[Deed]) -> list[tuple[Any, ...]]:
    """How often each person left each trace, as the table `deed` has it. A file brought in counts once, whatever it held."""
    counted: Counter[tuple[int, str]] = Counter()
    for deed in deeds:
        if deed.deed == "imported":
            counted[deed.person, "import_loaded"] = 1
        elif what := trace_of(deed):
            counted[deed.person, what] += 1
    return [(person, day.toordinal(), what, n) for (person, what), n in sorted(counted.items())]


def entries(
    on: Span, deeds: Sequence[Deed], people: Mapping[int, Member], reviews: Reviews
) -> list[tuple[Any, ...]]:
    """What was written down on the day, how long after the fact, as the table `entry` has it.

    Cost: 1 query.
    """
    written = [
        one for one in deeds if one.kind == Activity.KIND and one.deed != "imported" and _is_entry(one)
    ]
    held = Activity.objects.filter(pk__in={one.record for one in written}, is_private=False)
    facts = {
        pk: (kind, done, bool(body))
        for pk, kind, done, body in held.values_list("pk", "kind", "done_at", "body")
    }
    found = {}
    for one in written:
        member = people.get(one.person)
        if one.record not in facts or member is None:
            continue
        kind, fact, noted = facts[one.record]
        known = kind in WITH_FACT and fact is not None and fact <= one.at + timedelta(minutes=1)
        hours = delays.hours_between(fact, one.at, member.works, on.zone) if known else 0.0
        review = reviews.get(member.at(on.day)[0] or 0)
        hurried = review is not None and _hurried(one.at, review, on)
        found[one.person, one.record] = (
            one.person, on.day.toordinal(), kind, one.record, hours, known, noted, review is not None, hurried,
        )  # fmt: skip
    return list(found.values())


def _hurried(at: datetime, review: tuple[int, int], on: Span) -> bool:
    return bool(before_review([at], [delays.next_review(at, *review, on.zone)]).hits)


def _is_entry(deed: Deed) -> bool:
    what = trace_of(deed)
    return what.endswith("_logged") or what in {"note_written", "step_done"}
