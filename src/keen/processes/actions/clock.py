"""What the clock sets off: dates that come near or pass, what is overdue, and what is looked at every day."""

from datetime import datetime, timedelta

from django.utils import timezone

from keen.lib.errors import RuleError
from keen.processes.actions.automations import stop
from keen.processes.actions.noting import add, waiting
from keen.processes.actions.running import actor_of
from keen.processes.domain.guard import MOST_A_DAY
from keen.processes.domain.rules import Trigger, When
from keen.processes.models import Automation, Outcome, Run, State, waiting_for
from keen.processes.queries.due import due_between, meeting_today
from keen.records import declare

CATCH_UP = timedelta(days=2)
"""How far back a look reaches: what was due while nothing ran is made up for, the past before that is not."""
KEPT = timedelta(days=100)
"""How long runs stay in the log: longer than the 90 days over which use is judged."""


def look(now: datetime) -> int:
    """How many runs wait now because a date came near or passed.

    Cost: none where no automation waits for a date, else 3 queries for each.
    """
    return sum(
        _look(_row(pk), trigger, now)
        for pk, trigger in waiting_for()
        if trigger.when in {When.DATE, When.OVERDUE}
    )


def _row(automation_id: int) -> Automation:
    return Automation.objects.select_related("owner").get(pk=automation_id)


def _look(automation: Automation, trigger: Trigger, now: datetime) -> int:
    if automation.state != State.ON or not automation.owner.is_active:
        return 0
    record_type, actor = declare.get(trigger.kind), actor_of(automation)
    since = max(automation.state_at, now - CATCH_UP)
    rows = due_between(record_type, actor, trigger, since, now)
    return add(
        [
            waiting(
                automation.pk,
                key=f"{trigger.when}:{pk}:{stamp}",
                record=(trigger.kind, pk),
                at=(now, now),
            )
            for pk, stamp in rows
        ]
    )


def look_daily(now: datetime) -> int:
    """How many runs wait now because records meet the conditions of automations that look every day.

    Shape: the same record comes again after the days that the automation says, while it meets the conditions.
    Cost: none where no automation looks every day, else 4 queries for each.
    """
    return sum(
        _look_daily(_row(pk), trigger, now) for pk, trigger in waiting_for() if trigger.when is When.DAILY
    )


def _look_daily(automation: Automation, trigger: Trigger, now: datetime) -> int:
    if automation.state != State.ON or not automation.owner.is_active:
        return 0
    actor, record_type = actor_of(automation), declare.get(trigger.kind)
    try:
        ids = meeting_today(record_type, actor, automation.conditions)
    except RuleError:
        stop(automation, "condition", now)
        return 0
    since = now - timedelta(days=trigger.again) + timedelta(hours=12)
    lately = Run.objects.filter(automation=automation, happened_at__gt=since).exclude(outcome=Outcome.FAILED)
    seen = set(lately.values_list("record_id", flat=True))
    today = timezone.localdate(now)
    fresh = [pk for pk in ids if pk not in seen][:MOST_A_DAY]
    return add(
        [
            waiting(automation.pk, key=f"daily:{pk}:{today}", record=(trigger.kind, pk), at=(now, now))
            for pk in fresh
        ]
    )


def forget(now: datetime) -> int:
    """How many old runs were removed; what waits stays."""
    old = Run.objects.filter(done_at__lt=now - KEPT)
    count, _ = old.delete()
    return count
