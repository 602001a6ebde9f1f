"""Writing automations: what can be saved, what is refused, what is taken back, and what one would have done."""

from typing import Any

import pytest

from keen.activities.models import Activity
from keen.core.models import Change
from keen.lib.errors import ForbiddenError, RuleError
from keen.processes.actions import automations
from keen.processes.actions.automations import Wish
from keen.processes.domain.rules import CONTACT, Definition, Do, Step, Trigger, When
from keen.processes.models import Automation, Run, State, living, waiting_for
from keen.processes.queries.rehearsal import rehearse
from keen.processes.queries.sentences import sentence
from keen.sales.actions import moves
from tests.factories.core import make_user
from tests.factories.processes import TASK, act, make_automation
from tests.factories.records import undo
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.django_db


def wish(**parts: Any) -> Wish:
    given = {
        "name": "Follow up",
        "trigger": Trigger("opportunity", When.MOVED, after="proposal"),
        "steps": (TASK,),
    }
    return Wish(Definition(**{**given, **parts}), on=True)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"name": " "}, "name"),
        ({"trigger": Trigger("nothing", When.CREATED)}, "kind"),
        ({"trigger": Trigger("opportunity", When.CHANGED, "nothing")}, "field"),
        ({"trigger": Trigger("opportunity", When.DATE, "name")}, "field"),
        ({"trigger": Trigger("opportunity", When.DAILY)}, "ifs"),
        ({"conditions": "amount.min=lots"}, "if-amount"),
        ({"conditions": "nothing=1"}, "nothing"),
        ({"steps": ()}, "steps"),
        ({"steps": (Step(Do.TASK, line="Call {nobody}"),)}, "step-0-line"),
        ({"steps": (Step(Do.TASK, to="999999", line="Call"),)}, "step-0-to"),
        ({"steps": (Step(Do.FIELD, field="created_at", value="x"),)}, "step-0-field"),
        ({"steps": (Step(Do.FIELD, field="type", value="nonsense"),)}, "step-0-value"),
        ({"steps": (Step(Do.WEBHOOK, endpoint=99),)}, "step-0-endpoint"),
        (
            {
                "trigger": Trigger("account", When.CREATED),
                "steps": (Step(Do.EMAIL, to=CONTACT, line="a", body="b"),),
            },
            "step-0-to",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_names_the_input(admin: Any, parts: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as refused:
        automations.make(actor=admin.actor(), wish=wish(**parts))
    assert refused.value.field == field
    assert not Automation.objects.exists()


def test_only_who_has_the_power_sets_one_up(rep: Any) -> None:
    with pytest.raises(ForbiddenError):
        automations.make(actor=rep.actor(), wish=wish())


def test_a_change_makes_a_version_and_undo_brings_the_one_before_back(admin: Any) -> None:
    row, made = automations.make(actor=admin.actor(), wish=wish())
    _, changed = automations.change(
        actor=admin.actor(), automation_id=row.pk, wish=wish(conditions="amount.min=7")
    )
    row.refresh_from_db()
    assert (row.version, row.conditions, row.state) == (2, "amount.min=7", State.ON)

    undo(admin, changed)
    row.refresh_from_db()
    assert (row.version, row.conditions) == (3, "")
    automations.change(actor=admin.actor(), automation_id=row.pk, wish=wish(name="Other"))
    with pytest.raises(RuleError):
        undo(admin, made)


def test_any_version_can_be_gone_back_to(admin: Any) -> None:
    row, _ = automations.make(actor=admin.actor(), wish=wish())
    for least in (1, 2, 3):
        automations.change(
            actor=admin.actor(), automation_id=row.pk, wish=wish(conditions=f"amount.min={least}")
        )
    changes = list(Change.objects.filter(kind="automation", record_id=row.pk).order_by("pk"))
    automations.go_back(actor=admin.actor(), automation_id=row.pk, change_id=changes[1].pk)
    row.refresh_from_db()
    assert (row.conditions, row.name) == ("amount.min=1", "Follow up")
    automations.go_back(actor=admin.actor(), automation_id=row.pk, change_id=changes[0].pk)
    row.refresh_from_db()
    assert row.conditions == ""


def test_put_away_it_does_nothing_and_undo_brings_it_back(admin: Any, rep: Any) -> None:
    row, _ = automations.make(actor=admin.actor(), wish=wish(trigger=Trigger("opportunity", When.CREATED)))
    gone = automations.archive(actor=admin.actor(), automation_id=row.pk)
    make_opportunity(actor=rep.actor(), owner=rep)
    assert act() == []
    assert waiting_for() == ()
    undo(admin, gone)
    assert living().get().state == State.ON


def test_it_acts_for_whoever_saved_it_last(admin: Any, team: Any) -> None:
    other = make_user("administrator", team)
    row, _ = automations.make(actor=admin.actor(), wish=wish())
    _, receipt = automations.change(actor=other.actor(), automation_id=row.pk, wish=wish())
    row.refresh_from_db()
    assert row.owner == other
    assert "it acts with your rights from now on" in receipt.also


def test_the_same_name_twice_is_refused(admin: Any) -> None:
    automations.make(actor=admin.actor(), wish=wish())
    with pytest.raises(RuleError, match="There is an automation called follow up already"):
        automations.make(actor=admin.actor(), wish=wish(name="follow up"))


def test_it_reads_as_a_sentence(admin: Any, rep: Any) -> None:
    steps = (Step(Do.TASK, days=2, line="Ask about it"), Step(Do.ASSIGN, to=str(rep.pk)))
    made = Definition(
        "x", Trigger("opportunity", When.MOVED, after="proposal"), "amount.min=5000&type=new,renewal", steps
    )
    assert sentence(made, admin.actor()).whole == (
        "When a deal moves to Proposal, and amount is at least 5,000 and type is New business, Renewal, "
        "make a task for the owner in 2 days: “Ask about it” and give it to Maya Rep."
    )
    near = Definition("x", Trigger("opportunity", When.DATE, "close_date", days=-7), "", (TASK,))
    assert sentence(near, admin.actor()).when == "it is 7 days before the close date of a deal"


def test_the_dry_run_tells_what_it_would_have_done_and_leaves_no_trace(admin: Any, rep: Any) -> None:
    from django.utils import timezone

    for name, amount in (("Big", 9_000), ("Small", 4_000), ("Other", 9_000)):
        deal = make_opportunity(name, actor=rep.actor(), owner=rep, amount=amount, stage="qualification")
        stage = "proposal" if name != "Other" else "negotiation"
        moves.move(actor=rep.actor(), deal_id=deal.pk, wish=moves.Move(stage))
    before = Change.objects.count()
    definition = wish(conditions="amount.min=5000").definition

    found = rehearse(admin.actor(), definition, timezone.now())
    assert (found.fired, [one.title for one in found.shown]) == (1, ["Big"])
    assert list(found.reasons) == [("Amount is below 5,000", 1)]
    assert (Change.objects.count(), Activity.objects.count(), Run.objects.count()) == (before, 0, 0)


def test_the_dry_run_and_the_real_one_agree(admin: Any, rep: Any) -> None:
    from django.utils import timezone

    row = make_automation(admin, When.CHANGED, field="type", after="renewal", conditions="amount.filled=1")
    from keen.records.actions.save import Wish as RecordWish
    from keen.records.actions.save import save
    from keen.sales.records import OPPORTUNITY

    for number, amount in enumerate((1, None, 3)):
        deal = make_opportunity(actor=rep.actor(), owner=rep, amount=amount, type="new")
        value = "renewal" if number != 2 else "existing"
        save(OPPORTUNITY, actor=rep.actor(), wish=RecordWish({"type": value}, deal.pk))
    done = {run.record_id for run in act() if run.outcome == "done"}
    would = rehearse(admin.actor(), row.definition, timezone.now())
    assert {one.record_id for one in would.shown} == done
    assert would.nothing == 1
