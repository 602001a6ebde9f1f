"""The jobs of sales: the board with 500 open deals in 7 stages among 20,000, a deal moved, the report by stage and month."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from bench.company import write
from bench.load import Job
from keen.core.domain.actor import SYSTEM
from keen.core.models import User
from keen.people.models import Account
from keen.sales.actions.pipelines import save_stage
from keen.sales.domain.rules import StageWish
from keen.sales.models import Opportunity, Stage
from keen.sales.models.pipelines import pipelines
from keen.sales.records import OPPORTUNITY

SEEN, ALL = 500, 20_000
MORE_STAGES = (("Discovery", "30"), ("Trial", "60"), ("Verbal yes", "90"))
HX = {"HX-Request": "true"}


def jobs(user: User) -> list[Job]:
    """The jobs, as somebody whose team has 500 open deals; the deals are made when they are not there yet."""
    _fill(user)
    stages = [stage.key for stage in pipelines().offered[0].offered if stage.is_open]
    mine = Opportunity.objects.visible_to(user.actor()).filter(closed_at=None).order_by("pk")
    ids = list(mine.values_list("pk", flat=True)[:200])
    return [
        Job("board, 500 open deals", lambda _: "/opportunities/?board=1"),
        Job(
            "move a deal",
            lambda n: f"/opportunities/{ids[n % len(ids)]}/move/",
            lambda n: {"stage": stages[(n // len(ids) + n) % len(stages)]},
            headers=HX,
        ),
        Job("deals by stage and month", lambda _: "/opportunities/report/"),
        Job("deals, list by amount", lambda _: "/opportunities/?closed_at.empty=1&sort=-amount"),
    ]


def _fill(user: User) -> None:
    if Opportunity.objects.exists():
        return
    if not Stage.objects.exists():
        for name, probability in MORE_STAGES:
            wish = StageWish(name, probability=probability, forecast="pipeline", usual_days="14")
            save_stage(actor=SYSTEM, pipeline="sales", wish=wish)
    chance = random.Random(11)
    firms = list(Account.objects.order_by("pk").values_list("pk", "name")[:2000])
    others = list(User.objects.exclude(team_id=user.team_id).order_by("pk"))
    write(OPPORTUNITY, user, timezone.now() - timedelta(days=60), _deals(chance, user, others, firms))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _deals(
    chance: random.Random, user: User, others: Sequence[User], firms: Sequence[tuple[Any, ...]]
) -> Iterator[Opportunity]:
    stages = pipelines().offered[0].offered
    open_ones = [stage.key for stage in stages if stage.is_open]
    today = timezone.localdate()
    for n in range(ALL):
        mine = n < SEEN
        owner = user if mine else chance.choice(others)
        firm, name = chance.choice(firms)
        amount = {"amount": str(Decimal(chance.randrange(500, 90_000))), "currency": "EUR"}
        step = today + timedelta(days=chance.randrange(-3, 12)) if chance.random() < 0.7 else None
        yield Opportunity(
            name=f"Deal {n}",
            account_id=firm,
            account_name=name,
            owner_id=owner.pk,
            team_id=owner.team_id,
            stage=open_ones[n % len(open_ones)] if mine else chance.choice(stages).key,
            amount=amount,
            close_date=today + timedelta(days=chance.randrange(-180, 180)),
            next_step_on=step,
            next_step="Follow up" if step else "",
        )
