"""Where the demo company sells: its pipelines, and what a pound was worth from month to month."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from keen.core.actions import stamps
from keen.core.actions.operations import Entry
from keen.sales.actions import pipelines
from keen.sales.actions.quotas import QUOTA
from keen.sales.actions.rates import RATE
from keen.sales.domain.pipeline import Forecast, StageFacts, StageType
from keen.sales.models import ExchangeRate, Pipeline, Stage
from keen.sales.models.quotas import Quota
from keen.site.demo.history import Deed, History
from keen.site.demo.person import Person
from keen.site.demo.truth import Times, Type

CONTRACTS = "maintenance"
STAGES = (
    StageFacts(
        "maintenance_request", "Request", probability=30, usual_days=10,
        help=("It is clear which units are to be looked after.", "They said by when it has to run."),
    ),
    StageFacts(
        "maintenance_offer", "Offer", probability=60, forecast=Forecast.BEST_CASE, usual_days=21,
        help=("The price for each visit is in their hands.", "Whoever pays has seen it."),
    ),
    StageFacts(
        "maintenance_contract", "Contract", probability=85, forecast=Forecast.COMMIT, usual_days=14,
        help=("Nothing but the signature is missing.",),
    ),
    StageFacts("maintenance_won", "Signed", StageType.WON, 100, Forecast.CLOSED),
    StageFacts("maintenance_lost", "Lost", StageType.LOST, 0, Forecast.OMITTED),
)  # fmt: skip
TARGET = 120_000
TARGETS = {Type.PART_TIME: 72_000, Type.NEW: 40_000, Type.KEEN: 140_000}
"""What somebody is to win in a quarter, in euros."""
POUND = (
    "1.1604",
    "1.1671",
    "1.1549",
    "1.1498",
    "1.1575",
    "1.1633",
    "1.1702",
    "1.1658",
    "1.1587",
    "1.1522",
    "1.1480",
    "1.1536",
)


def open_market(history: History, times: Times, administrator: int) -> None:
    """The pipelines and the rates, as an administrator set them up before the first day and month by month."""
    at = datetime.combine(times.first, time(9), tzinfo=ZoneInfo("Europe/Berlin")) - timedelta(days=6)
    deed = Deed(administrator, at, "created", "Pipeline Maintenance contracts added.")
    pipelines.ensure()
    row = Pipeline.objects.create(key=CONTRACTS, name="Maintenance contracts", position=1)
    history.tell(deed, Entry(pipelines.PIPELINE, row.pk, 0, "created", {}, row.facts()))
    for place, one in enumerate(STAGES):
        stage = Stage.objects.create(
            pipeline=row, key=one.key, name=one.name, position=place, type=one.type.value,
            probability=one.probability, forecast=one.forecast.value, help=list(one.help), usual_days=one.usual_days,
        )  # fmt: skip
        history.tell(deed, Entry(pipelines.STAGE, stage.pk, 0, "created", {}, {**stage.facts(), "asks": []}))
    if settings.KEEN.currency == "EUR":
        _rates(history, times, administrator)
    stamps.renew()


def set_targets(history: History, people: Sequence[Person], administrator: int) -> None:
    """What each sales person and their team are to win in each quarter of the company's time."""
    times = people[0].world.times
    each = {one.id: TARGETS.get(one.type, TARGET) for one in people if one.share_of_deals >= 1}
    teams: Counter[int] = Counter()
    for one in people:
        teams[one.hired.user.team_id or 0] += each.get(one.id, 0)
    quarters = dict.fromkeys((on.year, (on.month + 2) // 3) for on in _months(times))
    for year, quarter in quarters:
        first = max(date(year, quarter * 3 - 2, 1), times.first)
        at = datetime.combine(first, time(8, 30), tzinfo=ZoneInfo("Europe/Berlin"))
        deed = Deed(administrator, at, "set targets", f"Targets of {year} set.")
        wanted: list[tuple[int | None, int | None, int]] = [(pk, None, amount) for pk, amount in each.items()]
        wanted += [(None, pk, amount) for pk, amount in teams.items() if amount]
        for user, team, amount in wanted:
            row = Quota.objects.create(
                user_id=user, team_id=team, year=year, quarter=quarter, amount=Decimal(amount)
            )
            ends = {"user_id": user, "team_id": team, "year": year, "quarter": quarter}
            after: dict[str, object] = {**ends, "amount": f"{amount}.00"}
            history.tell(deed, Entry(QUOTA, row.pk, 0, "created", {}, after))


def _rates(history: History, times: Times, administrator: int) -> None:
    for place, on in enumerate(_months(times)):
        row = ExchangeRate.objects.create(currency="GBP", on=on, rate=Decimal(POUND[place % len(POUND)]))
        at = datetime.combine(on, time(8, 40), tzinfo=ZoneInfo("Europe/Berlin"))
        told = f"From {on.day} {on:%b %Y}, 1 GBP is worth {row.rate.normalize():f} EUR."
        after: dict[str, object] = {"currency": "GBP", "on": on.isoformat(), "rate": str(row.rate)}
        history.tell(Deed(administrator, at, "saved", told), Entry(RATE, row.pk, 0, "created", {}, after))


def _months(times: Times) -> Iterator[date]:
    """The first days of the months that begin before the company is built, from the one in which it began."""
    on = times.first.replace(day=1)
    while on < times.today:
        yield on
        on = (on + timedelta(days=32)).replace(day=1)
