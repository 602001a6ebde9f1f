"""The lines of papers follow their rows."""

from typing import Any

import pytest

from keen.activities.queries.timeline import ORDERS, Place, tabs, timeline
from keen.orders.actions.milestones import follow
from keen.orders.models import Milestone, Order
from tests.factories.orders import bring, make_paper

pytestmark = pytest.mark.django_db


def test_lines_follow_the_paper_and_stand_on_the_timeline_in_order(owner: Any, vela: Any) -> None:
    make_paper("order", vela, number="SO-1", customer_number="K-4711", on="2026-11-01", gross="5")
    bring(
        {"kind": "order", "number": "SO-1", "status": "shipped", "shipped_on": "2026-11-03", "carrier": "DHL"}
    )
    make_paper(
        "invoice",
        vela,
        number="RE-1",
        customer_number="K-4711",
        on="2026-11-02",
        due_on="2090-01-01",
        gross="5",
    )

    found = timeline(owner.actor(), Place("account", vela.pk), shown=ORDERS).entries

    assert [f"{entry.who} {entry.did}" for entry in found] == [
        "Order SO-1 shipped (DHL)",
        "Invoice RE-1 sent: €5.00",
        "Order SO-1 ordered: €5.00",
    ]
    whole = timeline(owner.actor(), Place("account", vela.pk))
    assert ORDERS in {tab.key for tab in tabs(owner.actor(), Place("account", vela.pk), seen=whole.entries)}


def test_pages_of_a_timeline_hold_every_line_once(owner: Any, vela: Any) -> None:
    for number in range(7):
        make_paper("order", vela, number=f"SO-{number}", customer_number="K-4711", on="2026-11-01")
    place, after, seen = Place("account", vela.pk), "", []
    for _ in range(9):
        page = timeline(owner.actor(), place, after=after, most=2)
        seen += [(entry.source, entry.id) for entry in page.entries]
        after = page.after
        if not after:
            break

    assert len(seen) == len(set(seen))
    assert len([one for one in seen if one[0] == "o"]) == 7


def test_a_paper_in_the_trash_has_no_lines(vela: Any) -> None:
    order = make_paper("order", vela, number="1", customer_number="K-4711", on="2026-11-01")
    order.deleted_at = order.created_at
    follow([order])
    follow([])

    assert (Milestone.objects.count(), Order.objects.count()) == (0, 1)
