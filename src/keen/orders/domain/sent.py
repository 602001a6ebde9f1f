"""A paper as a program sends it: JSON with the names of the columns, amounts with a point, days as 2026-11-24."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from keen.lib import text
from keen.orders.domain import columns, numbers, reading
from keen.orders.domain.choices import Paper, status_of
from keen.orders.domain.facts import MOST_LINES, Facts, Party
from keen.orders.domain.folding import NOT_VALUES, lines_of
from keen.orders.domain.reading import UnreadError, Ways

_WAYS: Final = Ways(".", "dmy", UTC)
_LINE: Final = ("position", "article", "text", "quantity", "price", "amount")


def paper(given: Any, system: str) -> Facts:
    """The paper that was sent.

    Shape: {"kind", "number"} and any of the columns of such papers, "lines" as a list of objects.
    Raises: UnreadError with what to mend.
    """
    if not isinstance(given, Mapping):
        raise UnreadError("This is no paper", "Send an object with kind and number")
    kind = given.get("kind", Paper.ORDER.value)
    if not isinstance(kind, str) or kind not in set(Paper):
        raise UnreadError(f"“{str(kind)[:40]}” is no kind of paper", f"Send one of: {', '.join(Paper)}")
    number = _number(given.get("number"))
    known = {target.name for target in columns.targets(kind)} - {"system"}
    unknown = sorted(set(given) - known - {"kind", "lines"})
    if unknown:
        raise UnreadError(
            f"There is no “{unknown[0][:40]}” here", f"Send any of: {', '.join(sorted(_plain(known)))}, lines"
        )
    told = {
        name: _value(name, value) for name, value in given.items() if name not in {"kind", "lines", "number"}
    }
    if "status" in told:
        told["status_said"] = told["status"]
        told["status"] = status_of(kind, told["status_said"])
    values = {name: value for name, value in told.items() if name not in NOT_VALUES}
    party = Party(*(told.get(name) or "" for name in ("customer_number", "customer_name", "email")))
    return Facts(kind, system, number, values, party, _lines(given.get("lines")), told.get("changed_at"))


def _plain(names: set[str]) -> set[str]:
    return {name for name in names if not name.startswith(columns.LINE)}


def _number(given: Any) -> str:
    said = (
        " ".join(str(given).split()) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    )
    if not said or not numbers.key(said) or len(said) > numbers.LONGEST:
        raise UnreadError("The number is missing", f"Send number with at most {numbers.LONGEST} characters")
    return text.clean(said)


def _value(name: str, given: Any) -> Any:
    if name in columns.AMOUNTS:
        return reading.exact(given)
    if given is None:
        given = ""
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise UnreadError(f"{name} is no text", "Send it as text")
    said = str(given)
    if name in columns.DAYS:
        return reading.day(said)
    if name == "changed_at":
        return reading.moment(said, _WAYS)
    if name == "currency":
        return reading.currency(said)
    return reading.address(said) if name == "email" else reading.plain(name, said)


def _lines(given: Any) -> list[dict[str, Any]] | None:
    if given is None:
        return None
    if (
        not isinstance(given, list)
        or len(given) > MOST_LINES
        or not all(isinstance(one, Mapping) for one in given)
    ):
        raise UnreadError("The lines are no list of objects", f"Send at most {MOST_LINES:,} lines")
    rows = []
    for one in given:
        unknown = sorted(set(one) - set(_LINE))
        if unknown:
            raise UnreadError(f"A line has no “{str(unknown[0])[:40]}”", f"Send any of: {', '.join(_LINE)}")
        rows.append(
            {f"{columns.LINE}{name}": _value(f"{columns.LINE}{name}", value) for name, value in one.items()}
        )
    return lines_of(rows)
