"""Products, price books and taxes: seen by all, set by those who may."""

from typing import Any

import pytest

from keen.sales.actions import catalogue
from tests.factories.offers import (
    make_book,
    make_product,
)
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def test_prices_are_seen_by_all_and_changed_by_who_may(client_of: Any, owner: Any, admin: Any) -> None:
    make_product("Sensor")

    assert "Sensor" in client_of(owner).get("/products/").content.decode()
    assert client_of(owner).get("/products/new/").status_code == 403
    assert_receipt(
        client_of(admin).post("/products/new/", {"name": "Gateway", "tax_class": "standard"}), undo=True
    )


def test_one_book_is_the_standard(admin: Any) -> None:
    first, second = make_book("One"), make_book("Two", standard=False)

    catalogue.make_standard(actor=admin.actor(), book_id=second.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.standard, second.standard) == (False, True)


def test_a_tax_is_set_and_taken_back(admin: Any, client_of: Any) -> None:
    client = client_of(admin)

    receipt = assert_receipt(
        client.post("/settings/prices/tax/", {"key": "standard", "name": "Standard", "percent": "20"}),
        undo=True,
    )
    assert "20 %" in client.get("/products/new/").content.decode()
    client.post(f"/undo/{receipt.undo}/")

    assert "Standard, 19 %" in client.get("/products/new/").content.decode()


def test_a_product_is_found_by_a_piece_of_its_name_whoever_made_it(client_of: Any, owner: Any) -> None:
    make_product("Cold chain sensor", number="T2")

    assert (
        "Cold chain sensor"
        in client_of(owner).get("/search/link/product/", {"q": "cold ch"}).content.decode()
    )
