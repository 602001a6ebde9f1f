"""What sets automations off, and what they do then: from the write of a record to what the log says."""

from typing import Any

import pytest
from django.core import mail

from keen.activities.models import Activity
from keen.core.models import Change, Notice, Operation
from keen.processes.domain.rules import CONTACT, Do, Step, When
from keen.processes.models import Run, State
from keen.records.actions.save import Wish as RecordWish
from keen.records.actions.save import save
from keen.records.queries import trail
from keen.sales.actions import moves
from keen.sales.models import Involvement
from keen.sales.records import OPPORTUNITY
from tests.factories.activities import make_activity
from tests.factories.core import make_role, make_user
from tests.factories.fields import make_field
from tests.factories.people import make_contact
from tests.factories.processes import act, make_automation
from tests.factories.records import undo
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.django_db


def deal_of(user: Any, **fields: Any) -> Any:
    return make_opportunity(actor=user.actor(), owner=user, team=user.team, **fields)


def change(user: Any, deal: Any, **values: Any) -> None:
    save(OPPORTUNITY, actor=user.actor(), wish=RecordWish(values, deal.pk))


def move(user: Any, deal: Any, stage: str) -> Any:
    return moves.move(actor=user.actor(), deal_id=deal.pk, wish=moves.Move(stage))


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
    notice = Notice.objects.get(user=rep)
    assert notice.text == "Automation “Ask on” gave you: Ask about Cold-chain"


def test_the_log_says_why_nothing_was_done(admin: Any, rep: Any) -> None:
    make_automation(admin, When.MOVED, after="proposal", conditions="amount.min=5000&type=new")
    move(rep, deal_of(rep, amount=4_000, stage="qualification", type="new"), "proposal")

    (run,) = act()
    assert (run.outcome, run.reason) == ("nothing", "Amount is below 5,000")
    assert not Activity.objects.exists()


def test_another_stage_an_import_and_what_is_taken_back_set_nothing_off(admin: Any, rep: Any) -> None:
    make_automation(admin, When.MOVED, after="proposal")
    make_automation(admin, When.CREATED)
    deal = make_opportunity(actor=rep.actor(via="import"), owner=rep, team=rep.team, stage="proposal")
    moved = move(rep, deal, "qualification")
    undo(rep, moved.receipt)

    assert act() == []


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


def test_a_change_from_one_value_to_another_is_told_from_others(admin: Any, rep: Any) -> None:
    make_automation(admin, When.CHANGED, field="type", before="new", after="renewal")
    first, second = deal_of(rep, type="new"), deal_of(rep, type="existing")
    act()
    for deal in (first, second):
        change(rep, deal, type="renewal")
        change(rep, deal, name="Other")

    assert [run.record_id for run in act()] == [first.pk]


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
    make_field("Margin", "opportunity", type="number")
    every = dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")
    role = make_role(records={"*": every}, powers=["automations.manage"])
    admin = make_user(role, team)
    make_automation(admin, conditions="x_margin.min=5")
    role.grants = {**role.grants, "hidden": {"opportunity": ["x_margin"]}}
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


def test_the_same_event_twice_does_it_once(admin: Any, rep: Any) -> None:
    from keen.processes.handlers import note_records
    from keen.records.events import RecordCreated

    make_automation(admin)
    deal = deal_of(rep)
    act()
    change_ = Change.objects.get(kind="opportunity", record_id=deal.pk, verb="created")
    event = RecordCreated(kind="opportunity", record_id=deal.pk, at=change_.at)
    for _ in range(2):
        note_records([event])
    act()

    assert Run.objects.filter(key=event.event_id.hex).count() == 1


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


def test_new_ones_go_to_the_next_in_turn_who_is_not_away(admin: Any, team: Any) -> None:
    people = [make_user("sales_rep", team) for _ in range(3)]
    steps = (Step(Do.ASSIGN, to="turn", people=tuple(one.pk for one in people)),)
    make_automation(admin, steps=steps)
    deals = [deal_of(admin) for _ in range(4)]
    act()

    got = [type(deal).objects.get(pk=deal.pk).owner for deal in deals]
    assert got == [*people, people[0]]


def test_a_contact_is_written_to_unless_they_want_no_mail(admin: Any, rep: Any) -> None:
    yes = make_contact("Amira Haddad", owner=rep, team=rep.team, emails=["amira@vela.example"])
    no = make_contact(
        "Jonas Brandt", owner=rep, team=rep.team, emails=["j@brandt.example"], email_opt_out=True
    )
    step = Step(Do.EMAIL, to=CONTACT, line="Thank you, {name}", body="It was good to work on {name}.")
    make_automation(admin, When.WON, steps=(step,))
    for number, contact in enumerate((yes, no)):
        deal = deal_of(rep, name=f"Deal {number}", stage="proposal")
        Involvement.objects.create(opportunity=deal, contact=contact, role="decides", made_at=deal.created_at)
        moves.win(actor=rep.actor(), deal_id=deal.pk)

    done, left = act()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.reply_to) == (
        ["amira@vela.example"],
        "Thank you, Deal 0",
        [rep.email],
    )
    assert Activity.objects.get(contact=yes).body == "It was good to work on Deal 0."
    assert (done.outcome, left.outcome) == ("done", "nothing")
    assert left.reason == "No e-mail: the contact does not want any"


def test_a_completed_task_makes_the_next_one_about_the_same_deal(admin: Any, rep: Any) -> None:
    from keen.activities.actions.close import complete

    make_automation(admin, When.COMPLETED, kind="activity", steps=(Step(Do.TASK, line="And then?"),))
    deal = deal_of(rep)
    task = make_activity(rep, actor=rep.actor(), about_kind="opportunity", about_id=deal.pk, subject="First")
    complete(actor=rep.actor(), activity_id=task.pk)

    act()
    assert Activity.objects.get(subject="And then?").about_id == deal.pk


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
