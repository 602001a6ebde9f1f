"""Today and what is done there: receipts, with scripts and without."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.activities.models import Activity
from keen.core.models import Notice
from keen.people.models import Contact
from tests.factories.activities import client_of, make_activity, make_call, words
from tests.receipts import assert_receipt

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}


def test_today_says_what_to_do_next_and_why(mine: Client, owner: Any, call: Activity) -> None:
    make_activity(owner, plan_on=TODAY - timedelta(days=1), subject="Prepare the week", priority="low")
    Notice.objects.create(user=owner, kind="mention", text="Kofi named you", at=timezone.now())

    page = words(mine.get("/"))

    assert f", {owner.first_name}</h1>" in page
    assert "2 things today, about 25 min" in page
    assert "Why this first: planned for today." in page
    assert 'href="tel:+4930555010"' in page
    assert f'data-call-kind="activity" data-call-id="{call.pk}"' in page
    assert page.index("Call about May") < page.index("Prepare the week")
    assert "Kofi named you" in page
    assert page.count('class="next"') == 1


def test_the_first_day_shows_three_ways_to_begin(stranger: Any) -> None:
    page = words(client_of(stranger).get("/"))

    assert "Your first steps" in page
    assert all(
        address in page for address in (reverse("call-new"), reverse("activity-plan"), reverse("contact-new"))
    )


def test_a_reader_has_a_today_without_forms(reader: Any) -> None:
    page = words(client_of(reader).get("/"))

    assert reverse("quick-note") not in page
    assert reverse("call-new") not in page


def test_when_everything_is_done_the_page_says_so(mine: Client, owner: Any) -> None:
    make_activity(owner, plan_on=TODAY, done=True)

    assert "That is everything planned" in words(mine.get("/"))


@pytest.mark.parametrize("count", [1, 3, 30])
def test_today_costs_twelve_queries_at_most(
    owner: Any, contact: Contact, count: int, django_assert_max_num_queries: Any
) -> None:
    client = client_of(owner)
    client.get("/help/")  # the first page of a session notes when it began
    for _ in range(count):
        make_activity(owner, contact=contact, plan_on=TODAY)
        make_call(owner, contact)
        Notice.objects.create(user=owner, kind="mention", text="Look", by=owner, at=timezone.now())

    with django_assert_max_num_queries(12):
        client.get("/")


def test_what_stands_beside_the_day_comes_after_it(mine: Client, contact: Contact) -> None:
    assert reverse("today-around") in words(mine.get("/"))
    assert "Amira Haddad" in words(mine.get(reverse("today-around")))


def test_done_without_scripts_leads_back_with_a_receipt(mine: Client, owner: Any) -> None:
    task = make_activity(owner, plan_on=TODAY, subject="Send the offer")

    response = mine.post(reverse("activity-done", args=[task.pk]), {"next": "/"})

    assert response.status_code == 303
    assert_receipt(response, undo=True, says="Done: Send the offer.")


def test_without_scripts_the_way_back_is_the_page_of_the_button(mine: Client, owner: Any) -> None:
    first, second = make_activity(owner, plan_on=TODAY), make_activity(owner, plan_on=TODAY)

    here = mine.post(
        reverse("activity-done", args=[first.pk]), headers={"Referer": "http://testserver/?r=old&x=1"}
    )
    afar = mine.post(reverse("activity-done", args=[second.pk]), headers={"Referer": "https://evil.example/"})

    assert here["Location"].startswith("/?x=1&r=")
    assert afar["Location"].startswith(f"/activities/{second.pk}/?r=")


def test_done_with_scripts_brings_the_next_thing_and_moves_the_reader_there(
    mine: Client, owner: Any, call: Activity
) -> None:
    task = make_activity(owner, due_at=timezone.now() - timedelta(hours=1), subject="Send the offer")

    response = mine.post(reverse("activity-done", args=[task.pk]), headers=HTMX)

    assert_receipt(response, undo=True)
    page = words(response)
    assert 'id="day"' in page
    assert 'id="next-h" tabindex="-1" data-focus>' in page
    assert page.index("Call about May") < page.index("Done today")


def test_undo_tells_the_page_to_look_again(mine: Client, owner: Any) -> None:
    task = make_activity(owner, plan_on=TODAY)
    receipt = assert_receipt(mine.post(reverse("activity-done", args=[task.pk]), headers=HTMX))

    response = mine.post(reverse("undo", args=[receipt.undo]), headers=HTMX)

    assert "keen-changed" in response["HX-Trigger"]
    task.refresh_from_db()
    assert task.is_open


def test_the_call_sheet_saves_with_one_tap(mine: Client, contact: Contact, call: Activity) -> None:
    sent = {
        "kind": "contact",
        "id": contact.pk,
        "outcome": "reached",
        "note": "Wants May",
        "next": "/",
        "_once": "a1",
    }

    receipt = assert_receipt(
        mine.post(reverse("call-log"), sent, headers=HTMX), undo=True, says="Call with Amira Haddad"
    )
    again = assert_receipt(mine.post(reverse("call-log"), sent, headers=HTMX))

    call.refresh_from_db()
    assert (call.status, call.outcome, call.body) == ("done", "reached", "Wants May")
    assert Activity.objects.count() == 1
    assert again.undo == receipt.undo
    assert f"/activities/{call.pk}/next/tomorrow/" in receipt.html


def test_one_click_sets_the_next_step(mine: Client, owner: Any, contact: Contact) -> None:
    logged = make_call(owner, contact)

    response = mine.post(
        reverse("next-step-on", args=[logged.pk, "tomorrow"]), {"next": f"/contacts/{contact.pk}/"}
    )

    assert response["Location"].startswith(f"/contacts/{contact.pk}/?r=")
    assert_receipt(response, undo=True, says="Call planned for")
    assert Activity.objects.get(status="open").contact_id == contact.pk


def test_any_other_day_is_chosen_on_the_form(mine: Client, owner: Any, contact: Contact) -> None:
    logged = make_call(owner, contact)

    response = mine.get(reverse("next-step", args=[logged.pk]))

    assert response["Location"] == f"{reverse('activity-plan')}?what=call&kind=contact&id={contact.pk}"


def test_snooze_give_cancel_and_open_again(mine: Client, owner: Any, colleague: Any) -> None:
    def fresh() -> Activity:
        return make_activity(owner, plan_on=TODAY)

    given, snoozed, cancelled, done = (
        fresh(),
        fresh(),
        fresh(),
        make_activity(owner, plan_on=TODAY, done=True),
    )

    assert_receipt(mine.post(reverse("activity-snooze", args=[snoozed.pk]), {"on": "week"}), undo=True)
    assert_receipt(
        mine.post(reverse("activity-reassign", args=[given.pk]), {"owner": colleague.pk}), undo=True
    )
    assert_receipt(mine.post(reverse("activity-cancel", args=[cancelled.pk])), undo=True)
    assert_receipt(mine.post(reverse("activity-reopen", args=[done.pk])), undo=True)

    rows = [snoozed, given, cancelled, done]
    for row in rows:
        row.refresh_from_db()
    assert snoozed.plan_on
    assert snoozed.plan_on > TODAY
    assert [given.owner_id, cancelled.status, done.status] == [colleague.pk, "cancelled", "open"]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("activity-snooze", {"on": "someday"}),
        ("activity-snooze", {}),
        ("activity-reassign", {"owner": "nobody"}),
        ("activity-done", {"outcome": "held"}),
        ("next-step", {"on": "x"}),
    ],
)
def test_bad_input_is_refused_with_words_and_changes_nothing(
    mine: Client, call: Activity, name: str, sent: dict[str, str]
) -> None:
    response = mine.post(reverse(name, args=[call.pk]), sent, headers=HTMX)

    assert response.status_code == 422
    assert_receipt(response, outcome="not_saved", undo=False)
    assert list(Activity.objects.values_list("pk", "version")) == [(call.pk, 1)]
