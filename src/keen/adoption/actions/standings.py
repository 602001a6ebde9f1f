"""How everybody stands, worked out from the facts and kept for the pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from keen.adoption.domain import groups
from keen.adoption.domain.draws import seed_of
from keen.adoption.domain.judgement import Judgement, judge
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.policy import Window as Reach
from keen.adoption.domain.score import Case
from keen.adoption.domain.windows import WEEK, Window, as_data
from keen.adoption.facts import tables
from keen.adoption.facts.people import Everybody, Member, everybody
from keen.adoption.measures.counting import windows
from keen.adoption.measures.engines import DuckEngine, held
from keen.adoption.models import GroupStanding, Standing
from keen.adoption.queries.standings import earlier_scores, ever_valued, medians, rhythms_before
from keen.core.actions import rows
from keen.telemetry.domain.levels import Level
from keen.telemetry.store import base

EARLIER_WEEKS: Final = 12


@dataclass(frozen=True)
class Judged:
    """A window with what is said of it."""

    window: Window
    judgement: Judgement
    days_since_start: int
    rhythms: tuple[float, ...]


@dataclass
class Run:
    """One working out of one window end."""

    root: Path
    end: date
    policy: Policy
    people: Everybody

    @property
    def first(self) -> date:
        """The first day that any window may reach back to."""
        return self.end - timedelta(days=self.policy.window.longest - 1)

    @cached_property
    def counted(self) -> tuple[list[Window], list[Window]]:
        """The windows that end on the day, and the weeks before, of everybody."""
        engine = DuckEngine(self.root / tables.TMP)
        weeks = [self.end - timedelta(days=WEEK * back) for back in range(EARLIER_WEEKS)]
        weekly = replace(self.policy, window=Reach(WEEK, WEEK, 0.0, self.policy.window.longest))
        try:
            with base.reading(self.root.parent):
                files = {name: tables.files(self.root, name, self.first, self.end) for name in tables.TABLES}
                facts = held(engine, files)
                return windows(engine, facts, [self.end], self.policy), windows(engine, facts, weeks, weekly)
        finally:
            engine.close()

    def judged(self) -> list[Judged]:
        """Everybody who is known in the window, with what is said of them.

        Cost: about two milliseconds for each person, and 3 queries.
        """
        now, weekly = self.counted
        rhythms, long_ago = self._rhythms(weekly), rhythms_before(self.end)
        scores, ever = earlier_scores(self.end), ever_valued(self.end)
        priors = medians(self.end)
        found = []
        for window in now:
            member = self.people.members.get(window.person)
            if member is None:
                continue
            since = (self.end - member.since).days
            weeks = rhythms.get(window.person, {})
            own = tuple(
                weeks[end]
                for end in sorted(weeks)
                if end <= self.end - timedelta(days=self.policy.window.days)
            )
            counts = replace(
                window.counts,
                days_since_start=max(since, 0),
                role_changed_days_ago=_role_changed(member, self.end),
                ever_valued=window.counts.ever_valued or window.person in ever,
                earlier_rhythm=(*long_ago.get(window.person, ()), *own),
                earlier_scores=scores.get(window.person, ()),
            )
            case = Case(counts, self.policy.of(window.role), self.policy, priors.get(window.role, {}))
            judgement = judge(case, seed_of(window.person, self.end, self.policy.version))
            found.append(
                Judged(
                    replace(window, counts=counts),
                    judgement,
                    max(since, 0),
                    tuple(weeks[end] for end in sorted(weeks)),
                )
            )
        return found

    def _rhythms(self, weekly: Iterable[Window]) -> dict[int, dict[date, float]]:
        """The rhythm of each person's weeks."""
        found: dict[int, dict[date, float]] = {}
        for one in weekly:
            expected = self.policy.of(one.role).tau * one.counts.scheduled
            if expected:
                found.setdefault(one.person, {})[one.end] = min(1.0, one.counts.active / expected)
        return found


def _role_changed(member: Member, end: date) -> int | None:
    found = [on for on, before in member.changes if "roles" in before and on <= end and on > member.since]
    return (end - max(found)).days if found else None


