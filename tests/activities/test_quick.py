"""A line: read with the names in sight, shown as it was understood, saved in one write with one undo."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.activities.models import Activity
from keen.activities.queries.sentence import understood
from keen.core.domain.actor import Actor
from keen.core.models import Operation
from keen.core.wiring import rewired, wired
from keen.people.models import Account, Contact
from tests.factories.activities import client_of, words
from tests.factories.people import make_contact
from tests.receipts import assert_receipt, shown_receipt

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)
LINE = "spoke to amira haddad wants may delivery, call tomorrow 10:00, 12k"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
_FIELD = re.compile(r'<(?:input|textarea)([^>]*)name="([^"]+)"([^>]*)>([^<]*)')
_SELECT = re.compile(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)


def sheet_of(browser: Client, line: str, **given: str) -> dict[str, Any]:
    """What the sheet would send as it is shown."""
    page = browser.get(reverse("quick"), {"text": line, **given}, headers=HTMX).content.decode()
    sent: dict[str, Any] = {}
    for name, inner in _SELECT.findall(page):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        sent[name] = html.unescape(chosen[1]) if chosen else ""
    for before, name, after, inner in _FIELD.findall(page):
        value = re.search(r'value="([^"]*)"', before + after)
        sent.setdefault(name, html.unescape(value[1] if value else inner.strip()))
    return sent


def test_a_line_is_a_call_a_note_and_a_next_step_after_one_key(mine: Client, contact: Contact) -> None:
    sent = sheet_of(mine, LINE)

    receipt = assert_receipt(
        mine.post(reverse("quick"), sent), undo=True, says="Call with Amira Haddad logged."
    )

    done, step = Activity.objects.order_by("status")
    assert (done.kind, done.status, done.outcome, done.contact_id) == ("call", "done", "reached", contact.pk)
    assert done.body == "Wants may delivery, 12k"
    assert step.starts_at is not None
    assert (step.kind, step.status, step.contact_id) == ("call", "open", contact.pk)
    assert f"{timezone.localtime(step.starts_at):%Y-%m-%d %H:%M}" == f"{TOMORROW} 10:00"
    assert step.subject == "Call Amira Haddad"
    assert "next: Call Amira Haddad, tomorrow 10:00" in receipt.text
    assert Operation.objects.filter(verb="logged").count() == 1
    contact.refresh_from_db()
    assert contact.last_contact_at == done.done_at


def test_one_undo_takes_all_of_a_line_back(mine: Client, contact: Contact) -> None:
    shown = shown_receipt(mine.post(reverse("quick"), sheet_of(mine, LINE)))

    assert shown is not None
    mine.post(reverse("undo", args=[shown.undo]))

    assert not Activity.objects.living().exists()
    contact.refresh_from_db()
    assert contact.last_contact_at is None


def test_a_line_sent_twice_is_written_once(mine: Client, contact: Contact) -> None:
    sent = {**sheet_of(mine, LINE), "_once": "the-same"}

    mine.post(reverse("quick"), sent)
    mine.post(reverse("quick"), sent)

    assert Activity.objects.count() == 2


def test_every_guess_is_shown_and_can_be_another(mine: Client, contact: Contact, owner: Any) -> None:
    other = make_contact("Amira Nasser", owner=owner, team=owner.team)
    page = words(mine.get(reverse("quick"), {"text": "call amira tomorrow 4"}))

    assert "Amira Haddad" in page
    assert "Amira Nasser" in page
    assert "16:00" in page
    assert "04:00" in page
    assert "Not sure:" in page

    sent = sheet_of(mine, "call amira tomorrow 4")
    mine.post(reverse("quick"), {**sent, "about": f"contact:{other.pk}", "when": TOMORROW.isoformat()})
    planned = Activity.objects.get()
    assert (planned.contact_id, planned.plan_on, planned.starts_at) == (other.pk, TOMORROW, None)


def test_what_is_not_understood_is_a_note_on_the_record_of_the_page(mine: Client, contact: Contact) -> None:
    sent = sheet_of(mine, "likes green, hates mondays", on=f"/contacts/{contact.pk}/")

    assert_receipt(mine.post(reverse("quick"), sent), undo=True, says="Note on Amira Haddad logged.")

    note = Activity.objects.get()
    assert (note.kind, note.body, note.contact_id) == ("note", "likes green, hates mondays", contact.pk)


def test_somebody_new_is_added_in_the_same_write(mine: Client, account: Account) -> None:
    sent = sheet_of(mine, "Spoke with Harriet Longfellow from Vela Foods, she wants samples")

    assert sent["about"] == f"account:{account.pk}"
    mine.post(reverse("quick"), {**sent, "about": "new:Harriet Longfellow"})

    added = Contact.objects.get(last_name="Longfellow")
    assert (added.first_name, Activity.objects.get().contact_id) == ("Harriet", added.pk)
    assert Operation.objects.filter(verb="logged").count() == 1


def test_people_out_of_sight_are_neither_named_nor_written_on(mine: Client, stranger: Any) -> None:
    hidden = make_contact("Otto Unseen", owner=stranger, team=stranger.team)
    page = mine.get(reverse("quick"), {"text": "call otto unseen tomorrow"}).content.decode()

    assert f"contact:{hidden.pk}" not in page
    sent = {**sheet_of(mine, "call otto unseen tomorrow"), "about": f"contact:{hidden.pk}"}
    assert mine.post(reverse("quick"), sent).status_code == 404
    assert not Activity.objects.exists()


def test_a_sheet_that_cannot_be_saved_comes_back_with_what_was_typed(mine: Client, contact: Contact) -> None:
    sent = {**sheet_of(mine, "meeting with amira haddad tomorrow 9:00"), "when": "", "note": "Bring the plan"}

    refused = mine.post(reverse("quick"), sent, headers=HTMX)

    assert refused.status_code == 422
    assert "Say on which day you meet." in words(refused)
    assert "Bring the plan" in words(refused)


def test_without_scripts_the_page_reads_and_saves_as_a_form(mine: Client, contact: Contact) -> None:
    page = mine.get(reverse("quick"), {"text": LINE}).content.decode()
    sheet = mine.get(reverse("quick"), {"text": LINE}, headers=HTMX).content.decode()

    assert f'action="{reverse("quick")}" hx-post' in sheet
    assert f'hx-post="{reverse("quick")}"' not in page
    shown = mine.post(reverse("quick"), {**sheet_of(mine, LINE), "next": "/contacts/"})
    assert shown["Location"].startswith("/contacts/?r=")
    assert "Log in one line" in words(mine.get(reverse("quick")))


def test_a_line_is_read_with_one_question_to_the_database(
    owner: Any, contact: Contact, account: Account, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        reading = understood(owner.actor(), "Haddad Amira and vela foods met", timezone.now())

    assert [guess.value.title for guess in reading.guesses if hasattr(guess.value, "title")][:2] == [
        "Amira Haddad",
        "Vela Foods",
    ]


def test_readers_are_not_offered_to_write(reader: Any, mine: Client) -> None:
    browser = client_of(reader)

    assert browser.get(reverse("quick")).status_code == 403
    assert "Log this" in words(mine.get("/"))
    assert "Log this" not in words(browser.get("/"))


def test_a_pasted_card_fills_the_form_of_a_contact(mine: Client) -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nN:Brandt;Jonas\nORG:Brandt GmbH\nEMAIL:jonas@brandt.example\nEND:VCARD"
    page = mine.get(reverse("quick"), {"text": card}).content.decode()
    href = re.search(r'href="(/contacts/new/[^"]+)"', page)

    assert href is not None
    form = mine.get(html.unescape(href[1])).content.decode()
    assert all(
        f'value="{value}"' in form for value in ("Jonas", "Brandt", "jonas@brandt.example", "Brandt GmbH")
    )


class Deals:
    """Something that takes amounts."""

    key = "deals"

    def offered(self, actor: Actor, about: tuple[str, int] | None) -> list[tuple[str, str]]:  # noqa: ARG002  one shape
        return [("7", f"Cold chain, {about and about[0]}")]

    def take(self, work: Any, activity: Activity, choice: str, amount: str, currency: str) -> str:  # noqa: ARG002  one shape
        return f"deal {choice}: {amount} {currency}"


def test_an_amount_goes_where_a_package_takes_it(mine: Client, contact: Contact) -> None:
    with rewired(replace(wired(), amounts=(Deals(),))):
        page = words(mine.get(reverse("quick"), {"text": LINE}))
        shown = shown_receipt(mine.post(reverse("quick"), {**sheet_of(mine, LINE), "amount": "deals:7"}))

    assert "Cold chain, contact" in page
    assert shown is not None
    assert "deal 7: 12000 EUR" in shown.text


@pytest.mark.parametrize("line", ["met ½ today", "31.02.2026 EUR met", "am 31.02. meeting with Bob"])
def test_odd_signs_and_days_that_no_calendar_has_are_read_past(owner: Any, line: str) -> None:
    assert understood(owner.actor(), line, timezone.now()) is not None
