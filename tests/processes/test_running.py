"""What automations do with what set them off, within rights and limits, and what the log says."""

from typing import Any

import pytest

from keen.activities.models import Activity
from keen.core import queries as core
from keen.core.models import Notice, Operation
from keen.processes.domain.rules import Do, Step, When
from keen.processes.models import Run, State
from keen.records.actions.save import Wish as RecordWish
from keen.records.actions.save import save
from keen.records.queries import trail
from keen.sales.actions import moves
from keen.sales.records import OPPORTUNITY
from tests.factories.core import make_role, make_user
from tests.factories.processes import act, change, deal_of, make_automation, move
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


def test_a_deal_that_moves_to_the_stage_gets_a_task_for_its_owner(admin: Any, rep: Any) -> None:
    make_automation(admin, When.MOVED, after="proposal", conditions="amount.min=5000", name="Ask on")
    deal = deal_of(rep, name="Cold-chain", amount=48_000, stage="qualification")
    move(rep, deal, "proposal")

    (run,) = act()
    assert (run.outcome, run.did) == ("done", ["a task for Maya Rep"])
    task = Activity.objects.get()
    assert (task.subject, task.owner, task.about_id) == ("Ask about Cold-chain", rep, deal.pk)
    assert task.created_by is None
    assert task.source == "Automation"
    (notice,) = core.as_told_now(rep.actor(), core.unread(rep.actor()))
    assert notice.text == "Automation “Ask on” gave you: Ask about Cold-chain"


def test_the_log_says_why_nothing_was_done(admin: Any, rep: Any) -> None:
    make_automation(admin, When.MOVED, after="proposal", conditions="amount.min=5000&type=new")
    move(rep, deal_of(rep, amount=4_000, stage="qualification", type="new"), "proposal")

    (run,) = act()
    assert (run.outcome, run.reason) == ("nothing", "Amount is below 5,000")
    assert not Activity.objects.exists()


def test_the_audit_trail_names_the_automation_and_not_its_owner(admin: Any, rep: Any) -> None:
    row = make_automation(
        admin, When.WON, name="Renewals", steps=(Step(Do.FIELD, field="type", value="existing"),)
    )
    deal = deal_of(rep, stage="proposal", type="new")
    moves.win(actor=rep.actor(), deal_id=deal.pk)
    (run,) = act()

    deal.refresh_from_db()
    assert (deal.type, deal.updated_by) == ("existing", None)
    operation = Operation.objects.get(pk=run.operation_id)
    assert (operation.actor, operation.via) == (None, "automation")
    newest = trail.of_record(OPPORTUNITY, admin.actor(), deal)[0]
    assert newest.who == row.agent == "Automation “Renewals”"


def test_the_rights_are_those_of_the_owner_at_that_moment(team: Any) -> None:
    may = {"view": "own", "add": "own", "edit": "own", "delete": "none", "export": "none"}
    role = make_role(records={"opportunity": may, "activity": may}, powers=["automations.manage"])
    small, other = make_user(role, team), make_user("sales_rep", team)
    make_automation(small)
    deal_of(other)

    (run,) = act()
    assert (run.outcome, run.code) == ("nothing", "not_seen")

    small.roles.clear()
    small.rights = {}
    small.save()
    deal_of(small)
    *_, last = act()
    assert (last.outcome, last.code) == ("stopped", "owner")
    assert last.automation.state == State.STOPPED


def test_a_field_that_is_hidden_from_the_owner_fails_and_tells_nothing(team: Any) -> None:
    every = dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")
    role = make_role(records={"*": every}, powers=["automations.manage"])
    admin = make_user(role, team)
    make_automation(admin, conditions="amount.min=5")
    role.grants = {**role.grants, "hidden": {"opportunity": ["amount"]}}
    role.save()
    from keen.core.actions.rights import refresh_rights

    refresh_rights([admin])
    deal_of(admin)

    (run,) = act()
    assert (run.outcome, run.code) == ("failed", "unknown_field")


