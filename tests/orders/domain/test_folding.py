"""Rows folded into papers."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from keen.orders.domain.facts import MOST_LINES
from keen.orders.domain.folding import Row, fold
from keen.orders.domain.reading import Ways


def rows(*cells: dict[str, str]) -> list[Row]:
    return [Row(place, one) for place, one in enumerate(cells, start=2)]


def test_rows_of_one_number_are_the_lines_of_one_order_wherever_they_stand() -> None:
    papers, refused = fold(
        rows(
            {"number": "A", "customer_name": "Vela", "line.article": "X", "line.quantity": "2", "line.price": "1.50"},
            {"number": "B", "customer_name": "Orbit", "line.article": "Z", "line.quantity": "1", "line.price": "9"},
            {"number": "A", "customer_name": "", "line.article": "Y", "line.quantity": "1", "line.price": "4"},
        ),
        "order", "ERP", Ways("."),
    )  # fmt: skip

    assert [(one.number, one.party.name, len(one.lines or ()), one.rows) for one in papers] == [
        ("A", "Vela", 2, (2, 4)),
        ("B", "Orbit", 1, (3,)),
    ]
    assert (papers[0].lines or [])[0]["amount"] == "3"
    assert refused == []


def test_one_bad_row_keeps_its_whole_order_out_and_no_other() -> None:
    papers, refused = fold(
        rows({"number": "A", "gross": "1"}, {"number": "B", "gross": "2"}, {"number": "A", "gross": "x"}, {"number": ""}),
        "order", "ERP", Ways(),
    )  # fmt: skip

    assert [one.number for one in papers] == ["B"]
    assert [(one.number, one.rows) for one in refused] == [("", (5,)), ("A", (2, 4))]


def test_an_order_without_end_is_refused() -> None:
    papers, refused = fold(
        rows(*[{"number": "A", "line.article": "X"}] * (MOST_LINES + 1)), "order", "ERP", Ways()
    )

    assert (papers, refused[0].why) == ([], f"More than {MOST_LINES:,} lines")


def test_a_row_may_name_its_own_system() -> None:
    papers, _ = fold(rows({"number": "1", "system": "Shop"}, {"number": "1"}), "order", "ERP", Ways())

    assert {one.system for one in papers} == {"Shop", "ERP"}


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 999)), max_size=30))
def test_every_row_is_in_one_paper_and_no_amount_is_lost(given_rows: list[tuple[str, int]]) -> None:
    made = rows(
        *(
            {"number": number, "line.article": "X", "line.amount": str(amount)}
            for number, amount in given_rows
        )
    )

    papers, refused = fold(made, "order", "ERP", Ways("."))

    assert sorted(place for one in papers for place in one.rows) == [row.number for row in made]
    assert sum(Decimal(line["amount"]) for one in papers for line in one.lines or ()) == sum(
        a for _, a in given_rows
    )
    assert refused == []
