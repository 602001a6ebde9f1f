"""The quotes of the demo company: made of deals that came far enough, sent, opened, accepted, refused, left to expire."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from keen.core.actions import rows
from keen.core.actions.operations import Entry
from keen.sales.actions.catalogue import PAPER_KIND
from keen.sales.domain import pricing, quotes
from keen.sales.domain.pipeline import StageType
from keen.sales.domain.quotes import Status
from keen.sales.models import Quote, QuoteMoment, QuoteNumber, QuotePaper
from keen.site.demo.deals import Pursuit
from keen.site.demo.history import Deed, Made
from keen.site.demo.person import Person
from keen.site.demo.staff import COMPANY
from keen.site.demo.truth import SEED, Type
from keen.site.demo.wares import ARTICLES

CAREFUL: Final = frozenset({Type.KEEN, Type.STEADY, Type.PART_TIME, Type.NEW})
OFFERED: Final = frozenset({"proposal", "negotiation", "maintenance_offer", "maintenance_contract"})
LATELY: Final = timedelta(days=120)
MOST: Final = 180
DAYS: Final = 30
TAX: Final = "19"
PAPER: Final = {
    "company": COMPANY,
    "address": "Speicherkontor 4\n20457 Hamburg, Germany",
    "contact": "offers@aurora-cooling.example\n+49 40 555 0100",
    "small_print": "Aurora Cooling GmbH · Amtsgericht Hamburg HRB 000000 · VAT DE000000000 · made up for this demo",
    "introduction": "Thank you for your time. This is what we offer.",
    "terms": "Delivery within six weeks of your order. Payment within 30 days without deduction.",
}
REFUSED: Final = (
    "The other offer starts a month earlier.",
    "Too dear for this year's budget.",
    "We keep the old system for another year.",
)
MORNING: Final = time(8)
ACCEPTED, OPENED, ENDING = "accepted", "opened", "ending"
# What a sales person who tours the demo has before them, one of each.
STORIES: Final = (ACCEPTED, OPENED, ENDING)
TOUR: Final = "Maya Lind"


@dataclass(frozen=True)
class Fate:
    """What becomes of a quote, and when."""

    status: str
    at: datetime | None = None
    looks: Sequence[datetime] = ()
    valid_until: date | None = None
    reason: str = ""


def offer(people: Sequence[Person], pursuits: Sequence[Pursuit], administrator: int) -> None:
    """Quotes of the deals of those who work with care, numbered in the order in which they were made."""
    world = people[0].world
    chance = random.Random(f"{SEED} offers")  # noqa: S311  for made-up data
    now = datetime.combine(world.times.today, MORNING, tzinfo=people[0].hired.zone)
    _set_paper(people, administrator)
    owners = {person.id: person for person in people if person.type in CAREFUL and person.sells}
    found = sorted(_ripe(pursuits, owners, now), key=lambda pair: pair[1])[-MOST:]
    tour = iter(STORIES)
    numbers: dict[int, int] = {}
    moments: list[tuple[Quote, str, datetime]] = []
    for pursuit, since in found:
        person = owners[pursuit.record.owner_id or 0]
        mine = person.hired.colleague.name == TOUR and pursuit.is_open
        fate = _fate(chance, pursuit, since, now, next(tour, "") if mine else "")
        numbers[since.year] = numbers.get(since.year, 0) + 1
        row = _quote(chance, pursuit, quotes.numbered(since.year, numbers[since.year]), fate, since)
        world.history.make(_told(row, person, since, fate))
        moments += [(row, quotes.OPENED, at) for at in fate.looks]
        if row.decided_at is not None:
            moments.append((row, row.status, row.decided_at))
    world.history.write()
    rows.insert([QuoteMoment(quote_id=row.pk, what=what, at=at) for row, what, at in moments])
    for year, last in numbers.items():
        QuoteNumber.objects.create(year=year, last=last)


def _set_paper(people: Sequence[Person], administrator: int) -> None:
    world = people[0].world
    at = datetime.combine(world.times.first, MORNING, tzinfo=people[0].hired.zone)
    row = QuotePaper.objects.create(facts=PAPER)
    deed = Deed(administrator, at, "saved", "What quotes start with is saved.")
    world.history.tell(deed, Entry(PAPER_KIND, row.pk, 0, "updated", {}, dict(PAPER)))


def _ripe(
    pursuits: Sequence[Pursuit], owners: dict[int, Person], now: datetime
) -> Iterator[tuple[Pursuit, datetime]]:
    """The deals that came as far as an offer, and when it was made: a day or two after they came there."""
    for pursuit in pursuits:
        deal = pursuit.record
        person = owners.get(deal.owner_id or 0)
        since = next((at for stage, at, _ in pursuit.stays if stage in OFFERED), None)
        if person is None or since is None or not deal.amount or since < now - LATELY:
            continue
        at = since + timedelta(minutes=40)
        if at < (deal.closed_at or now) - timedelta(hours=20):
            yield pursuit, at


def _fate(chance: random.Random, pursuit: Pursuit, since: datetime, now: datetime, story: str) -> Fate:
    deal, sent = pursuit.record, since + timedelta(minutes=25)
    end = (sent + timedelta(days=DAYS)).date()
    if story:
        return _of_story(chance, story, sent, now)
    if deal.closed_at is not None:
        at = deal.closed_at - timedelta(hours=chance.randrange(2, 18))
        if deal.facts.type is StageType.WON:
            seen = _looks(chance, sent, at, chance.randrange(1, 5))
            return Fate(Status.ACCEPTED.value, at, seen, max(end, at.date()))
        if at.date() <= end and chance.random() < 0.6:
            return Fate(Status.REFUSED.value, at, _looks(chance, sent, at, 1), end, chance.choice(REFUSED))
    if end < now.date():
        return Fate(Status.EXPIRED.value, None, _looks(chance, sent, now, chance.randrange(3)), end)
    if chance.random() < 0.12 and deal.closed_at is None:
        return Fate(Status.DRAFT.value, None, (), max(end, now.date()))
    until = min(sent + timedelta(days=6), now)
    return Fate(Status.SENT.value, None, _looks(chance, sent, until, chance.randrange(3)), end)


def _of_story(chance: random.Random, story: str, sent: datetime, now: datetime) -> Fate:
    """What the one who tours the demo finds this morning."""
    if story == ACCEPTED:
        end = max((sent + timedelta(days=DAYS)).date(), now.date())
        at = now - timedelta(hours=chance.randrange(16, 20))
        return Fate(Status.ACCEPTED.value, at, _looks(chance, sent, at, 2), end)
    until = now.date() + timedelta(days=1 if story == ENDING else 12)
    last = now - timedelta(hours=16)
    times = 1 if story == ENDING else 3
    return Fate(Status.SENT.value, None, [*_looks(chance, sent, last, times)[:-1], last], until)


def _looks(chance: random.Random, sent: datetime, until: datetime, count: int) -> list[datetime]:
    """When the customer opened it, in their order; nothing before it was sent, nothing after `until`."""
    span = (until - sent).total_seconds()
    if span <= 3600:
        return []
    return sorted(sent + timedelta(seconds=chance.uniform(1800, span)) for _ in range(count))


def _quote(chance: random.Random, pursuit: Pursuit, number: str, fate: Fate, made: datetime) -> Quote:
    deal, contact = pursuit.record, pursuit.contact
    currency = str((deal.amount or {})["currency"])
    row = Quote(
        number=number, opportunity_id=deal.pk, opportunity_name=deal.name[:210], account_id=deal.account_id,
        account_name=deal.account_name, contact_id=contact.pk, contact_name=contact.title[:210],
        email=contact.email, status=fate.status, currency=currency, lines=_lines(chance, pursuit, currency),
        valid_until=fate.valid_until, introduction=PAPER["introduction"], terms=PAPER["terms"],
        owner_id=deal.owner_id, team_id=deal.team_id, source="By hand",
    )  # fmt: skip
    if fate.status != Status.DRAFT:
        row.sent_at = made + timedelta(minutes=25)
        row.letterhead = {
            name: PAPER.get(name, "") for name in ("company", "address", "contact", "small_print")
        }
        row.letterhead["accent"] = "#1f5fbf"
        row.looks, row.looked_at = len(fate.looks), fate.looks[-1] if fate.looks else None
    if fate.at is not None:
        row.decided_at, row.decided_name, row.reason = fate.at, contact.title[:120], fate.reason
    return row


def _lines(chance: random.Random, pursuit: Pursuit, currency: str) -> list[dict[str, Any]]:
    """What the deal is about, and a few parts of it: together they come to its amount."""
    deal = pursuit.record
    left = Decimal((deal.amount or {})["amount"])
    found = []
    for article in chance.sample(ARTICLES, 2):
        count = chance.randrange(1, 4)
        if article.price * count < left / 4:
            found.append((article.text, article.number, Decimal(count), article.price))
            left -= article.price * count
    made = [pricing.Line(deal.name, Decimal(1), left, tax=Decimal(TAX))]
    made += [
        pricing.Line(words, count, price, tax=Decimal(TAX), article=number)
        for words, number, count, price in found
    ]
    return [pricing.kept(line, place, currency) for place, line in enumerate(made, 1)]


def _told(row: Quote, person: Person, at: datetime, fate: Fate) -> Made:
    """The draft as it was made, sent and answered, in the audit trail."""
    made = Made(row, Deed(person.id, at, "created", f"Quote {row.title} is a draft.", undoable=False))
    if fate.status == Status.DRAFT:
        return made
    final = row.status
    decided = {name: getattr(row, name) for name in ("decided_at", "decided_name", "reason")}
    sent_at, head = row.sent_at, row.letterhead
    row.status, row.sent_at, row.letterhead = Status.DRAFT.value, None, {}
    row.decided_at, row.decided_name, row.reason = None, "", ""
    sent = Deed(person.id, sent_at or at, "sent", f"Quote {row.title} is on its way.", undoable=False)
    made.change(sent, status=Status.SENT.value, sent_at=sent_at, letterhead=head)
    if final == Status.EXPIRED and row.valid_until is not None:
        over = datetime.combine(row.valid_until + timedelta(days=1), at.timetz())
        made.change(
            Deed(None, over, "expired", "1 quote expired.", via="system", undoable=False), status=final
        )
    elif fate.at is not None:
        words = f"Quote {row.title} was {final} by {decided['decided_name']}."
        made.change(
            Deed(None, fate.at, final, words, via="quote link", undoable=False), status=final, **decided
        )
    return made
