"""Usage of another CRM: what its log says, by which mapping, who of it is a machine, and what it cannot tell."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from fnmatch import fnmatchcase
from typing import Any, Final

from keen.adoption.domain.counting import recorded_in_order
from keen.adoption.domain.traces import ATTEMPT

ROLE: Final = "another_crm"
DONE: Final = "done_elsewhere"
PERSON, AUTOMATIC, NOBODY = "person", "automatic", "nobody"
CSV, XES, DYNAMICS, SALESFORCE, LOGINS = (
    "csv",
    "xes",
    "dynamics_audit",
    "salesforce_events",
    "salesforce_logins",
)


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One line of the log: who, when, what, and in which case."""

    who: str
    at: datetime
    what: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class LogMapping:
    """Where the log has what, and which of its events mean something. Patterns are names with * for anything.

    Shape: `value` leave a trace in the business; `attempt` begin something; anything else counts for nothing. `closing` end a
    case, of which the `steps` have to have been recorded in order. `nobody` are names that stand for nobody.
    """

    who: str
    at: str
    what: tuple[str, ...]
    case: str = ""
    value: tuple[str, ...] = ("*",)
    attempt: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    nobody: tuple[str, ...] = ("", "UNKNOWN")
    time_format: str = ""

    def kind_of(self, what: str) -> str:
        """What an event of this name counts as: a value event, an attempt, or "" for nothing."""
        if _matches(what, self.nothing):
            return ""
        if _matches(what, self.value):
            return DONE
        return ATTEMPT if _matches(what, self.attempt) else ""

    def problems(self, there: Iterable[str]) -> list[str]:
        """What is wrong with it for a log that has these columns, each as a sentence that says what to mend."""
        known = set(there)
        asked = {
            "who": (self.who,),
            "at": (self.at,),
            "what": self.what,
            "case": (self.case,) if self.case else (),
        }
        return [
            f"The file has no column “{column}”. Say which one holds {MEANT[part]}; it has {', '.join(sorted(known))}."
            for part, columns in asked.items()
            for column in columns
            if column not in known
        ]


MEANT: Final = {"who": "the person", "at": "the time", "what": "what was done", "case": "the case"}
LOOKING: Final = ("*[Ll]ogin*", "*[Ll]ogout*", "*View*", "*Retrieve*", "*Read*", "*User Access*")
PRESETS: Final[Mapping[str, LogMapping]] = {
    CSV: LogMapping("user", "time", ("activity",), "case", nothing=LOOKING),
    XES: LogMapping(
        "org:resource",
        "time:timestamp",
        ("concept:name", "lifecycle:transition"),
        "case:concept:name",
        nothing=("*+SCHEDULE", "*+schedule", *LOOKING),
        value=("*+COMPLETE", "*+complete", "*+"),
        attempt=("*+START", "*+start"),
    ),
    DYNAMICS: LogMapping(
        "Changed By",
        "Changed Date",
        ("Event", "Entity"),
        "Record",
        nothing=LOOKING,
        value=(
            "Create+*",
            "Update+*",
            "Assign+*",
            "Win+*",
            "Lose+*",
            "Close+*",
            "Set State+*",
            "Qualify+*",
            "Merge+*",
        ),
        nobody=("", "SYSTEM", "# CRM-Plug-In"),
    ),
    SALESFORCE: LogMapping(
        "USER_ID",
        "TIMESTAMP_DERIVED",
        ("EVENT_TYPE",),
        value=(
            "LightningInteraction",
            "QuickAction",
            "ApexExecution",
            "BulkApi",
            "Macro",
            "FlowExecution",
            "ChangeSet*",
        ),
        attempt=("URI", "LightningPageView", "Search", "SearchClick", "Report", "Dashboard", "ListView*"),
        nothing=("Login*", "Logout*", "LoginAs", "API", "RestApi"),
    ),
    LOGINS: LogMapping("Username", "Login Time", ("Login Type",), value=(), attempt=(), nothing=("*",)),
}


def _matches(what: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(what, pattern) for pattern in patterns)


# Who is a machine --------------------------------------------------------------------------------

HOURS_OF_MACHINE: Final = 22
"""So many different hours of the day: nobody works round the clock for weeks."""
DAYS_OF_MACHINE: Final = 0.85
"""The share of all days, Sundays and holidays too, between the first and the last event."""
LEAST_DAYS: Final = 14
SUNDAY: Final = 6


