"""Made-up people whose habits are known, to see whether the rules find them. Self-consistency, not validity."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from keen.adoption.domain.counting import DayFacts, counts_of
from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.draws import seed_of
from keen.adoption.domain.judgement import judge
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.score import Case
from keen.adoption.domain.segments import Segment

START: Final = date(2026, 1, 5)
FEATURES: Final = ("lists", "search", "board", "calendar", "import", "quotes")


@dataclass(frozen=True, slots=True)
class Habit:
    """How likely each thing is, on each day or at each occasion.

    Units: active of the days the role expects, the others of one occasion.
    """

    active: float
    tries: float
    struggle: float
    finishes: float
    steps: float
    timely: float
    quality: float
    features: float
    consults: float
    own_time: float
    notes: float
    starts: float
    usefulness: tuple[int, int]


HABITS: Final[Mapping[Segment, Habit]] = {
    Segment.NEVER_STARTED: Habit(0, 0.03, 0.2, 0.3, 0, 0, 0.6, 0, 0, 0.5, 0, 0, (2, 4)),
    Segment.IDLE: Habit(0.04, 0.06, 0.10, 0.8, 0.3, 0.3, 0.5, 0.1, 0.1, 0.5, 0.3, 0, (2, 4)),
    Segment.LAPSED: Habit(0.04, 0.06, 0.10, 0.8, 0.3, 0.3, 0.5, 0.1, 0.1, 0.5, 0.3, 0, (2, 4)),
    Segment.STRUGGLING: Habit(0.55, 0.85, 0.48, 0.55, 0.45, 0.5, 0.55, 0.4, 0.3, 0.7, 0.4, 0.4, (3, 5)),
    Segment.MOTIONS: Habit(0.70, 0.80, 0.05, 0.95, 0.35, 0.3, 0.5, 0.4, 0.06, 0.15, 0.15, 0, (1, 3)),
    Segment.ENTHUSIASTIC: Habit(1.05, 1.10, 0.05, 0.97, 0.92, 0.92, 0.92, 0.92, 0.9, 0.92, 0.9, 0.9, (6, 7)),
    Segment.OCCASIONAL: Habit(0.24, 0.28, 0.05, 0.95, 0.6, 0.6, 0.7, 0.4, 0.5, 0.7, 0.6, 0.3, (3, 5)),
    Segment.STEADY: Habit(0.85, 0.95, 0.06, 0.95, 0.6, 0.65, 0.7, 0.55, 0.5, 0.65, 0.55, 0.5, (4, 5)),
}


def planted(habit: Segment, days: int, chance: Random, policy: Policy) -> Counts:
    """The counts of one made-up person over so many scheduled days.

    Days are drawn one by one, as people are; what is owed (processes, entries, records) grows with the role's days.
    """
    how = HABITS[habit]
    tau = policy.of("sales_rep").tau
    facts = [
        _day(START + timedelta(days=index), how, tau, chance, starts=habit is not Segment.NEVER_STARTED)
        for index in range(days)
    ]
    rest = Counts(
        features={name: FeatureUse(due=True, days=2 * (chance.random() < how.features)) for name in FEATURES},
        depth=_share(max(1, days // 3), how.steps, chance),
        timely=_share(days, how.timely, chance),
        quality=_share(days, how.quality, chance),
        tasks=_share(sum(one.attempts for one in facts), how.finishes, chance),
        before_review=_share(sum(one.values for one in facts), 1 - how.own_time, chance),
        notes_rate=_share(sum(one.values for one in facts), how.notes, chance),
        self_started=chance.random() < how.starts,
        usefulness=chance.randint(*how.usefulness) if chance.random() < 0.5 else None,
        access_days=days,
        ever_valued=habit is not Segment.NEVER_STARTED,
        earlier_rhythm=(0.8,) * 6 + (0.05,) * 4 if habit is Segment.LAPSED else (),
    )
    return counts_of(facts, rest)


def _day(day: date, how: Habit, tau: float, chance: Random, *, starts: bool) -> DayFacts:
    at = chance.random()
    tried, active = at < min(0.98, how.tries * tau), starts and at < min(0.98, how.active * tau)
    return DayFacts(
        day,
        scheduled=True,
        values=active * chance.randint(1, 6),
        attempts=tried * chance.randint(1, 3),
        struggles=int(tried and chance.random() < how.struggle),
        consults=int(active and chance.random() < how.consults * 0.6),
    )


def _share(chances: int, likely: float, chance: Random) -> Share:
    return Share(sum(chance.random() < likely for _ in range(chances)), chances)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Whom the rules took for what.

    Shape: found[planted][shown] is a number of people.
    """

    days: int
    found: Mapping[Segment, Counter[Segment]]
    half_widths: Sequence[float]

    @property
    def people(self) -> int:
        """How many were planted."""
        return sum(sum(row.values()) for row in self.found.values())

    @property
    def right(self) -> float:
        """The share that was shown as what it was planted as."""
        return sum(row[planted] for planted, row in self.found.items()) / self.people

    @property
    def half_width(self) -> float:
        """The median half-width of the scores."""
        return sorted(self.half_widths)[len(self.half_widths) // 2]


def confusion(days: int, each: int, seed: int, policy: Policy | None = None) -> Confusion:
    """So many people of each habit, planted and judged by the rules as they are used.

    Cost: two milliseconds a person.
    """
    rules = policy or Policy()
    role = rules.of("sales_rep")
    found: dict[Segment, Counter[Segment]] = {}
    widths = []
    for habit in HABITS:
        row: Counter[Segment] = Counter()
        for index in range(each):
            chance = Random(f"{seed}-{habit}-{index}-{days}")  # noqa: S311  repeatable on purpose
            case = Case(planted(habit, days, chance, rules), role, rules)
            said = judge(case, seed_of(index, habit))
            row[said.placement.shown] += 1
            if habit not in {Segment.NEVER_STARTED, Segment.IDLE, Segment.LAPSED}:
                widths.append(said.range.half_width)
        found[habit] = row
    return Confusion(days, found, widths)


def as_text(one: Confusion, name_of: Callable[[Segment], str]) -> str:
    """The table as it is printed: planted down, shown across."""
    shown = [segment for segment in Segment if any(row[segment] for row in one.found.values())]
    width = max(len(name_of(segment)) for segment in [*one.found, *shown])
    short = {segment: name_of(segment)[:9] for segment in shown}
    lines = [f"{'planted':<{width}}  " + " ".join(f"{short[segment]:>9}" for segment in shown)]
    for planted_as, row in one.found.items():
        cells = " ".join(f"{row[segment] or '.':>9}" for segment in shown)
        lines.append(f"{name_of(planted_as):<{width}}  {cells}")
    return "\n".join(lines)
