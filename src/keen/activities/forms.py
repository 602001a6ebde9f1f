"""What people type into the forms of activities, read into plans, calls and meetings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict

from keen.activities.actions.about import About, zone_of
from keen.activities.actions.log import Call, Mail
from keen.activities.actions.plan import Meeting, Plan
from keen.activities.domain import days, recurrence
from keen.activities.domain.choices import Outcome, What
from keen.activities.models import Activity
from keen.core.domain.actor import Actor
from keen.lib.errors import RuleError
from keen.lib.ids import id_of
from keen.records import declare
from keen.records.pages import inputs

REMINDERS = (
    ("", "No reminder"),
    ("0", "At that time"),
    ("10", "10 minutes before"),
    ("60", "1 hour before"),
    ("1440", "1 day before"),
)
DURATIONS = (
    ("15", "15 min"),
    ("30", "30 min"),
    ("45", "45 min"),
    ("60", "1 h"),
    ("90", "1 h 30 min"),
    ("120", "2 h"),
    ("240", "4 h"),
)


def about_of(given: Mapping[str, Any]) -> About | None:
    """The record that a form is about, None when it names none.

    Raises: RuleError for a kind that does not exist.
    """
    kind, pk = str(given.get("kind", "")), str(given.get("id", ""))
    if not kind and not pk:
        return None
    record_id = id_of(pk)
    if declare.find(kind) is None or record_id is None:
        raise RuleError("not_a_record", "Choose a person or a company first.", "kind")
    return About(kind, record_id)


def call_of(actor: Actor, given: Mapping[str, Any], today: date) -> Call:
    """How a call went, as the call sheet and the form say it.

    Raises: RuleError.
    """
    minutes = str(given.get("minutes", "")).strip()
    if minutes and not minutes.isdecimal():
        raise RuleError("not_a_number", "Write the duration in minutes, for example 6.", "minutes")
    on = str(given.get("next_on", ""))
    next_on = days.chosen(on, today, actor.worktime) if on else None
    if on and next_on is None:
        raise RuleError("not_a_date", "Choose a day for the next step, or leave it empty.", "next_on")
    return Call(
        outcome=str(given.get("outcome", "") or Outcome.REACHED.value),
        note=str(given.get("note", "")),
        direction="in" if given.get("direction") == "in" else "out",
        duration_seconds=int(minutes[:5]) * 60 if minutes else None,
        at=moment_of(actor, str(given.get("at", "")), "at"),
        next_on=next_on,
        is_private=bool(given.get("is_private")),
        own=own_of(actor, given) if isinstance(given, QueryDict) else {},
    )


def own_of(actor: Actor, given: QueryDict) -> dict[str, Any]:
    """What was typed into the fields of one's own of activities."""
    record_type = declare.get(Activity.KIND)
    names = [one.name for one in record_type.writable(actor) if one.own is not None]
    return inputs.read(record_type, given, names)


def mail_of(actor: Actor, given: Mapping[str, Any]) -> Mail:
    """An e-mail as the form says it.

    Raises: RuleError.
    """
    return Mail(
        subject=str(given.get("subject", "")),
        text=str(given.get("text", "")),
        direction="in" if given.get("direction") == "in" else "out",
        at=moment_of(actor, str(given.get("at", "")), "at"),
        is_private=bool(given.get("is_private")),
    )


def moment_of(actor: Actor, value: str, name: str) -> datetime | None:
    """A date with a time as it was typed, where the person is.

    Raises: RuleError.
    """
    if not value.strip():
        return None
    try:
        local = datetime.fromisoformat(value.strip())
    except ValueError:
        raise RuleError(
            "not_a_time", "Write a date with a time, for example 2026-11-24 10:00.", name
        ) from None
    _check_year(local, name)
    return local if local.tzinfo else local.replace(tzinfo=zone_of(actor))


