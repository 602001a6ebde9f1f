"""The jobs of orders: 100,000 of them in lists, found by number, added up, and on the page of their account."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from bench.company import write
from bench.load import Job
from keen.core.models import User
from keen.orders.actions.milestones import follow
from keen.orders.models import Order
from keen.orders.records import ORDER
from keen.people.models import Account

ALL = 100_000
LINES = [
    {
        "position": "1",
        "article": "CB-40",
        "text": "Cold box",
        "quantity": "12",
        "price": "89",
        "amount": "1068",
    }
]


def jobs(user: User) -> list[Job]:
    """The jobs, as somebody who sees the orders of their team's accounts; the orders are made when they are not there yet."""
    _fill(user)
    mine = Order.objects.visible_to(user.actor()).order_by("pk")
    ids = list(mine.values_list("pk", flat=True)[:200])
    numbers = list(mine.values_list("number", flat=True)[:200])
    accounts = list(mine.values_list("account_id", flat=True).distinct()[:200])
    return [
        Job("orders, first page", lambda _: "/orders/"),
        Job("orders, open ones", lambda _: "/orders/?status=ordered,part_shipped"),
        Job("orders, search by number", lambda n: f"/search/?q={numbers[n % len(numbers)]}"),
        Job("orders, number in the list", lambda n: f"/orders/?q={numbers[n % len(numbers)]}"),
        Job("order", lambda n: f"/orders/{ids[n % len(ids)]}/"),
        Job("orders, sums of all", lambda _: "/panels/orders/totals/order/"),
        Job("orders of an account", lambda n: f"/panels/orders/account/{accounts[n % len(accounts)]}/"),
        Job("orders on Today", lambda _: "/panels/orders/today/"),
    ]


def _fill(user: User) -> None:
    if Order.objects.exists():
        return
    chance = random.Random(12)
    firms = list(Account.objects.order_by("pk").values_list("pk", "name")[:5000])
    write(ORDER, user, timezone.now() - timedelta(days=60), _orders(chance, firms))
    rows = Order.objects.order_by("pk")
    for start in range(0, ALL, 5000):
        follow(list(rows[start : start + 5000]))


def _orders(chance: random.Random, firms: Sequence[tuple[Any, ...]]) -> Iterator[Order]:
    today = timezone.localdate()
    statuses = [status for status, _ in ORDER.by_name["status"].choices]
    for n in range(ALL):
        firm, name = chance.choice(firms)
        gross = Decimal(chance.randrange(100, 900_000)) / 100
        yield Order(
            system="ERP",
            number=f"SO-{n + 100_000}",
            status=chance.choice(statuses),
            on=today - timedelta(days=chance.randrange(0, 900)),
            shipped_on=today - timedelta(days=chance.randrange(0, 900)) if chance.random() < 0.7 else None,
            currency="EUR",
            net=gross,
            gross=gross,
            lines=LINES,
            account_id=firm,
            account_name=name,
            customer_name=name,
        )
