"""Quotes: where one stands, what may happen to it there, its number, and when an opening counts."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

# Programs that check mail follow its links at once: what comes within this time of sending is not the customer.
TOO_SOON: Final = timedelta(seconds=30)
# Looking again within this time is the same look.
SAME_LOOK: Final = timedelta(minutes=30)
# How long the link outlives the quote, so that the customer still finds what it said.
AFTERLIFE: Final = timedelta(days=60)
OFTEN: Final = 2


class Status(StrEnum):
    """Where a quote stands."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"


STATUSES: Final = (
    (Status.DRAFT.value, "Draft"),
    (Status.SENT.value, "Sent"),
    (Status.ACCEPTED.value, "Accepted"),
    (Status.REFUSED.value, "Refused"),
    (Status.EXPIRED.value, "Expired"),
    (Status.SUPERSEDED.value, "Replaced"),
)
LABELS: Final = dict(STATUSES)
OPENED: Final = "opened"
MOMENTS: Final = (
    (OPENED, "opened by the customer"),
    (Status.ACCEPTED.value, "accepted"),
    (Status.REFUSED.value, "refused"),
)
TONES: Final = {
    Status.SENT.value: "info", Status.ACCEPTED.value: "ok", Status.REFUSED.value: "bad", Status.EXPIRED.value: "warn",
}  # fmt: skip
# Of these a next version may be made.
REVISABLE: Final = frozenset({Status.SENT, Status.REFUSED, Status.EXPIRED})


def numbered(year: int, place: int) -> str:
    """The number of a quote: Q-2026-0007."""
    return f"Q-{year}-{place:04d}"


def stands(status: str, valid_until: date | None, today: date) -> str:
    """The status as of today: a sent quote whose day is over has expired, whether or not that was written down."""
    over = status == Status.SENT and valid_until is not None and valid_until < today
    return Status.EXPIRED.value if over else status


def is_a_look(at: datetime, sent_at: datetime | None, last: datetime | None) -> bool:
    """Whether opening the link at this moment counts as a look of the customer."""
    soon = sent_at is not None and at - sent_at < TOO_SOON
    again = last is not None and at - last < SAME_LOOK
    return not soon and not again


def looks(count: int) -> str:
    """How often it was opened, in words."""
    return {0: "not opened yet", 1: "opened once", 2: "opened twice"}.get(count, f"opened {count} times")
