"""Fields of one's own on all roads: saved, shown, filtered, sorted, found, taken back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from keen.core.models import Change
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import fields, life
from keen.records.domain.fieldrules import FieldWish
from keen.records.domain.filters import Condition
from keen.records.queries import listing
from keen.records.queries.listing import Listing
from tests.factories.core import make_user
from tests.factories.fields import make_field
from tests.factories.people import make_contact
from tests.factories.records import browser, change, create, html, undo

pytestmark = pytest.mark.django_db

TYPES: list[tuple[dict[str, Any], Any, Any]] = [
    ({"type": "text"}, " Winter 26 ", "Winter 26"),
    ({"type": "number"}, "1,250.50", Decimal("1250.5")),
    ({"type": "money"}, {"amount": "12.50", "currency": "CHF"}, {"amount": "12.5", "currency": "CHF"}),
    ({"type": "date"}, "2026-11-24", date(2026, 11, 24)),
    ({"type": "choice", "choices": ["Gold", "Silver"]}, "Gold", "gold"),
    ({"type": "choices", "choices": ["Gold", "Silver", "Tin"]}, ["tin", "gold"], ["gold", "tin"]),
    ({"type": "checkbox"}, "on", True),
    ({"type": "url"}, "example.com", "https://example.com"),
]


def ids(user: Any, *conditions: Condition, sort: str = "") -> list[int]:
    return listing.page(CONTACT, user.actor(), Listing(conditions, sort), ["x_price_list"]).ids


@pytest.mark.parametrize(("wish", "typed", "value"), TYPES, ids=[wish["type"] for wish, _, _ in TYPES])
def test_a_value_is_saved_read_listed_exported_and_taken_back(
    owner: Any, wish: dict[str, Any], typed: Any, value: Any
) -> None:
    make_field(**wish)
    record = create(owner, x_price_list=typed).record
    kept = Contact.objects.get(pk=record.pk)
    assert kept.x_price_list == value
    (row,) = Contact.objects.filter(pk=record.pk).values("id", "x_price_list")
    assert row == {"id": record.pk, "x_price_list": value}
    assert "Price list" in html(browser(owner).get(f"/contacts/{record.pk}/"))
    assert browser(owner).get("/contacts/?cols=x_price_list").status_code == 200
    page = browser(owner).get("/contacts/export/?format=csv")
    assert "Price list" in b"".join(page.streaming_content).decode()
    cleared = change(owner, kept, x_price_list="" if wish["type"] != "choices" else [])
    assert Contact.objects.get(pk=record.pk).own is None
    undo(owner, cleared.receipt)
    assert Contact.objects.get(pk=record.pk).x_price_list == value


def test_what_was_changed_is_told_in_the_history(owner: Any) -> None:
    make_field(type="choice", choices=["Gold", "Silver"])
    record = create(owner, x_price_list="gold").record
    change(owner, record, x_price_list="silver")
    noted = Change.objects.filter(kind="contact", record_id=record.pk).latest("pk")
    assert (noted.before, noted.after) == ({"x_price_list": "gold"}, {"x_price_list": "silver"})
    told = html(browser(owner).get(f"/contacts/{record.pk}/history/"))
    assert "Price list" in told
    assert "Silver" in told


def test_numbers_and_dates_compare_as_such(owner: Any) -> None:
    make_field(type="number")
    made = {
        value: make_contact(owner=owner, x_price_list=Decimal(value)).pk for value in ("9", "10", "-2", "0.5")
    }
    none = make_contact(owner=owner).pk
    order = [made["-2"], made["0.5"], made["9"], made["10"]]
    assert ids(owner, sort="x_price_list") == [none, *order]
    assert ids(owner, sort="-x_price_list") == [*reversed(order), none]
    assert ids(owner, Condition("x_price_list", "min", "9"), sort="x_price_list") == order[2:]
    assert ids(owner, Condition("x_price_list", "empty", "1")) == [none]


def test_pages_of_a_list_by_an_own_field_leave_nobody_out(owner: Any) -> None:
    make_field(type="number")
    every = [make_contact(owner=owner, x_price_list=Decimal(n) / 10 if n % 3 else None).pk for n in range(11)]
    found: list[int] = []
    after = ""
    while True:
        wanted = Listing((), "-x_price_list", after=after, size=4)
        page = listing.page(CONTACT, owner.actor(), wanted, ["x_price_list"])
        found += page.ids
        after = page.next
        if not after:
            break
    assert sorted(found) == sorted(every)
    assert len(found) == len(set(found))


def test_several_choices_are_found_by_each(owner: Any) -> None:
    make_field(type="choices", choices=["Gold", "Silver", "Tin"])
    both = create(owner, x_price_list=["gold", "tin"]).record.pk
    create(owner, x_price_list=["silver"])
    assert ids(owner, Condition("x_price_list", "is", "tin")) == [both]
    assert ids(owner, Condition("x_price_list", "is", "gold,tin")) == [both]


def test_people_and_records_are_linked(owner: Any, colleague: Any) -> None:
    make_field("Coach", type="person")
    make_field("Broker", type="link", to="contact")
    broker = make_contact("Bo Broker", owner=owner, team=owner.team)
    record = create(owner, x_coach=str(colleague.pk), x_broker=str(broker.pk)).record
    page = html(browser(owner).get(f"/contacts/{record.pk}/"))
    assert colleague.name in page
    assert "Bo Broker" in page
    listed = html(browser(owner).get(f"/contacts/?cols=x_coach,x_broker&x_coach={colleague.pk}"))
    assert colleague.name in listed
    change(owner, broker, last_name="Baker")
    assert Contact.objects.get(pk=record.pk).x_broker_title == "Bo Baker"


def test_a_text_of_ones_own_is_found_by_search(owner: Any) -> None:
    make_field()
    record = create(owner, x_price_list="Zephyrine").record
    assert f"/contacts/{record.pk}/" in html(browser(owner).get("/search/?q=zephyrine"))


@pytest.mark.parametrize("many", [False, True])
def test_a_choice_that_records_have_stays_known_when_its_making_is_taken_back(owner: Any, many: bool) -> None:
    admin = make_user("administrator")
    kind = "choices" if many else "choice"
    made = make_field("Tier", type=kind, choices=["Gold"])
    offered = [("gold", "Gold"), ("", "Platinum"), ("", "Tin")]
    wish = FieldWish("Tier", type=kind, choices=offered)
    done = fields.save_field(actor=admin.actor(), kind="contact", wish=wish, field_id=made.pk)
    record = create(owner, x_tier=["platinum"] if many else "platinum").record
    life.undo(actor=admin.actor(), operation_id=done.operation)
    made.refresh_from_db()
    kept = [(one["key"], one["label"], one["retired"]) for one in made.choices]
    assert kept == [("gold", "Gold", False), ("platinum", "Platinum", True)]
    change(owner, record, x_tier=["platinum"] if many else "platinum", job_title="Buyer")
    assert Contact.objects.get(pk=record.pk).job_title == "Buyer"
