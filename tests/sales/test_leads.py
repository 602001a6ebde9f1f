"""Leads: how they stand, why they are promising, when somebody was first in touch, and what programs do with them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.records.actions.save import Wish, save
from keen.records.actions.values import InvalidError
from keen.sales.actions.convert import NEW, NONE, ConvertWish, convert
from keen.sales.actions.leads import set_status
from keen.sales.models import Lead
from keen.sales.queries.leads import twins, why
from keen.sales.records import LEAD
from tests.factories.activities import make_activity
from tests.factories.api import program
from tests.factories.core import make_role, make_user
from tests.factories.records import undo
from tests.factories.sales import make_lead
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(owner: Any) -> Lead:
    """The owner's lead."""
    return make_lead(
        "Jana Roth", email="jana@nord.example", phone="+493012345678", company="Nord", job_title="Head of Logistics",
        owner=owner, team=owner.team,
    )  # fmt: skip


def test_how_it_stands_is_said_with_one_tap_and_taken_back(lead: Lead, owner: Any, client: Client) -> None:
    client.force_login(owner)
    at = f"/leads/{lead.pk}/status/"
    assert_receipt(client.post(at, {"status": "qualified"}), undo=True, says="Jana Roth: qualified.")
    receipt = set_status(actor=owner.actor(), lead_id=lead.pk, status="unqualified", reason="timing")
    lead.refresh_from_db()
    assert (lead.status, lead.reason) == ("unqualified", "timing")
    undo(owner, receipt)
    lead.refresh_from_db()
    assert (lead.status, lead.reason) == ("qualified", "")


def test_no_fit_needs_its_reason_by_every_road(lead: Lead, owner: Any, client: Client) -> None:
    client.force_login(owner)
    answer = client.post(f"/leads/{lead.pk}/status/", {"status": "unqualified"})
    assert answer.status_code == 422
    assert "which sources and campaigns are worth their money" in answer.content.decode()
    api = program(owner)
    refused = api.patch(f"leads/{lead.pk}", {"status": "unqualified"}, if_match="*")
    assert refused.status_code == 422
    both = {"status": "unqualified", "reason": "timing"}
    assert api.patch(f"leads/{lead.pk}", both, if_match="*").status_code == 200
    with pytest.raises(RuleError):
        set_status(actor=owner.actor(), lead_id=lead.pk, status="converted")
    refused = api.patch(f"leads/{lead.pk}", {"status": "converted"}, if_match="*")
    assert refused.status_code == 422
    with pytest.raises(InvalidError):
        set_status(actor=owner.actor(), lead_id=make_lead(owner=owner).pk, status="unqualified")


def test_readers_and_strangers_decide_nothing(lead: Lead, reader: Any, stranger: Any) -> None:
    with pytest.raises(ForbiddenError):
        set_status(actor=reader.actor(), lead_id=lead.pk, status="working")
    with pytest.raises(NotVisibleError):
        set_status(actor=stranger.actor(), lead_id=lead.pk, status="working")


def test_the_first_touch_counts_when_somebody_was_really_reached(lead: Lead, owner: Any) -> None:
    where: dict[str, Any] = {"about_kind": "lead", "about_id": lead.pk, "kind": "call", "done": True}
    before = lead.score
    make_activity(owner, outcome="no_answer", **where)
    lead.refresh_from_db()
    assert (lead.first_touch_at, lead.touches) == (None, 0)
    call = make_activity(owner, outcome="reached", **where)
    make_activity(owner, about_kind="lead", about_id=lead.pk, subject="Send it", plan_on=timezone.localdate())
    lead.refresh_from_db()
    assert (lead.first_touch_at, lead.touches, lead.score) == (call.done_at, 1, before + 10)
    assert (lead.next_step, lead.next_step_on) == ("Send it", timezone.localdate())


def test_the_page_says_why_and_nothing_of_what_is_hidden(lead: Lead, owner: Any, client: Client) -> None:
    client.force_login(owner)
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert f"Score {lead.score} of 100" in page
    assert lead.score == 55
    assert "Their job title sounds as if they decide" in page
    rights = {"records": {"*": {"view": "all"}}, "hidden": {"lead": ["job_title", "emails"]}}
    blind = make_user(make_role(**rights), owner.team)
    assert {rule.field for rule in why(blind.actor(), lead)} == {"company", "phones"}
    make_lead("J Roth", email="jana@nord.example", owner=owner, team=owner.team)
    assert len(twins(owner.actor(), lead)) == 1
    assert twins(blind.actor(), make_lead("K Roth", email="jana@nord.example")) == []


def test_views_find_the_new_the_missed_and_the_most_promising(lead: Lead, owner: Any, client: Client) -> None:
    late = make_lead(
        "Late One", owner=owner, team=owner.team, promised_at=timezone.now() - timedelta(minutes=1)
    )
    soon = make_lead(
        "Soon One", owner=owner, team=owner.team, promised_at=timezone.now() + timedelta(hours=1)
    )
    client.force_login(owner)

    def listed(query: str) -> set[str]:
        page = client.get(f"/leads/?{query}").content.decode()
        return {one.title for one in (lead, late, soon) if f"/leads/{one.pk}/" in page}

    assert listed("status=new") == {"Jana Roth", "Late One", "Soon One"}
    assert listed("first_touch_at.empty=1&promised_at.until=now&status.not=converted,unqualified") == {
        "Late One"
    }
    assert listed("score.min=50") == {"Jana Roth"}
    assert client.get("/leads/").status_code == 200


def test_programs_convert_with_what_is_there_for_sure(lead: Lead, owner: Any) -> None:
    api = program(owner)
    wish = {"deal_name": "Cold chain", "amount": {"amount": "1200", "currency": "EUR"}}
    answer = api.post(f"leads/{lead.pk}/convert", wish)
    assert answer.status_code == 200, answer.content
    lead.refresh_from_db()
    assert (lead.status, lead.opportunity.name, lead.account.name) == ("converted", "Cold chain", "Nord")
    twin = make_lead("Jana Roth", email="jana@nord.example", company="Nord", owner=owner, team=owner.team)
    assert api.post(f"leads/{twin.pk}/convert", {}).status_code == 200
    assert Contact.objects.count() == 1
    again = api.post(f"leads/{twin.pk}/convert", {})
    assert again.status_code in {409, 422}


def test_a_converted_lead_stays_converted_by_every_road(lead: Lead, owner: Any, client: Client) -> None:
    convert(actor=owner.actor(), lead_id=lead.pk, wish=ConvertWish(NONE, NEW, NONE))
    lead.refresh_from_db()

    for values in ({"status": "new"}, {"status": "unqualified", "reason": "other"}):
        with pytest.raises(InvalidError) as refused:
            save(LEAD, actor=owner.actor(), wish=Wish(values, record_id=lead.pk))
        assert "converted" in refused.value.errors["status"]

    lead.refresh_from_db()
    assert lead.status == "converted"
