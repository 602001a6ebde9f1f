"""Messages: noted when something happens, claimed and recorded by the sender, sent again on demand."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from keen.core.actions import operations, rows
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import Event
from keen.core.models.fresh import fresh
from keen.integrations.actions.endpoints import require, switch_off
from keen.integrations.domain import health, topics, waits
from keen.integrations.domain.health import Answer
from keen.integrations.models import Attempt, Delivery, Endpoint, Outcome, State
from keen.integrations.queries import endpoints
from keen.lib.errors import NotVisibleError, RuleError

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
"""How long a claimed message is left alone: a sender that died has lost it then, and it is sent again."""
AHEAD = timedelta(days=3650)
"""How far before its time a message is due that goes ahead of all that waits."""
ATTEMPT = ("delivery_id", "number", "at", "url", "status", "fault", "milliseconds", "request", "answer")
HEALTH = ("failures", "failing_since", "blocked_until", "last_success_at", "last_fault", "last_status")


@dataclass(frozen=True)
class Happening:
    """Something that endpoints may want to know. `told` is said besides the record, but for its "columns"."""

    event: Event
    topic: str
    kind: str
    record_id: int
    told: Mapping[str, Any]


def note(happenings: Sequence[Happening]) -> int:
    """How many messages wait now: for each happening one to every endpoint that chose its type.

    Cost: 1 query, 2 when somebody is told, however many happenings.
    """
    listening = list(endpoints.living().exclude(state=State.OFF).only("id", "topics"))
    now = timezone.now()
    told = [
        fresh(
            Delivery,
            {
                "endpoint_id": endpoint.pk,
                "event_id": happening.event.event_id,
                "topic": happening.topic,
                "kind": happening.kind,
                "record_id": happening.record_id,
                "told": dict(happening.told),
                "happened_at": happening.event.at,
                "due_at": now,
            },
        )
        for happening in happenings
        for endpoint in listening
        if topics.wants(endpoint.topics, happening.topic)
    ]
    if told:
        Delivery.objects.bulk_create(told, ignore_conflicts=True)
    return len(told)


@dataclass(frozen=True)
class Told:
    """One thing that one endpoint is to be told of, whatever it chose. `said` is told besides the record."""

    topic: str
    kind: str
    record_id: int
    said: Mapping[str, Any]
    at: datetime
    event_id: UUID


def tell(endpoint_id: int, told: Told) -> Endpoint | None:
    """The endpoint, for which a message waits now; None for one that is gone or switched off.

    Cost: 2 queries.
    """
    row = endpoints.living().exclude(state=State.OFF).filter(pk=endpoint_id).first()
    if row is None:
        return None
    Delivery.objects.create(
        endpoint=row, event_id=told.event_id, topic=told.topic, kind=told.kind, record_id=told.record_id,
        told=dict(told.said), happened_at=told.at, due_at=timezone.now(),
    )  # fmt: skip
    return row


def claim(room: Mapping[int, int], now: datetime) -> list[Delivery]:
    """The next due messages of the endpoints, at most so many for each, now the caller's for the length of a lease.

    Cost: 1 query for each endpoint when nothing is due, else 3.
    """
    free = {pk: count for pk, count in room.items() if _due(pk, now).exists()}
    if not free:
        return []
    claimed: list[Delivery] = []
    with transaction.atomic():
        for pk, count in free.items():
            claimed += _due(pk, now).select_for_update(skip_locked=True)[:count]
        _mine(claimed).update(due_at=now + LEASE)
    return claimed


def _due(endpoint_id: int, now: datetime) -> QuerySet[Delivery]:
    due = Delivery.objects.filter(endpoint_id=endpoint_id, outcome=Outcome.WAITING, due_at__lte=now)
    return due.order_by("due_at", "id")


def _mine(deliveries: Iterable[Delivery]) -> QuerySet[Delivery]:
    """The rows, without those that another sender ended meanwhile."""
    return Delivery.objects.filter(pk__in=[row.pk for row in deliveries], outcome=Outcome.WAITING)


def release(deliveries: Sequence[Delivery], now: datetime) -> None:
    """Give back what was claimed and not sent."""
    if deliveries:
        _mine(deliveries).update(due_at=now)


def skip(deliveries: Sequence[Delivery], now: datetime) -> None:
    """End messages that the endpoint's owner may not know of."""
    if deliveries:
        _mine(deliveries).update(outcome=Outcome.SKIPPED, done_at=now)


