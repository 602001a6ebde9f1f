"""Rows that stand for the same person go with whoever is erased."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from keen.core.models import Change
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.privacy.actions import journal
from keen.privacy.actions.erasure import erase_contact, erase_stand_in
from keen.privacy.queries.access import everything
from keen.privacy.queries.subjects import person_of
from keen.records.models import Handle
from keen.sales.actions.convert import ConvertWish, convert
from keen.sales.actions.entries import forget_sent_by
from keen.sales.models import FormEntry
from tests.factories.activities import make_activity
from tests.factories.core import make_user
from tests.factories.sales import make_form, make_lead

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_erased_contact_takes_their_leads_along_and_reads_of_them_before(owner: Any) -> None:
    tied = make_lead(
        "Jana Roth",
        email="jana@nord.example",
        company="Nord",
        description="About Jana",
        owner=owner,
        team=owner.team,
    )
    convert(actor=owner.actor(), lead_id=tied.pk, wish=ConvertWish("none", "new", "none"))
    open_one = make_lead("Jana R.", email="JANA@nord.example", owner=owner, team=owner.team)
    other = make_lead("Ida Roth", email="ida@nord.example", owner=owner, team=owner.team)
    contact, eraser = Contact.objects.get(), make_user("administrator").actor()
    told = everything(person_of(contact), eraser)
    assert [row["id"] for row in told["leads"]] == [tied.pk]

    erase_contact(actor=eraser, contact_id=contact.pk, confirmed="Jana Roth")

    for row in (tied, open_one):
        row.refresh_from_db()
        assert (row.first_name, row.last_name, row.emails, row.description) == ("", "", [], "")
        assert row.deleted_at
    other.refresh_from_db()
    assert other.last_name == "Roth"
    assert not [
        one for one in Change.objects.filter(kind="lead", record_id=tied.pk) if "Nord" in str(one.after)
    ]


def test_a_lead_of_somebody_who_never_became_a_contact_is_erased_by_itself(owner: Any, data: Path) -> None:
    lead = make_lead("Ida Quux", email="ida@quux.example", company="Quux", owner=owner, team=owner.team)
    call = make_activity(
        owner, about_kind="lead", about_id=lead.pk, kind="call", subject="Ida called", body="Wants gates"
    )
    sent = FormEntry.objects.create(
        form=make_form(), once="x", at=lead.created_at, state="lead", lead=lead, values={"last_name": "Quux"}
    )
    admin = make_user("administrator")
    browser = Client()
    browser.force_login(admin)
    at = f"/privacy/lead/{lead.pk}/gone/"

    assert at in browser.get(f"/leads/{lead.pk}/").content.decode()
    assert browser.get(at).status_code == 200
    assert browser.post(at, {"confirmed": "Ida"}).status_code == 422
    assert browser.post(at, {"confirmed": "Ida Quux"}).status_code == 303
    forget_sent_by(lead.pk)

    for row in (lead, call, sent):
        row.refresh_from_db()
    assert (lead.last_name, lead.emails, lead.company, call.subject, call.body) == ("", [], "", "", "")
    assert lead.erased_at
    assert sent.values == {}
    assert not Handle.objects.filter(record_kind="lead", record_id=lead.pk).exists()
    assert [line.kind for line in journal.lines()] == ["lead"]


def test_a_lead_that_became_a_contact_goes_with_that_and_others_erase_none(owner: Any, data: Path) -> None:
    lead = make_lead("Jana Roth", owner=owner, team=owner.team)
    with pytest.raises(ForbiddenError):
        erase_stand_in(actor=owner.actor(), kind="lead", record_id=lead.pk, confirmed="Jana Roth")
    convert(actor=owner.actor(), lead_id=lead.pk, wish=ConvertWish("none", "new", "none"))
    with pytest.raises(RuleError, match="Erase the contact"):
        erase_stand_in(
            actor=make_user("administrator").actor(), kind="lead", record_id=lead.pk, confirmed="Jana Roth"
        )
    with pytest.raises(NotVisibleError):
        erase_stand_in(actor=make_user("administrator").actor(), kind="activity", record_id=1, confirmed="")
