"""Facts of days from their sources: whole days, and only those whose sources have changed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from keen.adoption.facts import audit, closing, keeping, people, tables, usage
from keen.adoption.facts.audit import Reviews, Span, span
from keen.core.models import Change
from keen.telemetry.store import base

FORMAT: Final = 2
"""Another number makes every day anew."""


@dataclass
class Extraction:
    """One run over some days, with what all of them share, asked for once."""

    root: Path
    first: date
    last: date
    reviews: Reviews = field(default_factory=dict)

    @cached_property
    def everybody(self) -> people.Everybody:
        """All people with their histories."""
        return people.everybody()

    @cached_property
    def cycles(self) -> closing.Cycles:
        """How long deals were open that were decided around these days."""
        return closing.cycles_between(self.first, self.last)

    @cached_property
    def held(self) -> keeping.Holdings:
        """What people own by the last of the days."""
        return keeping.holdings(span(self.last))

    def mark(self, on: Span) -> dict[str, Any]:
        """What the facts of the day hang on: another mark asks for the day to be made anew."""
        there = repr([self.everybody.rows(on.day), sorted(self.reviews.items())])
        return {
            "format": FORMAT,
            "changes": audit.mark_of_changes(on),
            "figures": usage.mark_of_figures(on.day),
            "people": hashlib.sha256(there.encode()).hexdigest()[:20],
        }

    def make(self, on: Span, mark: dict[str, Any], before: Path | None) -> None:
        """The day's facts, in place of those from before."""
        sealed = ("use",) if before is not None and not usage.is_raw(on.day) else ()
        tables.put(self.root, on.day, self.rows(on, sealed=bool(sealed)), mark, kept=sealed)

    def rows(self, on: Span, *, sealed: bool) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of every table; nothing for a day on which nothing was to be recorded."""
        there = self.everybody.rows(on.day)
        known = {row[0] for row in there}
        if not there:
            return {}
        deeds = [deed for deed in audit.deeds_of(on) if deed.person in known]
        members = {person: self.everybody.members[person] for person in known}
        found = {
            "person_day": there,
            "deed": audit.traces(on.day, deeds),
            "use": [] if sealed else usage.uses(on.day, deeds),
            "entry": audit.entries(on, deeds, members, self.reviews),
            "process": closing.closed(on, deeds, self.cycles),
            "quality": keeping.quality(on, deeds),
            "occasion": keeping.occasions(on, self.held, members.values()),
        }
        return {name: [row for row in rows if row[0] in known] for name, rows in found.items()}


def extract(
    root: Path,
    first: date,
    last: date,
    *,
    reviews: Reviews | None = None,
    between: Callable[[], None] = lambda: None,
) -> list[date]:
    """The days from the first to the last one whose facts were made anew, because something of theirs had changed.

    Shape: `between` is called before each day; what it raises leaves all days whole.
    Cost: 1 query for each day that is as it was, about 20 for another one.
    """
    made = []
    with base.working(root):
        tables.tidy(root)
        run = Extraction(root, first, last, reviews or {})
        there = tables.days(root)
        for on in _spans(first, last):
            between()
            mark, before = run.mark(on), there.get(on.day)
            if mark != tables.mark_of(before):
                run.make(on, mark, before)
                made.append(on.day)
    return made


def first_day(root: Path, default: date) -> date:
    """The first day that anything can be said about: of the audit trail, or of the figures; the default without both.

    Cost: 1 query.
    """
    oldest = Change.objects.order_by("at").values_list("at", flat=True).first()
    found = [span(default).of(oldest)] if oldest else []
    found += [date.fromisoformat(file.stem) for file in (root.parent / base.DAYS).glob("*.parquet")]
    return min(found, default=default)


def _spans(first: date, last: date) -> Iterator[Span]:
    for count in range((last - first).days + 1):
        yield span(first + timedelta(days=count))