@dataclass(frozen=True)
class Sent:
    """One request that was made, and its answer. `request` is what is kept of it."""

    delivery: Delivery
    url: str
    at: datetime
    request: Mapping[str, Any]
    answer: Answer
    chance: float


def record(sent: Sequence[Sent], now: datetime) -> None:
    """Keep what came of the attempts, for the messages and for the health of their endpoints.

    Shape: an endpoint of which something cannot be kept rests a while; what came of the others is kept all the same.
    Cost: 3 queries, 1 for each status of delivered messages and 1 for each failure.
    """
    try:
        _record(sent, now)
    except Exception:  # whatever one endpoint's answer breaks, the others are not to pay for it
        shares: dict[int, list[Sent]] = defaultdict(list)
        for one in sent:
            shares[one.delivery.endpoint_id].append(one)
        if len(shares) > 1:
            for share in shares.values():
                record(share, now)
            return
        log.exception("What came of messages cannot be kept; their endpoint rests: %s", list(shares))
        rest(shares, now)


def rest(endpoint_ids: Iterable[int], now: datetime) -> None:
    """Leave endpoints alone for a while, of which something broke that Keen does not know."""
    Endpoint.objects.filter(pk__in=list(endpoint_ids)).update(blocked_until=now + waits.PAUSES[-1])


def _record(sent: Sequence[Sent], now: datetime) -> None:
    ids = {one.delivery.endpoint_id for one in sent}
    with transaction.atomic():
        found = Endpoint.objects.select_for_update().filter(pk__in=ids).order_by("pk")
        touched = {row.pk: row for row in found}
        known = [one for one in sent if one.delivery.endpoint_id in touched]
        rows.write(Attempt, ATTEMPT, [_attempt(one) for one in known])
        _end(known, now)
        ended = {row: reason for row in touched.values() if (reason := _feel(row, known, now))}
        Endpoint.objects.bulk_update(touched.values(), HEALTH)
        for row, reason in ended.items():
            if row.state != State.OFF:
                switch_off(row, reason, now)


def _end(sent: Sequence[Sent], now: datetime) -> None:
    """The messages that arrived are done, the others are put off."""
    arrived: dict[int, list[Delivery]] = defaultdict(list)
    for one in sent:
        if one.answer.arrived:
            arrived[one.answer.status].append(one.delivery)
        else:
            _put_off(one, now)
    for status, delivered in arrived.items():
        done = {"outcome": Outcome.DELIVERED, "done_at": now, "last_status": status, "last_fault": ""}
        _mine(delivered).update(attempts=F("attempts") + 1, **done)


def _feel(row: Endpoint, sent: Sequence[Sent], now: datetime) -> str:
    """Why nothing is to be sent to the endpoint any more, after its health took in what was sent to it."""
    condition = row.health
    for one in sent:
        if one.delivery.endpoint_id == row.pk:
            most = timedelta(days=settings.KEEN.webhook_days)
            condition = health.after(condition, one.answer, now, chance=one.chance, most=most)
            row.last_fault, row.last_status = one.answer.fault, one.answer.status
    row.failures, row.failing_since = condition.failures, condition.failing_since
    row.blocked_until = condition.blocked_until
    row.last_success_at = condition.last_success_at or row.last_success_at
    return condition.ended


def _attempt(one: Sent) -> tuple[Any, ...]:
    answer = one.answer
    return (
        one.delivery.pk,
        one.delivery.attempts + 1,
        one.at,
        one.url,
        answer.status,
        str(answer.fault),
        answer.milliseconds,
        dict(one.request),
        answer.text,
    )


def _put_off(one: Sent, now: datetime) -> None:
    """The message is tried again, or given up after the last attempt and where Keen itself refuses to send there."""
    refused = one.answer.fault in health.REFUSED
    wait = None if refused else waits.next_attempt(one.delivery.attempts + 1, one.chance)
    ended = {"outcome": Outcome.FAILED, "done_at": now} if wait is None else {"due_at": now + wait}
    _mine([one.delivery]).update(
        attempts=F("attempts") + 1, last_status=one.answer.status, last_fault=one.answer.fault, **ended
    )


