"""What the clock sets off."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.processes.actions import clock
from keen.processes.domain.rules import Do, Step, When
from keen.processes.models import Automation, Run, State
from tests.factories.activities import make_activity
from tests.factories.processes import act, make_automation, runs
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.django_db


def closing(user: Any, days: int, **fields: Any) -> Any:
    on = timezone.localdate() + timedelta(days=days)
    return make_opportunity(actor=user.actor(), owner=user, team=user.team, close_date=on, **fields)


def test_a_date_that_comes_near_sets_it_off_once_and_again_when_it_moves(admin: Any, rep: Any) -> None:
    row = make_automation(admin, When.DATE, field="close_date", days=-7)
    due = closing(rep, 7)
    closing(rep, 12)
    closing(rep, 3)
    for _ in range(2):
        clock.look(timezone.now())
    assert [run.record_id for run in runs(row)] == [due.pk]

    due.close_date += timedelta(days=1)
    due.save()
    clock.look(timezone.now() + timedelta(days=1))
    assert [run.record_id for run in runs(row)][-1] == due.pk
    assert Run.objects.filter(record_id=due.pk).count() == 2


def test_what_was_due_while_nothing_ran_is_made_up_for_but_not_the_time_before_it_was_on(
    admin: Any, rep: Any
) -> None:
    row = make_automation(admin, When.DATE, field="close_date", days=1)
    yesterday, _older = closing(rep, -2), closing(rep, -20)
    clock.look(timezone.now())
    assert [run.record_id for run in runs(row)] == [yesterday.pk]

    fresh = make_automation(admin, When.DATE, field="close_date", days=1)
    Automation.objects.filter(pk=fresh.pk).update(state_at=timezone.now())
    clock.look(timezone.now())
    assert runs(fresh) == []


def test_an_overdue_task_sets_it_off_and_a_done_one_does_not(admin: Any, rep: Any) -> None:
    row = make_automation(
        admin, When.OVERDUE, kind="activity", steps=(Step(Do.EMAIL, line="Late", body="Look"),)
    )
    yesterday = timezone.localdate() - timedelta(days=1)
    late = make_activity(rep, plan_on=yesterday)
    make_activity(rep, plan_on=yesterday, done=True)
    make_activity(rep, plan_on=timezone.localdate())
    broken = make_activity(rep, due_at=timezone.now() - timedelta(minutes=3))
    clock.look(timezone.now())
    clock.look(timezone.now() + timedelta(minutes=5))
    assert [run.record_id for run in runs(row)] == [late.pk, broken.pk]


def test_every_day_it_takes_each_record_that_meets_the_conditions_once_in_so_many_days(
    admin: Any, rep: Any
) -> None:
    row = make_automation(admin, When.DAILY, conditions="amount.min=5000", again=7)
    big = closing(rep, 30, amount=9_000)
    closing(rep, 30, amount=100)
    now = timezone.now()
    counts = []
    for day in (0, 1, 6, 7, 8):
        clock.look_daily(now + timedelta(days=day))
        # As if it had been noted on that day.
        Run.objects.filter(outcome="waiting").update(outcome="done", done_at=now + timedelta(days=day))
        counts.append(Run.objects.count())
    assert counts == [1, 1, 1, 2, 2]
    assert {run.record_id for run in runs(row)} == {big.pk}


def test_a_condition_that_is_gone_stops_it_instead_of_doing_nothing_unnoticed(admin: Any) -> None:
    row = make_automation(admin, When.DAILY, conditions="amount.min=5000")
    Automation.objects.filter(pk=row.pk).update(conditions="x_gone.filled=1")
    assert clock.look_daily(timezone.now()) == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.STOPPED, "condition")


def test_old_runs_are_forgotten_and_what_waits_is_not(admin: Any, rep: Any) -> None:
    make_automation(admin)
    closing(rep, 1)
    act()
    closing(rep, 1)
    old = timezone.now() - clock.KEPT - timedelta(days=1)
    Run.objects.filter(outcome="done").update(done_at=old)
    from keen.core.jobs.runs import run_ready

    assert clock.forget(timezone.now()) == 1
    run_ready()
    assert Run.objects.count() == 1
