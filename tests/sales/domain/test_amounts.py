"""Money of deals: exact, by the rate of the day."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from keen.sales.domain.amounts import LARGEST, Rate, Rates, value, weighted

DAY = date(2026, 3, 1)
AMOUNTS = st.decimals(min_value=0, max_value=10**12, places=2)
RATES = st.decimals(min_value=Decimal("0.0001"), max_value=10_000, places=8)


def rates(*found: tuple[int, str]) -> Rates:
    return Rates("EUR", {"CHF": [Rate(DAY + timedelta(days=days), Decimal(rate)) for days, rate in found]})


def test_the_rate_of_the_day_counts_and_the_oldest_one_before_there_was_any() -> None:
    known = rates((0, "0.9"), (10, "1.1"))

    assert [known.of("CHF", DAY + timedelta(days=days)) for days in (-5, 0, 9, 10, 99)] == [
        Decimal(said) for said in ("0.9", "0.9", "0.9", "1.1", "1.1")
    ]
    assert known.of("EUR", DAY) == 1
    assert known.of("USD", DAY) is None


@given(AMOUNTS, RATES)
@example(Decimal(10) ** 12, Decimal(1000))
@example(Decimal(10) ** 12 - 1, Decimal(1000))
def test_a_value_is_the_amount_times_the_rate_to_the_nearest_cent(amount: Decimal, rate: Decimal) -> None:
    worth = value(amount, "CHF", DAY, Rates("EUR", {"CHF": [Rate(DAY, rate)]}))

    if worth is None:
        assert amount * rate >= LARGEST
    else:
        assert abs(worth - amount * rate) <= Decimal("0.005")
        assert worth.as_tuple().exponent == -2


@given(AMOUNTS)
def test_what_is_in_the_own_currency_stays_to_the_cent(amount: Decimal) -> None:
    assert value(amount, "EUR", DAY, Rates("EUR", {})) == amount


@given(AMOUNTS, st.integers(0, 100))
def test_a_weighted_value_lies_between_nothing_and_the_whole(amount: Decimal, probability: int) -> None:
    part = weighted(amount, probability)

    assert 0 <= part <= amount
    assert abs(part + weighted(amount, 100 - probability) - amount) <= Decimal("0.01")


def test_half_a_cent_goes_to_the_even_neighbour() -> None:
    assert [weighted(Decimal(said), 50) for said in ("0.01", "0.03")] == [Decimal("0.00"), Decimal("0.02")]


def test_what_is_larger_than_any_sum_has_no_value() -> None:
    rates = Rates("EUR", {"USD": [Rate(DAY, Decimal(100))]})

    assert value(Decimal(999999999999999), "USD", DAY, rates) is None
    assert value(Decimal(999999999999999), "EUR", DAY, rates) == Decimal(999999999999999)
