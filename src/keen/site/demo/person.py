"""Somebody at work: whom they know, what they have before them, and what they have not written down yet."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from keen.people.models import Contact
from keen.site.demo.habits import Habit, habit_of, in_team
from keen.site.demo.hire import Hired
from keen.site.demo.history import History, Made
from keen.site.demo.truth import Times, Type, cause_of
from keen.site.demo.usage import Ledger
from keen.telemetry.domain.lines import Place

if TYPE_CHECKING:
    from keen.site.demo.deals import Book, Pursuit

EXPORT_DAYS = frozenset({0, 3})
MOST_KNOWN = 160
LEAST_DAYS = 0.2
SEES_ALL = frozenset(
    (
        "service_agent",
        "service_manager",
        "marketer",
        "data_entry",
        "data_steward",
        "administrator",
        "executive",
    )
)
DEVICES = (("desk", "firefox"), ("desk", "chrome"), ("desk", "edge"), ("phone", "safari"))
WEIGHTS = {
    "sales_rep": (52, 26, 12, 10), "power_user": (52, 26, 12, 10), "sales_manager": (40, 26, 14, 20),
    "service_agent": (56, 12, 20, 12), "service_manager": (40, 20, 20, 20), "marketer": (5, 50, 15, 30),
    "data_entry": (25, 45, 20, 10),
}  # fmt: skip
USUAL_WEIGHTS = (15, 25, 30, 30)
KINDS = ("call", "email", "note", "task")
# Who sells, and how many deals of their own they have against those of a sales person.
SELLS = {"sales_rep": 1.0, "power_user": 1.1, "sales_manager": 0.35}


@dataclass
class Fact:
    """Something that took place, and whether it is written down is another matter."""

    kind: str
    at: datetime
    contact: Contact | None


@dataclass
class World:
    """What everybody writes to, and the days of it."""

    times: Times
    history: History
    ledger: Ledger
    book: "Book"


@dataclass
class Person:
    """Somebody as the demo plays them."""

    hired: Hired
    world: World
    place: Place
    known: list[Contact] = field(default_factory=list)
    met: list[Contact] = field(default_factory=list)
    to_meet: dict[date, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    agenda: dict[date, list[Made]] = field(default_factory=lambda: defaultdict(list))
    kept: list[Fact] = field(default_factory=list)
    deals: list["Pursuit"] = field(default_factory=list)

    @property
    def chance(self) -> random.Random:
        """Their own dice."""
        return self.hired.chance

    @property
    def id(self) -> int:
        """The id of the person."""
        return self.hired.user.pk

    @property
    def type(self) -> Type:
        """What was planted."""
        return self.hired.colleague.type

    @cached_property
    def device(self) -> tuple[str, str]:
        """What they work on: those in the field mostly on a phone."""
        outside = "engineer" in self.hired.colleague.job_title
        return self.chance.choices(DEVICES, (2, 4, 3, 9 if outside else 1))[0]

    @cached_property
    def weights(self) -> tuple[int, ...]:
        """How often each of KINDS is what they do."""
        return WEIGHTS.get(self.hired.colleague.role, USUAL_WEIGHTS)

    @property
    def sells(self) -> bool:
        """Whether they have deals of their own."""
        return self.share_of_deals > 0

    @property
    def share_of_deals(self) -> float:
        """How many deals of their own they have, against those of a sales person."""
        return SELLS.get(self.hired.colleague.role, 0.0)

    def habit(self, on: date) -> Habit:
        """How they work on the day, in their team."""
        return in_team(habit_of(self.type, on, self.world.times), cause_of(self.hired.colleague.team))

    def scheduled(self) -> Iterator[date]:
        """The days on which they were to work."""
        worktime, times = self.hired.user.worktime, self.world.times
        first = times.joined(self.type)
        for offset in range((times.today - first).days):
            day = first + timedelta(days=offset)
            if worktime.works(day):
                yield day

    @cached_property
    def active(self) -> frozenset[date]:
        """The days on which they work in Keen; those who take lists away never miss their day for it."""
        return frozenset(day for day in self.scheduled() if self._is_active(day))

    def _is_active(self, day: date) -> bool:
        habit = self.habit(day)
        hit = self.chance.random() < habit.rhythm
        return hit or (habit.late > 0 and day.weekday() in EXPORT_DAYS)

    def meets(self, contacts: Sequence[Contact]) -> None:
        """The people whom they are to add, spread over their days."""
        days = sorted(self.active)
        for place, contact in enumerate(contacts):
            self.to_meet[days[place * len(days) // len(contacts)]].append(contact)

    @property
    def can_meet(self) -> bool:
        """Whether they are there often enough to add people themselves."""
        return len(self.active) > LEAST_DAYS * sum(1 for _ in self.scheduled())

    def next_day(self, on: date, days: int) -> date:
        """The day so many working days later."""
        return self.hired.user.worktime.add_days(on, days)


def introduce(people: Sequence[Person], contacts: Sequence[Contact]) -> None:
    """Give everybody the people with whom they work: their own, their team's, or some of all."""
    own: dict[int, list[Contact]] = defaultdict(list)
    teams: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        own[contact.owner_id or 0].append(contact)
        teams[contact.team_id or 0].append(contact)
    for person in people:
        found: Sequence[Contact] = own[person.id] or teams[person.hired.user.team_id or 0]
        if not found and person.hired.colleague.role in SEES_ALL:
            found = contacts
        person.known = person.chance.sample(found, min(len(found), MOST_KNOWN))
