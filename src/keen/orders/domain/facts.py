"""What another system says of one paper, on its way in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from keen.orders.domain.choices import FIRST, Paper, Status

# The largest amount that is kept to the last digit by both databases.
LARGEST: Final = Decimal(10) ** 12 - 1
PLACES: Final = Decimal("0.001")
MOST_LINES: Final = 2000
SETTLED: Final = frozenset({Status.PAID, Status.CREDITED, Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Party:
    """The customer as the other system knows them."""

    number: str = ""
    name: str = ""
    email: str = ""

    @property
    def is_known(self) -> bool:
        """Whether anything is said at all."""
        return bool(self.number or self.name or self.email)


@dataclass(frozen=True, slots=True)
class Facts:
    """One paper. `values` hold the columns that were said, and no others; `lines` are None where nothing was said of them."""

    kind: str
    system: str
    number: str
    values: Mapping[str, Any]
    party: Party = Party()
    lines: Sequence[Mapping[str, Any]] | None = None
    changed_at: datetime | None = None
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A paper that stays out: its rows, why, and what to mend."""

    number: str
    why: str
    repair: str
    rows: tuple[int, ...] = field(default=())


def completed(facts: Facts) -> dict[str, Any]:
    """The values with what follows from others: totals from lines, the open amount from the status, and the other way round."""
    values = dict(facts.values)
    if values.get("net") is None and facts.lines and values.get("gross") is None:
        amounts = [Decimal(str(line["amount"])) for line in facts.lines if line.get("amount") is not None]
        if amounts:
            values["net"] = sum(amounts, Decimal(0))
    if values.get("gross") is None and values.get("net") is not None:
        values["gross"] = values["net"] + (values.get("tax") or Decimal(0))
    if facts.kind == Paper.INVOICE:
        _settle(values)
    return values


def _settle(values: dict[str, Any]) -> None:
    """An invoice says what is open, or its status does."""
    status, gross, left = values.get("status"), values.get("gross"), values.get("open_amount")
    if left is None and status in SETTLED:
        values["open_amount"] = Decimal(0)
    elif left is None and not status and values.get("paid_on"):
        values["status"], values["open_amount"] = Status.PAID.value, Decimal(0)
    elif left is None and gross is not None and status in {Status.OPEN, None, ""}:
        values["open_amount"] = gross
    elif left is not None and status in {Status.OPEN, Status.PART_PAID, None, ""}:
        values["status"] = _by_rest(gross, left)


def _by_rest(gross: Decimal | None, left: Decimal) -> str:
    if left == 0:
        return Status.PAID.value
    return Status.PART_PAID.value if gross is not None and abs(left) < abs(gross) else Status.OPEN.value


def is_older(facts: Facts, known: datetime | None) -> bool:
    """Whether what is said was true before what is known already."""
    return known is not None and facts.changed_at is not None and facts.changed_at < known


def first_status(kind: str) -> str:
    """How a paper stands of which nobody says it."""
    return FIRST[Paper(kind)].value
