"""Fields of one's own in place, in bulk, in merges, in files, and while two people write."""

from decimal import Decimal
from typing import Any

import pytest

from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import many
from keen.records.actions.merge import merge
from keen.records.actions.save import ConflictError
from tests.factories.core import make_user
from tests.factories.fields import make_field
from tests.factories.importing import loaded, make_csv, outcomes
from tests.factories.people import make_contact
from tests.factories.records import HTMX, browser, change, create, html, undo

pytestmark = pytest.mark.django_db


def test_a_fact_is_changed_in_place(owner: Any) -> None:
    make_field("Budget", type="money")
    record = create(owner, x_budget="1000 EUR").record
    page = browser(owner)
    form = html(page.get(f"/contacts/{record.pk}/fact/x_budget/", headers=HTMX))
    assert 'value="1000 EUR"' in form
    answer = page.post(f"/contacts/{record.pk}/fact/x_budget/", {"x_budget": "1,500.5"}, headers=HTMX)
    assert "€1,500.50" in html(answer)
    refused = page.post(f"/contacts/{record.pk}/fact/x_budget/", {"x_budget": "plenty"}, headers=HTMX)
    assert refused.status_code == 422
    assert Contact.objects.get(pk=record.pk).x_budget == {"amount": "1500.5", "currency": "EUR"}


def test_unticking_every_choice_empties_the_field(owner: Any) -> None:
    make_field("Interests", type="choices", choices=["Wine", "Tea"])
    record = create(owner, x_interests=["wine"]).record
    form = html(browser(owner).get(f"/contacts/{record.pk}/edit/"))
    assert 'name="x_interests_offered"' in form
    sent = {"last_name": "Haddad", "x_interests_offered": "1", "_version": record.version}
    browser(owner).post(f"/contacts/{record.pk}/edit/", sent)
    assert Contact.objects.get(pk=record.pk).x_interests == []


def test_many_are_changed_and_taken_back_at_once(owner: Any) -> None:
    make_field("Tier", type="choice", choices=["Gold", "Silver"])
    rows = [make_contact(owner=owner, team=owner.team, x_tier=tier) for tier in ("gold", "")]
    receipt = many.change_many(
        CONTACT, actor=owner.actor(), ids=[row.pk for row in rows], values={"x_tier": "silver"}
    )
    assert [Contact.objects.get(pk=row.pk).x_tier for row in rows] == ["silver", "silver"]
    undo(owner, receipt)
    assert [Contact.objects.get(pk=row.pk).x_tier for row in rows] == ["gold", ""]


def test_a_merge_keeps_what_either_had(owner: Any) -> None:
    make_field("Tier", type="choice", choices=["Gold", "Silver"])
    make_field("Interests", type="choices", choices=["Wine", "Tea"])
    make_field("Seats", type="number")
    keep = make_contact(owner=owner, team=owner.team, x_tier="gold", x_interests=["wine"])
    lose = make_contact(
        owner=owner, team=owner.team, x_tier="silver", x_interests=["tea"], x_seats=Decimal(4)
    )
    receipt = merge(
        CONTACT, actor=make_user("administrator").actor(), keep_id=keep.pk, lose_id=lose.pk, chosen={}
    )
    one = Contact.objects.get(pk=keep.pk)
    assert (one.x_tier, one.x_interests, one.x_seats) == ("gold", ["wine", "tea"], 4)
    assert receipt.operation


def test_a_file_fills_fields_of_ones_own(owner: Any, colleague: Any) -> None:
    make_field("Tier", type="choice", choices=["Gold", "Silver"])
    make_field("Seats", type="number", decimals="0", largest="100")
    make_field("Budget", type="money")
    make_field("Interests", type="choices", choices=["Wine", "Tea"])
    make_field("Contract ends", type="date")
    make_field("Coach", type="person")
    head = ("Last name", "Tier", "Seats", "Budget", "Interests", "Contract ends", "Coach")
    rows = [
        ("Abel", "gold", "7", "1.500,50 CHF", "Tea; Wine", "24.11.2026", colleague.name),
        ("Baker", "Bronze", "700", "much", "Milk", "never", "Nobody"),
    ]
    run = loaded(owner, make_csv(rows, head))
    assert [outcome for _, outcome in outcomes(run)] == ["created", "created"]
    one, two = (Contact.objects.get(last_name=name) for name in ("Abel", "Baker"))
    assert (one.x_tier, one.x_seats, one.x_interests) == ("gold", 7, ["wine", "tea"])
    assert one.x_budget == {"amount": "1500.5", "currency": "CHF"}
    assert (str(one.x_contract_ends), one.x_coach) == ("2026-11-24", colleague.pk)
    assert two.own is None


def test_two_who_write_different_fields_keep_both_and_the_same_one_choose(owner: Any, colleague: Any) -> None:
    make_field("Tier")
    make_field("Region")
    record = create(owner, x_tier="A", x_region="North").record
    change(colleague, record, version=1, x_tier="B")
    change(owner, record, version=1, x_tier="A", x_region="South")
    kept = Contact.objects.get(pk=record.pk)
    assert (kept.x_tier, kept.x_region) == ("B", "South")
    with pytest.raises(ConflictError):
        change(owner, record, version=1, x_tier="C")


def test_new_records_start_with_what_was_set(owner: Any) -> None:
    make_field("Tier", type="choice", choices=["Gold", "Silver"], default="silver")
    make_field("Seats", type="number", default="1")
    record = create(owner).record
    assert (record.x_tier, record.x_seats) == ("silver", 1)
    assert create(owner, x_tier="gold").record.x_tier == "gold"
    form = html(browser(owner).get("/contacts/new/?all=1"))
    assert '<option value="silver" selected>' in form


@pytest.mark.parametrize(
    ("wish", "typed", "says"),
    [
        ({"type": "number", "decimals": "1"}, "1.25", "at most 1 decimals"),
        ({"type": "number", "least": "0", "largest": "10"}, "11", "from 0 to 10"),
        ({"type": "text", "most": "5"}, "abcdef", "5 fit"),
        ({"type": "url"}, "javascript:alert(1)", "is not a web address"),
        ({"type": "url"}, "ftp://example.com", "is not a web address"),
        ({"type": "money"}, "12 EURO", "is not a currency"),
        ({"type": "date"}, "0001-01-01", "year must lie between"),
        ({"type": "choices", "choices": ["A"]}, ["B"], "is not one of"),
    ],
)
def test_what_does_not_fit_says_what_to_mend(owner: Any, wish: dict[str, Any], typed: Any, says: str) -> None:
    make_field("Price list", **wish)
    answer = browser(owner).post("/contacts/new/", {"last_name": "A", "x_price_list": typed})
    assert answer.status_code == 422
    assert says in html(answer)
    assert not Contact.objects.filter(last_name="A").exists()
