"""How the papers of the ordering system came into Keen: night after night, in files, each known customer tied to an account."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from keen.core.actions import rows
from keen.orders.domain.facts import Party
from keen.orders.domain.matching import Candidate, sure
from keen.orders.models import MODELS, Customer, Document, Intake
from keen.orders.queries import matching
from keen.site.demo.history import Deed, History, Made
from keen.site.demo.trade import WROTE, Buyer, Paper, Step, nights, read_at
from keen.site.demo.truth import Times

SYSTEM = "ERP"
FILES = {"order": "orders", "invoice": "invoices", "payment": "payments"}


@dataclass
class Night:
    """What came of one file."""

    kind: str
    deed: Deed
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The file."""
        return f"{FILES[self.kind]}-{self.deed.at:%Y-%m-%d}.csv"


class Feed:
    """The nights, and what was read in each."""

    def __init__(self, history: History, times: Times) -> None:
        self._history = history
        self._times = times
        self._nights: dict[tuple[str, datetime], Night] = {}
        self._known: dict[int, tuple[Buyer, Customer]] = {}
        self._made: list[Made] = []

    def read(self, papers: Sequence[Paper], last: date) -> None:
        """Take in papers, with whose they are. They are stored once the last word on them was read, as plans are."""
        self._meet(papers)
        self._made += [self._paper(paper, self._known[id(paper.buyer)][1]) for paper in papers]
        until = read_at(last, self._times)
        over = [made for made in self._made if last == self._times.last or _last(made) <= until]
        taken = {id(made) for made in over}
        self._made = [made for made in self._made if id(made) not in taken]
        for made in over:
            self._history.make(made)

    def _meet(self, papers: Sequence[Paper]) -> None:
        """The customers that the papers name; those in no doubt tied to their account, as the app itself decides it."""
        new: dict[int, Paper] = {}
        for paper in papers:
            if id(paper.buyer) not in self._known:
                new.setdefault(id(paper.buyer), paper)
        parties = {key: Party(one.buyer.number, one.buyer.name, one.buyer.email) for key, one in new.items()}
        likely = matching.candidates(parties)
        for key, paper in new.items():
            made = _customer(parties[key], sure(likely[key]), read_at(paper.on, self._times))
            self._known[key] = (paper.buyer, made)
        rows.insert([self._known[key][1] for key in new])

    def _night(self, kind: str, at: datetime) -> Night:
        if (kind, at) not in self._nights:
            told = f"{FILES[kind]}-{at:%Y-%m-%d}.csv: orders and invoices brought in"
            self._nights[kind, at] = Night(kind, Deed(None, at, "brought in", told, "orders", undoable=False))
        return self._nights[kind, at]

    def _paper(self, paper: Paper, customer: Customer) -> Made:
        """The paper as it was first read, and as it was read from each night on."""
        first = read_at(paper.on, self._times)
        later: dict[datetime, dict[str, Any]] = {}
        for step in [Step(paper.on, paper.columns), *paper.later]:
            at = read_at(step.on, self._times)
            wrote = datetime.combine(step.on, WROTE, tzinfo=UTC)
            later.setdefault(at, {}).update({**step.columns, "changed_at": wrote})
        night = self._night(paper.kind, first)
        night.counts["created"] += 1
        made = Made(_document(paper, customer, later.pop(first)), night.deed)
        for at in sorted(later):
            night = self._night(paper.kind, at)
            night.counts["updated"] += 1
            made.change(night.deed, **later[at])
        return made

    def files(self) -> None:
        """A file of each kind in every night, whether anything in it was new or not."""
        written = []
        for at in nights(self._times):
            for kind in FILES:
                night = self._nights.get((kind, at)) or Night(kind, Deed(None, at, "", ""))
                same = 18 + (at.toordinal() * 7 + len(kind)) % 23 if at.date() > self._times.first else 0
                counts = {**night.counts, "unchanged": same, "refused": 0}
                written.append(
                    Intake(
                        system=SYSTEM, kind=kind, road=Intake.FOLDER, name=night.name, state=Intake.DONE,
                        total=sum(counts.values()), cursor=sum(counts.values()), counts=counts,
                        operation_id=night.deed.id if night.counts else None, created_at=at, finished_at=at,
                    )
                )  # fmt: skip
        rows.insert(written)


def _document(paper: Paper, customer: Customer, columns: dict[str, Any]) -> Document:
    buyer, contact = paper.buyer, paper.contact
    account = buyer.account if customer.account_id else None
    return MODELS[paper.kind](
        system=SYSTEM, source=SYSTEM, number=paper.number, on=paper.on, customer=customer,
        customer_number=buyer.number, customer_name=buyer.name, email=_address(contact) or buyer.email,
        account_id=customer.account_id, account_name=account.name if account else "",
        contact_id=contact.pk if contact and account else None,
        contact_name=contact.title[:200] if contact and account else "", **columns,
    )  # fmt: skip


def _address(contact: Any) -> str:
    return str(contact.emails[0]["address"]) if contact and contact.emails else ""


def _last(made: Made) -> datetime:
    return made.later[-1].deed.at if made.later else made.deed.at


def _customer(party: Party, best: Candidate | None, at: datetime) -> Customer:
    return Customer(
        system=SYSTEM, key=matching.kept_key(party), number=party.number, name=party.name, email=party.email,
        account_id=best.account_id if best else None, state=Customer.TIED if best else Customer.WAITING,
        why=best.why.capitalize() if best else "", created_at=at, seen_at=at,
    )  # fmt: skip
