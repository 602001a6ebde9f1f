"""The sender: takes what is due, sends to many endpoints at once, and keeps what came of it.

The thread that runs it speaks to the database; the threads of the pool speak to the network. An endpoint has at most a
few messages on their way, and one in trouble a single one, so a dead host holds up nobody but itself. What is claimed
and not recorded, because the process died, is due again after the lease.
"""

import logging
import platform
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import SystemRandom

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from keen.core.jobs import stopping
from keen.integrations import sealing
from keen.integrations.actions import deliveries as log
from keen.integrations.actions import endpoints as administration
from keen.integrations.actions.deliveries import Sent
from keen.integrations.domain import health, places, signing
from keen.integrations.domain.health import Answer, Fault
from keen.integrations.models import Delivery, Endpoint, Outcome, State
from keen.integrations.outbound import Door, Outbound
from keen.integrations.queries import endpoints as known
from keen.integrations.queries.messages import Message, messages
from keen.lib.errors import RuleError

logs = logging.getLogger(__name__)
MOST_THREADS = known.MOST * health.MOST_AT_ONCE
STOCK = 100
FRESH = 20.0
BURST = 0.4
LOOK = 0.1
LOOK_AGAIN = 0.3
GATHER = 0.08
DRAIN = 8.0
AGENT = f"Keen-Webhooks/1 (Python {platform.python_version()})"
_chance = SystemRandom().random


def door() -> Door:
    """What the installation's settings let through."""
    return Door(settings.KEEN.webhook_allow_http, places.networks_of(settings.KEEN.webhook_networks))


@dataclass(frozen=True)
class _Ready:
    """A message with all that a thread needs to send it: no database is asked any more."""

    message: Message
    url: str
    secrets: tuple[str, ...]


