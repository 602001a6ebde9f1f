"""Automations for tests, written as the page writes them, and the time in which they act."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from keen.core.jobs.runs import run_ready
from keen.processes.actions import automations
from keen.processes.actions.automations import Wish
from keen.processes.domain.rules import Definition, Do, Step, Trigger, When
from keen.processes.models import Automation, Run
from keen.records.actions.save import Wish as RecordWish
from keen.records.actions.save import save
from keen.sales.actions import moves
from keen.sales.records import OPPORTUNITY
from tests.factories.sales import make_opportunity

TASK = Step(Do.TASK, days=2, line="Ask about {name}")


def make_automation(
    owner: Any,
    when: When = When.CREATED,
    *,
    kind: str = "opportunity",
    steps: tuple[Step, ...] = (TASK,),
    conditions: str = "",
    name: str = "",
    on: bool = True,
    **trigger: Any,
) -> Automation:
    """An automation, as in `make_automation(admin, When.MOVED, after="proposal", conditions="amount.min=5000")`."""
    named = name or f"Automation {Automation.objects.count() + 1}"
    definition = Definition(named, Trigger(kind, when, **trigger), conditions, steps)
    row, _ = automations.make(actor=owner.actor(), wish=Wish(definition, on))
    # As if it had been on for long: what the clock sets off starts with that moment.
    Automation.objects.filter(pk=row.pk).update(state_at=timezone.now() - timedelta(days=90))
    return row


def runs(automation: Automation | None = None) -> list[Run]:
    """What the automation did, or all of them, the first one first."""
    found = Run.objects.order_by("pk")
    return list(found.filter(automation=automation) if automation else found)


def act() -> list[Run]:
    """What became of all that waits, and of what that set off, as the worker does it."""
    while run_ready():
        pass
    return runs()


def deal_of(user: Any, **fields: Any) -> Any:
    """A deal that somebody made and owns."""
    return make_opportunity(actor=user.actor(), owner=user, team=user.team, **fields)


def change(user: Any, deal: Any, **values: Any) -> None:
    """Give the deal other values, as somebody does on its page."""
    save(OPPORTUNITY, actor=user.actor(), wish=RecordWish(values, deal.pk))


def move(user: Any, deal: Any, stage: str) -> Any:
    """Move the deal to the stage."""
    return moves.move(actor=user.actor(), deal_id=deal.pk, wish=moves.Move(stage))
