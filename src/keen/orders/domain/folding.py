"""Rows of a file folded into papers: several rows with one number are the lines of one paper."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from keen.orders.domain import numbers
from keen.orders.domain.columns import LINE
from keen.orders.domain.facts import MOST_LINES, Facts, Party, Refused
from keen.orders.domain.reading import UnreadError, Ways, cells

HEADER = ("customer_number", "customer_name", "email")
NOT_VALUES = frozenset({"number", "system", "changed_at", *HEADER})


class Row(NamedTuple):
    """A row of a file: its number, and its cells by what their columns become."""

    number: int
    cells: Mapping[str, str]


def fold(rows: Iterable[Row], kind: str, system: str, ways: Ways) -> tuple[list[Facts], list[Refused]]:
    """The papers in the rows, in the order in which they begin, and those that cannot be read.

    Shape: of what every row repeats, the first cell that says something holds; a paper with one bad row stays out whole.
    """
    groups: dict[tuple[str, str], list[tuple[int, dict[str, Any]]]] = {}
    bad: dict[tuple[str, str], Refused] = {}
    refused: list[Refused] = []
    for row in rows:
        said = " ".join(row.cells.get("number", "").split())
        named = " ".join(row.cells.get("system", "").split())[:40] or system
        if not said or not numbers.key(said):
            refused.append(Refused("", "No number", "Fill in the number of each row", (row.number,)))
            continue
        key = (named, said[: numbers.LONGEST])
        try:
            groups.setdefault(key, []).append((row.number, cells(row.cells, kind, ways)))
        except UnreadError as error:
            groups[key].append((row.number, {}))
            bad.setdefault(key, Refused(said, error.why, error.repair))
    papers = []
    for key, found in groups.items():
        places = tuple(number for number, _ in found)
        if key not in bad and len(found) > MOST_LINES:
            bad[key] = Refused(key[1], f"More than {MOST_LINES:,} lines", "Split it into several papers")
        if key in bad:
            refused.append(Refused(bad[key].number, bad[key].why, bad[key].repair, places))
        else:
            papers.append(_paper(key, kind, found, places, ways))
    return papers, refused


def _paper(
    key: tuple[str, str],
    kind: str,
    found: Sequence[tuple[int, dict[str, Any]]],
    places: tuple[int, ...],
    ways: Ways,
) -> Facts:
    told: dict[str, Any] = {}
    for _, values in found:
        for target, value in values.items():
            if not target.startswith(LINE) and told.get(target) in (None, ""):
                told[target] = value
    changed = [values["changed_at"] for _, values in found if values.get("changed_at")]
    has_lines = any(target.startswith(LINE) for _, values in found for target in values)
    values = {name: value for name, value in told.items() if name not in NOT_VALUES}
    return Facts(
        kind,
        key[0],
        key[1],
        values,
        Party(told.get("customer_number", ""), told.get("customer_name", ""), told.get("email", "")),
        lines_of([values for _, values in found]) if has_lines else None,
        max(changed) if changed else None,
        places,
        ways.currency,
    )


def lines_of(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a paper as they are kept: amounts as text, so that every digit stays."""
    found: list[dict[str, Any]] = []
    for row in rows:
        line = {name.removeprefix(LINE): value for name, value in row.items() if name.startswith(LINE)}
        if any(value not in (None, "") for name, value in line.items() if name != "position"):
            found.append(_complete(line, len(found) + 1))
    return found


def _complete(line: dict[str, Any], place: int) -> dict[str, Any]:
    quantity, price, amount = line.get("quantity"), line.get("price"), line.get("amount")
    if amount is None and quantity is not None and price is not None:
        amount = (quantity * price).quantize(Decimal("0.001"))
    return {
        "position": str(line.get("position") or place),
        "article": line.get("article") or "",
        "text": line.get("text") or "",
        "quantity": _plain(quantity),
        "price": _plain(price),
        "amount": _plain(amount),
    }


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
