"""What automations do: turns, mails, tasks."""

from typing import Any

import pytest
from django.core import mail

from keen.activities.models import Activity
from keen.processes.domain.rules import CONTACT, Do, Step, When
from keen.sales.actions import moves
from keen.sales.models import Involvement
from tests.factories.activities import make_activity
from tests.factories.core import make_user
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
