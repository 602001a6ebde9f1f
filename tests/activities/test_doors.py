"""Every address is shut to strangers, readers, wrong methods and foreign places."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.activities.models import Activity
from keen.people.models import Contact
from tests.factories.activities import client_of, make_activity, words
from tests.receipts import shown_receipt

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}


def doors(call: Activity, contact: Contact) -> list[tuple[str, dict[str, Any]]]:
    """Every address that changes something, with what it is sent."""
    about = {"kind": "contact", "id": contact.pk}
    return [
        (reverse("activity-done", args=[call.pk]), {}),
        (reverse("activity-reopen", args=[call.pk]), {}),
        (reverse("activity-cancel", args=[call.pk]), {}),
        (reverse("activity-snooze", args=[call.pk]), {"on": "week"}),
        (reverse("activity-reassign", args=[call.pk]), {"owner": "1"}),
        (reverse("next-step-on", args=[call.pk, "week"]), {}),
        (reverse("plan-on", args=["contact", contact.pk, "week"]), {}),
        (reverse("call-log"), {**about, "outcome": "reached"}),
        (reverse("call-new"), {**about, "outcome": "reached"}),
        (reverse("activity-plan"), {**about, "subject": "x", "when": "today"}),
        (reverse("mail-new"), {**about, "subject": "x"}),
        (reverse("timeline-write", args=["contact", contact.pk]), {"text": "x"}),
    ]


@pytest.mark.parametrize("number", range(12))
def test_for_a_stranger_nothing_is_there_and_a_reader_may_not(
    stranger: Any, reader: Any, call: Activity, contact: Contact, number: int
) -> None:
    address, sent = doors(call, contact)[number]

    assert client_of(stranger).post(address, sent).status_code == 404
    assert client_of(reader).post(address, sent).status_code == 403
    assert Client().post(address, sent).status_code == 302
    assert list(Activity.objects.values_list("pk", "version")) == [(call.pk, 1)]


def test_a_timeline_of_what_is_not_there_is_not_there(mine: Client, stranger: Any, contact: Contact) -> None:
    at = reverse("timeline", args=["contact", contact.pk])

    assert client_of(stranger).get(at).status_code == 404
    assert mine.get(reverse("timeline", args=["contact", contact.pk + 99])).status_code == 404
    assert mine.get(reverse("timeline", args=["spaceship", 1])).status_code == 404
    assert mine.get(at, {"filter": "nothing"}).status_code == 422


def test_writes_are_not_made_by_looking(mine: Client, call: Activity, contact: Contact) -> None:
    posts = [address for address, _ in doors(call, contact)[:5]]

    assert [mine.get(address).status_code for address in posts] == [405] * 5
    assert mine.post("/").status_code == 405


def test_a_foreign_address_is_not_gone_to(mine: Client, owner: Any) -> None:
    for place in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        task = make_activity(owner, plan_on=TODAY)
        response = mine.post(reverse("activity-done", args=[task.pk]), {"next": place})
        assert response["Location"].startswith(f"/activities/{task.pk}/?r=")


def test_what_people_write_is_never_markup(mine: Client, owner: Any, contact: Contact) -> None:
    make_activity(
        owner, contact=contact, plan_on=TODAY, subject="<script>alert(1)</script>", body="<img src=x>"
    )
    make_activity(owner, kind="note", contact=contact, body="<script>alert(2)</script>")

    pages = words(mine.get("/")) + words(mine.get(f"/contacts/{contact.pk}/"))

    assert "<script>alert" not in pages
    assert "<img src=x>" not in pages


def test_a_receipt_is_shown_to_its_actor_alone(mine: Client, owner: Any, colleague: Any) -> None:
    task = make_activity(owner, plan_on=TODAY)
    response = mine.post(reverse("activity-done", args=[task.pk]), {"next": "/"})

    assert shown_receipt(client_of(colleague).get(response["Location"])) is None
