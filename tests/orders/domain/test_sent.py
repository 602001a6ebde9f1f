"""Papers as programs send them."""

from decimal import Decimal
from typing import Any

import pytest

from keen.orders.domain import sent
from keen.orders.domain.reading import UnreadError


def test_a_paper_is_read_to_the_last_digit() -> None:
    found = sent.paper(
        {
            "kind": "invoice",
            "number": 7712,
            "gross": "1234.505",
            "status": "Bezahlt",
            "email": "A@Vela.example",
        },
        "ERP",
    )

    assert (found.number, found.values["gross"], found.values["status"], found.party.email) == (
        "7712", Decimal("1234.505"), "paid", "a@vela.example",
    )  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    [
        "text", {}, {"number": ""}, {"number": True}, {"number": "1", "kind": "cat"}, {"number": "1", "colour": "red"},
        {"number": "1", "gross": "1,5"}, {"number": "1", "gross": True}, {"number": "1", "on": "soon"}, {"number": "1", "lines": "x"},
        {"number": "1", "lines": [{"colour": 1}]}, {"number": "1", "currency": "Taler"}, {"number": "x" * 61}, {"number": "1", "email": []},
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_with_what_to_send(bad: Any) -> None:
    with pytest.raises(UnreadError) as refused:
        sent.paper(bad, "ERP")
    assert refused.value.repair.startswith(("Send", "Write"))
