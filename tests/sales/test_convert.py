"""Converting leads: what is there is found, one write makes or ties all three, and one undo takes it all back."""

from typing import Any

import pytest
from django.test import Client

from keen.activities.models import Activity, ActivityLink
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Account, Contact
from keen.privacy.models import Consent
from keen.records.actions.values import InvalidError
from keen.sales.actions.convert import NEW, NONE, ConvertWish, convert
from keen.sales.models import FormEntry, Involvement, Lead, Opportunity
from keen.sales.queries.convert import found_for
from tests.factories.activities import make_activity
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import undo
from tests.factories.sales import make_form, make_lead, make_opportunity
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(owner: Any) -> Lead:
    """A lead of the owner's, who agreed to e-mail in a form."""
    made = make_lead(
        "Jana Roth", email="jana@nord.example", phone="+493012345678", company="Nord Logistik GmbH",
        owner=owner, team=owner.team, actor=owner.actor(),
    )  # fmt: skip
    form = make_form(consent_text="You may write to me.")
    FormEntry.objects.create(
        form=form,
        once="x",
        at=made.created_at,
        state="lead",
        lead=made,
        consented=True,
        wording=form.consent_text,
    )
    return made


def everything(owner: Any, lead: Lead) -> Any:
    wish = ConvertWish(NEW, NEW, NEW, lead.company, {"name": "Cold chain", "amount": "48000"}, once="k1")
    return convert(actor=owner.actor(), lead_id=lead.pk, wish=wish)


def test_one_write_makes_the_three_and_ties_them(lead: Lead, owner: Any) -> None:
    call = make_activity(
        owner, about_kind="lead", about_id=lead.pk, kind="call", outcome="reached", done=True
    )
    receipt = everything(owner, lead)

    lead.refresh_from_db()
    account, contact, deal = Account.objects.get(), Contact.objects.get(), Opportunity.objects.get()
    assert (lead.status, lead.account, lead.contact, lead.opportunity) == (
        "converted",
        account,
        contact,
        deal,
    )
    assert (account.name, contact.title, contact.email, contact.account) == (
        "Nord Logistik GmbH", "Jana Roth", "jana@nord.example", account,
    )  # fmt: skip
    assert (deal.name, deal.account, deal.owner) == ("Cold chain", account, owner)
    assert Involvement.objects.get().contact == contact
    consent = Consent.objects.get()
    assert (consent.contact, consent.wording, consent.source) == (
        contact,
        "You may write to me.",
        "Form: Contact us",
    )
    assert ActivityLink.objects.filter(activity=call, record_kind="contact", record_id=contact.pk).exists()
    assert ActivityLink.objects.filter(activity=call, record_kind="account", record_id=account.pk).exists()
    assert receipt.text == "Jana Roth is converted."
    assert receipt.next.href == f"/opportunities/{deal.pk}/"


def test_the_same_wish_again_is_one_conversion_and_another_one_is_refused(lead: Lead, owner: Any) -> None:
    assert everything(owner, lead) == everything(owner, lead)
    assert Contact.objects.count() == 1
    other = make_lead("Ida Roth", company="Ida AG", owner=owner, team=owner.team)
    assert everything(owner, other).text == "Ida Roth is converted."
    with pytest.raises(RuleError, match="was converted before"):
        convert(actor=owner.actor(), lead_id=lead.pk, wish=ConvertWish(NEW, NEW, NONE))


def test_one_undo_takes_all_back(lead: Lead, owner: Any) -> None:
    call = make_activity(
        owner, about_kind="lead", about_id=lead.pk, kind="call", outcome="reached", done=True
    )
    undo(owner, everything(owner, lead))

    lead.refresh_from_db()
    call.refresh_from_db()
    assert (lead.status, lead.account, lead.contact, lead.opportunity, lead.converted_at) == (
        "new",
        None,
        None,
        None,
        None,
    )
    assert [model.objects.living().count() for model in (Account, Contact, Opportunity)] == [0, 0, 0]
    assert (Consent.objects.count(), Involvement.objects.count(), call.contact, call.account) == (
        0,
        0,
        None,
        None,
    )
    assert everything(owner, lead).text == "Jana Roth is converted."


def test_undo_leaves_what_was_there_before_as_it_was(lead: Lead, owner: Any) -> None:
    whose = {"owner": owner, "team": owner.team}
    account = make_account("Nord Logistik", **whose)
    contact = make_contact("Jana Roth", account=account, email_opt_out=True, **whose)
    deal = make_opportunity("Gates", account=account, actor=owner.actor(), **whose)
    wish = ConvertWish(account.pk, contact.pk, deal.pk)
    receipt = convert(actor=owner.actor(), lead_id=lead.pk, wish=wish)

    contact.refresh_from_db()
    assert (contact.email, contact.email_opt_out) == ("jana@nord.example", False)
    assert "Jana Roth got: e-mail, phone" in receipt.also
    assert Involvement.objects.get().opportunity == deal
    undo(owner, receipt)
    for row in (account, contact, deal):
        row.refresh_from_db()
        assert row.deleted_at is None
    assert (contact.email, contact.phone, contact.email_opt_out) == ("", "", True)
    assert not Involvement.objects.exists()
    assert not Consent.objects.filter(wording="You may write to me.").exists()


