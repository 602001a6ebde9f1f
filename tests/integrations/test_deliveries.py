"""Messages under load and in trouble: nothing is lost, nobody waits for somebody else's dead host."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.integrations.actions import deliveries
from keen.integrations.domain import waits
from keen.integrations.jobs import forget_old_webhooks, wake, wake_late_webhooks
from keen.integrations.models import Attempt, Delivery, Endpoint, State
from keen.integrations.outbound import Door, Outbound
from keen.integrations.sending import Sender, next_due
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from tests.factories.integrations import (
    LOOPBACK,
    Receiver,
    loopback_allowed,
    make_due,
    make_endpoint,
    make_waiting,
    receiver,
    work_off,
)
from tests.factories.records import browser, create

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    server = socket.create_server(("127.0.0.1", 0), backlog=512)
    kept: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                kept.append(server.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    server.close()
    for taken in kept:
        taken.close()


def send(seconds: float = 20, door: Door = LOOPBACK) -> int:
    outbound = Outbound(door)
    try:
        return Sender(outbound).run(seconds)
    finally:
        outbound.close()


def test_an_event_that_is_told_twice_makes_one_message(admin: Any, heard: Receiver) -> None:
    from django.db import transaction

    from keen.integrations.handlers import tell_webhooks
    from keen.records.events import RecordCreated

    make_endpoint(admin, heard.url)
    event = RecordCreated(kind="contact", record_id=1)
    with transaction.atomic():
        tell_webhooks([event])
        tell_webhooks([event])

    assert Delivery.objects.get().event_id == event.event_id


def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(admin: Any, heard: Receiver) -> None:
    row, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 5)
    now = timezone.now()

    first = deliveries.claim({row.pk: 3}, now)
    second = deliveries.claim({row.pk: 3}, now)
    third = deliveries.claim({row.pk: 9}, now)
    late = deliveries.claim({row.pk: 9}, now + deliveries.LEASE)

    assert [len(claimed) for claimed in (first, second, third, late)] == [3, 2, 0, 5]
    assert {one.pk for one in first} & {one.pk for one in second} == set()


def test_an_answer_that_comes_after_the_message_was_ended_changes_nothing(
    admin: Any, heard: Receiver
) -> None:
    """The lease was over, another sender delivered it, and the slow one brings a failure."""
    from keen.integrations.actions.deliveries import Sent
    from keen.integrations.domain.health import Answer, Fault

    row, _ = make_endpoint(admin, heard.url)
    (delivery,) = make_waiting(row, 1)
    send()
    deliveries.record(
        [Sent(delivery, heard.url, timezone.now(), {}, Answer(fault=Fault.TIMEOUT), 0)], timezone.now()
    )

    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.attempts) == ("delivered", 1)


def test_what_one_endpoint_breaks_is_not_paid_for_by_the_others(admin: Any, heard: Receiver) -> None:
    """What is kept of the request cannot be written down for one of three; the other two are recorded."""
    from keen.integrations.actions.deliveries import Sent
    from keen.integrations.domain.health import Answer

    now, answer = timezone.now(), Answer(204)
    waiting = [make_waiting(make_endpoint(admin, heard.url)[0], 1)[0] for _ in range(3)]
    kept: list[dict[str, Any]] = [{}, {"odd": object()}, {}]
    deliveries.record(
        [Sent(one, heard.url, now, request, answer, 0) for one, request in zip(waiting, kept, strict=True)],
        now,
    )

    for delivery in waiting:
        delivery.refresh_from_db()
    assert [one.outcome for one in waiting] == ["delivered", "waiting", "delivered"]
    rests = [one.endpoint.blocked_until for one in waiting]
    assert (rests[0], rests[1], rests[2]) == (None, now + waits.PAUSES[-1], None)


class _Odd(Outbound):
    """Breaks at one address in a way that nobody foresaw."""

    def post(self, url: str, headers: Any, body: bytes) -> Any:
        if url.endswith("/odd"):
            raise ArithmeticError("nobody foresaw this")
        return super().post(url, headers, body)


def test_a_thread_that_breaks_ends_nobody_elses_messages(admin: Any, heard: Receiver) -> None:
    odd, _ = make_endpoint(admin, f"{heard.url}/odd")
    good, _ = make_endpoint(admin, heard.url)
    (lost,), kept = make_waiting(odd, 1), make_waiting(good, 3)
    outbound = _Odd(LOOPBACK)
    Sender(outbound).run(20)
    outbound.close()

    odd.refresh_from_db()
    assert Delivery.objects.filter(pk__in=[row.pk for row in kept], outcome="delivered").count() == 3
    assert Delivery.objects.get(pk=lost.pk).outcome == "waiting"
    assert odd.blocked_until is not None


def test_after_the_last_attempt_a_message_is_given_up_and_can_be_sent_again(
    admin: Any, heard: Receiver
) -> None:
    heard.reply = (500, {}, b"no")
    row, _ = make_endpoint(admin, heard.url)
    (delivery,) = make_waiting(row, 1)
    for _ in waits.ATTEMPTS:
        make_due()
        send()
    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.attempts, len(heard.heard)) == ("failed", 10, 10)
    make_due()
    assert send() == 0

    heard.reply = (200, {}, b"")
    deliveries.send_again(actor=admin.actor(), delivery_id=delivery.pk)
    send()
    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.attempts, delivery.tries.count()) == ("delivered", 1, 11)
    assert len({one.headers["webhook-id"] for one in heard.heard}) == 1


def test_all_that_were_given_up_since_then_are_sent_again(admin: Any, heard: Receiver) -> None:
    row, _ = make_endpoint(admin, heard.url)
    now = timezone.now()
    make_waiting(row, 3, outcome="failed", done_at=now)
    old = make_waiting(row, 2, outcome="failed", done_at=now)
    Delivery.objects.filter(pk__in=[one.pk for one in old]).update(happened_at=now - timedelta(days=2))

    receipt = deliveries.send_failed_again(
        actor=admin.actor(), endpoint_id=row.pk, since=now - timedelta(days=1)
    )
    send()
    assert receipt.text.startswith("3 messages go")
    assert len(heard.heard) == 3
    deliveries.send_failed_again(actor=admin.actor(), endpoint_id=row.pk)
    send()
    assert len(heard.heard) == 5


def test_sending_again_needs_the_power_and_a_webhook_that_is_on(
    admin: Any, owner: Any, heard: Receiver
) -> None:
    row, _ = make_endpoint(admin, heard.url)
    (delivery,) = make_waiting(row, 1)
    for act in (
        lambda actor: deliveries.send_test(actor=actor, endpoint_id=row.pk),
        lambda actor: deliveries.send_again(actor=actor, delivery_id=delivery.pk),
        lambda actor: deliveries.send_failed_again(actor=actor, endpoint_id=row.pk),
    ):
        with pytest.raises(ForbiddenError):
            act(owner.actor())
        Endpoint.objects.update(state=State.OFF)
        with pytest.raises(RuleError, match="Switch it on"):
            act(admin.actor())
        Endpoint.objects.update(state=State.ACTIVE)
    with pytest.raises(NotVisibleError):
        deliveries.send_again(actor=admin.actor(), delivery_id=0)


def test_a_busy_server_gets_the_patience_it_asks_for(admin: Any, heard: Receiver) -> None:
    heard.replies = [(429, {"Retry-After": "120"}, b"")]
    row, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 3)
    send()

    row.refresh_from_db()
    assert len(heard.heard) == 1
    assert timedelta(seconds=110) < row.blocked_until - timezone.now() <= timedelta(seconds=120)
    assert next_due() == row.blocked_until
    assert send() == 0


def test_an_endpoint_that_recovers_gets_all_that_waited(admin: Any, heard: Receiver) -> None:
    heard.reply = (500, {}, b"")
    row, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 60)
    send()
    assert len(heard.heard) == waits.TRUSTED_FAILURES
    row.refresh_from_db()
    assert row.blocked_until > timezone.now()

    heard.reply = (200, {}, b"")
    make_due()
    send()
    assert Delivery.objects.filter(outcome="delivered").count() == 60
    row.refresh_from_db()
    assert (row.failures, row.failing_since, row.blocked_until) == (0, None, None)


@pytest.mark.parametrize("waiting", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_a_dead_host_with_thousands_waiting_delays_nobody(
    admin: Any, heard: Receiver, black_hole: str, waiting: int
) -> None:
    """From the change to the receiver in less than 5 seconds, with many hosts hanging at the same time."""
    dead = [
        make_endpoint(admin, black_hole, "account.created", last_success_at=timezone.now())[0]
        for _ in range(5)
    ]
    make_waiting(dead[0], waiting)
    for row in dead[1:]:
        make_waiting(row, 100)
    make_endpoint(admin, heard.url, "contact.created")
    sending = threading.Thread(target=in_thread, args=(6,))
    sending.start()
    time.sleep(1)  # by now all of them hang

    waited = []
    for number in range(5):
        began = time.monotonic()
        create(admin, last_name=f"Person {number}")
        work_off_events()
        heard.wait_for(number + 1, 5)
        waited.append(time.monotonic() - began)
    sending.join()

    assert max(waited) < 5
    assert Delivery.objects.filter(endpoint=dead[0], outcome="waiting").count() == waiting
    assert Attempt.objects.filter(delivery__endpoint=dead[0]).count() < 20


def in_thread(seconds: float) -> None:
    """With a deadline that is longer than anybody may wait."""
    from django.db import connection

    send(seconds, replace(LOOPBACK, deadline=6))
    connection.close()


def work_off_events() -> None:
    """Tells the handlers; the sender runs beside."""
    from keen.core.jobs.runs import run
    from keen.core.queue import claims

    worker = claims.register(host="here", pid=0, queue="default")
    while claim := claims.claim(worker, "default"):
        run(claim)
    claims.leave(worker)


def test_the_sender_comes_back_when_the_next_message_is_due(admin: Any, heard: Receiver) -> None:
    heard.reply = (500, {}, b"")
    row, _ = make_endpoint(admin, heard.url)
    (delivery,) = make_waiting(row, 1)
    wake()
    work_off()

    delivery.refresh_from_db()
    task = DBTaskResult.objects.get(task_path__endswith="send_webhooks")
    assert task.run_after == delivery.due_at
    wake(delivery.due_at + timedelta(seconds=1))
    assert DBTaskResult.objects.filter(task_path__endswith="send_webhooks").count() == 1
    wake()
    assert DBTaskResult.objects.filter(task_path__endswith="send_webhooks").count() == 2


def test_a_sender_that_was_lost_is_woken(admin: Any, heard: Receiver) -> None:
    row, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 1)
    wake_late_webhooks.enqueue()
    work_off()

    assert len(heard.heard) == 1


def test_what_ended_long_ago_is_forgotten(admin: Any, heard: Receiver, settings: Any) -> None:
    row, _ = make_endpoint(admin, heard.url)
    gone, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 4)
    send()
    old = timezone.now() - timedelta(days=settings.KEEN.webhook_log_days, seconds=1)
    Delivery.objects.filter(pk__in=Delivery.objects.values("pk")[:3]).update(done_at=old)
    Endpoint.objects.filter(pk=gone.pk).update(deleted_at=old)
    make_waiting(gone, 2)
    make_waiting(row, 1, happened_at=old)
    young = make_waiting(row, 1, due_at=timezone.now() + timedelta(days=1))
    forget_old_webhooks.enqueue()
    work_off()

    assert set(Delivery.objects.exclude(outcome="delivered")) == set(young)
    assert (Delivery.objects.count(), Attempt.objects.count()) == (2, 1)
    assert list(Endpoint.objects.all()) == [row]


@pytest.mark.parametrize("discard", [True, False])
def test_a_restored_copy_sends_again_only_when_it_is_told_to(
    admin: Any, heard: Receiver, discard: bool
) -> None:
    from keen.core.actions import keeping

    row, _ = make_endpoint(admin, heard.url)
    (old,) = make_waiting(row, 1, happened_at=timezone.now() - timedelta(hours=1))
    keeping.hold(file="keen.zip", made_at=timezone.now())
    (new,) = make_waiting(row, 1)
    wake()
    work_off()
    assert heard.heard == []  # while it rests

    browser(admin).post("/settings/jobs/resume/", {"discard": "1"} if discard else {})
    wake()
    work_off()
    arrived = {one.headers["webhook-id"] for one in heard.heard}
    assert arrived == ({new.message_id} if discard else {old.message_id, new.message_id})
    deliveries.send_failed_again(actor=admin.actor(), endpoint_id=row.pk)
    wake()
    work_off()
    assert len(heard.heard) == 2


def test_a_test_goes_ahead_of_all_that_waits(admin: Any, heard: Receiver) -> None:
    heard.reply = (500, {}, b"")
    row, _ = make_endpoint(admin, heard.url, failures=9, failing_since=timezone.now())
    make_waiting(row, 30)
    test, _ = deliveries.send_test(actor=admin.actor(), endpoint_id=row.pk)
    send()

    assert [one.headers["webhook-id"] for one in heard.heard] == [test.message_id]


def test_a_healthy_endpoint_gets_a_few_at_the_same_time_and_a_doubtful_one_by_one(admin: Any) -> None:
    with loopback_allowed(), receiver(slow=0.1) as slow:
        row, _ = make_endpoint(admin, slow.url, last_success_at=timezone.now())
        make_waiting(row, 40)
        began = time.monotonic()
        send()
        assert time.monotonic() - began < 3
        assert len(slow.heard) == 40


def test_a_body_that_is_too_long_leaves_the_record_out(admin: Any, heard: Receiver) -> None:
    from keen.people.records import ACCOUNT

    make_endpoint(admin, heard.url, "account.created", with_record=True)
    create(admin, ACCOUNT, name="Vela Foods", description="ä" * 19_000)
    work_off()

    (one,) = heard.heard
    assert len(one.body) < 20_000
    assert (one.told["data"]["record"], one.told["data"]["left_out"]) == (None, "record")
