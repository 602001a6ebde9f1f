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
    # The currency of a paper that is new and names none.
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A paper that stays out: its rows, why, and what to mend."""

    number: str
    why: str
    repair: str
    rows: tuple[int, ...] = field(default=())


def completed(facts: Facts, known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The values with what follows from others: totals from lines, the open amount from the status, and the other way round.

    Shape: `known` are the values of the paper that is here, None for a new one. What is known stays, unless it followed
    from something that is said anew.
    """
    values, before = dict(facts.values), known or {}
    if not values.get("currency"):
        values.pop("currency", None)
        if known is None and facts.currency:
            values["currency"] = facts.currency
    _add_up(values, before, facts.lines)
    if facts.kind == Paper.INVOICE:
        _settle(values, before)
    return values


def _add_up(
    values: dict[str, Any], before: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] | None
) -> None:
    """Net from the lines, gross from net and tax: where nobody says them, or where they were found so before."""
    sum_now, sum_before = _sum(lines), _sum(before.get("lines"))
    is_said = values.get("net") is not None or values.get("gross") is not None
    follows = before.get("net") == sum_before and (sum_before is not None or before.get("gross") is None)
    if sum_now is not None and not is_said and follows:
        values["net"] = sum_now
    if values.get("gross") is not None or (values.get("net") is None and values.get("tax") is None):
        return
    net, tax = _now(values, before, "net"), _now(values, before, "tax")
    held, was = before.get("gross"), before.get("net")
    if net is not None and (held is None or (was is not None and held == was + (before.get("tax") or 0))):
        values["gross"] = net + (tax or Decimal(0))


def _sum(lines: Sequence[Mapping[str, Any]] | None) -> Decimal | None:
    amounts = [Decimal(str(line["amount"])) for line in lines or () if line.get("amount") is not None]
    return sum(amounts, Decimal(0)) if amounts else None


def _now(values: Mapping[str, Any], before: Mapping[str, Any], name: str) -> Any:
    """What is said, else what is known."""
    said = values.get(name)
    return before.get(name) if said is None else said


def _settle(values: dict[str, Any], before: Mapping[str, Any]) -> None:
    """An invoice says what is open, or its status does."""
    status, left = values.get("status"), values.get("open_amount")
    if left is not None:
        if status not in SETTLED and (
            status or before.get("status") not in {Status.CREDITED, Status.CANCELLED}
        ):
            values["status"] = _by_rest(_now(values, before, "gross"), left)
    elif status in SETTLED:
        values["open_amount"] = Decimal(0)
    elif not status and values.get("paid_on") and before.get("status") not in SETTLED:
        values["status"], values["open_amount"] = Status.PAID.value, Decimal(0)
    else:
        _open(values, before)


def _open(values: dict[str, Any], before: Mapping[str, Any]) -> None:
    """What is open of an invoice of which nobody says it: all of it, unless more is known."""
    status, held = values.get("status"), before.get("open_amount")
    gross = _now(values, before, "gross")
    if gross is None or (not status and (before.get("status") in SETTLED or values.get("gross") is None)):
        return
    is_whole = held is None or held == before.get("gross") or (status and before.get("status") in SETTLED)
    if status in {Status.OPEN, None, ""} and is_whole:
        values["open_amount"] = gross
    elif status in {Status.OPEN, None, ""}:
        values["status"] = _by_rest(gross, held)


def _by_rest(gross: Decimal | None, left: Any) -> str:
    if left == 0:
        return Status.PAID.value
    return Status.PART_PAID.value if gross is not None and abs(left) < abs(gross) else Status.OPEN.value


def is_older(facts: Facts, known: datetime | None) -> bool:
    """Whether what is said was true before what is known already."""
    return known is not None and facts.changed_at is not None and facts.changed_at < known


def first_status(kind: str) -> str:
    """How a paper stands of which nobody says it."""
    return FIRST[Paper(kind)].value
