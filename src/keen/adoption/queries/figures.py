"""Figures of adoption as pages show them: one's own, those of the people one manages, and those of groups of five and more."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from statistics import mean
from typing import Any

from django.db.models import Max

from keen.adoption.domain.disclosure import publishable
from keen.adoption.domain.explain import Bar, Improvement
from keen.adoption.domain.judgement import explain
from keen.adoption.domain.modes import Mode, names
from keen.adoption.domain.policy import Dimension, Policy
from keen.adoption.domain.score import Case
from keen.adoption.domain.segments import MEANINGS, Segment
from keen.adoption.models import Standing, Voice
from keen.adoption.queries.rules import mode_in_force, policy_on
from keen.adoption.queries.standings import medians, standing_of, trend_ends, trend_of
from keen.core.domain.actor import Actor
from keen.core.models import Team, User
from keen.telemetry.domain.levels import LEAST_GROUP

BEFORE = timedelta(days=28)
ROUNDED_BELOW = 2 * LEAST_GROUP
STEP = 5
NEEDS_HELP = frozenset({Segment.NEVER_STARTED, Segment.IDLE, Segment.LAPSED, Segment.STRUGGLING})


@dataclass(frozen=True)
class Figures:
    """What is said of one person for one window, as a page shows it."""

    on: date
    first: date
    score: float | None
    low: float | None
    high: float | None
    withheld: str
    friction: float | None
    want: float | None
    segment: str
    slipping: bool
    role: str
    policy: int
    parts: list[Bar]
    notes: list[str]
    improvements: list[Improvement]


def figures(standing: Standing, policy: Policy, priors: Mapping[str, Mapping[Dimension, float]]) -> Figures:
    """The standing with its parts in words, by the rules of its day."""
    case = Case(standing.counted, policy.of(standing.role), policy, priors.get(standing.role, {}))
    told = explain(case)
    return Figures(
        on=standing.window_end,
        first=standing.window_end - timedelta(days=standing.days - 1),
        score=standing.score,
        low=standing.low,
        high=standing.high,
        withheld=standing.withheld,
        friction=standing.friction,
        want=standing.want,
        segment=standing.segment,
        slipping=standing.slipping,
        role=standing.role,
        policy=standing.policy,
        parts=told.bars,
        notes=told.notes,
        improvements=told.improvements,
    )


@dataclass(frozen=True)
class Own:
    """One person's figures: the newest standing and the scores of the quarter before, one for each week."""

    standing: Figures
    trend: list[tuple[date, int]]
    change: int | None

    @property
    def segment(self) -> str:
        """What the use looks like, in words."""
        return MEANINGS[Segment(self.standing.segment)].name


def figures_of(user_id: int | None) -> Own | None:
    """One person's figures, whoever asks; None while there are none. Who may ask is said by `may_see`.

    Cost: 4 queries.
    """
    found = standing_of(user_id or 0)
    if found is None:
        return None
    end = found.window_end
    rows = trend_of(found.person_id, end).filter(score__isnull=False)
    trend = [(on, float(score or 0)) for on, score in rows.values_list("window_end", "score")]
    earlier = [score for on, score in trend if on <= end - BEFORE]
    change = None
    if found.score is not None and earlier and abs(found.score - earlier[-1]) >= STEP:
        change = round(found.score - earlier[-1])
    told = figures(found, policy_on(end), medians(end))
    return Own(told, [(on, round(score)) for on, score in trend], change)


@dataclass(frozen=True)
class Report:
    """Somebody whom the actor manages directly, with their figures where the mode and they themselves allow it."""

    user: User
    standing: Figures | None

    @property
    def needs_help(self) -> bool:
        """Whether the figures say that Keen is hard for them, or not begun."""
        return self.standing is not None and Segment(self.standing.segment) in NEEDS_HELP

    @property
    def segment(self) -> str:
        """What the use looks like, in words."""
        return MEANINGS[Segment(self.standing.segment)].name if self.standing else ""


