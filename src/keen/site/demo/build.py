"""Makes the demo company: people, customers and months of work, the same on every machine for the same day."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from keen.core.actions import rows
from keen.people.models import Account, Contact
from keen.records.queries.sets import among_ids
from keen.sales.actions import measures
from keen.sales.models import StageStay
from keen.site.demo import ahead, deals, diary, newcomers, offers, tidying, told, voices
from keen.site.demo.customers import Customers, take_over
from keen.site.demo.feed import Feed
from keen.site.demo.hire import ADMINISTRATOR, Hired, hire
from keen.site.demo.history import History
from keen.site.demo.machines import automate
from keen.site.demo.market import open_market, set_targets
from keen.site.demo.person import Person, World, introduce
from keen.site.demo.staff import staff
from keen.site.demo.trade import Buyer, Trade, buyer_of, buyers
from keen.site.demo.truth import SEED, Times
from keen.site.demo.usage import Ledger
from keen.site.demo.wares import STRANGERS
from keen.telemetry.domain.codes import code_of
from keen.telemetry.policy import NOWHERE, everybodys_places

LEAST_PEOPLE = 60
WEEK = 7


@dataclass(frozen=True)
class Size:
    """How large the company is, and how old. Each person brings as many customers as in the company of sixty.

    Shape: `keep_events` leaves single usage events as long as there are any, instead of the days for which they are kept.
    """

    people: int = LEAST_PEOPLE
    months: int = 9
    accounts: int = 2000
    contacts: int = 8000
    keep_events: bool = False

    @classmethod
    def of(cls, people: int, months: int, *, keep_events: bool = False) -> "Size":
        """The size of a company of so many people."""
        people = max(people, LEAST_PEOPLE)
        scale = people / LEAST_PEOPLE
        return cls(people, months, round(cls.accounts * scale), round(cls.contacts * scale), keep_events)


USUAL = Size()


@dataclass(frozen=True)
class Company:
    """What was made, for the truth to be told of it."""

    times: Times
    size: Size
    people: Sequence[Person]
    customers: Customers
    events: int
    silent: Sequence[Account] = ()


def build_demo(today: date, size: Size = USUAL, *, data: Path | None = None) -> Company:
    """Fill an empty installation with the demo company, as if it had worked until yesterday evening.

    Shape: usage events and the file of the truth go into `data`, the directory of the installation if not given.
    """
    place = data or Path(settings.KEEN.data)
    chance = random.Random(SEED)  # noqa: S311  for made-up data
    times = Times.of(today, size.months)
    with transaction.atomic():
        company = _build(chance, times, size, place)
    truth = place / "demo" / "truth.json"
    truth.parent.mkdir(parents=True, exist_ok=True)
    truth.write_text(json.dumps(told.truth_of(company), indent=1, ensure_ascii=False) + "\n")
    return company


def _build(chance: random.Random, times: Times, size: Size, place: Path) -> Company:
    hired = hire(staff(size.people), times)
    whole_from = times.first if size.keep_events else times.today - timedelta(days=settings.KEEN.usage_days)
    ledger = Ledger(place / "usage", whole_from=whole_from, code=partial(code_of, str(settings.SECRET_KEY)))
    world = World(times, History(chance), ledger, deals.Book())
    administrator = next(one for one in hired if one.colleague.name == ADMINISTRATOR)
    open_market(world.history, times, administrator.user.pk)
    places = everybodys_places()
    people = [Person(one, world, places.get(one.user.pk, NOWHERE)) for one in hired]
    set_targets(world.history, people, administrator.user.pk)
    able = {person.id for person in people if person.can_meet}
    customers = take_over(chance, hired, (size.accounts, size.contacts), _morning(times.first), able)
    introduce(people, customers.contacts)
    _to_meet(people, customers.to_come)
    shop = Shop(chance, world, customers)
    for first, last in _weeks(times):
        diary.live(people, first, last)
        if last == times.last:
            ahead.plan_ahead(people, first)
            world.history.write_rows()
        shop.until(first, last)
        _join(world)
        world.history.write()
        ledger.write()
    _stand(world.book)
    _around_deals(people, administrator.user.pk)
    shop.feed.files()
    tidying.merge_doubles(people, customers)
    ahead.notify(people, chance)
    _speak(world, hired, administrator)
    return Company(times, size, people, customers, ledger.count, shop.silent)


def _speak(world: World, hired: Sequence[Hired], administrator: Hired) -> None:
    """What runs by itself, and what people say of it all."""
    sellers = [one.user for one in hired if one.colleague.role == "sales_rep"]
    bosses = [one.user for one in hired if one.colleague.role == "sales_manager"]
    automate(world.history, administrator.user, (bosses[0], sellers), _morning(world.times.today))
    voices.speak(hired, administrator.user.pk, world.times)


class Shop:
    """The ordering system beside Keen, and its customers: they order again and again, and after deals that were won."""

    def __init__(self, chance: random.Random, world: World, customers: Customers) -> None:
        self._chance = chance
        self._world = world
        self._numbers = {number for number, _, _ in STRANGERS}
        found = buyers(chance, customers.accounts, customers.contacts)
        for buyer in found:
            self._number(buyer)
        self._buyers = {one.account.pk: one for one in found if one.account is not None}
        self._trade = Trade(chance, world.times)
        self._trade.regular(found)
        self._trade.lately(_one_each(found))
        self.feed = Feed(world.history, world.times)

    @property
    def silent(self) -> list[Account]:
        """The customers who ordered again and again and stopped; none to whom a deal was sold."""
        return [one.account for one in self._buyers.values() if one.silent and one.account is not None]

    def until(self, first: date, last: date) -> None:
        """The papers of these days, and what Keen read of them."""
        for sale in deals.sales(self._world.book, first, last):
            pk = sale.account.pk
            if pk not in self._buyers:
                self._buyers[pk] = buyer_of(self._chance, sale.account, [sale.contact])
                self._number(self._buyers[pk])
            self._buyers[pk].silent = False
            self._trade.sold(sale, self._buyers[pk])
        self.feed.read(self._trade.until(last), last)

    def _number(self, buyer: Buyer) -> None:
        """A number of its own for a customer who has none in Keen, or one that somebody typed wrong."""
        if buyer.account is not None and (not buyer.number or buyer.number in self._numbers):
            buyer.number = f"K{90_000 + len(self._numbers)}"
        self._numbers.add(buyer.number)


def _one_each(found: Sequence[Buyer]) -> list[Buyer]:
    """Two customers of each sales person."""
    theirs: dict[int, list[Buyer]] = {}
    for buyer in found:
        if buyer.account is not None and not buyer.silent:
            theirs.setdefault(buyer.account.owner_id or 0, []).append(buyer)
    return [buyer for some in theirs.values() for buyer in some[:2]]


def _around_deals(people: Sequence[Person], administrator: int) -> None:
    """The leads behind the deals, and the quotes that were made of them."""
    pursuits = people[0].world.book.pursuits
    newcomers.come(people, pursuits, administrator)
    offers.offer(people, pursuits, administrator)


def _join(world: World) -> None:
    """Store who has to do with deals; the audit trail is told of it with what else was done."""
    joined, world.book.joined = world.book.joined, []
    rows.insert([row for row, _ in joined])
    for row, deed in joined:
        world.history.tell(deed, deals.entry_of(row))


def _stand(book: deals.Book) -> None:
    """How long deals stood where, and what follows from that for how long they usually do."""
    moved = [pursuit for pursuit in book.pursuits if len(pursuit.stays) > 1]
    StageStay.objects.filter(opportunity_id__in=among_ids([pursuit.record.pk for pursuit in moved])).delete()
    rows.insert([stay for pursuit in moved for stay in deals.stays_of(pursuit)])
    measures.measure_stages()


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(7), tzinfo=ZoneInfo("Europe/Berlin"))


def _to_meet(people: Sequence[Person], contacts: Sequence[Contact]) -> None:
    theirs: dict[int, list[Contact]] = {}
    for contact in contacts:
        theirs.setdefault(contact.owner_id or 0, []).append(contact)
    for person in people:
        if person.id in theirs:
            person.meets(theirs[person.id])


def _weeks(times: Times) -> Iterator[tuple[date, date]]:
    """The days in portions, as many as fit into memory; the last one is a whole week, so that everybody works in it."""
    first, days = times.first, (times.today - times.first).days
    last = first + timedelta(days=(days - 1) % WEEK)
    while last <= times.last:
        yield first, last
        first, last = last + timedelta(days=1), last + timedelta(days=WEEK)
