"""Merging those who ordered: their papers go along, and come back with undo."""

from typing import Any

import pytest

from keen.orders.models import Order
from keen.people.records import ACCOUNT
from keen.records.actions.merge import merge
from tests.factories.orders import make_paper
from tests.factories.people import make_account
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


def test_a_merge_of_companies_with_papers_is_taken_back(steward: Any, team: Any) -> None:
    keep, lose = (make_account(name, owner=steward, team=team) for name in ("Vela Foods", "Vela Food"))
    make_paper("order", lose, number="A-1", gross="2")
    merged = merge(ACCOUNT, actor=steward.actor(), keep_id=keep.pk, lose_id=lose.pk, chosen={})
    assert Order.objects.get().account_id == keep.pk

    assert undo(steward, merged).outcome == "saved"

    paper = Order.objects.get()
    assert (paper.account_id, paper.account_name) == (lose.pk, "Vela Food")
