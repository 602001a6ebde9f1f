"""Many at once with one undo; views that are kept, shared and pinned; links that read well where they are pasted."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from keen.people.models import Contact
from tests.e2e.conftest import DESK

pytestmark = pytest.mark.browser
THREE = ("Amira Haddad", "Jonas Brandt", "Noor El-Amin")


def test_three_are_tagged_at_once_and_taken_back_with_one_undo(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/contacts/")
    for name in THREE:
        hands.click(hands.page.get_by_role("checkbox", name=f"Select {name}"))
    expect(hands.page.locator("[data-bulk-count]")).to_have_text("3 selected")

    hands.click(hands.button("Tag", exact=True))
    expect(hands.main).to_contain_text("3 contacts will change")
    hands.click(hands.field("Tags"))
    hands.type("fair 2026")

    hands.expect_receipt(text="3")
    assert hands.count <= 6
    assert Contact.objects.filter(tags__icontains="fair 2026").count() == 3
    hands.count = 0

    hands.key("u")

    expect(hands.receipt).to_contain_text("Taken back")
    assert hands.count == 1
    assert Contact.objects.filter(tags__icontains="fair 2026").count() == 0
    assert Contact.objects.filter(tags__icontains="key account").count() == 1


def test_three_are_given_to_a_colleague(office, sit_down) -> None:
    hands = sit_down(office.kofi).open("/contacts/")
    for name in THREE:
        hands.click(hands.page.get_by_role("checkbox", name=f"Select {name}"))

    hands.click(hands.button("Assign", exact=True))
    hands.page.locator("select[name=owner]").select_option(label="Jonas Weber")
    hands.click(hands.button("Assign 3"))

    hands.expect_receipt(text="3")
    assert {office.contact(name).owner for name in THREE} == {office.jonas}


def test_a_view_is_kept_shared_and_pinned(office, sit_down) -> None:
    hands = sit_down(office.kofi).open("/contacts/?job_title=Buyer")

    hands.click(hands.page.locator("summary", has_text="Keep view"))
    hands.page.get_by_label("Name of the view").fill("Buyers")
    hands.page.get_by_label("Who uses it").select_option(label="My team")
    hands.page.get_by_label("Pin it to the navigation").check()
    hands.click(hands.button("Keep view"))

    hands.expect_receipt(text="Buyers", undo=True)
    navigation = hands.page.get_by_role("navigation", name="Main", exact=True)
    expect(navigation.get_by_role("link", name="Buyers")).to_be_visible()
    assert hands.count <= 2
    maya = sit_down(office.maya).open("/contacts/")
    maya.click(maya.main.get_by_role("link", name="Buyers"))
    expect(maya.main).to_contain_text("Noor El-Amin")
    expect(maya.main).not_to_contain_text("Amira Haddad")


def test_a_filter_is_added_by_hand_and_taken_off(office, sit_down) -> None:
    hands = sit_down(office.maya).open("/contacts/")

    hands.click(hands.page.locator("summary", has_text="Filter"))
    hands.page.get_by_label("Field").select_option(label="Job title")
    hands.page.get_by_label("What", exact=True).fill("logistics")
    hands.page.keyboard.press("Enter")

    expect(hands.main).to_contain_text("1 match")
    assert "job_title" in hands.page.url
    hands.click(hands.link("Remove filter Job title"))
    expect(hands.main).to_contain_text("Noor El-Amin")


def test_a_copied_link_says_who_it_is_and_opens_it(office, sit_down) -> None:
    """It is in the CRM: paste it anywhere, and it reads as a name and leads back."""
    hands = sit_down(office.maya, DESK, permissions=["clipboard-read", "clipboard-write"])
    hands.open(f"/contacts/{office.contact('Amira Haddad').pk}/")

    hands.click(hands.button("Copy link"))

    expect(hands.page.locator("[data-told]", has_text="Copied")).to_be_visible()
    pasted = hands.page.evaluate("() => navigator.clipboard.readText()")
    name, _, address = pasted.partition("\n")
    assert "Amira Haddad" in name
    assert hands.count <= 1
    rich = hands.page.evaluate(
        "async () => (await (await navigator.clipboard.read())[0].getType('text/html')).text()"
    )
    assert "Amira Haddad" in rich
    hands.page.goto(urlsplit(address).path)
    expect(hands.heading("Amira Haddad")).to_be_visible()


def test_a_star_is_set_and_leads_back_from_the_search(office, sit_down) -> None:
    hands = sit_down(office.maya).open(f"/contacts/{office.contact('Amira Haddad').pk}/")

    star = hands.main.get_by_role("button", name="Favourite").first
    hands.click(star)
    hands.open("/search/")

    expect(hands.main).to_contain_text("Amira Haddad")


def test_two_cards_of_one_person_become_one_and_two_again(office, sit_down) -> None:
    """Data entry: work a correction queue, 2 interactions or less for a fix."""
    first = office.contact("Selin Kaya")
    hands = sit_down(office.maya).open(f"/contacts/{first.pk}/duplicates/")
    expect(hands.main).to_contain_text("same e-mail", ignore_case=True)

    hands.click(hands.link("Compare").first)
    hands.key("m")

    hands.expect_receipt(text="Selin Kaya")
    assert hands.count <= 2
    assert Contact.objects.filter(last_name="Kaya", deleted_at=None).count() == 1
    hands.count = 0
    hands.key("u")
    expect(hands.receipt).to_contain_text("Taken back")
    assert hands.count <= 1
    assert Contact.objects.filter(last_name="Kaya", deleted_at=None).count() == 2
