"""Deals as people of the demo company work on them: entered, moved, put off, won and lost, with what comes next."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from keen.activities.models import Activity
from keen.core.actions.operations import Entry
from keen.people.models import Account, Contact
from keen.sales.actions.people import INVOLVED
from keen.sales.domain.pipeline import PipelineFacts, StageType
from keen.sales.domain.reasons import ROLES as LABELS
from keen.sales.models import Involvement, Opportunity, StageStay
from keen.sales.models.pipelines import pipelines
from keen.site.demo import deeds
from keen.site.demo.day import Day
from keen.site.demo.history import Deed, Made
from keen.site.demo.market import CONTRACTS as MAINTENANCE
from keen.site.demo.trade import Sale
from keen.site.demo.wares import COMPETITORS, CONTRACTS, LARGEST, LOST, PRODUCTS, ROLES, STEPS, WON, Product

POUNDS = 0.86
BACKLOG_DAYS = 12
BACKLOG = 5.0
STALLS = 0.16
STEP_DAYS = (4, 5, 6, 8, 10, 12)
MOST_INVOLVED = 3
WON_STAGE = "closed_won"


@dataclass
class Pursuit:
    """A deal with what is to become of it.

    Shape: `stays` are the stages at which it stood, with since when and by whom; `due` is when it is worked on next.
    """

    record: Opportunity
    contact: Contact
    due: date
    stays: list[tuple[str, datetime, int]]
    step: Made | None = None
    pushes: int = 0
    involved: set[tuple[int, str]] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        """Whether it is to be decided."""
        return self.record.is_open


@dataclass
class Book:
    """All deals of the company, and who has to do with them, on their way into the tables."""

    pursuits: list[Pursuit] = field(default_factory=list)
    joined: list[tuple[Involvement, Deed]] = field(default_factory=list)


def wishes(day: Day) -> int:
    """How many new deals somebody enters on the day: what lay on the desk at first, then one after the other."""
    person = day.person
    if not person.sells:
        return 0
    joined = person.world.times.joined(person.type)
    rate = day.habit.opens * person.share_of_deals
    if day.habit.bursts:
        rate *= 4
    if (day.on - joined).days < BACKLOG_DAYS:
        rate *= BACKLOG
    return int(rate + day.chance.random())


def enter(day: Day) -> None:
    """Enter a deal with somebody they know."""
    known = [contact for contact in day.person.known if contact.account is not None]
    if not known:
        return
    day.open_form("opportunity-new", "opportunity")
    if day.chance.random() < day.habit.leaves:
        day.leave_form("opportunity-new", "opportunity", ["name", "amount"])
        return
    contact = day.chance.choice(known)
    at = day.saved("opportunity-new", "opportunity")
    pursuit = _begin(day, contact, at)
    deed = day.deed(at, "created", f"{pursuit.record.name} saved.")
    day.person.world.history.make(Made(pursuit.record, deed))
    day.person.deals.append(pursuit)
    day.person.world.book.pursuits.append(pursuit)
    _plan(day, pursuit)


def _begin(day: Day, contact: Contact, at: datetime) -> Pursuit:
    chance, user = day.chance, day.person.hired.user
    account = contact.account
    if account is None:
        raise TypeError("A deal is with a company.")
    found = pipelines()
    contracts = chance.random() < (0.3 if account.type == "customer" else 0.08)
    pipeline = (found.pipeline(MAINTENANCE) if contracts else None) or found.offered[0]
    product = _product(chance, CONTRACTS if contracts else PRODUCTS)
    name = product.name.format(n=chance.randrange(2, 5), d=chance.choice((8, 12, 16, 24, 40)))
    started = _started(day, pipeline)
    stage = pipeline.offered[started]
    record = Opportunity(
        name=name, account=account, account_name=account.name, pipeline=pipeline.key, stage=stage.key,
        type=product.type if account.type == "customer" else "new",
        amount=_amount(chance, product, account, bursts=day.habit.bursts),
        close_date=_close_date(day, pipeline, started), owner=user, team=user.team, source="By hand",
        competitors=[chance.choice(COMPETITORS)] if chance.random() < day.habit.answers * 0.25 else [],
    )  # fmt: skip
    return Pursuit(record, contact, _due(day, stage.usual), [(stage.key, at, day.person.id)])


def _product(chance: random.Random, among: Sequence[Product]) -> Product:
    return chance.choices(among, [product.weight for product in among])[0]


def _amount(chance: random.Random, product: Product, account: Account, *, bursts: bool) -> dict[str, str]:
    """What is asked for it, in the money of the customer: many small ones and a few very large ones, in round numbers."""
    worth = min(product.least * chance.paretovariate(product.spread), product.least * 14, LARGEST)
    currency = "GBP" if account.addresses and account.addresses[0]["country"] == "GB" else "EUR"
    if currency == "GBP":
        worth *= POUNDS
    grain = 10 if worth < 5_000 else 50 if worth < 20_000 else 250 if worth < 100_000 else 1_000
    if bursts:  # whoever fills in fields for the review guesses
        grain = 1_000 if worth < 20_000 else 5_000
    return {"amount": str(max(round(worth / grain), 1) * grain), "currency": currency}


def _started(day: Day, pipeline: PipelineFacts) -> int:
    """At which stage it is entered: the first one mostly, further on what was there before Keen or is kept elsewhere."""
    ahead = sum(1 for stage in pipeline.offered if stage.is_open)
    joined = day.person.world.times.joined(day.person.type)
    if (day.on - joined).days < BACKLOG_DAYS:
        return day.chance.randrange(ahead)
    if day.habit.late:
        return day.chance.choice((ahead - 2, ahead - 1))
    return day.chance.choices((0, 1), (8, 2))[0]


def _close_date(day: Day, pipeline: PipelineFacts, started: int) -> date:
    usual = sum(stage.usual for stage in pipeline.offered[started:] if stage.is_open)
    on = day.on + timedelta(days=round(usual * day.chance.uniform(0.75, 1.35)) + 2)
    return _end_of_month(on) if day.habit.bursts or day.habit.late else day.person.next_day(on, 0)


def _end_of_month(on: date) -> date:
    return (on.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _due(day: Day, usual: int) -> date:
    """When it is worked on next: about the usual time of the stage, a good deal longer for what stalls."""
    days = usual * day.habit.takes * day.chance.lognormvariate(-0.05, 0.45)
    if day.chance.random() < STALLS:
        days += day.chance.randrange(15, 50)
    return day.on + timedelta(days=max(round(days), 2))


def ripe(day: Day) -> list[Pursuit]:
    """The deals on which they work on the day; they are stored already, so that what follows can name them."""
    person = day.person
    person.deals = [one for one in person.deals if one.is_open]
    return [
        one
        for one in person.deals
        if one.record.pk and one.due <= day.on and day.chance.random() < day.habit.pursues
    ]


def pursue(day: Day, pursuit: Pursuit) -> None:
    """Work on a deal whose time has come: it goes on, is won, is lost, or its close date is put off."""
    if not pursuit.is_open:
        return
    chance, deal = day.chance, pursuit.record
    if chance.random() < day.habit.looks:
        _look(day, deal)
    _involve(day, pursuit)
    stages = _pipeline(deal).offered
    ahead = [stage.key for stage in stages if stage.is_open]
    at = ahead.index(deal.stage)
    if chance.random() > day.habit.survives:
        _close(day, pursuit, StageType.LOST)
    elif at + 1 < len(ahead):
        _move(day, pursuit, ahead[at + 1])
    elif chance.random() < 0.3:
        _push(day, pursuit)
    else:
        _close(day, pursuit, StageType.WON)
    if pursuit.is_open:
        pursuit.due = _due(day, deal.facts.usual)
        if deal.close_date is not None and deal.close_date <= day.on:
            _push(day, pursuit)
        _plan(day, pursuit)


def _pipeline(deal: Opportunity) -> PipelineFacts:
    found = pipelines()
    return found.pipeline(deal.pipeline) or found.offered[0]


def _look(day: Day, deal: Opportunity) -> None:
    """The page of the deal."""
    day.say("page_viewed", screen="opportunity")
    own = deal.owner_id == day.person.id
    day.say("record_viewed", deal.KIND, own=own, after="list", beside=False, untouched="30")
    day.wait(15, 60)


def _alter(day: Day, pursuit: Pursuit, deed: Deed, **columns: Any) -> None:
    """Other values for the deal, with what follows from them."""
    deal = pursuit.record
    before = deal.stage
    day.person.world.history.alter(deal, deed, **columns)
    if deal.stage != before:
        deal.stage_since = deed.at
        pursuit.stays.append((deal.stage, deed.at, day.person.id))
    deal.derive()


def _move(day: Day, pursuit: Pursuit, stage: str) -> None:
    at = day.saved("opportunity-move", "opportunity")
    name = pipelines().stages[stage].name
    deed = day.deed(at, "moved", f"{pursuit.record.name} moved to {name}.")
    _alter(day, pursuit, deed, stage=stage)
    amount = pursuit.record.amount
    if amount and day.chance.random() < 0.22 and not day.habit.bursts:
        _haggle(day, pursuit, int(amount["amount"]))


def _haggle(day: Day, pursuit: Pursuit, worth: int) -> None:
    """Another amount, once more is known."""
    grain = 10 if worth < 5_000 else 50 if worth < 20_000 else 250
    now = max(round(worth * day.chance.uniform(0.82, 1.2) / grain), 1) * grain
    if now != worth and pursuit.record.amount:
        _fact(day, pursuit, amount={**pursuit.record.amount, "amount": str(now)})


def _push(day: Day, pursuit: Pursuit) -> None:
    """The close date once more: three weeks, or the end of the next month for who fills in fields for others."""
    on = day.on + timedelta(days=day.chance.choice((14, 21, 28, 30)))
    on = _end_of_month(on) if day.habit.bursts or day.habit.late else day.person.next_day(on, 0)
    pursuit.pushes += 1
    pursuit.due = max(pursuit.due, day.on + timedelta(days=7))
    _fact(day, pursuit, close_date=on)


def _fact(day: Day, pursuit: Pursuit, **columns: Any) -> None:
    day.open_form("opportunity-fact", "opportunity", whole=False)
    at = day.saved("opportunity-fact", "opportunity", road="inline")
    _alter(day, pursuit, day.deed(at, "updated", f"{pursuit.record.name} saved."), **columns)


def _close(day: Day, pursuit: Pursuit, outcome: StageType) -> None:
    """Won or lost, with the reason that somebody gives or does not."""
    deal = pursuit.record
    stage = _pipeline(deal).first_of(outcome)
    if stage is None:
        raise TypeError("Every pipeline of the demo ends.")
    at = day.saved("opportunity-move", "opportunity")
    reasons = WON if outcome is StageType.WON else LOST
    given = day.chance.choices([key for key, _ in reasons], [share for _, share in reasons])[0]
    columns: dict[str, Any] = {"reason": given} if day.chance.random() < day.habit.answers else {}
    if given == "lost_competitor" and columns and not deal.competitors:
        columns["competitors"] = [day.chance.choice(COMPETITORS)]
    deed = day.deed(at, outcome.value, f"{deal.name} is {outcome.value}.")
    deal.closed_at = at
    _alter(day, pursuit, deed, stage=stage.key, **columns)
    _call_off(day, pursuit)


def _call_off(day: Day, pursuit: Pursuit) -> None:
    """What was planned for a deal that is decided is not to be done any more."""
    made = pursuit.step
    if made is None or not isinstance(made.record, Activity) or not made.record.is_open:
        return
    for planned in day.person.agenda.values():
        if made in planned:
            planned.remove(made)
            at = day.saved("activity-cancel", "activity")
            made.change(day.deed(at, "cancelled", f"Cancelled: {made.record.title}."), status="cancelled")
            day.person.world.history.make(made)
            return


# What comes next -----------------------------------------------------------------------------------------------


def _plan(day: Day, pursuit: Pursuit) -> None:
    """A next step for the deal, for who plans one."""
    if pursuit.step is not None and isinstance(pursuit.step.record, Activity) and pursuit.step.record.is_open:
        return
    if day.chance.random() >= day.habit.steps:
        return
    on = day.person.next_day(day.on, day.chance.choice(STEP_DAYS))
    pursuit.step = deeds.plan_step(day, on, pursuit.contact, pursuit.record, _step(day, pursuit))


def _step(day: Day, pursuit: Pursuit) -> tuple[str, str]:
    """The kind of what comes next, and its words."""
    ahead = [stage.key for stage in _pipeline(pursuit.record).offered if stage.is_open]
    place = ahead.index(pursuit.record.stage) + (len(STEPS) - len(ahead) if len(ahead) < len(STEPS) else 0)
    kind, words = day.chance.choice(STEPS[place])
    return kind, words.format(what=pursuit.record.name)


def keep_going(day: Day) -> None:
    """The next step of deals whose last one is done, at the end of the day."""
    for pursuit in day.person.deals:
        step = pursuit.step
        if (
            step is not None
            and pursuit.is_open
            and isinstance(step.record, Activity)
            and not step.record.is_open
        ):
            pursuit.step = None
            _plan(day, pursuit)


# Who has to do with it -----------------------------------------------------------------------------------------


def _involve(day: Day, pursuit: Pursuit) -> None:
    """Somebody of the company who has to do with the deal, as one learns of them."""
    if len(pursuit.involved) >= MOST_INVOLVED or day.chance.random() >= day.habit.involves:
        return
    deal = pursuit.record
    colleagues = [one for one in day.person.known if one.account_id == deal.account_id] or [pursuit.contact]
    contact = pursuit.contact if not pursuit.involved else day.chance.choice(colleagues)
    if any(contact.pk == known for known, _ in pursuit.involved):
        return
    role = next((key for key, titles in ROLES if contact.job_title in titles), "influences")
    at = day.saved("involve", "opportunity")
    deed = day.deed(at, "related", f"{contact.title}: {dict(LABELS)[role].lower()}, in {deal.name}.")
    row = Involvement(opportunity_id=deal.pk, contact_id=contact.pk, role=role, made_at=at)
    pursuit.involved.add((contact.pk, role))
    day.person.world.book.joined.append((row, deed))
    after: dict[str, object] = {"relation": dict(LABELS)[role]}
    told = Entry(deal.KIND, deal.pk, deal.version, "related", {"relation": ""}, after)
    day.person.world.history.tell(deed, told)


def ends(row: Involvement) -> dict[str, object]:
    """What the audit trail keeps of it."""
    return {"opportunity_id": row.opportunity_id, "contact_id": row.contact_id, "role": row.role}


def entry_of(row: Involvement) -> Entry:
    """Its line in the audit trail."""
    return Entry(INVOLVED, row.pk, 1, "created", {}, ends(row))


def stays_of(pursuit: Pursuit) -> list[StageStay]:
    """How long the deal stood where."""
    found = []
    for place, (stage, since, by) in enumerate(pursuit.stays):
        after = pursuit.stays[place + 1][1] if place + 1 < len(pursuit.stays) else None
        found.append(
            StageStay(
                opportunity_id=pursuit.record.pk, pipeline=pursuit.record.pipeline, stage=stage, entered_at=since,
                left_at=after, moved_by_id=by,
            )
        )  # fmt: skip
    return found


def sales(book: Book, first: date, last: date) -> Iterator[Sale]:
    """What was won in these days and is to be delivered; contracts are no orders."""
    for pursuit in book.pursuits:
        deal = pursuit.record
        if deal.stage != WON_STAGE or deal.account is None or not deal.amount or deal.closed_at is None:
            continue
        on = deal.closed_at.date()
        if first <= on <= last:
            amount, currency = Decimal(deal.amount["amount"]), deal.amount["currency"]
            yield Sale(deal.account, pursuit.contact, deal.name, amount, currency, on)
