"""What an answer means for the message and for the endpoint: a circuit breaker as plain rules."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from keen.integrations.domain import waits


class Fault(StrEnum):
    """Why an attempt failed, as a program tells it."""

    NONE = ""
    ANSWER = "answer"
    REDIRECT = "redirect"
    GONE = "gone"
    BUSY = "busy"
    TIMEOUT = "timeout"
    CONNECT = "connect"
    NAME = "name"
    TLS = "tls"
    CLOSED = "closed"
    BROKEN = "broken"
    SECRET = "secret"  # noqa: S105  the name of a fault


FAULTS = {
    Fault.ANSWER: "The server answered with an error.",
    Fault.REDIRECT: "The server sent Keen to another address. Keen does not follow: enter the final address.",
    Fault.GONE: "The server says that this address is gone for good.",
    Fault.BUSY: "The server asks for fewer messages at a time.",
    Fault.TIMEOUT: "The server did not answer in time.",
    Fault.CONNECT: "Nobody answers at this address.",
    Fault.NAME: "The name of the server is not known.",
    Fault.TLS: "The connection is not safe: the server's certificate does not hold.",
    Fault.CLOSED: "The address leads into a network that Keen does not send to.",
    Fault.BROKEN: "The server's answer could not be read.",
    Fault.SECRET: "The signing secret can no longer be read. Make a new one.",
}
# What Keen itself refuses: the same refusal would follow each time, so nothing is tried again by itself.
REFUSED = frozenset({Fault.CLOSED})
BUSY = frozenset({429, 502, 503, 504})
GONE = 410
MOST_AT_ONCE = 8


@dataclass(frozen=True)
class Answer:
    """How one attempt ended. `status` is 0 when no answer came; `text` holds the first characters of it."""

    status: int = 0
    fault: Fault = Fault.NONE
    milliseconds: int = 0
    text: str = ""
    retry_after: str = ""

    @property
    def arrived(self) -> bool:
        """Whether the receiver took the message."""
        return self.fault is Fault.NONE and 200 <= self.status < 300


def fault_of(status: int) -> Fault:
    """What an HTTP status means for a webhook."""
    if 200 <= status < 300:
        return Fault.NONE
    if status == GONE:
        return Fault.GONE
    if status in BUSY:
        return Fault.BUSY
    return Fault.REDIRECT if 300 <= status < 400 else Fault.ANSWER


@dataclass(frozen=True)
class Health:
    """How an endpoint is doing. `failures` counts since the last success; until `blocked_until` nothing is sent."""

    failures: int = 0
    failing_since: datetime | None = None
    blocked_until: datetime | None = None
    last_success_at: datetime | None = None
    ended: str = ""


def after(health: Health, answer: Answer, now: datetime, *, chance: float, most: timedelta) -> Health:
    """The health after an answer.

    Shape: `ended` names why nothing is to be sent any more: "gone", or "failing" once it failed for longer than `most`.
    """
    if answer.arrived:
        return Health(last_success_at=now)
    since = health.failing_since or now
    failures = health.failures + 1
    rest = waits.pause(failures, chance)
    if answer.fault is Fault.BUSY:
        rest = max(rest, waits.throttle(answer.retry_after, now))
    ended = "gone" if answer.fault is Fault.GONE else "failing" if now - since >= most else ""
    until = max(filter(None, (health.blocked_until, now + rest if rest else None)), default=None)
    return replace(health, failures=failures, failing_since=since, blocked_until=until, ended=ended)


def at_once(health: Health) -> int:
    """How many messages may be on their way to the endpoint at the same time: one while it is in doubt."""
    return 1 if health.failures or health.last_success_at is None else MOST_AT_ONCE
