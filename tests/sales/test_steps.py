"""The next step stands beside the deal, and on the timeline of its company."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.close import Ending, complete
from keen.activities.actions.plan import Plan, plan_task
from keen.activities.models import Activity
from keen.activities.queries.timeline import Place, timeline
from tests.factories.core import make_role, make_user

pytestmark = pytest.mark.django_db


def plan(user: Any, deal: Any, days: int, **wish: Any) -> Activity:
    on = timezone.localdate() + timedelta(days=days)
    plan_task(
        actor=user.actor(),
        about=About("opportunity", deal.pk),
        plan=Plan(subject=f"In {days}", on=on, **wish),
    )
    return Activity.objects.latest("pk")


def test_the_nearest_open_step_stands_beside_the_deal_until_it_is_done(deal: Any, owner: Any) -> None:
    plan(owner, deal, 40)
    near = plan(owner, deal, 30)
    plan(owner, deal, 1, is_private=True)
    deal.refresh_from_db()
    assert deal.next_step == "In 30"
    assert deal.stale_on > deal.next_step_on

    complete(actor=owner.actor(), activity_id=near.pk, ending=Ending())

    deal.refresh_from_db()
    assert deal.next_step == "In 40"


def test_what_is_done_about_a_deal_stands_on_its_companys_timeline_for_those_who_see_the_deal(
    deal: Any, account: Any, owner: Any, team: Any
) -> None:
    step = plan(owner, deal, 3)
    complete(actor=owner.actor(), activity_id=step.pk, ending=Ending(note="They said yes"))
    grants = {"view": "all", "add": "none", "edit": "none", "delete": "none", "export": "none"}
    outsider = make_user(make_role(records={"account": grants, "activity": {**grants, "view": "own"}}), team)
    place = Place("account", account.pk)

    assert any(entry.source == "a" for entry in timeline(owner.actor(), place).entries)
    assert [entry for entry in timeline(outsider.actor(), place).entries if entry.source == "a"] == []
    assert not Activity.objects.visible_to(outsider.actor()).filter(pk=step.pk).exists()
    assert not step.allows(outsider.actor(), "view")
