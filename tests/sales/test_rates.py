"""Exchange rates: deals are worth what they say, and undo takes that back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from keen.lib.errors import RuleError
from keen.sales.actions.measures import keep_values
from keen.sales.actions.rates import RateWish, set_rate
from keen.sales.models import ExchangeRate, Opportunity
from tests.factories.records import undo
from tests.factories.sales import make_opportunity, money

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 1, 1)


def test_deals_are_worth_what_the_rate_says_and_again_nothing_without_it(admin: Any, owner: Any) -> None:
    deal = make_opportunity(
        "Alps", owner=owner, team=owner.team, amount=money("1000.10", "CHF"), stage="proposal"
    )
    receipt = set_rate(actor=admin.actor(), wish=RateWish("chf", LONG_AGO, "1,05"))
    deal.refresh_from_db()
    assert (deal.value, deal.weighted) == (Decimal("1050.10"), Decimal("525.05"))
    assert receipt.also == ("it counts for 1 deal",)
    assert Opportunity.objects.filter(value__gte=1050).count() == 1

    undo(admin, receipt)

    deal.refresh_from_db()
    assert (deal.value, ExchangeRate.objects.count()) == (None, 0)


def test_a_rate_that_begins_today_counts_from_today(admin: Any, owner: Any) -> None:
    now = timezone.localtime()
    deal = make_opportunity("Alps", owner=owner, team=owner.team, amount=money("100", "USD"))
    set_rate(actor=admin.actor(), wish=RateWish("USD", LONG_AGO, "0.9"))
    set_rate(actor=admin.actor(), wish=RateWish("USD", now.date(), "0.8"))
    Opportunity.objects.update(value=90)

    assert keep_values(now) == 1
    deal.refresh_from_db()
    assert deal.value == 80


@pytest.mark.parametrize(
    ("currency", "rate", "field"),
    [("EUR", "1", "currency"), ("Euro", "1", "currency"), ("USD", "0", "rate"), ("USD", "much", "rate"),
     ("USD", "NaN", "rate"), ("USD", "0.000000001", "rate")],
)  # fmt: skip
def test_what_is_no_rate_says_what_to_mend(admin: Any, currency: str, rate: str, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        set_rate(actor=admin.actor(), wish=RateWish(currency, LONG_AGO, rate))

    assert refused.value.field == field
