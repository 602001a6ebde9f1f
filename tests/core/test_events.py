"""Telling others what happened: in the transaction, at least once, each handler for itself."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from keen.core import events
from keen.core.events import Event, event_called, publish, publish_many
from keen.core.jobs import delivery
from keen.core.jobs.runs import run_ready
from keen.core.models import Team
from keen.core.wiring import Wiring, rewired
from tests.factories import background
from tests.factories.background import Happened, HappenedLoudly, Sold, order, runs


@pytest.fixture(autouse=True)
def _fresh() -> None:
    runs.clear()
    order.clear()


def listening(*handlers: Any) -> Any:
    return rewired(Wiring(handlers=handlers))


def work_off() -> None:
    """Runs all deliveries, also those that wait for their next attempt."""
    from django.utils import timezone

    while run_ready() or DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now()):
        pass


def test_an_event_cannot_be_published_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        publish(Happened())


def test_a_change_that_is_rolled_back_tells_nobody(transactional_db: None) -> None:
    with listening((Happened, background.hear)):
        with transaction.atomic():
            publish(Happened())
            transaction.set_rollback(True)

        assert (run_ready(), order) == (0, [])


def test_an_event_that_nobody_listens_to_costs_nothing(db: None, django_assert_num_queries: Any) -> None:
    with listening((Sold, background.hear)), django_assert_num_queries(0):
        publish_many(Happened(number=number) for number in range(1000))


def test_an_event_reaches_its_handlers_and_those_of_the_classes_it_is_made_from(db: None) -> None:
    with listening((Happened, background.hear), (Event, background.hear_anything), (Sold, background.hear)):
        publish(HappenedLoudly(number=7))
        run_ready()

    assert (order, dict(runs)) == ([7], {"tests.happened_loudly": 1})


def test_a_delivery_that_succeeded_leaves_nothing_behind(db: None) -> None:
    with listening((Happened, background.hear)):
        publish(Happened(number=1))
        before = DBTaskResult.objects.count()
        run_ready()

    assert (before, DBTaskResult.objects.count()) == (1, 0)


def test_a_handler_that_fails_does_not_keep_the_others_from_hearing(db: None) -> None:
    with listening((Happened, background.found_team_of), (Happened, background.hear)):
        publish(Happened(number=1))
        run_ready()

        assert (order, Team.objects.count()) == ([1], 0)


def test_the_writes_of_a_handler_that_had_to_try_twice_are_there_once(db: None) -> None:
    with listening((Happened, background.found_team_of)):
        publish(Happened(number=1))
        work_off()

    assert (runs["team 1"], Team.objects.count()) == (2, 1)


def test_many_events_travel_a_hundred_together_and_in_order(db: None) -> None:
    with listening((Happened, background.hear)):
        publish_many(Happened(number=number) for number in range(250))
        tasks = DBTaskResult.objects.count()
        run_ready()

    assert (tasks, order) == (3, list(range(250)))


def test_one_bad_event_among_many_ends_alone_as_a_dead_letter(db: None) -> None:
    with listening((Happened, background.found_team_of)):
        publish_many(Happened(number=number) for number in range(10, 20))
        work_off()

    dead = DBTaskResult.objects.get()
    assert (dead.status, dead.args_kwargs["kwargs"]["told"][0]["number"]) == ("FAILED", 13)
    assert sorted(Team.objects.values_list("name", flat=True)) == [
        f"Team of {n}" for n in range(10, 20) if n != 13
    ]


def test_a_handler_that_takes_long_runs_outside_a_transaction(db: None) -> None:
    with listening((Happened, background.hear_outside)):
        publish(Happened(number=3))
        path = DBTaskResult.objects.get().task_path
        run_ready()

    assert (path, order) == (events.DELIVER_AS_IT_GOES, [("outside", 3)])


def test_what_is_stored_in_the_queue_can_call_wired_handlers_alone(db: None) -> None:
    with listening((Happened, background.hear)), pytest.raises(LookupError):
        delivery.deliver.call(handler="os.abort", event="tests.happened", told=[])


def test_the_names_of_the_delivery_tasks_are_those_that_publish_writes() -> None:
    assert delivery.deliver.module_path == events.DELIVER
    assert delivery.deliver_as_it_goes.module_path == events.DELIVER_AS_IT_GOES


def test_an_event_without_a_name_cannot_be_published(db: None) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Nameless(Event):
        pass

    with pytest.raises(TypeError, match="needs a name"):
        publish(Nameless())


def test_two_events_cannot_have_one_name() -> None:
    with pytest.raises(TypeError, match=r"tests\.happened"):

        class Impostor(Event):
            name = "tests.happened"


@given(st.dates(), st.decimals(allow_nan=False, allow_infinity=False), st.lists(st.text()))
def test_an_event_comes_back_from_the_queue_as_it_went_in(
    on: date, amount: Decimal, items: list[str]
) -> None:
    event = Sold(on=on, amount=amount, items=tuple(items), actor_id=4)

    assert event_called("tests.sold").from_json(event.to_json()) == event


def test_an_event_written_by_a_newer_version_can_be_read() -> None:
    data = {"event_id": str(UUID(int=1)), "at": "2026-11-02T09:00:00Z", "number": 2, "since_next_year": True}

    event = Happened.from_json(data)

    assert (event.number, event.at, event.actor_id) == (2, datetime(2026, 11, 2, 9, tzinfo=UTC), None)