def test_what_is_there_is_found_with_its_evidence_and_chosen_when_sure(
    lead: Lead, owner: Any, stranger: Any
) -> None:
    whose = {"owner": owner, "team": owner.team}
    account = make_account("Nord Logistik GmbH", website="https://nord.example", **whose)
    contact = make_contact("Jana Roth", emails=["jana@nord.example"], account=account, **whose)
    deal = make_opportunity("Gates", account=account, **whose)
    make_opportunity("Done", account=account, stage="closed_won", **whose)
    make_account("Nord Logistik GmbH", owner=stranger, team=stranger.team)

    found = found_for(owner.actor(), lead)
    assert (found.account, found.contact) == (account.pk, contact.pk)
    assert [one.id for one in found.accounts] == [account.pk]
    assert found.contacts[0].reasons
    assert [one.id for one in found.deals] == [deal.pk]


def test_two_alike_are_shown_and_none_is_chosen(lead: Lead, owner: Any) -> None:
    for _ in range(2):
        make_contact("Jana Roth", emails=["jana@nord.example"], owner=owner, team=owner.team)
    found = found_for(owner.actor(), lead)
    assert (len(found.contacts), found.contact) == (2, None)


def test_whoever_may_not_add_accounts_is_told_before_and_may_tie_one(
    lead: Lead, owner: Any, client: Client
) -> None:
    rights = {"*": dict.fromkeys(("view", "add", "edit"), "team"), "account": {"view": "team"}}
    clerk = make_user(make_role(records=rights), owner.team)
    account = make_account("Elsewhere", owner=owner, team=owner.team)
    with pytest.raises(ForbiddenError) as refused:
        convert(actor=clerk.actor(), lead_id=lead.pk, wish=ConvertWish(NEW, NEW, NONE, "Nord"))
    assert refused.value.field == "account"
    client.force_login(clerk)
    page = client.get(f"/leads/{lead.pk}/convert/").content.decode()
    assert "You may not add accounts" in page
    assert "New account" not in page
    answer = client.post(f"/leads/{lead.pk}/convert/", {"account": "new", "contact": "new", "deal": "none"})
    assert answer.status_code == 422
    assert not Contact.objects.exists()

    said = {"account": account.pk, "contact": "new", "deal": "none"}
    assert_receipt(client.post(f"/leads/{lead.pk}/convert/", said), undo=True, says="Jana Roth is converted.")
    assert Contact.objects.get().account == account


def test_nothing_is_tied_to_what_one_cannot_see(lead: Lead, owner: Any, stranger: Any) -> None:
    hidden = make_account("Hidden", owner=stranger, team=stranger.team)
    with pytest.raises(InvalidError) as refused:
        convert(actor=owner.actor(), lead_id=lead.pk, wish=ConvertWish(hidden.pk, NEW, NONE))
    assert set(refused.value.errors) == {"account"}
    assert not Contact.objects.exists()
    with pytest.raises(NotVisibleError):
        convert(actor=stranger.actor(), lead_id=lead.pk, wish=ConvertWish(NONE, NEW, NONE))


def test_wrong_deals_are_refused_with_what_was_typed_kept(lead: Lead, owner: Any, client: Client) -> None:
    client.force_login(owner)
    wrong = {
        "account": "new",
        "account_name": "Nord",
        "contact": "new",
        "deal": "new",
        "deal_name": "",
        "deal_amount": "lots",
    }
    answer = client.post(f"/leads/{lead.pk}/convert/", wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="lots"' in page
    assert "f-deal_amount-error" in page
    assert not Account.objects.exists()
    done = make_opportunity("Done", stage="closed_won", owner=owner, team=owner.team)
    with pytest.raises(InvalidError) as refused:
        convert(actor=owner.actor(), lead_id=lead.pk, wish=ConvertWish(NONE, NEW, done.pk))
    assert set(refused.value.errors) == {"deal"}


def test_an_open_step_stays_planned(lead: Lead, owner: Any) -> None:
    step = make_activity(owner, about_kind="lead", about_id=lead.pk, subject="Send the sample")
    everything(owner, lead)
    step.refresh_from_db()
    assert step.status == "open"
    assert Activity.objects.get(pk=step.pk).contact == Contact.objects.get()


def test_what_is_kept_from_somebody_does_not_come_to_light_on_what_the_lead_becomes(
    lead: Lead, owner: Any
) -> None:
    rights = {"lead": {"view": "team", "edit": "team"}, "contact": {"view": "team", "add": "team"}}
    other = make_user(make_role(records=rights, hidden={"lead": ["phones"]}), owner.team)

    convert(actor=other.actor(), lead_id=lead.pk, wish=ConvertWish(NONE, NEW, NONE))

    contact = Contact.objects.get()
    assert (contact.email, contact.phone) == ("jana@nord.example", "")
