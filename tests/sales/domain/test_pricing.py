"""Money of lines: exact, rounded where the rule says, never below nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.sales.domain import pricing
from keen.sales.domain.pricing import AMOUNT, PERCENT, Discount, Line

CURRENCIES = st.sampled_from(["EUR", "JPY", "BHD"])
QUANTITIES = st.decimals(min_value=Decimal("0.001"), max_value=10_000, places=3)
PRICES = st.decimals(min_value=0, max_value=100_000, places=4)
PERCENTS = st.decimals(min_value=0, max_value=100, places=2)
RATES = st.sampled_from([Decimal(0), Decimal(7), Decimal("8.1"), Decimal(19), Decimal("19.0"), Decimal(100)])
LINES = st.lists(
    st.builds(
        Line,
        text=st.just("Sensor"),
        quantity=QUANTITIES,
        price=PRICES,
        discount=st.builds(Discount, st.just(PERCENT), PERCENTS),
        tax=RATES,
    ),
    max_size=8,
)


def line(quantity: str, price: str, **parts: str) -> Line:
    return pricing.read_line({"text": "Sensor", "quantity": quantity, "price": price, **parts}, "EUR")


@given(LINES, CURRENCIES, PERCENTS)
def test_what_is_shown_adds_up_to_what_is_asked_for(lines: list[Line], currency: str, off: Decimal) -> None:
    found = pricing.total(lines, currency, Discount(PERCENT, off))
    unit = pricing.unit_of(currency)

    assert found.lines == sum((pricing.amount_of(one, currency) for one in lines), Decimal(0))
    assert found.net == found.lines - found.discount == sum(part.base for part in found.taxes)
    assert found.tax == sum(part.tax for part in found.taxes)
    assert found.gross == found.net + found.tax
    assert all(
        amount % unit == 0 for amount in (found.lines, found.discount, found.net, found.tax, found.gross)
    )


@given(LINES, CURRENCIES, PERCENTS)
def test_neither_net_nor_tax_is_ever_below_nothing(lines: list[Line], currency: str, off: Decimal) -> None:
    found = pricing.total(lines, currency, Discount(PERCENT, off))

    assert 0 <= found.discount <= found.lines
    assert found.net >= 0
    assert all(part.base >= 0 and part.tax >= 0 for part in found.taxes)


@given(LINES, CURRENCIES)
def test_lines_read_back_from_a_row_cost_the_same(lines: list[Line], currency: str) -> None:
    rows = [pricing.kept(one, place, currency) for place, one in enumerate(lines, 1)]

    assert [pricing.of_kept(row) for row in rows] == lines
    assert pricing.total_of_kept(rows, currency) == pricing.total(lines, currency)


@given(st.lists(st.decimals(min_value=0, max_value=1000, places=2), max_size=6), PERCENTS)
def test_a_discount_in_parts_is_the_discount(bases: list[Decimal], percent: Decimal) -> None:
    whole = pricing.rounded(sum(bases, Decimal(0)) * percent / 100, "EUR")

    parts = pricing.spread(whole, bases, "EUR")

    assert sum(parts, Decimal(0)) == whole
    assert all(0 <= part <= base for part, base in zip(parts, bases, strict=True))


@pytest.mark.parametrize(
    ("currency", "price", "amount"),
    [("EUR", "0.335", "0.34"), ("EUR", "0.345", "0.35"), ("JPY", "10.5", "11"), ("BHD", "0.0005", "0.001")],
)
def test_a_line_is_rounded_half_up_to_the_digits_of_its_currency(
    currency: str, price: str, amount: str
) -> None:
    assert pricing.amount_of(Line("Sensor", Decimal(1), Decimal(price)), currency) == Decimal(amount)


def test_tax_is_rounded_once_for_each_rate_and_not_line_by_line() -> None:
    # Line by line, 19 % of 0.13 is 0.02 each; on the sum of three it is 0.07.
    found = pricing.total([line("1", "0.13", tax="19")] * 3, "EUR")

    assert found.tax == Decimal("0.07")


def test_a_discount_on_the_whole_lowers_the_tax_of_each_rate_by_its_share() -> None:
    found = pricing.total(
        [line("1", "100", tax="19"), line("1", "50", tax="7")], "EUR", Discount(AMOUNT, Decimal(15))
    )

    assert [(part.percent, part.base, part.tax) for part in found.taxes] == [
        (Decimal(7), Decimal("45.00"), Decimal("3.15")),
        (Decimal(19), Decimal("90.00"), Decimal("17.10")),
    ]
    assert found.gross == Decimal("155.25")


@pytest.mark.parametrize(
    ("parts", "at"),
    [
        ({"quantity": "0", "price": "1"}, "quantity"),
        ({"quantity": "-1", "price": "1"}, "quantity"),
        ({"quantity": "1", "price": "-1"}, "price"),
        ({"quantity": "1", "price": "ten"}, "price"),
        ({"quantity": "1", "price": "1.00001"}, "price"),
        ({"quantity": "1", "price": "1", "discount": "101"}, "discount"),
        ({"quantity": "1", "price": "1", "discount": "2", "discount_way": "amount"}, "discount"),
        ({"quantity": "1", "price": "1", "tax": "101"}, "tax"),
        ({"quantity": "999999999", "price": "999999999"}, "price"),
        ({"quantity": "1", "price": "1", "text": " "}, "text"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_says_which_part_to_mend(parts: dict[str, str], at: str) -> None:
    with pytest.raises(RuleError) as refused:
        pricing.read_line({"text": "Sensor", **parts}, "EUR")

    assert refused.value.field == at


@pytest.mark.parametrize(
    ("typed", "read"),
    [("12", "12"), ("12.5", "12.5"), ("12,5", "12.5"), ("1,234", "1234"), ("1,234.50", "1234.5"), ("1.234,50", "1234.5"),
     ("1'234.5", "1234.5"), ("0,125", "0.125"), ("1 234", "1234")],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed: str, read: str) -> None:
    assert pricing.number(typed, "price", 4) == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "mark", "read"),
    [("1.234", ".", "1.234"), ("1.234", ",", "1234"), ("1,234", ",", "1.234"), ("1,234", ".", "1234"), ("12,50", ".", "12.5")],
)  # fmt: skip
def test_a_number_that_can_be_read_either_way_is_read_as_in_the_country(
    typed: str, mark: str, read: str
) -> None:
    assert pricing.number(typed, "price", 4, mark=mark) == Decimal(read)


@given(QUANTITIES, PRICES, st.sampled_from([".", ","]))
def test_a_line_in_inputs_reads_back_to_itself_in_every_country(
    quantity: Decimal, price: Decimal, mark: str
) -> None:
    kept = pricing.kept(Line("Sensor", quantity, price, Discount(PERCENT, Decimal("12.125"))), 1, "EUR")

    assert pricing.read_line(pricing.as_typed(kept), "EUR", mark) == pricing.of_kept(kept)
