"""Endpoints and how they are doing."""

from dataclasses import dataclass

from django.db.models import QuerySet

from keen.core import queries as core
from keen.core.models import Change, User
from keen.integrations.domain import topics
from keen.integrations.domain.health import FAULTS, Fault
from keen.integrations.models import Attempt, Delivery, Endpoint, Outcome, State
from keen.records import declare

POWER = "integrations.manage"
KIND = "webhook"
COUNTED = 10_000
MOST = 50
PAGE = 50
REASONS = {
    "gone": "The server said that the address is gone for good.",
    "failing": "It failed for days on end.",
    "owner": "Whoever it sent for may not manage webhooks any more.",
}


def living() -> QuerySet[Endpoint]:
    """The endpoints that are not deleted.

    Cost: 1 query.
    """
    return Endpoint.objects.filter(deleted_at__isnull=True)


def listening() -> bool:
    """Whether anybody is to be told of anything.

    Cost: 1 query.
    """
    return living().exclude(state=State.OFF).exists()


def all_topics() -> list[str]:
    """Every type that an endpoint can choose."""
    return topics.topics((kind.kind, kind.mergeable) for kind in declare.types())


def may_own(user: User) -> bool:
    """Whether an endpoint may send for this person."""
    return user.is_active and user.given.has(POWER)


def responsible(endpoint: Endpoint) -> list[User]:
    """Those who answer for the endpoint: its owner, and all who may mend it.

    Cost: 2 queries, and 1 for the owner where that is not read yet.
    """
    found = {person.pk: person for person in core.holders(POWER)}
    if endpoint.owner.is_active:
        found.setdefault(endpoint.owner_id, endpoint.owner)
    return [found[pk] for pk in sorted(found)]


@dataclass(frozen=True)
class Line:
    """An endpoint as the list shows it. `waiting` and `failed` are counted to 10,000."""

    endpoint: Endpoint
    waiting: int
    failed: int
    word: str
    tone: str
    advice: str


def lines() -> list[Line]:
    """All endpoints with their health: those in trouble first, then by name.

    Cost: 1 query and 2 for each endpoint.
    """
    found = [line(endpoint) for endpoint in living().select_related("owner").order_by("name", "pk")]
    return sorted(found, key=lambda one: one.tone != "bad")


def line(endpoint: Endpoint) -> Line:
    """The endpoint with its health.

    Cost: 2 queries.
    """
    waiting, failed = (counted(endpoint, outcome) for outcome in (Outcome.WAITING, Outcome.FAILED))
    word, tone = _word(endpoint)
    return Line(endpoint, waiting, failed, word, tone, advice(endpoint))


def counted(endpoint: Endpoint, outcome: Outcome) -> int:
    """How many messages have this outcome, counted to 10,000.

    Cost: 1 query.
    """
    found = Delivery.objects.filter(endpoint=endpoint, outcome=outcome).order_by()
    return found.values("pk")[:COUNTED].count()


def _word(endpoint: Endpoint) -> tuple[str, str]:
    if endpoint.state == State.OFF:
        return "Switched off", "bad"
    if endpoint.state == State.PAUSED:
        return "Paused", "warn"
    if endpoint.failing_since:
        return ("Failing", "bad") if endpoint.failures > 1 else ("Last one failed", "warn")
    if endpoint.last_success_at is None:
        return "Nothing sent yet", ""
    return "Works", "ok"


def advice(endpoint: Endpoint) -> str:
    """What to do about the endpoint's trouble, empty without any."""
    if endpoint.state == State.OFF:
        return REASONS.get(endpoint.reason, "Somebody switched it off.")
    if endpoint.last_fault and endpoint.failing_since:
        return FAULTS[Fault(endpoint.last_fault)]
    return ""


def log(endpoint: Endpoint, *, outcome: str = "", before: int = 0) -> tuple[list[Delivery], int]:
    """The newest messages and the id at which the next page starts, 0 at the end.

    Cost: 1 query.
    """
    found = Delivery.objects.filter(endpoint=endpoint).order_by("-pk")
    if outcome:
        found = found.filter(outcome=outcome)
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else 0


def tries_of(delivery: Delivery) -> list[Attempt]:
    """The attempts to deliver the message, the first one first.

    Cost: 1 query.
    """
    return list(delivery.tries.order_by("number", "pk"))


def history(endpoint: Endpoint) -> list[Change]:
    """What was changed about the endpoint, newest first.

    Cost: 1 query.
    """
    found = Change.objects.filter(kind=KIND, record_id=endpoint.pk).select_related("actor")
    return list(found.order_by("-at", "-id")[:20])
