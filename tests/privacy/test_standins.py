"""Rows that stand for the same person go with whoever is erased."""

from typing import Any

import pytest

from keen.core.models import Change
from keen.people.models import Contact
from keen.privacy.actions.erasure import erase_contact
from keen.privacy.queries.access import everything
from keen.privacy.queries.subjects import person_of
from keen.sales.actions.convert import ConvertWish, convert
from tests.factories.core import make_user
from tests.factories.sales import make_lead

pytestmark = pytest.mark.django_db


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
