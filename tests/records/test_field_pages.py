"""The page of fields of one's own, as an administrator uses it."""

from typing import Any

import pytest

from keen.core.actions.rights import refresh_rights
from keen.core.models import Operation
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.models import OwnField
from tests.factories.core import make_role, make_user
from tests.factories.fields import make_field, names
from tests.factories.people import make_contact
from tests.factories.records import browser, change, create, html
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
PAGE = "/settings/fields/?kind=contact"


@pytest.fixture
def admin(db: None) -> Any:
    """Somebody who manages fields."""
    return make_user("administrator")


def test_a_field_is_added_changed_moved_archived_and_taken_back(admin: Any, owner: Any) -> None:
    page = browser(admin)
    assert_receipt(page.post(PAGE, {"type": "text", "label": "Price list", "filtered": "on"}), undo=True)
    assert_receipt(page.post(PAGE, {"type": "date", "label": "Contract ends"}), undo=True)
    assert names() == ["x_price_list", "x_contract_ends"]
    record = create(owner, x_price_list="Winter").record
    one = OwnField.objects.get(name="x_price_list")
    assert_receipt(
        page.post(f"{PAGE}&field={one.pk}", {"type": "text", "label": "Prices"}), undo=True, says="Prices"
    )
    assert Contact.objects.get(pk=record.pk).x_price_list == "Winter"
    assert_receipt(page.post(f"/settings/fields/{one.pk}/move/", {"down": "1"}), undo=True)
    assert names() == ["x_contract_ends", "x_price_list"]
    assert_receipt(page.post(f"/settings/fields/{one.pk}/archive/"), undo=True, says="archived")
    assert names() == ["x_contract_ends"]
    assert "Prices" not in html(browser(owner).get(f"/contacts/{record.pk}/"))
    assert_receipt(page.post(f"/settings/fields/{one.pk}/archive/", {"back": "1"}), undo=True, says="is back")
    assert "Winter" in html(browser(owner).get(f"/contacts/{record.pk}/"))


def test_undo_of_a_new_field_archives_it_and_of_a_change_puts_it_back(admin: Any) -> None:
    page = browser(admin)
    made = assert_receipt(page.post(PAGE, {"type": "text", "label": "Price list"}))
    one = OwnField.objects.get()
    changed = assert_receipt(page.post(f"{PAGE}&field={one.pk}", {"type": "text", "label": "Prices"}))
    page.post(f"/undo/{changed.undo}/")
    assert OwnField.objects.get().label == "Price list"
    page.post(f"/undo/{made.undo}/")
    assert OwnField.objects.get().archived_at is not None
    assert Operation.objects.filter(undone_by__isnull=False).count() == 2


@pytest.mark.parametrize(
    ("post", "says"),
    [
        ({"type": "text", "label": ""}, "Give the field a name"),
        ({"type": "text", "label": "LAST  NAME"}, "already"),
        (
            {"type": "text", "label": "A", "required": "on", "asked": "made"},
            "What decision fails if it is blank?",
        ),
        ({"type": "text", "label": "A", "required": "on", "decision": "Which price we offer"}, "Say when"),
        ({"type": "choice", "label": "A"}, "at least one choice"),
        ({"type": "choice", "label": "A", "choice_label": ["Gold", "gold "]}, "twice"),
        ({"type": "number", "label": "A", "least": "5", "largest": "1"}, "above the largest"),
        ({"type": "number", "label": "A", "default": "many"}, "is not a number"),
        ({"type": "money", "label": "A", "currency": "euro"}, "three letters"),
        ({"type": "formula", "label": "A", "formula": "[Nothing]"}, "There is no field [Nothing]"),
        ({"type": "text", "label": "A", "asked": "equals"}, "Choose the field and the value"),
        ({"type": "link", "label": "A", "to": "nothing"}, "Choose the kind"),
        ({"type": "text", "label": "A", "most": "9999"}, "Write a number up to 500"),
    ],
)
def test_what_cannot_be_a_field_says_what_to_mend(admin: Any, post: dict[str, Any], says: str) -> None:
    answer = browser(admin).post(PAGE, post)
    assert answer.status_code == 422
    assert says in html(answer)
    assert names() == []


def test_another_type_is_refused_with_what_to_do_instead(admin: Any) -> None:
    one = make_field()
    answer = browser(admin).post(f"{PAGE}&field={one.pk}", {"type": "number", "label": "Price list"})
    assert answer.status_code == 422
    assert "The type stays text" in html(answer)
    assert "then archive this one" in html(answer)


