"""What comes first on Today, as an open formula: the sum of its reasons, the two strongest of which are printed.

    score = promise + due + start + reminder + plan + priority + expiring + value x chance + staleness + what is owed + quotes

The points of each are in keen.activities.domain.weights. A broken promise to a customer outranks everything, for no sum
of the others comes near it. What waits rises with every day, so nothing is passed for ever by what is new. Nothing here
looks at who the person is, only at what was said and when, and at what the person found not useful.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from keen.activities.domain.choices import Priority
from keen.activities.domain.days import WEEKDAYS
from keen.activities.domain.marks import MONTHS, Times
from keen.activities.domain.weights import WEIGHTS, lowered, worth

STALE_AFTER = timedelta(days=30)
SOON = timedelta(minutes=60)
JUST_BEGUN = timedelta(minutes=15)
CLOSING_DAYS = 7
ENDING_DAYS = 3
NO_TIMES = Times()


@dataclass(frozen=True)
class Candidate:
    """What is known of one thing that may be done: an open activity, or a record that asks for something.

    Shape: `of` is the kind of the record that `id` names. `waits_since` is from when a deal has no next step.
    Units: `value` in the company's currency, `chance` in percent.
    """

    id: int
    times: Times = NO_TIMES
    kind: str = "task"
    promised: bool = False
    priority: str = "normal"
    reminder_at: datetime | None = None
    last_contact_at: datetime | None = None
    person: str = ""
    of: str = "activity"
    value: Decimal | None = None
    chance: int = 0
    worth: str = ""
    closes_on: date | None = None
    waits_since: date | None = None
    stale_on: date | None = None
    owed_since: date | None = None
    owed: str = ""
    lead_since: date | None = None
    quote_ends: date | None = None
    quote_opened: date | None = None
    quote_looks: int = 0
    quote_accepted: date | None = None


@dataclass(frozen=True)
class Reason:
    """Why something counts, with its points. `name` is its line in the table of weights."""

    points: int
    text: str
    name: str = "planned"


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

    @property
    def cause(self) -> str:
        """The strongest reason that may count less when somebody finds it not useful; "" without one."""
        return next((one.name for one in self.reasons if one.points and not WEIGHTS[one.name].kept), "")


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


def rank(
    candidates: Sequence[Candidate], moment: Moment, less: Mapping[str, int] | None = None
) -> list[Ranked]:
    """The candidates, the most pressing first; of equals the one that is due earlier, then the older one.

    Shape: the same candidates give the same order, whatever order they come in. `less` says how often the person found
    a cause not useful.
    """
    ranked = [score(candidate, moment, less or {}) for candidate in candidates]
    return sorted(
        ranked,
        key=lambda found: (
            -found.score,
            _first_moment(found.candidate, moment),
            found.candidate.of,
            found.candidate.id,
        ),
    )


def score(candidate: Candidate, moment: Moment, less: Mapping[str, int] | None = None) -> Ranked:
    """The candidate with its reasons. A low priority lowers the score and is not printed."""
    found = [*_promise(candidate, moment), *_start(candidate, moment), *_plan(candidate, moment)]
    found += [*_reminder(candidate, moment), *_stale(candidate, moment), *_deal(candidate, moment)]
    found += [*_owed(candidate, moment), *_quote(candidate, moment), *_priority(candidate)]
    counted = [
        Reason(lowered(one.name, one.points, (less or {}).get(one.name, 0)), one.text, one.name)
        for one in found
    ]
    points = sum(reason.points for reason in counted)
    if candidate.priority == Priority.LOW:
        points -= WEIGHTS["priority"].points
    if not counted:
        counted.append(Reason(0, "it is next in your list"))
    return Ranked(candidate, points, tuple(sorted(counted, key=lambda reason: -reason.points)))


def _made(name: str, text: str, days: float = 0, more: int = 0) -> list[Reason]:
    """The reason of a cause after so many days, or with more points as its hour comes near."""
    weight = WEIGHTS[name]
    return [Reason(weight.after(days) + min(more, weight.most), text, name)]


def _priority(candidate: Candidate) -> list[Reason]:
    return _made("priority", "high priority") if candidate.priority == Priority.HIGH else []


def _promise(candidate: Candidate, moment: Moment) -> list[Reason]:
    due = candidate.times.due_at
    if due is None:
        return _made("promised", "promised to the customer") if candidate.promised else []
    if due < moment.now:
        days = (moment.today - moment.day(due)).days
        when = f"since {_day(moment.day(due), moment.today)}" if days else f"since {_clock(due, moment)}"
        if candidate.promised:
            return _made("late_promise", f"promised to the customer, and late {when}", days)
        return _made("late", f"late {when}", days)
    if moment.day(due) == moment.today:
        name = "promised_today" if candidate.promised else "due_today"
        text = "promised to the customer for" if candidate.promised else "due"
        return _made(name, f"{text} today {_clock(due, moment)}", more=_closeness(due, moment.now))
    if candidate.promised:
        return _made("promised", f"promised to the customer for {_day(moment.day(due), moment.today)}")
    return []


def _start(candidate: Candidate, moment: Moment) -> list[Reason]:
    starts = candidate.times.starts_at
    if starts is None or moment.day(starts) > moment.today:
        return []
    away = starts - moment.now
    if -JUST_BEGUN <= away <= SOON:
        minutes = int(away.total_seconds() // 60)
        text = f"starts in {minutes} min" if minutes > 0 else "starts now"
        return _made("starts_soon", text, more=60 - max(minutes, 0))
    if moment.day(starts) == moment.today:
        return _made("starts_today", f"today {_clock(starts, moment)}", more=_closeness(starts, moment.now))
    days = (moment.today - moment.day(starts)).days
    return _made("planned", f"was on {_day(moment.day(starts), moment.today)} and is not closed yet", days)


def _plan(candidate: Candidate, moment: Moment) -> list[Reason]:
    plan = candidate.times.plan_on
    if plan is None or plan > moment.today:
        return []
    rolled = (moment.today - plan).days
    text = f"planned since {_day(plan, moment.today)}" if rolled else "planned for today"
    return _made("planned", text, rolled)


def _reminder(candidate: Candidate, moment: Moment) -> list[Reason]:
    reminder = candidate.reminder_at
    if reminder is None or reminder > moment.now:
        return []
    return _made("reminded", f"you wanted to be reminded at {_clock(reminder, moment)}")


def _stale(candidate: Candidate, moment: Moment) -> list[Reason]:
    last = candidate.last_contact_at
    if last is None or moment.now - last < STALE_AFTER:
        return []
    days = (moment.now - last).days
    who = f" with {candidate.person}" if candidate.person else ""
    return _made("stale", f"no contact{who} for {days} days", days - STALE_AFTER.days)


def _deal(candidate: Candidate, moment: Moment) -> list[Reason]:
    found, today = list[Reason](), moment.today
    if candidate.closes_on is not None:
        left = (candidate.closes_on - today).days
        if left < 0:
            found += _made("slipped", f"it was to close {_day(candidate.closes_on, today)}", -left)
        elif left <= CLOSING_DAYS:
            when = "today" if not left else _day(candidate.closes_on, today)
            found += _made("closing", f"it is to close {when}", CLOSING_DAYS - left)
    if candidate.waits_since is not None:
        days = max((today - candidate.waits_since).days, 0)
        found += _made("no_step", "it has no next step", days)
    if candidate.stale_on is not None and candidate.stale_on <= today:
        days = (today - candidate.stale_on).days + 1
        told = "a day longer" if days == 1 else f"{days} days longer"
        found += _made("stale_deal", f"it stands {told} than is usual at its stage", days - 1)
    if candidate.value is not None and (points := worth(candidate.value, candidate.chance)):
        found.append(Reason(points, f"it is worth {candidate.worth}", "worth"))
    return found


def _owed(candidate: Candidate, moment: Moment) -> list[Reason]:
    found, today = list[Reason](), moment.today
    if candidate.owed_since is not None and candidate.owed_since < today:
        days = (today - candidate.owed_since).days
        since = "since yesterday" if days == 1 else f"for {days} days"
        what = f"{candidate.owed} is" if candidate.owed else "it is"
        found += _made("owed", f"{what} unpaid {since}", days)
    if candidate.lead_since is not None and candidate.lead_since <= today:
        days = (today - candidate.lead_since).days
        since = "today" if not days else _day(candidate.lead_since, today)
        found += _made("new_lead", f"came {since} and nobody has answered", days)
    return found


def _quote(candidate: Candidate, moment: Moment) -> list[Reason]:
    found, today = list[Reason](), moment.today
    if candidate.quote_accepted is not None:
        days = max((today - candidate.quote_accepted).days, 0)
        when = _day(candidate.quote_accepted, today) if days else "today"
        found += _made("quote_accepted", f"they accepted it {when}, and the deal is still open", days)
    if candidate.quote_ends is not None and 0 <= (left := (candidate.quote_ends - today).days) <= ENDING_DAYS:
        when = _day(candidate.quote_ends, today) if left else "today"
        found += _made("quote_ends", f"the quote ends {when}", ENDING_DAYS - left)
    if candidate.quote_opened is not None:
        often = "twice" if candidate.quote_looks == 2 else f"{candidate.quote_looks} times"
        days = (today - candidate.quote_opened).days
        when = _day(candidate.quote_opened, today) if days > 0 else "today"
        found += _made("quote_opened", f"they opened the quote {often}, last {when}")
    return found


def _closeness(at: datetime, now: datetime) -> int:
    """Up to 96 points as the moment comes near, 4 for each hour of a day."""
    hours = abs((at - now).total_seconds()) / 3600
    return max(0, round(96 - 4 * hours))


def _first_moment(candidate: Candidate, moment: Moment) -> float:
    times = candidate.times
    days = [times.plan_on, candidate.closes_on, candidate.owed_since, candidate.lead_since]
    ends = [datetime(on.year, on.month, on.day, 23, 59, tzinfo=moment.zone) for on in days if on]
    moments = [at for at in (times.due_at, times.starts_at) if at] + ends
    return min((at.timestamp() for at in moments), default=float("inf"))


def _clock(at: datetime, moment: Moment) -> str:
    return f"{at.astimezone(moment.zone):%H:%M}"


def _day(day: date, today: date) -> str:
    if abs((day - today).days) == 1:
        return "yesterday" if day < today else "tomorrow"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"
