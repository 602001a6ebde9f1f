"""When a message is tried again, and how long an endpoint in trouble is left in peace."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# The waits before the attempts, the first one at once: a little more than three days in all.
ATTEMPTS = (
    0 * SECOND,
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
)
JITTER = 0.2
PAUSES = (5 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE)
TRUSTED_FAILURES = 5
LEAST_THROTTLE, MOST_THROTTLE = 10 * SECOND, 6 * HOUR


def next_attempt(made: int, chance: float) -> timedelta | None:
    """How long to wait after so many attempts; None when it was the last one.

    Units: up to a fifth longer than the schedule says, by `chance` in [0, 1), so that many do not come at once.
    Source: Standard Webhooks 1.0.0, "Deliverability and reliability".
    """
    if made >= len(ATTEMPTS):
        return None
    return ATTEMPTS[made] * (1 + JITTER * chance)


def pause(failures: int, chance: float) -> timedelta:
    """How long an endpoint is left alone after so many failures without a success; nothing for the first few.

    Units: up to a fifth longer, by `chance` in [0, 1).
    """
    beyond = failures - TRUSTED_FAILURES
    if beyond < 0:
        return timedelta(0)
    return PAUSES[min(beyond, len(PAUSES) - 1)] * (1 + JITTER * chance)


def throttle(retry_after: str, now: datetime) -> timedelta:
    """How long an endpoint that asks for patience gets it: what it says, between 10 seconds and 6 hours.

    Shape: seconds or a date, as in RFC 9110 section 10.2.3; anything else counts as the least.
    """
    return min(max(_told(retry_after.strip(), now), LEAST_THROTTLE), MOST_THROTTLE)


def _told(text: str, now: datetime) -> timedelta:
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        # A stranger wrote it: years and offsets of any length come out of it.
        return timedelta(0)