def test_a_choice_in_use_goes_where_somebody_says(admin: Any, owner: Any) -> None:
    one = make_field(type="choice", choices=["Gold", "Silver"])
    record = create(owner, x_price_list="gold").record
    form = {
        "type": "choice",
        "label": "Price list",
        "choice_key": ["gold", "silver"],
        "choice_label": ["", "Silver"],
    }
    asked = browser(admin).post(f"{PAGE}&field={one.pk}", form)
    assert asked.status_code == 422
    assert "1 contact have “Gold”" in html(asked) or "1 contact" in html(asked)
    assert 'name="move-gold"' in html(asked)
    browser(admin).post(f"{PAGE}&field={one.pk}", {**form, "move-gold": "silver"})
    assert Contact.objects.get(pk=record.pk).x_price_list == "silver"
    assert [choice["key"] for choice in OwnField.objects.get().choices] == ["silver"]


def test_a_choice_that_is_no_longer_offered_stays_where_it_is(admin: Any, owner: Any) -> None:
    one = make_field(type="choice", choices=["Gold", "Silver"])
    record = create(owner, x_price_list="gold").record
    form = {
        "type": "choice",
        "label": "Price list",
        "choice_key": ["gold", "silver"],
        "choice_label": ["", "Silver"],
    }
    browser(admin).post(f"{PAGE}&field={one.pk}", {**form, "move-gold": ""})
    assert "Gold" in html(browser(owner).get(f"/contacts/{record.pk}/"))
    change(owner, record, last_name="Other", x_price_list="gold")
    refused = browser(owner).post("/contacts/new/", {"last_name": "New", "x_price_list": "gold"})
    assert refused.status_code == 422
    assert "no longer offered" in html(refused)


def test_renaming_a_choice_keeps_it_on_its_records(admin: Any, owner: Any) -> None:
    one = make_field(type="choice", choices=["Gold"])
    record = create(owner, x_price_list="gold").record
    form = {"type": "choice", "label": "Price list", "choice_key": ["gold"], "choice_label": ["Golden"]}
    browser(admin).post(f"{PAGE}&field={one.pk}", form)
    assert "Golden" in html(browser(owner).get(f"/contacts/{record.pk}/"))


def test_a_field_that_a_formula_reads_is_not_archived(admin: Any) -> None:
    one = make_field("Pieces", type="number")
    make_field("Double", type="formula", formula="[Pieces] * 2")
    answer = browser(admin).post(f"/settings/fields/{one.pk}/archive/")
    assert "Double is computed from Pieces" in html(answer)
    assert OwnField.objects.get(pk=one.pk).archived_at is None


def test_a_circle_of_formulas_is_refused(admin: Any) -> None:
    one = make_field("One", type="formula", formula="1 + 1")
    make_field("Two", type="formula", formula="[One] * 2")
    answer = browser(admin).post(
        f"{PAGE}&field={one.pk}", {"type": "formula", "label": "One", "formula": "[Two] + 1"}
    )
    assert "would read itself" in html(answer)


def test_the_page_counts_what_forms_ask_for_and_says_what_to_cut(admin: Any) -> None:
    for number in range(8):
        make_field(f"Field {number}", asked="made")
    OwnField.objects.update(filled=1, counted_of=50)
    page = html(browser(admin).get(PAGE))
    assert "14</b> of at most 12 fields" in page
    assert "First cut: Field 0 (2 % filled)" in page
    assert "Hardly anybody fills it" in page


@pytest.mark.parametrize("role", ["sales_rep", "reader", "data_steward"])
def test_nobody_else_comes_in(role: str) -> None:
    assert browser(make_user(role)).get(PAGE).status_code == 403
    assert browser(make_user(role)).post(PAGE, {"type": "text", "label": "A"}).status_code == 403


def test_a_hidden_field_is_told_nowhere_nor_what_is_computed_from_it(owner: Any) -> None:
    make_field("Margin", type="number", listed=True)
    make_field("Double", type="formula", formula="[Margin] * 2", listed=True)
    record = make_contact("Ann Hidden", owner=owner, team=owner.team, x_margin=7)
    grants = {
        "records": {"*": {"view": "all", "edit": "all", "export": "all"}},
        "hidden": {"contact": ["x_margin"]},
    }
    reader = make_user(make_role(**grants))
    refresh_rights([reader])
    page = browser(reader)
    for address in (f"/contacts/{record.pk}/", "/contacts/", f"/contacts/{record.pk}/history/"):
        told = html(page.get(address))
        assert "Margin" not in told
        assert "Double" not in told
    for query in ("sort=x_margin", "sort=x_double", "x_margin.min=1", "x_double.min=1", "cols=x_double"):
        assert page.get(f"/contacts/?{query}").status_code == 422, query
    exported = b"".join(page.get("/contacts/export/?format=csv").streaming_content).decode()
    assert "Margin" not in exported
    assert "Double" not in exported
    assert page.post(f"/contacts/{record.pk}/fact/x_margin/", {"x_margin": "1"}).status_code == 404
    assert CONTACT.as_read_by(reader.actor(), record).x_double is None
