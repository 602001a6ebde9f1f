"""Lists by fields of one's own are found by indexes, also while the tables grow."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from keen.core.domain.actor import SYSTEM
from keen.people.records import CONTACT
from keen.records.actions import fields, indexes
from keen.records.domain.filters import Condition
from keen.records.models import Handle
from keen.records.queries import listing
from keen.records.queries.listing import Listing
from tests.factories.fields import make_field
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db

FIELDS: list[tuple[dict[str, Any], Any]] = [
    ({"type": "text"}, "Winter"),
    ({"type": "number"}, Decimal(7)),
    ({"type": "money"}, {"amount": "7", "currency": "EUR"}),
    ({"type": "date"}, "2026-11-24"),
    ({"type": "choice", "choices": ["Gold"]}, "gold"),
    ({"type": "checkbox"}, True),
    ({"type": "link", "to": "contact"}, 1),
    ({"type": "person"}, 1),
]
CONDITIONS = {
    "text": ("is", "Winter"),
    "number": ("min", "7"),
    "money": ("max", "7"),
    "date": ("from", "2026-11-24"),
    "choice": ("is", "gold"),
    "checkbox": ("is", "yes"),
    "link": ("is", "1"),
    "person": ("is", "1"),
}


def plan(rows: Any) -> str:
    """How the database finds the rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
    return str(rows.explain())


def make_many() -> None:
    """Enough rows for an index to be worth it."""
    for number in range(30):
        make_contact(f"Person {number}")


@pytest.mark.parametrize(("wish", "value"), FIELDS, ids=[wish["type"] for wish, _ in FIELDS])
def test_filter_and_order_are_found_by_the_index(wish: dict[str, Any], value: Any) -> None:
    field = make_field(**wish)
    assert indexes.bring_into_step().made[0] == f"own_contact_{field.pk}"
    make_many()
    make_contact(x_price_list=value)
    operator, compared = CONDITIONS[wish["type"]]
    rows = listing.matching(CONTACT, SYSTEM, Listing((Condition("x_price_list", operator, compared),)))
    assert rows.count() == 1
    assert f"own_contact_{field.pk}" in plan(rows.values_list("pk", flat=True))
    if wish["type"] == "person":
        return  # is not sorted by
    order = listing.order(CONTACT, SYSTEM, "x_price_list")
    ordered = listing._ordered(CONTACT.model.objects.visible_to(SYSTEM), order)
    told = plan(ordered.values_list("pk", order.column)[:51])
    assert f"own_contact_{field.pk}" in told
    assert "TEMP B-TREE" not in told
    assert "Sort" not in told


def test_several_choices_are_found_by_handles() -> None:
    make_field(type="choices", choices=["Gold", "Tin"])
    assert indexes.bring_into_step().made == ()
    one = make_contact(x_price_list=["gold"])
    assert Handle.objects.filter(kind="chosen", value="x_price_list=gold", record_id=one.pk).exists()


def test_an_archived_field_needs_no_index() -> None:
    field = make_field()
    indexes.bring_into_step()
    fields.archive(actor=SYSTEM, field_id=field.pk)
    assert indexes.bring_into_step().dropped == (f"own_contact_{field.pk}",)
    fields.archive(actor=SYSTEM, field_id=field.pk, back=True)
    assert indexes.bring_into_step().made == (f"own_contact_{field.pk}",)
    assert indexes.bring_into_step() == indexes.Step()
