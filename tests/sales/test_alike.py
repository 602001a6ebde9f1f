"""Leads that are one: seen while one types, merged with all that hangs on them, and taken apart again."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.activities.models import Activity
from keen.lib.errors import RuleError
from keen.privacy.models import Consent
from keen.records.actions.merge import merge
from keen.sales.actions.convert import NEW, NONE, ConvertWish, convert
from keen.sales.models import FormEntry, Lead
from keen.sales.queries.alike import similar_leads
from keen.sales.records import LEAD
from tests.factories.activities import make_activity
from tests.factories.core import make_user
from tests.factories.people import make_contact
from tests.factories.records import undo
from tests.factories.sales import make_form, make_lead

pytestmark = pytest.mark.django_db
TYPED = {
    "first_name": "Jana",
    "last_name": "Roth",
    "company": "Nord GmbH",
    "emails": [{"address": "jana@nord.example"}],
}


@pytest.fixture
def boss(team: Any) -> Any:
    """Who may merge."""
    return make_user("sales_manager", team)


@pytest.fixture
def lead(owner: Any) -> Lead:
    """The owner's lead."""
    return make_lead("Jana Roth", email="jana@nord.example", company="Nord", owner=owner, team=owner.team)


def test_what_is_typed_finds_leads_and_who_is_a_contact_already(
    lead: Lead, owner: Any, stranger: Any
) -> None:
    make_contact("Jana Roth", email="jana@nord.example", owner=owner, team=owner.team)

    found = similar_leads(owner.actor(), TYPED)

    assert [(one.href.split("/")[1], one.reasons[0]) for one in found] == [
        ("contacts", "a contact already"),
        ("leads", "same e-mail"),
    ]
    assert [one.id for one in similar_leads(owner.actor(), TYPED, lead.pk)] == []
    assert similar_leads(stranger.actor(), TYPED) == []


def test_the_form_of_a_new_lead_looks_while_one_types(lead: Lead, owner: Any) -> None:
    browser = Client()
    browser.force_login(owner)

    shown = browser.get("/leads/duplicates/check/", {"emails": "jana@nord.example", "last_name": "Roth"})

    assert "/leads/duplicates/check/" in browser.get("/leads/new/").content.decode()
    assert f"/leads/{lead.pk}/" in shown.content.decode()


def test_two_leads_become_one_with_touches_promise_and_consent_and_come_apart(
    lead: Lead, owner: Any, boss: Any
) -> None:
    other = make_lead("Jana Roth", phone="+493012345678", owner=owner, team=owner.team, actor=owner.actor())
    form, now = make_form(consent_text="Write to me."), timezone.now()
    Lead.objects.filter(pk=other.pk).update(promised_at=now, form=form)
    FormEntry.objects.create(
        form=form, once="x", at=now, state="lead", lead=other, consented=True, wording="Write to me."
    )
    for one in (lead, other):
        make_activity(owner, about_kind="lead", about_id=one.pk, kind="call", outcome="reached", done=True)
    receipt = merge(LEAD, actor=boss.actor(), keep_id=lead.pk, lose_id=other.pk, chosen={})

    lead.refresh_from_db()
    assert (lead.touches, lead.promised_at, lead.form, lead.phone) == (2, now, form, "+493012345678")
    assert lead.score > 0
    assert Activity.objects.visible_to(owner.actor()).filter(about_id=lead.pk).count() == 2
    assert Lead.objects.living().count() == 1

    undo(boss, receipt)
    both = Lead.objects.in_bulk([lead.pk, other.pk])
    assert [(one.touches, one.deleted_at, one.phone) for one in both.values()] == [
        (1, None, ""),
        (1, None, "+493012345678"),
    ]
    merge(LEAD, actor=boss.actor(), keep_id=lead.pk, lose_id=other.pk, chosen={})
    convert(actor=owner.actor(), lead_id=lead.pk, wish=ConvertWish(NONE, NEW, NONE))
    assert Consent.objects.get().wording == "Write to me."


def test_a_converted_lead_is_part_of_nothing_else(lead: Lead, owner: Any, boss: Any) -> None:
    other = make_lead("Jana Roth", owner=owner, team=owner.team)
    convert(actor=owner.actor(), lead_id=other.pk, wish=ConvertWish(NONE, NEW, NONE))

    for keep, lose in ((lead, other), (other, lead)):
        with pytest.raises(RuleError, match="was converted"):
            merge(LEAD, actor=boss.actor(), keep_id=keep.pk, lose_id=lose.pk, chosen={})
