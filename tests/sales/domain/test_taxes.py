"""What tax classes start with."""

from decimal import Decimal

from keen.sales.domain.taxes import STARTS, defaults


def test_a_country_starts_with_its_own_rates_and_an_unknown_one_with_none() -> None:
    assert [one.percent for one in defaults("AT")] == [20, 10, 0]
    assert {one.percent for one in defaults("ZZ")} == {Decimal(0)}


def test_no_reduced_rate_is_above_the_standard_one() -> None:
    assert all(Decimal(reduced) <= Decimal(standard) for standard, reduced in STARTS.values())
