"""The queue: what is promised about every task, in one process."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.core.domain.timings import Every
from keen.core.jobs import DEFAULT, policy_of
from keen.core.jobs.runs import run, run_ready
from keen.core.jobs.schedules import run_due
from keen.core.jobs.upkeep import forget_finished_tasks
from keen.core.models import ScheduleSlot, Team, Worker
from keen.core.queue import backend, claims
from keen.core.queue.claims import LostClaimError
from keen.core.wiring import Schedule, Wiring, rewired
from tests.factories import background
from tests.factories.background import order, runs

LEASE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    runs.clear()
    order.clear()
    with rewired(background.WIRING):
        yield


def worker() -> Any:
    return claims.register(host="test", pid=1, queue=DEFAULT)


def silence(worker_id: Any) -> None:
    Worker.objects.filter(pk=worker_id).update(seen_at=Now() - 2 * LEASE)


def task() -> DBTaskResult[Any, Any]:
    return DBTaskResult.objects.get()


def test_a_job_put_in_a_transaction_that_is_rolled_back_leaves_nothing(transactional_db: None) -> None:
    with transaction.atomic():
        background.remember.enqueue("never")
        transaction.set_rollback(True)

    assert (run_ready(), order, DBTaskResult.objects.count()) == (0, [], 0)


def test_a_job_that_fails_twice_and_then_succeeds_had_three_attempts(db: None) -> None:
    background.succeed_at.enqueue(3)

    run_ready()

    assert (task().status, len(task().worker_ids), task().return_value) == ("SUCCESSFUL", 3, 3)


def test_a_job_that_keeps_failing_ends_as_a_dead_letter_that_names_its_error(db: None) -> None:
    background.fail_always.enqueue("the mail server is gone")

    run_ready()

    assert (task().status, runs["fail_always"]) == ("FAILED", 3)
    assert task().exception_class_path == "builtins.ValueError"
    assert task().traceback.rstrip().endswith("ValueError: the mail server is gone")


def test_an_error_that_says_it_is_permanent_is_not_tried_again(db: None) -> None:
    background.fail_for_good.enqueue()

    run_ready()

    assert (task().status, runs["fail_for_good"]) == ("FAILED", 1)


def test_a_retry_waits_longer_each_time(db: None) -> None:
    background.fail_always.enqueue()
    policy = policy_of("keen.somewhere.unknown")

    held = claims.claim(worker(), DEFAULT)
    due = claims.fail(held, ValueError("no"), policy, permanent=False) if held else None

    assert due is not None
    assert timedelta(seconds=2) < due - timezone.now() < timedelta(seconds=8)
    assert run_ready() == 0


def test_writes_of_an_atomic_job_that_fails_do_not_stay(db: None) -> None:
    background.found_team.enqueue("Night shift", fails=True)
    background.found_team.enqueue("Day shift")

    run_ready()

    assert list(Team.objects.values_list("name", flat=True)) == ["Day shift"]


def test_a_job_that_puts_itself_back_does_not_lose_an_attempt(db: None) -> None:
    background.pause_once.enqueue()

    run_ready()

    assert (task().status, runs["pause_once"], len(task().worker_ids)) == ("SUCCESSFUL", 2, 1)


def test_an_answer_that_is_no_json_is_a_failure_and_not_a_lost_task(db: None) -> None:
    background.answer_with_a_set.enqueue()

    run_ready()

    assert (task().status, task().exception_class_path) == ("READY", "builtins.TypeError")


def test_a_task_of_a_function_that_does_not_exist_yet_is_tried_again_later(db: None) -> None:
    backend.add("keen.core.jobs.upkeep.of_next_year", [{}])

    run_ready()

    assert (task().status, task().exception_class_path) == ("READY", "builtins.ImportError")


def test_tasks_run_by_priority_and_then_in_the_order_they_came(db: None) -> None:
    background.remember.enqueue("first")
    background.remember.enqueue("second")
    background.remember_first.enqueue("urgent")

    run_ready()

    assert order == ["urgent", "first", "second"]


def test_the_task_of_a_silent_worker_is_given_to_another(db: None) -> None:
    background.remember.enqueue("once")
    dead = worker()
    claims.claim(dead, DEFAULT)
    silence(dead)

    returned = claims.reap(LEASE, max_attempts=8)
    run_ready()

    assert (len(returned), order, task().status, len(task().worker_ids)) == (1, ["once"], "SUCCESSFUL", 2)


def test_a_worker_heard_of_within_the_lease_keeps_its_task(db: None) -> None:
    background.remember.enqueue("mine")
    claims.claim(worker(), DEFAULT)

    assert (claims.reap(LEASE, max_attempts=8), task().status) == ([], "RUNNING")


def test_a_worker_that_was_given_up_on_can_neither_finish_nor_fail_nor_return_its_task(db: None) -> None:
    background.remember.enqueue("whose")
    zombie, heir = worker(), worker()
    lost = claims.claim(zombie, DEFAULT)
    silence(zombie)
    claims.reap(LEASE, max_attempts=8)
    held = claims.claim(heir, DEFAULT)
    assert lost
    assert held
    policy = policy_of(lost.path)

    for end in (
        lambda: claims.finish(lost, None, policy),
        lambda: claims.fail(lost, ValueError(), policy, permanent=True),
        lambda: claims.put_back(lost),
    ):
        with pytest.raises(LostClaimError), transaction.atomic():
            end()

    assert (task().status, task().worker_ids) == ("RUNNING", [str(zombie), str(heir)])


def test_what_a_given_up_worker_wrote_in_an_atomic_job_does_not_stay(transactional_db: None) -> None:
    background.found_team.enqueue("Twice")
    zombie = worker()
    lost = claims.claim(zombie, DEFAULT)
    silence(zombie)
    claims.reap(LEASE, max_attempts=8)
    assert lost

    with pytest.raises(LostClaimError):
        run(lost)
    before = Team.objects.count()
    run_ready()

    assert (before, Team.objects.count()) == (0, 1)


def test_a_task_that_kills_its_workers_again_and_again_becomes_a_dead_letter(db: None) -> None:
    background.remember.enqueue("poison")

    for _death in range(3):
        dying = worker()
        claims.claim(dying, DEFAULT)
        silence(dying)
        claims.reap(LEASE, max_attempts=3)

    assert (task().status, order) == ("FAILED", [])
    assert task().traceback == "The worker stopped while it ran this task, 3 times."


def test_an_unregistered_worker_gets_no_task(transactional_db: None) -> None:
    background.remember.enqueue("mine")

    with pytest.raises(LostClaimError):
        claims.claim(uuid4(), DEFAULT)

    assert task().status == "READY"


def test_many_threads_run_each_task_exactly_once(transactional_db: None) -> None:
    for number in range(40):
        background.remember.enqueue(str(number))
    go = Event()

    def work() -> None:
        go.wait()
        run_ready()
        connection.close()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    go.set()
    for thread in threads:
        thread.join()

    assert sorted(order, key=int) == [str(number) for number in range(40)]


NINE = datetime(2026, 11, 2, 9, 0, 1, tzinfo=UTC)


def hourly() -> Wiring:
    return Wiring(
        schedules=[Schedule("hourly", background.remember, Every(timedelta(hours=1)), {"what": "tick"})]
    )


def test_a_schedule_runs_once_in_its_slot_however_many_ask(db: None) -> None:
    with rewired(hourly()):
        started = [run_due(NINE + timedelta(minutes=minute)) for minute in (0, 58, 60, 60, 61)]

    assert started == [[], [], ["hourly"], [], []]
    assert ScheduleSlot.objects.get().next_run_at == datetime(2026, 11, 2, 11, tzinfo=UTC)


def test_slots_missed_while_nobody_worked_are_made_up_for_once(db: None) -> None:
    with rewired(hourly()):
        run_due(NINE)
        run_due(NINE + timedelta(days=3))
        run_due(NINE + timedelta(days=3, minutes=1))
    run_ready()

    assert order == ["tick"]


def test_a_schedule_does_not_start_while_its_last_run_is_not_over(db: None) -> None:
    with rewired(hourly()):
        started = [run_due(NINE + timedelta(hours=hour)) for hour in range(3)]
        run_ready()
        started.append(run_due(NINE + timedelta(hours=3)))

    assert started == [[], ["hourly"], [], ["hourly"]]


def test_a_schedule_that_is_declared_to_run_more_often_does_so_at_once(db: None) -> None:
    with rewired(hourly()):
        run_due(NINE)
    with rewired(
        Wiring(schedules=[Schedule("hourly", background.remember, Every(timedelta(minutes=5)), {})])
    ):
        run_due(NINE)

    assert ScheduleSlot.objects.get().next_run_at == datetime(2026, 11, 2, 9, 5, tzinfo=UTC)


def test_a_schedule_keeps_its_last_run_alone_and_its_failures(db: None) -> None:
    wiring = Wiring(
        schedules=[Schedule("often", background.succeed_at, Every(timedelta(hours=1)), {"attempt": 4})]
    )
    with rewired(wiring):
        for hour in range(5):
            run_due(NINE + timedelta(hours=hour))
            run_ready()

    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "SUCCESSFUL"]


def test_a_worker_whose_clock_is_behind_does_not_repeat_the_slot_that_just_ran(db: None) -> None:
    with rewired(hourly()):
        run_due(NINE)
        started = [run_due(NINE.replace(hour=10, second=0) - timedelta(seconds=late)) for late in (0, 10, 5)]
        run_ready()
        started.append(run_due(NINE.replace(hour=10)))

    assert started == [["hourly"], [], [], []]


def test_finished_tasks_are_forgotten_after_a_week_and_dead_letters_are_not(db: None) -> None:
    background.remember.enqueue("done")
    background.fail_for_good.enqueue()
    run_ready()
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=8))

    removed = forget_finished_tasks.call()

    assert (removed, task().status) == (1, "FAILED")


@pytest.mark.parametrize("crowd", [claims.LOOK_AHEAD + 1, 3])
def test_the_most_urgent_task_comes_first_in_a_short_queue_and_in_a_long_one(db: None, crowd: int) -> None:
    backend.add(background.remember.module_path, ({"what": "common"} for _ in range(crowd)))
    background.remember_first.enqueue("urgent")

    run_ready(most=2)

    assert order == ["urgent", "common"]


def test_tasks_that_wait_for_later_do_not_make_looking_for_due_ones_slow(db: None) -> None:
    due = DBTaskResult.objects.filter(status="READY", queue_name=DEFAULT, run_after__lte=timezone.now())
    backend.add(
        background.remember.module_path,
        ({"what": "later"} for _ in range(3000)),
        due=timezone.now() + timedelta(hours=1),
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE django_tasks_database_dbtaskresult")

    plan = due.order_by("run_after").values_list("pk")[: claims.LOOK_AHEAD].explain()

    assert "core_tasks_due" in plan
    assert claims.claim(worker(), DEFAULT) is None
