"""Requests about personal data and the day of their answer."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from keen.core.models import User
from keen.lib.errors import RuleError
from keen.people.models import Contact
from keen.privacy.actions.requests import Asked, a_month_after, answer_request, note_request
from keen.privacy.models import Request
from tests.factories.activities import client_of, words
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def test_a_request_has_a_month_and_goes_off_the_list_when_answered(boss: User, contact: Contact) -> None:
    client = client_of(boss)
    asked_on = timezone.localdate() - timedelta(days=40)

    answer = client.post(
        f"/privacy/contact/{contact.pk}/asked/",
        {"what": "access", "asked_on": asked_on.isoformat(), "how": "By mail"},
    )

    assert_receipt(answer, undo=False, says="is written down")
    row = Request.objects.get()
    assert row.due_on == a_month_after(asked_on)
    assert "late, was due" in words(client.get("/settings/privacy/"))
    done = client.post(f"/settings/privacy/requests/{row.pk}/answer/", {"answer": "Sent the file"})
    assert_receipt(done, undo=False)
    assert "late, was due" not in words(client.get("/settings/privacy/"))
    assert client.post(f"/settings/privacy/requests/{row.pk}/answer/", {"answer": "Twice"}).status_code == 404


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2027, 12, 15), date(2028, 1, 15)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_a_month_ends_with_the_month(day: date, due: date) -> None:
    assert a_month_after(day) == due


def test_a_request_for_nothing_and_of_tomorrow_is_refused(boss: User, contact: Contact) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for asked, field in ((Asked(what="cake"), "what"), (Asked(what="access", asked_on=tomorrow), "asked_on")):
        with pytest.raises(RuleError) as refused:
            note_request(actor=boss.actor(), contact_id=contact.pk, asked=asked)
        assert refused.value.field == field
    note_request(actor=boss.actor(), contact_id=contact.pk, asked=Asked(what="access"))
    with pytest.raises(RuleError):
        answer_request(actor=boss.actor(), request_id=Request.objects.get().pk, answer=" ")
