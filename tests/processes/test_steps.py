"""What automations do: turns, mails, tasks."""

from typing import Any

import pytest
from django.core import mail

from keen.activities.models import Activity
from keen.processes.domain.rules import CONTACT, Do, Step, When
from keen.records.actions.save import address as save_address
from keen.sales.actions import moves
from keen.sales.models import Involvement
from keen.sales.records import OPPORTUNITY
from tests.factories.activities import make_activity
from tests.factories.core import make_role, make_team, make_user
from tests.factories.people import make_contact
from tests.factories.processes import act, deal_of, make_automation

pytestmark = pytest.mark.django_db


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


def test_another_system_is_told_whatever_it_chose(admin: Any, rep: Any) -> None:
    from keen.integrations.models import Delivery
    from keen.integrations.queries.messages import messages
    from tests.factories.integrations import make_endpoint

    hook, _ = make_endpoint(admin, "https://hooks.example.com/keen", "contact.created", state="paused")
    make_automation(admin, When.WON, name="Tell the shop", steps=(Step(Do.WEBHOOK, endpoint=hook.pk),))
    deal = deal_of(rep, stage="proposal")
    moves.win(actor=rep.actor(), deal_id=deal.pk)

    (run,) = act()
    assert run.did == [f"told {hook.name}"]
    ((said,), hidden) = messages(hook, list(Delivery.objects.all()))
    assert (said.kept["type"], said.kept["data"]["id"], hidden) == ("automation.ran", deal.pk, [])
    assert said.kept["data"]["automation"] == "Tell the shop"

    hook.state = "off"
    hook.save()
    moves.reopen(actor=rep.actor(), deal_id=deal.pk)
    moves.win(actor=rep.actor(), deal_id=deal.pk)
    assert [one.code for one in act()] == ["", "webhook_gone"]


def test_a_field_that_is_so_already_is_not_written_again(admin: Any, rep: Any) -> None:
    make_automation(admin, When.WON, steps=(Step(Do.FIELD, field="type", value="new"),))
    deal = deal_of(rep, stage="proposal", type="new")
    moves.win(actor=rep.actor(), deal_id=deal.pk)
    (run,) = act()
    assert (run.outcome, run.reason, run.operation_id) == ("nothing", "Type was so already", None)


def test_a_mail_to_the_owner_leads_to_the_record(admin: Any, rep: Any) -> None:
    step = Step(Do.EMAIL, line="{name} is won", body="By {owner}, at {stage}.")
    make_automation(admin, When.WON, name="Cheer", steps=(step,))
    deal = deal_of(rep, name="Cold-chain", stage="proposal")
    moves.win(actor=rep.actor(), deal_id=deal.pk)
    act()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([rep.email], "Cold-chain is won")
    assert sent.body.startswith("By Maya Rep, at Won.")
    assert f"{save_address(OPPORTUNITY, deal.pk)}\n" in sent.body


def test_a_colleague_is_told_nothing_that_they_may_not_read(admin: Any, rep: Any, team: Any) -> None:
    every = dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")
    blind = make_user(make_role(records={"*": every}, hidden={"opportunity": ["amount"]}), team)
    outside = make_user("sales_rep", make_team())
    step = Step(Do.EMAIL, to=str(blind.pk), line="{name} of {amount}", body="{amount}, {stage}")
    other = Step(Do.EMAIL, to=str(outside.pk), line="{name}", body="{amount}")
    task = Step(Do.TASK, to=str(blind.pk), line="Look at {name}: {amount}")
    make_automation(admin, When.WON, steps=(step, other, task))
    deal = deal_of(rep, name="Cold-chain", amount=48_000, stage="proposal")
    moves.win(actor=rep.actor(), deal_id=deal.pk)

    (run,) = act()
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body[:5]) == ([blind.email], "Cold-chain of", ", Won")
    assert run.reason == f"No e-mail: {outside.name} may not see this"
    assert Activity.objects.get(owner=blind).subject == "Look at Cold-chain:"
