"""What comes first on Today, as an open formula: the sum of its reasons, the two strongest of which are printed.

    score = promise + start + due + reminder + plan + priority + staleness

A broken promise to a customer outranks everything, then what starts within the hour, then promises of today,
then due times and reminders, then the plan. The points are made so that no sum of smaller reasons passes a
broken promise. Nothing here looks at who the person is, only at what was said and when.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from keen.activities.domain.choices import Priority
from keen.activities.domain.days import WEEKDAYS
from keen.activities.domain.marks import MONTHS, Times

BROKEN_PROMISE = 3000
STARTS_SOON = 800
PROMISED_TODAY = 600
BROKEN_DATE = 500
DUE_TODAY = 400
REMINDED = 300
STARTS_TODAY = 250
PLANNED_TODAY = 200
PROMISED = 150
PRIORITY = {Priority.HIGH.value: 120, Priority.LOW.value: -120}
STALE = 60
STALE_AFTER = timedelta(days=30)
SOON = timedelta(minutes=60)
JUST_BEGUN = timedelta(minutes=15)


@dataclass(frozen=True)
class Candidate:
    """What is known of one open activity."""

    id: int
    times: Times
    kind: str = "task"
    promised: bool = False
    priority: str = "normal"
    reminder_at: datetime | None = None
    last_contact_at: datetime | None = None
    person: str = ""


@dataclass(frozen=True)
class Reason:
    """Why something counts, with its points."""

    points: int
    text: str


@dataclass(frozen=True)
class Ranked:
    """A candidate with the sum of its points and its reasons, the strongest first."""

    candidate: Candidate
    score: int
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """The two strongest reasons in one line."""
        return "; ".join(reason.text for reason in self.reasons[:2])


@dataclass(frozen=True)
class Moment:
    """Now, where the person is."""

    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The person's day."""
        return self.now.astimezone(self.zone).date()

    def day(self, moment: datetime) -> date:
        """The day of a moment, where the person is."""
        return moment.astimezone(self.zone).date()


def rank(candidates: list[Candidate], moment: Moment) -> list[Ranked]:
    """The candidates, the most pressing first; of equals the one that is due earlier, then the older one.

    Shape: the same candidates give the same order, whatever order they come in.
    """
    ranked = [score(candidate, moment) for candidate in candidates]
    return sorted(
        ranked, key=lambda found: (-found.score, _first_moment(found.candidate, moment), found.candidate.id)
    )


def score(candidate: Candidate, moment: Moment) -> Ranked:
    """The candidate with its reasons. Reasons of no positive weight lower the score and are not printed."""
    found = [*_promise(candidate, moment), *_start(candidate, moment), *_plan(candidate, moment)]
    found += [*_reminder(candidate, moment), *_stale(candidate, moment)]
    points = sum(reason.points for reason in found) + PRIORITY.get(candidate.priority, 0)
    if candidate.priority == Priority.HIGH:
        found.append(Reason(PRIORITY[Priority.HIGH], "high priority"))
    if not found:
        found.append(Reason(0, "it is next in your list"))
    return Ranked(candidate, points, tuple(sorted(found, key=lambda reason: -reason.points)))


def _promise(candidate: Candidate, moment: Moment) -> list[Reason]:
    due = candidate.times.due_at
    if due is None:
        return [Reason(PROMISED, "promised to the customer")] if candidate.promised else []
    if due < moment.now:
        days = min((moment.today - moment.day(due)).days, 30)
        when = f"since {_day(moment.day(due), moment.today)}" if days else f"since {_clock(due, moment)}"
        if candidate.promised:
            return [Reason(BROKEN_PROMISE + 10 * days, f"promised to the customer, and late {when}")]
        return [Reason(BROKEN_DATE + 3 * days, f"late {when}")]
    if moment.day(due) == moment.today:
        base = PROMISED_TODAY if candidate.promised else DUE_TODAY
        text = "promised to the customer for" if candidate.promised else "due"
        return [Reason(base + _closeness(due, moment.now), f"{text} today {_clock(due, moment)}")]
    if candidate.promised:
        return [Reason(PROMISED, f"promised to the customer for {_day(moment.day(due), moment.today)}")]
    return []


def _start(candidate: Candidate, moment: Moment) -> list[Reason]:
    starts = candidate.times.starts_at
    if starts is None or moment.day(starts) > moment.today:
        return []
    away = starts - moment.now
    if -JUST_BEGUN <= away <= SOON:
        minutes = int(away.total_seconds() // 60)
        text = f"starts in {minutes} min" if minutes > 0 else "starts now"
        return [Reason(STARTS_SOON - max(minutes, 0), text)]
    if moment.day(starts) == moment.today:
        return [Reason(STARTS_TODAY + _closeness(starts, moment.now), f"today {_clock(starts, moment)}")]
    return [Reason(PLANNED_TODAY, f"was on {_day(moment.day(starts), moment.today)} and is not closed yet")]


def _plan(candidate: Candidate, moment: Moment) -> list[Reason]:
    plan = candidate.times.plan_on
    if plan is None or plan > moment.today:
        return []
    rolled = (moment.today - plan).days
    if not rolled:
        return [Reason(PLANNED_TODAY, "planned for today")]
    return [Reason(PLANNED_TODAY + min(rolled, 10), f"planned since {_day(plan, moment.today)}")]


def _reminder(candidate: Candidate, moment: Moment) -> list[Reason]:
    reminder = candidate.reminder_at
    if reminder is None or reminder > moment.now:
        return []
    return [Reason(REMINDED, f"you wanted to be reminded at {_clock(reminder, moment)}")]


def _stale(candidate: Candidate, moment: Moment) -> list[Reason]:
    last = candidate.last_contact_at
    if last is None or moment.now - last < STALE_AFTER:
        return []
    days = (moment.now - last).days
    who = f" with {candidate.person}" if candidate.person else ""
    return [Reason(STALE + min(days - STALE_AFTER.days, 60), f"no contact{who} for {days} days")]


def _closeness(at: datetime, now: datetime) -> int:
    """Up to 96 points as the moment comes near, 4 for each hour of a day."""
    hours = abs((at - now).total_seconds()) / 3600
    return max(0, round(96 - 4 * hours))


def _first_moment(candidate: Candidate, moment: Moment) -> float:
    times = candidate.times
    planned = (
        [datetime(times.plan_on.year, times.plan_on.month, times.plan_on.day, 23, 59, tzinfo=moment.zone)]
        if times.plan_on
        else []
    )
    moments = [at for at in (times.due_at, times.starts_at) if at] + planned
    return min((at.timestamp() for at in moments), default=float("inf"))


def _clock(at: datetime, moment: Moment) -> str:
    return f"{at.astimezone(moment.zone):%H:%M}"


def _day(day: date, today: date) -> str:
    if abs((day - today).days) == 1:
        return "yesterday" if day < today else "tomorrow"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"