class Sender:
    """Sends what waits, for a while."""

    def __init__(self, outbound: Outbound, clock: Callable[[], datetime] = timezone.now) -> None:
        self._outbound = outbound
        self._clock = clock
        self._pool = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="keen-webhook")
        self._stock: dict[int, deque[_Ready]] = {}
        self._stocked: dict[int, float] = {}
        self._under_way: dict[Future[list[Sent]], int] = {}
        self._looked: dict[int, float] = {}

    def run(self, seconds: float) -> int:
        """How many requests were made. Ends when nothing is due, the time is over or the worker stops."""
        made = 0
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end and not stopping():
                self._send()
                if not self._under_way:
                    break
                made += self._gather(LOOK)
            self._put_back_stock()
            last = time.monotonic() + (DRAIN if stopping() else self._longest())
            while self._under_way and time.monotonic() < last:
                made += self._gather(LOOK)
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
        return made

    def _longest(self) -> float:
        return self._outbound.deadline + 5

    def _send(self) -> None:
        """Hand to the pool what may be sent now."""
        found = known.living().filter(state=State.ACTIVE).select_related("owner")
        able = {row.pk: row for row in self._allowed(found)}
        stale = {pk for pk, moment in self._stocked.items() if moment + FRESH < time.monotonic()}
        for pk in set(self._stock) & (stale | (self._stock.keys() - able.keys())):
            self._return(pk)
        busy = Counter(self._under_way.values())
        room = {pk: self._room(row) for pk, row in able.items() if not self._stock.get(pk)}
        wanted = {pk: count - busy[pk] if count == 1 else count for pk, count in room.items()}
        self._take({pk: count for pk, count in wanted.items() if count > 0}, able)
        for pk, row in able.items():
            self._hand_out(pk, health.at_once(row.health) - busy[pk])

    def _allowed(self, found: Iterable[Endpoint]) -> Iterable[Endpoint]:
        """Those that may be sent to: not at rest, and with an owner who may have them."""
        now = self._clock()
        for row in found:
            if not known.may_own(row.owner):
                administration.stop(row.pk, "owner", now)
            elif row.blocked_until is None or row.blocked_until <= now:
                yield row

    def _room(self, row: Endpoint) -> int:
        """How many messages to claim: a stock where all goes well, else what is sent at once."""
        least = health.at_once(row.health)
        return STOCK if least > 1 else least

    def _take(self, room: dict[int, int], able: dict[int, Endpoint]) -> None:
        """Claim what is due; endpoints for which nothing was due just now are not asked again at once."""
        moment = time.monotonic()
        asked = {pk: count for pk, count in room.items() if self._looked.get(pk, 0) <= moment}
        taken: dict[int, list[Delivery]] = {}
        for delivery in log.claim(asked, self._clock()) if asked else ():
            taken.setdefault(delivery.endpoint_id, []).append(delivery)
        self._looked |= dict.fromkeys(asked.keys() - taken.keys(), moment + LOOK_AGAIN)
        for pk, rows in taken.items():
            said, hidden = messages(able[pk], rows)
            log.skip(hidden, self._clock())
            self._stock[pk], self._stocked[pk] = deque(self._prepared(able[pk], said)), moment

    def _prepared(self, row: Endpoint, said: list[Message]) -> list[_Ready]:
        try:
            secrets = [sealing.unseal(row.secret)]
            if row.old_secret and row.old_until and row.old_until > self._clock():
                secrets.append(sealing.unseal(row.old_secret))
        except RuleError:
            secrets = []
        return [_Ready(message, row.url, tuple(secrets)) for message in said]

    def _hand_out(self, pk: int, most: int) -> None:
        stock = self._stock.get(pk)
        for _ in range(min(most, len(stock or ()))):
            if stock:
                self._under_way[self._pool.submit(self._burst, stock)] = pk

    def _burst(self, stock: "deque[_Ready]") -> list[Sent]:
        """What one thread sent, one message after the other, until there is none, one failed or the moment is over."""
        sent: list[Sent] = []
        end = time.monotonic() + BURST
        while time.monotonic() < end and (not sent or sent[-1].answer.arrived):
            try:
                ready = stock.popleft()
            except IndexError:
                break
            sent.append(self._post(ready))
        return sent

    def _post(self, ready: _Ready) -> Sent:
        at = self._clock()
        delivery = ready.message.delivery
        told = signing.headers(ready.secrets, delivery.message_id, int(at.timestamp()), ready.message.body)
        headers = {"content-type": "application/json", "user-agent": AGENT, **told}
        answer = (
            self._outbound.post(ready.url, headers, ready.message.body)
            if ready.secrets
            else Answer(fault=Fault.SECRET)
        )
        if ready.message.told_all:
            answer = replace(answer, text="")  # it may repeat the record, which the log does not keep
        kept = {"headers": headers | {"webhook-signature": "not kept"}, "body": ready.message.kept}
        return Sent(delivery, ready.url, at, kept, answer, _chance())

    def _gather(self, seconds: float) -> int:
        """How many answers came and were kept. A moment more is waited for those that come at nearly the same time."""
        done, _ = wait(self._under_way, timeout=seconds, return_when=FIRST_COMPLETED)
        if not done:
            return 0
        time.sleep(GATHER)
        ended = {future: pk for future, pk in self._under_way.items() if future.done()}
        broken = {pk: error for future, pk in ended.items() if (error := future.exception())}
        for future in ended:
            del self._under_way[future]
        for pk, error in broken.items():
            logs.error("Sending to endpoint %s broke; it rests.", pk, exc_info=error)
            self._return(pk)
        if broken:
            log.rest(broken, self._clock())
        sent = [one for future in ended if not future.exception() for one in future.result()]
        if sent:
            log.record(sent, self._clock())
        for pk in {one.delivery.endpoint_id for one in sent if not one.answer.arrived}:
            self._return(pk)
        return len(sent)

    def _return(self, pk: int) -> None:
        """Give back what was claimed for an endpoint that is in trouble, at rest or gone, or too long ago."""
        stock = self._stock.pop(pk, deque())
        self._stocked.pop(pk, None)
        left: list[Delivery] = []
        while stock:
            with suppress(IndexError):  # a thread took the last one
                left.append(stock.popleft().message.delivery)
        log.release(left, self._clock())

    def _put_back_stock(self) -> None:
        for pk in list(self._stock):
            self._return(pk)


def next_due() -> datetime | None:
    """When the sender is needed next, None when nothing waits for an endpoint that is on.

    Cost: 1 query and 1 for each endpoint that is on.
    """
    moments = []
    for row in known.living().filter(state=State.ACTIVE):
        waiting = Delivery.objects.filter(endpoint=row, outcome=Outcome.WAITING)
        first = waiting.aggregate(at=Min("due_at"))["at"]
        if first is not None:
            moments.append(max(first, row.blocked_until) if row.blocked_until else first)
    return min(moments, default=None)