def send_test(*, actor: Actor, endpoint_id: int) -> tuple[Delivery, Receipt]:
    """The message that tries the endpoint out, due now.

    Raises: NotVisibleError; ForbiddenError; RuleError while the endpoint is off.
    """
    with transaction.atomic():
        endpoint = _for_sending(actor, endpoint_id)
        now = timezone.now()
        row = Delivery.objects.create(
            endpoint=endpoint, event_id=uuid4(), topic=topics.TEST, happened_at=now, due_at=now - AHEAD
        )
        Endpoint.objects.filter(pk=endpoint.pk).update(blocked_until=None)
        return row, _told(actor, endpoint, "tested", f"A test goes to {endpoint.name}.")


def send_again(*, actor: Actor, delivery_id: int) -> Receipt:
    """The receipt of sending one message again, with all its attempts before it. Its id stays the same.

    Raises: NotVisibleError; ForbiddenError; RuleError while the endpoint is off.
    """
    with transaction.atomic():
        row = Delivery.objects.filter(pk=delivery_id).first()
        if row is None:
            raise NotVisibleError
        endpoint = _for_sending(actor, row.endpoint_id)
        _make_due(endpoint, Delivery.objects.filter(pk=row.pk), timezone.now() - AHEAD)
        return _told(actor, endpoint, "sent again", f"The message goes to {endpoint.name} again.")


def send_failed_again(*, actor: Actor, endpoint_id: int, since: datetime | None = None) -> Receipt:
    """The receipt of sending all messages again that were given up, those that happened since then.

    Raises: NotVisibleError; ForbiddenError; RuleError while the endpoint is off.
    """
    with transaction.atomic():
        endpoint = _for_sending(actor, endpoint_id)
        failed = Delivery.objects.filter(endpoint=endpoint, outcome=Outcome.FAILED)
        if since:
            failed = failed.filter(happened_at__gte=since)
        count = _make_due(endpoint, failed, timezone.now())
        noun = "1 message goes" if count == 1 else f"{count:,} messages go"
        text = f"{noun} to {endpoint.name} again." if count else "There was nothing to send again."
        return _told(actor, endpoint, "sent again", text)


def _for_sending(actor: Actor, endpoint_id: int) -> Endpoint:
    require(actor)
    endpoint = endpoints.living().select_for_update().filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotVisibleError
    if endpoint.state == State.OFF:
        raise RuleError("off", f"{endpoint.name} is switched off. Switch it on first.")
    return endpoint


def _make_due(endpoint: Endpoint, chosen: QuerySet[Delivery], due_at: datetime) -> int:
    count = chosen.update(outcome=Outcome.WAITING, attempts=0, due_at=due_at, done_at=None)
    Endpoint.objects.filter(pk=endpoint.pk).update(blocked_until=None)
    return count


def _told(actor: Actor, endpoint: Endpoint, verb: str, text: str) -> Receipt:
    work = operations.start(actor=actor, verb=verb)
    link = Link(endpoint.name, endpoint.get_absolute_url())
    nothing = (
        "It is sent when the pause ends." if endpoint.state == State.PAUSED else "Its answer stands below."
    )
    return operations.finish(work, Receipt("saved", text, object=link, nothing_next=nothing), undoable=False)


def set_aside(before: datetime) -> int:
    """How many messages that waited since before then are given up: they can be sent again from the log.

    Shape: for a restored copy, which must not send again what was sent before.
    Cost: 1 query.
    """
    old = Delivery.objects.filter(outcome=Outcome.WAITING, happened_at__lt=before)
    return old.update(outcome=Outcome.FAILED, done_at=timezone.now())


def forget(now: datetime) -> int:
    """How many messages were removed: ended or not sent for longer than the log goes back, in short transactions.

    Shape: endpoints that were deleted as long ago go with theirs.
    Cost: 3 queries for each 1,000.
    """
    old = now - timedelta(days=settings.KEEN.webhook_log_days)
    removed = _remove(Delivery.objects.filter(done_at__lt=old))
    removed += _remove(Delivery.objects.filter(outcome=Outcome.WAITING, happened_at__lt=old))
    gone = list(Endpoint.objects.filter(deleted_at__lt=old).values_list("pk", flat=True))
    removed += _remove(Delivery.objects.filter(endpoint__in=gone))
    Endpoint.objects.filter(pk__in=gone).delete()
    return removed


def _remove(old: QuerySet[Delivery]) -> int:
    removed = 0
    while ids := list(old.order_by().values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            Attempt.objects.filter(delivery__in=ids).delete()
            removed += Delivery.objects.filter(pk__in=ids).delete()[0]
    return removed
