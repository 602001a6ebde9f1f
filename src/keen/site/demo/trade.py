"""Orders, invoices and payments of the demo company's ordering system: by its customers, and after deals that were won."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from keen.orders.domain.choices import Status
from keen.people.models import Account, Contact
from keen.site.demo.truth import Times
from keen.site.demo.wares import ARTICLES, CARRIERS, METHODS, STRANGERS

CENT = Decimal("0.01")
POUNDS = Decimal("0.86")
TAX = {"DE": Decimal("0.19"), "FR": Decimal("0.20"), "GB": Decimal("0.20")}
YEARS, BILLED = 730, 365
"""For so many days back there are orders, and invoices; payments came in since Keen is there."""
BUYERS = 0.3
"""The share of the customers who order again and again."""
SILENT_DAYS, SILENT = 110, 0.06
RHYTHMS = (21, 45, 80, 120, 180)
SEEN = time(0, 20)
WROTE = time(16, 30)
"""When the ordering system writes its day, and when Keen reads it, every night."""
PROMPT, LATE, NEVER = 0, 1, 2
SIGNS = {"order": "SO", "invoice": "INV", "payment": "PAY"}


@dataclass
class Buyer:
    """A customer as the ordering system knows them. `account` is None for those whom nobody has in Keen."""

    number: str
    name: str
    email: str
    country: str
    account: Account | None = None
    people: list[Contact] = field(default_factory=list)
    pays: int = PROMPT
    silent: bool = False


@dataclass
class Step:
    """What the ordering system said of a paper from a day on."""

    on: date
    columns: dict[str, Any]


@dataclass
class Paper:
    """A paper with what became of it, as far as it is over by now. `columns` are those it began with."""

    kind: str
    number: str
    buyer: Buyer
    on: date
    columns: dict[str, Any]
    later: list[Step] = field(default_factory=list)
    contact: Contact | None = None


@dataclass(frozen=True)
class Sale:
    """What is to be delivered because a deal was won."""

    account: Account
    contact: Contact
    name: str
    amount: Decimal
    currency: str
    won_on: date


def buyers(chance: random.Random, accounts: Sequence[Account], people: Sequence[Contact]) -> list[Buyer]:
    """Who orders again and again, and a few whom nobody has in Keen."""
    by_account: dict[int, list[Contact]] = {}
    for contact in people:
        if contact.account_id and contact.emails:
            by_account.setdefault(contact.account_id, []).append(contact)
    found = [
        buyer_of(chance, account, by_account.get(account.pk, []))
        for account in accounts
        if account.type == "customer" and chance.random() < BUYERS
    ]
    found += [
        Buyer(number, name, email, "FR" if "SARL" in name else "DE") for number, name, email in STRANGERS
    ]
    return found


def buyer_of(chance: random.Random, account: Account, people: Sequence[Contact]) -> Buyer:
    """The account as the ordering system knows it."""
    country = account.addresses[0]["country"] if account.addresses else "DE"
    pays = chance.choices((PROMPT, LATE, NEVER), (66, 29, 5))[0]
    silent = chance.random() < SILENT
    name = account.name.upper() if chance.random() < 0.15 else account.name
    return Buyer(account.account_number, name, "", country, account, list(people), pays, silent)


class Trade:
    """All papers of two years, in the order of their days, as far as they are over by the last day."""

    def __init__(self, chance: random.Random, times: Times) -> None:
        self.chance = chance
        self.times = times
        self.papers: list[Paper] = []
        self._numbers = {"order": 40_117, "invoice": 71_003, "payment": 15_229}
        self._billed_from = times.today - timedelta(days=BILLED)
        self._first = times.today - timedelta(days=YEARS)

    def regular(self, found: Sequence[Buyer]) -> None:
        """The orders of those who order again and again, each by a rhythm of their own."""
        for buyer in found:
            rhythm = self.chance.choices(RHYTHMS, (4, 12, 26, 32, 26))[0]
            last = self.times.last - timedelta(days=SILENT_DAYS if buyer.silent else 0)
            on = self._first + timedelta(days=self.chance.randrange(rhythm))
            if buyer.account is None:
                on = self.times.today - timedelta(days=self.chance.randrange(3, 40))
            while on <= last:
                self._order(buyer, _working(on, last), self._lines(buyer))
                on += timedelta(days=max(round(rhythm * self.chance.uniform(0.6, 1.5)), 5))

    def lately(self, found: Sequence[Buyer]) -> None:
        """What came in yesterday, and what is about to leave the house."""
        for place, buyer in enumerate(found):
            on = self.times.last  # by the web shop, which is open on every day
            if place % 2 == 0:
                on = _working(on - timedelta(days=self.chance.randrange(5, 9)), on)
            self._order(buyer, on, self._lines(buyer))

    def sold(self, sale: Sale, buyer: Buyer) -> None:
        """The order that follows a deal, some days after it was won."""
        on = sale.won_on + timedelta(days=self.chance.randrange(1, 7))
        if on > self.times.last:
            return
        fitting = (sale.amount * Decimal("0.18")).quantize(Decimal(1))
        lines = [
            _line(1, ("PRJ", sale.name), 1, sale.amount - fitting),
            _line(2, ("FIT", "Fitting and start of operation"), 1, fitting),
        ]
        self._order(buyer, _working(on, self.times.last), lines, contact=sale.contact, slow=3)

    def _lines(self, buyer: Buyer) -> list[dict[str, str]]:
        chance = self.chance
        count = chance.choices((1, 2, 3, 4), (40, 32, 18, 10))[0]
        price = POUNDS if buyer.country == "GB" else Decimal(1)
        return [
            _line(
                place,
                (one.number, one.text),
                min(one.most, int(2 * chance.paretovariate(0.9))),
                (one.price * price).quantize(CENT),
            )
            for place, one in enumerate(chance.sample(ARTICLES, count), 1)
        ]

    def _order(
        self,
        buyer: Buyer,
        on: date,
        lines: list[dict[str, str]],
        *,
        contact: Contact | None = None,
        slow: int = 1,
    ) -> None:
        """An order with what became of it: shipped, invoiced, paid, each on its day."""
        chance = self.chance
        net = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
        tax = (net * TAX[buyer.country]).quantize(CENT, ROUND_HALF_EVEN)
        money = {
            "currency": "GBP" if buyer.country == "GB" else "EUR",
            "net": net,
            "tax": tax,
            "gross": net + tax,
        }
        if contact is None and buyer.people and chance.random() < 0.55:
            contact = buyer.people[0] if chance.random() < 0.7 else chance.choice(buyer.people)
        due = on + timedelta(days=slow * chance.randrange(6, 16))
        columns = {**money, "status": Status.ORDERED.value, "due_on": due, "lines": lines}
        if chance.random() < 0.6:
            columns["reference"] = f"{chance.choice(('PO', 'B', '45'))}{chance.randrange(10_000, 99_999)}"
        paper = Paper("order", "", buyer, on, columns, contact=contact)
        self.papers.append(paper)
        if chance.random() < 0.02:
            self._later(paper, on + timedelta(days=2), status=Status.CANCELLED.value)
            return
        shipped = _working(due - timedelta(days=chance.randrange(-2, 5)), date.max)
        self._ship(paper, max(shipped, on + timedelta(days=1)))
        if self._billed_from <= shipped <= self.times.last:
            self._bill(paper, max(shipped, on + timedelta(days=1)), money)

    def _ship(self, paper: Paper, on: date) -> None:
        carrier, pattern = CARRIERS[paper.buyer.country]
        sent = {
            "shipped_on": on,
            "carrier": carrier,
            "tracking": pattern.format(n=self.chance.randrange(10**8, 10**9)),
        }
        if len(paper.columns["lines"]) > 2 and self.chance.random() < 0.2:
            self._later(paper, on, status=Status.PART_SHIPPED.value, **sent)
            on = _working(on + timedelta(days=self.chance.randrange(4, 9)), date.max)
            self._later(paper, on, status=Status.SHIPPED.value, shipped_on=on)
        else:
            self._later(paper, on, status=Status.SHIPPED.value, **sent)
        self._later(
            paper,
            _working(on + timedelta(days=self.chance.randrange(1, 4)), date.max),
            status=Status.DELIVERED.value,
        )

    def _bill(self, order: Paper, on: date, money: dict[str, Any]) -> None:
        """The invoice, and the money for it on the day on which such customers pay."""
        chance, buyer = self.chance, order.buyer
        due = on + timedelta(days=14 if buyer.country == "DE" else 30)
        columns = {
            **money,
            "status": Status.OPEN.value,
            "due_on": due,
            "open_amount": money["gross"],
            "lines": order.columns["lines"],
        }
        invoice = Paper("invoice", "", buyer, on, columns, contact=order.contact)
        invoice.columns["order_number"] = order
        self.papers.append(invoice)
        late = {
            PROMPT: chance.randrange(-9, 2),
            LATE: chance.randrange(2, 30),
            NEVER: chance.randrange(30, 120),
        }[buyer.pays]
        paid = _working(due + timedelta(days=late), date.max)
        if paid > self.times.last:
            return
        self._later(invoice, paid, status=Status.PAID.value, open_amount=Decimal(0), paid_on=paid)
        if paid < self.times.first:
            return
        told = {
            "currency": money["currency"], "gross": money["gross"], "status": Status.RECEIVED.value,
            "method": chance.choice(METHODS), "invoice_number": invoice, "lines": [],
        }  # fmt: skip
        self.papers.append(Paper("payment", "", buyer, paid, told))

    def _later(self, paper: Paper, on: date, **columns: Any) -> None:
        if on <= self.times.last:
            paper.later.append(Step(on, columns))

    def until(self, last: date) -> list[Paper]:
        """The papers until the day that were not asked for yet, each with the number that the ordering system counts on."""
        self.papers.sort(key=lambda paper: paper.on, reverse=True)
        found = []
        while self.papers and self.papers[-1].on <= last:
            found.append(self.papers.pop())
        for paper in found:
            self._numbers[paper.kind] += 1
            paper.number = f"{SIGNS[paper.kind]}-{self._numbers[paper.kind]}"
        for paper in found:
            for name in ("order_number", "invoice_number"):
                if isinstance(other := paper.columns.get(name), Paper):
                    paper.columns[name] = other.number
        return found


def read_at(on: date, times: Times) -> datetime:
    """When Keen hears of what happened on a day: in the night after it, or in the first night of all."""
    night = max(on + timedelta(days=1), times.first)
    return datetime.combine(night, SEEN, tzinfo=UTC)


def _line(position: int, article: tuple[str, str], quantity: int, price: Decimal) -> dict[str, str]:
    number, words = article
    return {
        "position": str(position),
        "article": number,
        "text": words,
        "quantity": str(quantity),
        "price": str(price),
        "amount": str(price * quantity),
    }


def _working(on: date, last: date) -> date:
    """The day, or the Monday after; the Friday before where that would be too late."""
    weekday = on.weekday()
    if weekday < 5:
        return min(on, last)
    after = on + timedelta(days=7 - weekday)
    return after if after <= last else on - timedelta(days=weekday - 4)


def nights(times: Times) -> Iterator[datetime]:
    """Every night in which the ordering system was read, the last one this morning."""
    for offset in range((times.today - times.first).days + 1):
        yield datetime.combine(times.first + timedelta(days=offset), SEEN, tzinfo=UTC)