def date_of(value: str, name: str) -> date | None:
    """A date as it was typed.

    Raises: RuleError.
    """
    if not value.strip():
        return None
    try:
        found = date.fromisoformat(value.strip())
    except ValueError:
        raise RuleError("not_a_date", "Write a date, for example 2026-11-24.", name) from None
    _check_year(found, name)
    return found


def _check_year(given: date, name: str) -> None:
    """Nothing, for a year that leaves room for time zones, reminders and repetitions on both sides.

    Raises: RuleError.
    """
    if not days.FIRST_YEAR <= given.year <= days.LAST_YEAR:
        message = f"The year must lie between {days.FIRST_YEAR} and {days.LAST_YEAR}."
        raise RuleError("not_a_date", message, name)


@dataclass
class PlanForm:
    """The form that plans a task, a call or a meeting: its values, and what is to be mended."""

    actor: Actor
    today: date
    what: str = What.TASK.value
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def day(self) -> date | None:
        """The day that was chosen: a chip, or the date field."""
        chip = str(self.values.get("when", ""))
        typed = date_of(str(self.values.get("on", "")), "on")
        if chip in {"", "pick"}:
            return typed
        return self.today if chip == "today" else days.chosen(chip, self.today, self.actor.worktime) or typed

    def plan(self) -> Plan:
        """The task or call that the form describes.

        Raises: RuleError.
        """
        on = self.day()
        due_at = self._promise()
        return Plan(
            kind=self.what,
            subject=str(self.values.get("subject", "")),
            note=str(self.values.get("note", "")),
            on=on,
            due_at=due_at,
            promised=bool(self.values.get("promised")),
            priority=str(self.values.get("priority", "normal")),
            owner_id=self._owner(),
            reminder_at=self._reminder(due_at or self._morning(on)),
            recurrence=self._repeat(on or (due_at.date() if due_at else None)),
            is_private=bool(self.values.get("is_private")),
        )

    def meeting(self) -> Meeting:
        """The meeting that the form describes.

        Raises: RuleError.
        """
        on = self.day()
        if on is None:
            raise RuleError("missing", "Say on which day you meet.", "on")
        starts_at = moment_of(self.actor, f"{on.isoformat()}T{self.values.get('time') or '10:00'}", "time")
        assert starts_at is not None  # noqa: S101  the day is known
        minutes = str(self.values.get("minutes", "30"))
        return Meeting(
            subject=str(self.values.get("subject", "")),
            note=str(self.values.get("note", "")),
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=int(minutes) if minutes in dict(DURATIONS) else 30),
            participants=[pk for pk in map(id_of, self.values.get("participants", [])) if pk is not None],
            owner_id=self._owner(),
            reminder_at=self._reminder(starts_at),
            recurrence=self._repeat(on),
            is_private=bool(self.values.get("is_private")),
        )

    def _promise(self) -> datetime | None:
        on = date_of(str(self.values.get("due_on", "")), "due_at")
        if on is None:
            return None
        clock = str(self.values.get("due_time", "")) or "23:59"
        return moment_of(self.actor, f"{on.isoformat()}T{clock}", "due_at")

    def _morning(self, on: date | None) -> datetime | None:
        return datetime.combine(on, days.START_OF_WORK, tzinfo=zone_of(self.actor)) if on else None

    def _reminder(self, at: datetime | None) -> datetime | None:
        before = str(self.values.get("remind", ""))
        if before not in dict(REMINDERS) or not before:
            return None
        if at is None:
            raise RuleError(
                "reminder_without_day", "Choose a day, so that there is a time to be reminded of.", "remind"
            )
        return at - timedelta(minutes=int(before))

    def _repeat(self, start: date | None) -> str:
        choice = str(self.values.get("repeat", ""))
        if not choice:
            return ""
        if start is None:
            raise RuleError("repeats_without_day", "Say when it comes first, so that it can repeat.", "on")
        return recurrence.build(choice, start, date_of(str(self.values.get("until", "")), "until"))

    def _owner(self) -> int | None:
        return id_of(self.values.get("owner", ""))
