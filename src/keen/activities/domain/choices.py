"""What an activity can be, how it stands, and how it went."""

from enum import StrEnum


class What(StrEnum):
    """The kinds of activity."""

    TASK = "task"
    CALL = "call"
    MEETING = "meeting"
    EMAIL = "email"
    NOTE = "note"


class Status(StrEnum):
    """How an activity stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Priority(StrEnum):
    """How much an activity matters among others of the same day."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Outcome(StrEnum):
    """How a call or a meeting went."""

    REACHED = "reached"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    HELD = "held"
    NO_SHOW = "no_show"


KINDS = (
    (What.TASK.value, "Task"),
    (What.CALL.value, "Call"),
    (What.MEETING.value, "Meeting"),
    (What.EMAIL.value, "E-mail"),
    (What.NOTE.value, "Note"),
)
STATUSES = ((Status.OPEN.value, "Open"), (Status.DONE.value, "Done"), (Status.CANCELLED.value, "Cancelled"))
PRIORITIES = ((Priority.HIGH.value, "High"), (Priority.NORMAL.value, "Normal"), (Priority.LOW.value, "Low"))
DIRECTIONS = (("out", "Outgoing"), ("in", "Incoming"))
OUTCOMES = (
    (Outcome.REACHED.value, "Reached"),
    (Outcome.VOICEMAIL.value, "Voicemail"),
    (Outcome.NO_ANSWER.value, "No answer"),
    (Outcome.WRONG_NUMBER.value, "Wrong number"),
    (Outcome.HELD.value, "Held"),
    (Outcome.NO_SHOW.value, "Nobody came"),
)
CALL_OUTCOMES = frozenset({Outcome.REACHED, Outcome.VOICEMAIL, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER})
FRUITLESS = frozenset({Outcome.VOICEMAIL, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER, Outcome.NO_SHOW})
ICONS = {
    What.TASK.value: "checklist",
    What.CALL.value: "phone",
    What.MEETING.value: "users",
    What.EMAIL.value: "mail",
    What.NOTE.value: "note",
}
MINUTES = {
    What.TASK.value: 15,
    What.CALL.value: 10,
    What.MEETING.value: 30,
    What.EMAIL.value: 5,
    What.NOTE.value: 0,
}


def is_contact(kind: str, outcome: str) -> bool:
    """Whether somebody was really in touch: a call that reached, a meeting that was held, any e-mail."""
    if kind == What.EMAIL:
        return True
    return kind in {What.CALL, What.MEETING} and outcome not in FRUITLESS


def outcome_words(outcome: str) -> str:
    """The outcome as people say it."""
    return dict(OUTCOMES).get(outcome, "")