def keep_standings(root: Path, end: date, policy: Policy, at: datetime) -> int:
    """How many people stand as worked out for the window that ends on the day; what was kept for that end is replaced.

    Shape: figures of a person are kept only while use is recorded by person; those of groups always.
    Cost: 2 to 10 seconds for 2,000 people; about 10 queries.
    """
    run = Run(root, end, policy, everybody())
    judged = run.judged()
    named = run.people.level(end) is Level.PERSON
    with transaction.atomic():
        Standing.objects.filter(window_end=end).delete()
        GroupStanding.objects.filter(window_end=end).delete()
        rows.insert([_standing(one, policy, at) for one in judged] if named else [])
        rows.insert(
            [
                _group(key, figure, end, policy, at)
                for key, figure in groups.figures(_members(judged, policy)).items()
            ]
        )
        if named:
            # Of the days in between the newest alone is of use; the ends of weeks stay.
            old = Standing.objects.filter(window_end__lt=end).exclude(
                window_end__iso_week_day=Standing.WEEKLY + 1
            )
            old.delete()
            GroupStanding.objects.filter(window_end__lt=end).exclude(
                window_end__iso_week_day=Standing.WEEKLY + 1
            ).delete()
    return len(judged)


def forget_standings(before: date, erased: Mapping[int, date]) -> int:
    """How many were too old, or about somebody who took out what is recorded about them, and are gone."""
    gone = Standing.objects.filter(window_end__lt=before).delete()[0]
    for person, on in erased.items():
        gone += Standing.objects.filter(person_id=person, window_end__lte=on).delete()[0]
    return gone


def _standing(one: Judged, policy: Policy, at: datetime) -> Standing:
    window, said = one.window, one.judgement
    shown = not said.withheld
    return Standing(
        person_id=window.person,
        window_end=window.end,
        days=window.days,
        team=window.team,
        role=window.role[:200],
        watched=window.counts.watched,
        score=said.score.value if shown else None,
        low=said.range.low if shown else None,
        high=said.range.high if shown else None,
        adopted=said.score.adopted and shown,
        withheld=said.withheld[:300],
        segment=str(said.placement.shown),
        likely={str(key): round(share, 3) for key, share in said.placement.likely.items() if share >= 0.001},
        slipping=said.placement.slipping,
        friction=said.friction.value if said.friction else None,
        completion=said.completion,
        want=said.want.value if said.want else None,
        ranges={
            name: [axis.low, axis.high]
            for name, axis in (("friction", said.friction), ("want", said.want))
            if axis
        },
        dimensions=_dimensions(said),
        counts=as_data(window.counts),
        rhythms=[round(share, 3) for share in one.rhythms],
        policy=policy.version,
        made_at=at,
    )


def _dimensions(said: Judgement) -> dict[str, Any]:
    return {
        str(part.dimension): {
            "seen": asdict(part.seen),
            "value": part.mean,
            "weight": part.weight,
            "points": part.points,
        }
        for part in said.score.parts
    }


def _members(judged: Sequence[Judged], policy: Policy) -> list[groups.Member]:
    """Everybody's part in the figures of groups."""
    found = []
    for one in judged:
        window, said = one.window, one.judgement
        phase = groups.phase_of(one.days_since_start, new=policy.ramp.new_days, settled=policy.ramp.until)
        places = [
            (GroupStanding.ALL, ""),
            (GroupStanding.ROLE, window.role[:200]),
            (GroupStanding.PHASE, phase),
        ]
        if window.team is not None:
            places.append((GroupStanding.TEAM, str(window.team)))
        found.append(
            groups.Member(
                window.person,
                tuple(places),
                str(said.placement.shown),
                None if said.withheld else said.score.value,
                said.friction.value if said.friction else None,
                said.want.value if said.want else None,
                {str(part.dimension): part.mean for part in said.score.parts if part.mean is not None},
            )
        )
    return found


def _group(key: groups.Key, figure: groups.Figure, end: date, policy: Policy, at: datetime) -> GroupStanding:
    scope, named = key
    return GroupStanding(
        window_end=end,
        scope=scope,
        key=named,
        people=figure.people,
        scored=figure.scored,
        score=figure.score,
        low=figure.low,
        high=figure.high,
        friction=figure.friction,
        want=figure.want,
        dimensions=dict(figure.dimensions),
        segments=dict(figure.segments),
        policy=policy.version,
        made_at=at,
    )