def direct_reports(actor: Actor) -> list[User]:
    """The people whose direct manager the actor is: those of the teams they lead, and who leads the teams right below.

    Shape: a team below without a leader belongs to the leader above.
    Cost: 2 queries, none for who leads nobody.
    """
    me = User.objects.filter(
        pk=actor.user_id or 0, is_active=True, leads_team=True, team__isnull=False
    ).first()
    if me is None:
        return []
    people = list(User.objects.filter(is_active=True, team__isnull=False).exclude(pk=me.pk).order_by("name"))
    led = {one.team_id for one in people if one.leads_team}
    children: dict[int | None, list[int]] = {}
    for pk, parent in Team.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    teams, leaders, ahead = {me.team_id}, set[int](), list(children.get(me.team_id, ()))
    while ahead:
        team = ahead.pop()
        if team in led:
            leaders.add(team)
            continue
        teams.add(team)
        ahead += children.get(team, ())
    return [
        one
        for one in people
        if (one.team_id in teams and not (one.leads_team and one.team_id == me.team_id))
        or (one.leads_team and one.team_id in leaders)
    ]


def reports(actor: Actor, on: date) -> list[Report]:
    """The people whom the actor manages, with the figures that may be seen on the day.

    Cost: 5 queries.
    """
    people = direct_reports(actor)
    allowed = named_to_manager([one.pk for one in people], on)
    end = newest_day()
    if end is None:
        return [Report(one, None) for one in people]
    policy, priors = policy_on(end), medians(end)
    rows = Standing.objects.filter(person_id__in=allowed, window_end=end)
    found = {row.person_id: figures(row, policy, priors) for row in rows}
    return [Report(one, found.get(one.pk)) for one in people]


def named_to_manager(people: Iterable[int], on: date) -> set[int]:
    """Whose figures their direct manager may see on the day.

    Cost: 2 queries.
    """
    mode = mode_in_force(on)
    if mode not in {Mode.AGREED, Mode.MANAGER}:
        return set()
    given = set(people)
    agreed = set(Voice.objects.filter(user_id__in=given, may_be_named=True).values_list("user_id", flat=True))
    return {one for one in given if names(mode, agreed=one in agreed)}


def may_see(actor: Actor, user_id: int, on: date) -> bool:
    """Whether the actor may see this person's figures: their own always, those of who they manage as the mode says.

    Cost: up to 4 queries.
    """
    if actor.user_id == user_id:
        return True
    return any(one.pk == user_id for one in direct_reports(actor)) and user_id in named_to_manager(
        [user_id], on
    )


def newest_day() -> date | None:
    """The day of the newest standings.

    Cost: 1 query.
    """
    found: date | None = Standing.objects.aggregate(Max("window_end"))["window_end__max"]
    return found


# Groups -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Figures of five people and more: averages, rounded to fives below ten people. None is not shown."""

    label: str
    sort: str
    score: int
    change: int | None = None
    friction: int | None = None
    want: int | None = None


@dataclass(frozen=True)
class Feature:
    """A feature, and of those who had an occasion for it how many of a hundred used it on two days or more."""

    name: str
    used: int


@dataclass(frozen=True)
class Overview:
    """What anybody may see of everybody on a day."""

    on: date
    groups: tuple[Group, ...] = ()
    segments: tuple[tuple[str, int], ...] = ()
    features: tuple[Feature, ...] = ()
    trend: tuple[tuple[date, int], ...] = ()

    def of(self, sort: str) -> list[Group]:
        """The groups of one sort: company, team, role or site."""
        return [group for group in self.groups if group.sort == sort]


def overview() -> Overview | None:
    """The figures of groups on the newest day; None where there are none, or where the mode is off.

    Cost: 2 queries; 5 more and some seconds in a large company the first time after the figures changed.
    """
    newest = Standing.objects.order_by("-window_end", "-made_at").values_list("window_end", "made_at").first()
    if newest is None or mode_in_force(newest[0]) is Mode.OFF:
        return None
    return _overview(*newest)


@lru_cache(maxsize=4)
def _overview(on: date, made_at: Any) -> Overview:
    del made_at  # the figures were made again
    rows = _rows(on)
    scored = {row["person_id"]: row for row in rows if row["score"] is not None}
    before = {row["person_id"]: row for row in _rows(_before(on)) if row["score"] is not None}
    groups = _groups(rows)
    shown = _kept(groups, scored)
    changes = _kept(groups, {user: row for user, row in scored.items() if user in before})
    hard = {user: row for user, row in scored.items() if row["friction"] is not None}
    wanted = {user: row for user, row in scored.items() if row["want"] is not None}
    frictions, wants = _kept(groups, hard), _kept(groups, wanted)
    return Overview(
        on=on,
        groups=tuple(
            Group(
                label=key[1],
                sort=key[0],
                score=_average(people, lambda user: scored[user]["score"]),
                change=_change(changes.get(key), scored, before),
                friction=_percent(frictions.get(key), hard, "friction"),
                want=_percent(wants.get(key), wanted, "want"),
            )
            for key, people in shown.items()
        ),
        segments=_segments(rows),
        features=_features(rows),
        trend=_trend(on),
    )


