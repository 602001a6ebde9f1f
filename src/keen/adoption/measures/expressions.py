"""The measures as expressions over the tables of facts, written once for every engine.

Warnings that hold here: no outer joins and no lead() past the end, as engines fill them differently; no dates, as engines
subtract them differently (days are numbers); no tables made in memory by the expression, as not every engine takes them.
What comes out are long rows (person, end, measure, key, hits, chances), which are summed up apart and never joined.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from keen.adoption.domain.traces import ATTEMPT, COMPLETED, CONSULT, STRUGGLE, TRIED

if TYPE_CHECKING:
    import ibis.expr.types as ir

COLUMNS: Final = ("person", "end", "measure", "key", "hits", "chances")
GIVEN: Final = ("ends", "spans", "spared", "catalogue", "limits", "traced", "asked")
"""Besides the tables of facts: window ends; spans with their `wanted` days; (person, end, day) that are left out; (role, what) that count; hours by role;
(what, feature) that tell of use; (what, feature) that make due."""


@dataclass(frozen=True)
class Measures:
    """The expressions over these tables."""

    tables: Mapping[str, "ir.Table"]

    def __getitem__(self, name: str) -> "ir.Table":
        return self.tables[name]

    @cached_property
    def near(self) -> "ir.Table":
        """Each known day of each person beside each window's end, with how long before it lies."""
        days = self["person_day"].cross_join(self["ends"])
        days = days.mutate(ago=days.end - days.day)
        return days.filter(days.ago >= 0)

    @cached_property
    def chosen(self) -> "ir.Table":
        """How far each person's window reaches back: the first span that holds enough scheduled days, else the longest."""
        wide = self.near.cross_join(self["spans"])
        wide = wide.filter(wide.ago < wide.span)
        sums = wide.group_by("person", "end", "span").aggregate(
            share=wide.share.sum(), wanted=wide.wanted.max()
        )
        enough = sums.filter(sums.share >= sums.wanted)
        return enough.group_by("person", "end").aggregate(span=enough.span.min())

    @cached_property
    def inside(self) -> "ir.Table":
        """The days within each person's window, without those that are left out."""
        days = self.near.join(self.chosen, ["person", "end"])
        days = days.filter(days.ago < days.span)
        days = days.select(
            "person", "day", "end", "ago", "span", "team", "role", "share", "assumed", "away", "watched"
        )
        return days.anti_join(self["spared"], ["person", "end", "day"])

    def daily(self) -> "ir.Table":
        """The days of the window on which there is any work, each with the number of its value events or none, as rows apart."""
        import ibis  # noqa: PLC0415  megabytes that no web process needs

        worked, active = self.worked, self.active
        none = worked.select("person", "end", "day", n=ibis.literal(0).cast("int64"))
        return none.union(active.select("person", "end", "day", n=active.n.cast("int64")))

    @cached_property
    def worked(self) -> "ir.Table":
        """The days of the window on which there is any work."""
        return self.inside.filter(self.inside.share > 0).select("person", "day", "end", "role", "share")

    @cached_property
    def traces(self) -> "ir.Table":
        """What people left on days on which they work, by hand and by looking."""
        both = self["deed"].union(self["use"])
        return self.worked.join(both, ["person", "day"]).select(
            "person", "day", "end", "role", "share", "what", "n"
        )

    @cached_property
    def active(self) -> "ir.Table":
        """The days with a value event, and how many there were."""
        value = self.traces.join(self["catalogue"], ["role", "what"])
        return value.group_by("person", "end", "day").aggregate(share=value.share.max(), n=value.n.sum())

    @cached_property
    def tried(self) -> "ir.Table":
        """The days on which something was begun."""
        use = self["use"]
        begun = (
            self["deed"]
            .select("person", "day")
            .union(use.filter(use.what == ATTEMPT).select("person", "day"))
        )
        return self.worked.join(begun.distinct(), ["person", "day"]).select("person", "day", "end", "share")

    def long(self) -> "ir.Table":
        """Every measure of every window as long rows."""
        parts = [
            *self._where(),
            *self._days(),
            *self._features(),
            self._depth(),
            self._timely(),
            self._quality(),
            *self._tasks(),
            *self._entries(),
        ]
        found = parts[0]
        for part in parts[1:]:
            found = found.union(part)
        return found

    def places(self) -> "ir.Table":
        """Team and role of each person on the last day that is known of the window."""
        last = self.inside.group_by("person", "end").aggregate(day=self.inside.day.max())
        return self.inside.join(last, ["person", "end", "day"]).select("person", "end", "team", "role")

    def _where(self) -> list["ir.Table"]:
        """Scheduled days with the length of the window; whether the calendar is known, use was recorded, the person away."""
        inside = self.inside
        last = inside.group_by("person", "end").aggregate(day=inside.day.max())
        newest = inside.join(last, ["person", "end", "day"]).select("person", "end", "assumed")
        ends = inside.filter(inside.ago == 0)
        return [
            _rows(inside, "window", inside.share.sum(), inside.span.max()),
            _rows(inside, "watched", _number(inside.watched).min()),
            _rows(newest, "assumed", _number(newest.assumed).max()),
            _rows(ends, "away", _number(ends.away).max()),
        ]

    def _days(self) -> list["ir.Table"]:
        use = self["use"]
        struggles = use.filter(use.what.startswith(STRUGGLE)).select("person", "day").distinct()
        looks = use.filter(use.what == CONSULT).select("person", "day").distinct()
        struggled = self.worked.join(struggles, ["person", "day"]).select("person", "end", "share")
        consulted = self.active.join(looks, ["person", "day"]).select("person", "end", "share")
        return [
            _rows(self.active, "active", self.active.share.sum(), self.active.n.sum()),
            _rows(self.tried, "attempt", self.tried.share.sum()),
            _rows(struggled, "struggle", struggled.share.sum()),
            _rows(consulted, "consult", consulted.share.sum()),
        ]

    def _features(self) -> list["ir.Table"]:
        used = self.traces.join(self["traced"], ["what"]).select("person", "end", "day", "feature").distinct()
        had = self.worked.join(self["occasion"], ["person", "day"]).select("person", "end", "what").distinct()
        due = had.join(self["asked"], ["what"]).select("person", "end", "feature").distinct()
        return [
            _rows(used, "used", used.count(), key="feature"),
            _rows(due, "due", due.count(), key="feature"),
        ]

    def _depth(self) -> "ir.Table":
        closed = self._of("process", "whole")
        return _rows(closed, "depth", _number(closed.whole).sum(), closed.count())

    def _timely(self) -> "ir.Table":
        entries = self._of("entry", "hours", "known")
        entries = entries.filter(entries.known).join(self["limits"], ["role"])
        return _rows(entries, "timely", _number(entries.hours <= entries.most).sum(), entries.count())

    def _quality(self) -> "ir.Table":
        touched = self._of("quality", "kind", "record", "points")
        last = touched.group_by("person", "end", "kind", "record").aggregate(day=touched.day.max())
        newest = touched.join(last, ["person", "end", "kind", "record", "day"]).select(
            "person", "end", "points"
        )
        return _rows(newest, "quality", newest.points.sum(), newest.count())

    def _tasks(self) -> list["ir.Table"]:
        uses = self._of("use", "what", "n")
        done, tried = uses.filter(uses.what == COMPLETED), uses.filter(uses.what == TRIED)
        return [_rows(done, "completed", done.n.sum()), _rows(tried, "tried", tried.n.sum())]

    def _entries(self) -> list["ir.Table"]:
        entries = self._of("entry", "noted", "review", "hurried")
        reviewed = entries.filter(entries.review)
        return [
            _rows(entries, "noted", _number(entries.noted).sum(), entries.count()),
            _rows(reviewed, "review", _number(reviewed.hurried).sum(), reviewed.count()),
        ]

    def _of(self, name: str, *columns: str) -> "ir.Table":
        """The rows of a table whose days lie in the window, whether worked or not."""
        days = self.inside.select("person", "day", "end", "role")
        return days.join(self[name], ["person", "day"]).select("person", "day", "end", "role", *columns)


def _number(flag: Any) -> Any:
    return flag.ifelse(1.0, 0.0)


def _rows(table: "ir.Table", measure: str, hits: Any, chances: Any = None, *, key: str = "") -> "ir.Table":
    """The sums by person and window as long rows."""
    import ibis  # noqa: PLC0415  megabytes that no web process needs

    by = ["person", "end", *([key] if key else [])]
    found = table.group_by(by).aggregate(hits=hits, **({} if chances is None else {"chances": chances}))
    return found.select(
        person=found.person.cast("int64"),
        end=found.end.cast("int64"),
        measure=ibis.literal(measure).cast("string"),
        key=(found[key] if key else ibis.literal("")).cast("string"),
        hits=found.hits.cast("float64"),
        chances=(ibis.literal(0.0) if chances is None else found.chances).cast("float64"),
    )
