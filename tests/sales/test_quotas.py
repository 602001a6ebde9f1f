"""Targets: set by who leads, for those they lead; how one stands against them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from keen.sales.actions.quotas import set_targets
from keen.sales.domain.quarters import quarter_of
from keen.sales.models import Quota
from keen.sales.queries.quotas import led_standing, own_standing
from tests.factories.activities import client_of
from tests.factories.core import make_team, make_user
from tests.factories.sales import make_opportunity
from tests.receipts import assert_receipt

TODAY = date(2026, 11, 22)


@pytest.fixture
def boss(team: Any) -> Any:
    """Who leads the owner's team."""
    return make_user("sales_manager", team, leads_team=True)


def test_targets_are_set_changed_taken_away_and_taken_back(boss: Any, owner: Any) -> None:
    client, field = client_of(boss), f"q-user-{owner.pk}-4"

    assert_receipt(client.post("/targets/?year=2026", {field: "200.000"}), undo=True, says="1 target of 2026")
    assert 'value="200000"' in client.get("/targets/?year=2026").content.decode()
    changed = assert_receipt(client.post("/targets/?year=2026", {field: ""}), undo=True)
    assert not Quota.objects.exists()
    client.post(f"/undo/{changed.undo}/")
    assert Quota.objects.get().amount == Decimal(200_000)
    wrong = client.post("/targets/?year=2026", {field: "much"})
    assert wrong.status_code == 422
    assert 'value="much"' in wrong.content.decode()


def test_only_who_leads_sets_targets_and_only_of_their_own(boss: Any, owner: Any) -> None:
    elsewhere = make_user("sales_rep", make_team())

    assert client_of(owner).post("/targets/", {}).status_code == 403
    client_of(boss).post("/targets/?year=2026", {f"q-user-{elsewhere.pk}-1": "5"})
    assert not Quota.objects.exists()
    assert elsewhere.name not in client_of(boss).get("/targets/").content.decode()


def test_a_standing_counts_what_was_won_this_quarter_and_what_may_come(boss: Any, owner: Any) -> None:
    mine: dict[str, Any] = {"owner": owner, "team": owner.team}
    make_opportunity(stage="proposal", amount=1000, close_date=TODAY, **mine)
    make_opportunity(stage="proposal", amount=7000, close_date=date(2027, 3, 1), **mine)
    won = make_opportunity(stage="closed_won", amount=5000, **mine)
    make_opportunity(stage="closed_lost", amount=9000, **mine)
    type(won).objects.update(counts_on=TODAY)
    type(won).objects.filter(amount__amount="7000").update(counts_on=date(2027, 3, 1))
    set_targets(actor=boss.actor(), year=2026, wishes={("user", owner.pk, 4): "10000"})

    found = own_standing(owner.actor(), quarter_of(TODAY), TODAY)
    together, people = led_standing(boss.actor(), quarter_of(TODAY), TODAY)

    assert (found.target, found.won, found.percent) == (Decimal(10_000), Decimal(5000), 50)
    assert Decimal(0) < found.weighted < Decimal(1000)
    assert (together.won, together.target) == (Decimal(5000), Decimal(10_000))
    assert [one.user_id for one in people] == [owner.pk]


def test_who_may_not_see_amounts_is_told_none(owner: Any, boss: Any) -> None:
    make_opportunity(owner=owner, team=owner.team, stage="closed_won", amount=5000)
    role = owner.roles.get()
    role.grants = {**role.grants, "hidden": {"opportunity": ["amount"]}}
    role.save()
    owner.rights = {**owner.rights, "hidden": {"opportunity": ["amount"]}}
    owner.save()

    page = client_of(owner).get("/panels/quarter/").content.decode()

    assert "is not shown to your role" in page
    assert "5,000" not in page
