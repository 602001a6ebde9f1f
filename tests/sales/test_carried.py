"""A yes to e-mail goes from the lead to the contact, unless they said no since."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.people.models import Contact
from keen.privacy.actions.consent import Given, note_consent
from keen.privacy.models import Consent
from keen.sales.actions.convert import ConvertWish, convert
from keen.sales.models import FormEntry
from tests.factories.people import make_contact
from tests.factories.sales import make_form, make_lead

pytestmark = pytest.mark.django_db


def test_a_newer_no_stays_the_last_word(owner: Any) -> None:
    whose = {"owner": owner, "team": owner.team}
    lead = make_lead("Jana Roth", email="jana@nord.example", **whose)
    before = timezone.now() - timedelta(days=3)
    FormEntry.objects.create(
        form=make_form(),
        once="x",
        at=before,
        state="lead",
        lead=lead,
        consented=True,
        wording="Yes, write to me.",
    )
    contact = make_contact("Jana Roth", emails=["jana@nord.example"], **whose)
    note_consent(actor=owner.actor(), contact_id=contact.pk, given=Given(channel="email", granted=False))

    convert(actor=owner.actor(), lead_id=lead.pk, wish=ConvertWish("none", contact.pk))

    carried = Consent.objects.get(granted=True)
    assert (carried.wording, carried.given_on) == ("Yes, write to me.", timezone.localdate(before))
    assert Contact.objects.get().email_opt_out