Key = tuple[str, str]
Row = Mapping[str, Any]


def _rows(on: date) -> list[Row]:
    """The standings of a day, each with the names of the team and of its site."""
    teams = {pk: (name, site) for pk, name, site in Team.objects.values_list("pk", "name", "site")}
    columns = ("person_id", "team", "role", "score", "friction", "want", "segment", "counts")
    rows: list[Row] = []
    for row in Standing.objects.filter(window_end=on).values(*columns):
        name, site = teams.get(row["team"] or 0, ("", ""))
        rows.append({**row, "team": name, "site": site})
    return rows


def _before(on: date) -> date:
    """The end of the newest kept window that does not overlap with the one that ends on this day."""
    back = on - BEFORE
    return back - timedelta(days=(back.weekday() - Standing.WEEKLY) % 7)


def _groups(rows: list[Row]) -> dict[Key, frozenset[int]]:
    """Everybody, then teams, roles and sites, by their names."""
    made: dict[Key, set[int]] = {("company", "Everybody"): {row["person_id"] for row in rows}}
    for sort, column in (("team", "team"), ("role", "role"), ("site", "site")):
        for row in sorted(rows, key=lambda one: one[column] or ""):
            if row[column]:
                made.setdefault((sort, row[column]), set()).add(row["person_id"])
    return {key: frozenset(people) for key, people in made.items()}


def _kept(groups: Mapping[Key, frozenset[int]], counted: Mapping[int, Row]) -> dict[Key, frozenset[int]]:
    """The groups that may be shown together, each with those of its people who have the figure."""
    people = {key: frozenset(one for one in held if one in counted) for key, held in groups.items()}
    return {key: people[key] for key in publishable(people, LEAST_GROUP)}


def _average(people: frozenset[int], of: Callable[[int], float]) -> int:
    return _rounded(mean(of(user) for user in people), len(people))


def _rounded(value: float, people: int) -> int:
    step = STEP if people < ROUNDED_BELOW else 1
    return step * round(value / step)


def _change(people: frozenset[int] | None, now: Mapping[int, Row], before: Mapping[int, Row]) -> int | None:
    if people is None:
        return None
    return _average(people, lambda user: now[user]["score"] - before[user]["score"])


def _percent(people: frozenset[int] | None, rows: Mapping[int, Row], name: str) -> int | None:
    return None if people is None else _average(people, lambda user: 100 * rows[user][name])


def _segments(rows: list[Row]) -> tuple[tuple[str, int], ...]:
    """How many of everybody are how, in words; those of fewer than five are not told, nor what would give them away."""
    made: dict[str, set[int]] = {"": {row["person_id"] for row in rows}}
    for row in rows:
        made.setdefault(MEANINGS[Segment(row["segment"])].name, set()).add(row["person_id"])
    kept = publishable({name: frozenset(people) for name, people in made.items()}, LEAST_GROUP)
    return tuple(sorted(((name, len(made[name])) for name in kept if name), key=lambda one: -one[1]))


def _features(rows: list[Row]) -> tuple[Feature, ...]:
    """How many of those with an occasion used each feature. Nothing where those who did, or did not, are fewer than five."""
    due: dict[str, list[bool]] = {}
    for row in rows:
        for name, use in row["counts"].get("features", {}).items():
            if use["due"]:
                due.setdefault(name, []).append(use["days"] >= 2)
    told = [
        Feature(name, STEP * round(100 * sum(used) / len(used) / STEP))
        for name, used in due.items()
        if len(used) >= LEAST_GROUP
        and not 0 < sum(used) < LEAST_GROUP
        and not 0 < len(used) - sum(used) < LEAST_GROUP
    ]
    return tuple(sorted(told, key=lambda one: one.used))


def _trend(on: date) -> tuple[tuple[date, int], ...]:
    """The average of everybody in the last windows that do not overlap, where five and more had a score."""
    rows = Standing.objects.filter(window_end__in=trend_ends(on), score__isnull=False)
    found: dict[date, list[float]] = {}
    for day, score in rows.values_list("window_end", "score"):
        found.setdefault(day, []).append(float(score or 0))
    return tuple(
        (day, _rounded(mean(scores), len(scores)))
        for day, scores in sorted(found.items())
        if len(scores) >= LEAST_GROUP
    )