@dataclass(slots=True)
class Actor:
    """What is known of one name in the log."""

    key: str
    events: int = 0
    days: set[date] = field(default_factory=set)
    hours: Counter[int] = field(default_factory=Counter)
    sundays: int = 0

    def saw(self, at: datetime) -> None:
        """One more event."""
        self.events += 1
        self.days.add(at.date())
        self.hours[at.hour] += 1
        self.sundays += at.weekday() == SUNDAY

    @property
    def first(self) -> date:
        """The day of the first event."""
        return min(self.days)

    @property
    def last(self) -> date:
        """The day of the last event."""
        return max(self.days)

    def why_automatic(self) -> str:
        """Why this is a machine, in a sentence; "" for who may be a person."""
        spanned = (self.last - self.first).days + 1
        share, hours = len(self.days) / spanned, len(self.hours)
        rests = share < DAYS_OF_MACHINE or hours < HOURS_OF_MACHINE or not self.sundays
        if len(self.days) < LEAST_DAYS or rests:
            return ""
        return (
            f"{self.events:,} events on {len(self.days)} of {spanned} days, Sundays among them, and at {hours} different "
            "hours of the day: no person works like that."
        )


# What the log comes to ---------------------------------------------------------------------------


@dataclass
class Reading:
    """The log as it is read, summed up: nothing of it is kept but days, names and counts."""

    mapping: LogMapping
    zone: tzinfo
    actors: dict[str, Actor] = field(default_factory=dict)
    counted: Counter[tuple[date, str, str]] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    cases: dict[str, list[tuple[str, date]]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[str, tuple[date, str]] = field(default_factory=dict)
    events: int = 0
    nameless: int = 0

    def take(self, event: LogEvent) -> None:
        """One more event of the log."""
        self.events += 1
        self.names[event.what] += 1
        at = event.at.astimezone(self.zone)
        if event.case and (self.mapping.closing or self.mapping.steps):
            self._step(event, at.date())
        if event.who in self.mapping.nobody:
            self.nameless += 1
            return
        actor = self.actors.get(event.who)
        if actor is None:
            actor = self.actors[event.who] = Actor(event.who)
        actor.saw(at)
        if kind := self.mapping.kind_of(event.what):
            self.counted[at.date(), event.who, kind] += 1

    def _step(self, event: LogEvent, day: date) -> None:
        self.cases[event.case].append((event.what, day))
        if _matches(event.what, self.mapping.closing):
            self.closed[event.case] = (day, event.who)

    def machines(self) -> dict[str, str]:
        """The names that are no people, each with the reason."""
        found = {key: actor.why_automatic() for key, actor in self.actors.items()}
        return {key: why for key, why in found.items() if why}

    def processes(self) -> Iterator[tuple[date, str, str, bool]]:
        """The cases that were closed: the day, who closed it, the case, and whether its steps were recorded in order."""
        for case, (day, who) in self.closed.items():
            if who not in self.mapping.nobody:
                yield day, who, case, recorded_in_order(self.mapping.steps, self.cases[case])

    def supports(self, *, with_calendar: bool) -> dict[str, str]:
        """What the log can show, "" for what it can, else why it cannot, by measure."""
        told = any(kind == DONE for _, _, kind in self.counted)
        value = (
            "" if told else "No event of the log leaves a trace in the business. Say in the mapping which do."
        )
        rhythm = value or (
            "" if with_calendar else "Nobody said when these people work. Give their working days."
        )
        return {
            "rhythm": rhythm,
            "depth": "" if self.closed else "The mapping names no event that ends a case.",
            "breadth": "The log does not say what there was an occasion for.",
            "timeliness": "The log holds when something was entered, and not when it happened.",
            "quality": "The log does not hold the records themselves.",
            "value": "The log does not tell look-ups of one's own choice apart.",
            "friction": "The log does not hold what was tried and failed.",
        }


def as_data(mapping: LogMapping) -> dict[str, Any]:
    """The mapping as it is kept."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in _pairs(mapping)}


def read(data: Mapping[str, Any]) -> LogMapping:
    """The mapping that was kept."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
    }
    return LogMapping(**told)


def _pairs(mapping: LogMapping) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(mapping, name)) for name in LogMapping.__dataclass_fields__)
