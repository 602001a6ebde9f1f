"""What the demo company lets Keen do by itself, and what came of it in the last weeks."""

from datetime import datetime, timedelta

from keen.core.actions import stamps
from keen.core.actions.operations import Entry
from keen.core.models import User
from keen.processes.actions.automations import Wish, facts
from keen.processes.actions.running import actor_of
from keen.processes.domain.rules import TURN, Definition, Do, Step, Trigger, When
from keen.processes.models import Automation, Outcome, Run, State
from keen.processes.queries.automations import KIND
from keen.processes.queries.checking import check
from keen.processes.queries.rehearsal import judge
from keen.site.demo.history import Deed, History

ON_SINCE = timedelta(days=120)
MOST_RUNS = 60


def automate(
    history: History, administrator: User, people: tuple[User, list[User]], now: datetime
) -> list[Automation]:
    """The automations of the company. Those that are on write mails alone, so that their past fits the records.

    Shape: `people` are who is told, and those who take turns.
    """
    boss, reps = people
    told = str(boss.pk)
    turns = tuple(one.pk for one in reps[:4])
    wishes = [
        Wish(Definition(
            "Large deals in negotiation", Trigger("opportunity", When.MOVED, after="negotiation"), "amount.min=20000",
            (Step(Do.EMAIL, to=told, line="{name} is in negotiation", body="{name}, {amount}, of {owner}: who can help?"),),
        ), on=True),
        Wish(Definition(
            "Lost, and nobody says why", Trigger("opportunity", When.LOST), "reason.empty=1",
            (Step(Do.EMAIL, line="Why was {name} lost?", body="One word is enough. It helps whoever meets them next."),),
        ), on=True),
        Wish(Definition(
            "Leads of the spring fair", Trigger("lead", When.CREATED), "campaign.is=Spring fair 2024",
            (Step(Do.EMAIL, to=told, line="A lead of the fair: {name}", body="Call within a day."),),
        ), on=True),
        Wish(Definition(
            "Ask about the offer", Trigger("opportunity", When.MOVED, after="proposal"), "amount.min=5000",
            (Step(Do.TASK, days=2, line="Ask {name} about the offer"),),
        )),
        Wish(Definition(
            "New leads in turn", Trigger("lead", When.CREATED), "",
            (Step(Do.ASSIGN, to=TURN, people=turns), Step(Do.TASK, days=0, line="Call {name}")),
        )),
    ]  # fmt: skip
    made = [_make(history, administrator, wish, now - ON_SINCE) for wish in wishes]
    history.write()
    stamps.renew()
    for row in made[:3]:
        _past(row, now)
    return made


def _make(history: History, administrator: User, wish: Wish, at: datetime) -> Automation:
    """An automation as if the administrator had written it then."""
    definition = wish.definition
    check(administrator.actor(), definition)
    row = Automation.objects.create(
        name=definition.name,
        kind=definition.trigger.kind,
        trigger=definition.trigger.to_json(),
        conditions=definition.conditions,
        steps=[step.to_json() for step in definition.steps],
        owner=administrator,
        state=State.ON if wish.on else State.PAUSED,
        state_at=at,
        created_at=at,
    )
    deed = Deed(
        administrator.pk, at, "created", f"{row.name} is {'on' if wish.on else 'off'}.", undoable=False
    )
    history.tell(deed, Entry(KIND, row.pk, 1, "created", {}, facts(row)))
    return row


def _past(row: Automation, now: datetime) -> None:
    """The runs of the last weeks, as if the automation had been there."""
    found = judge(actor_of(row), row.definition, now)[:MOST_RUNS]
    Run.objects.bulk_create(
        Run(
            automation=row,
            key=f"demo:{place}",
            version=row.version,
            kind=row.kind,
            record_id=one.record_id,
            happened_at=one.at,
            due_at=one.at,
            done_at=one.at + timedelta(seconds=2),
            outcome=Outcome.NOTHING if one.why_not else Outcome.DONE,
            code="condition" if one.why_not else "",
            reason=one.why_not,
            did=[] if one.why_not else ["an e-mail to a colleague"],
        )
        for place, one in enumerate(reversed(found))
    )