def test_automations_that_set_each_other_off_are_stopped_and_say_so(admin: Any, rep: Any) -> None:
    first = make_automation(
        admin, When.CHANGED, field="type", after="new", name="There", steps=(Step(Do.FIELD, field="type", value="renewal"),)
    )  # fmt: skip
    second = make_automation(
        admin, When.CHANGED, field="type", after="renewal", name="Back", steps=(Step(Do.FIELD, field="type", value="new"),)
    )  # fmt: skip
    deal = deal_of(rep, type="existing")
    change(rep, deal, type="new")

    found = act()
    assert [run.outcome for run in found] == ["done"] * 5 + ["stopped"]
    assert found[-1].reason.startswith("Automations set each other off: There → Back → There")
    stopped = [row for row in (first, second) if _state(row) == State.STOPPED]
    assert len(stopped) == 1
    assert Notice.objects.filter(user=admin, kind="automation").get().text.endswith("is stopped.")


def _state(row: Any) -> str:
    row.refresh_from_db()
    return str(row.state)


def test_one_record_again_and_again_within_an_hour_stops_it(admin: Any, rep: Any) -> None:
    row = make_automation(admin, When.CHANGED, field="name")
    deal = deal_of(rep)
    for number in range(11):
        change(rep, deal, name=f"Deal {number}")

    found = act()
    assert [run.outcome for run in found].count("done") == 10
    assert (found[-1].outcome, found[-1].code, _state(row)) == ("stopped", "often", "stopped")


def test_after_five_failures_in_a_row_it_is_stopped(admin: Any, rep: Any) -> None:
    row = make_automation(admin, steps=(Step(Do.TASK, line="Call"), Step(Do.ASSIGN, to=str(rep.pk))))
    rep.is_active = False
    rep.save()
    for _ in range(6):
        deal_of(admin)

    found = act()
    assert [run.outcome for run in found] == ["failed"] * 5 + ["nothing"]
    assert "cannot sign in any more" in found[0].reason
    assert _state(row) == State.STOPPED
    assert not Activity.objects.exists(), "what failed half way is taken back whole"


def test_taking_back_what_it_did_sets_nothing_off_again(admin: Any, rep: Any) -> None:
    from keen.processes.actions.automations import take_back

    make_automation(admin, When.CREATED, steps=(Step(Do.FIELD, field="type", value="renewal"),))
    make_automation(admin, When.CHANGED, field="type")
    deal = save(OPPORTUNITY, actor=rep.actor(), wish=RecordWish({"name": "Cold-chain"})).record
    first, second = act()
    assert (first.outcome, second.outcome) == ("done", "done")

    take_back(actor=admin.actor(), run_id=first.pk)
    act()
    deal.refresh_from_db()
    assert deal.type == ""  # type: ignore[attr-defined]
    assert Run.objects.count() == 2


def test_a_run_whose_worker_died_is_taken_up_again_and_given_up_in_the_end(admin: Any, rep: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from keen.processes.actions import running
    from keen.processes.actions.noting import add, waiting

    row = make_automation(admin, When.WON)
    now = timezone.now()
    add([waiting(row.pk, key="one", record=("opportunity", deal_of(rep).pk), at=(now, now))])
    for attempt in range(3):
        later = now + attempt * (running.LEASE + timedelta(seconds=1))
        assert len(running.claim(later)) == 1
        assert running.claim(later) == [], "somebody else's while the lease lasts"
    assert running.claim(now + timedelta(hours=1)) == []
    run = Run.objects.get()
    assert (run.outcome, run.code, run.attempts) == ("failed", "broken_off", 3)


def test_nothing_is_noted_or_asked_while_no_automation_is_on(
    admin: Any, rep: Any, django_assert_num_queries: Any
) -> None:
    from keen.processes.handlers import listening

    make_automation(admin, on=False)
    with django_assert_num_queries(1):
        assert not listening()
    with django_assert_num_queries(0):
        assert not listening()
    deal_of(rep)
    assert act() == []


def test_what_it_did_to_a_new_record_keeps_nobody_from_taking_that_back(admin: Any, rep: Any) -> None:
    make_automation(admin, steps=(Step(Do.FIELD, field="type", value="renewal"),))
    made = save(OPPORTUNITY, actor=rep.actor(), wish=RecordWish({"name": "Cold-chain"}))
    act()
    undo(rep, made.receipt)
    made.record.refresh_from_db()
    assert made.record.deleted_at is not None
