"""A list of days away as another system gives it: a pasted table, read line by line."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from keen.lib.errors import RuleError
from keen.lib.text import fold

MOST_LINES = 5000
MOST_SIGNS = 500_000
# What the columns are called, folded; whatever else stands in the list, reasons above all, is not read.
NAMES: Mapping[str, frozenset[str]] = {
    "email": frozenset(
        {"e mail", "email", "mail", "e mail address", "person", "user", "mitarbeiter", "courriel"}
    ),
    "first": frozenset({"from", "first", "first day", "start", "start date", "von", "beginn", "du", "desde"}),
    "last": frozenset({"to", "until", "last", "last day", "end", "end date", "bis", "ende", "au", "hasta"}),
}
FORMATS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


@dataclass(frozen=True)
class Row:
    """One line: who is away from when to when. `problem` says what is to be mended, and then nothing else counts."""

    line: int
    email: str = ""
    first: date | None = None
    last: date | None = None
    problem: str = ""


def rows(pasted: str) -> list[Row]:
    """The lines of the list, each read or with what is to be mended.

    Raises: RuleError for a list that is too long, empty, or without the columns.
    """
    if len(pasted) > MOST_SIGNS:
        raise RuleError("too_long", "This list is too long. Paste it in parts.", "list")
    lines = [line for line in pasted.splitlines() if line.strip()]
    if len(lines) < 2:
        message = "Paste a list whose first line names its columns: e-mail, from, to."
        raise RuleError("missing", message, "list")
    if len(lines) > MOST_LINES:
        raise RuleError("too_long", f"At most {MOST_LINES:,} lines at once. Paste it in parts.", "list")
    sign = max("\t;,", key=lines[0].count)
    try:
        table = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=sign))
    except csv.Error:
        message = "This is no table of lines and columns. Paste it again from where it comes."
        raise RuleError("no_table", message, "list") from None
    places = _places(table[0])
    return [_row(number, cells, places) for number, cells in enumerate(table[1:], 2)]


def _places(heads: Sequence[str]) -> dict[str, int]:
    folded = [" ".join(fold(head).replace("-", " ").split()) for head in heads]
    found = {
        name: next((place for place, head in enumerate(folded) if head in known), -1)
        for name, known in NAMES.items()
    }
    missing = [name for name in ("email", "first") if found[name] < 0]
    if missing:
        message = "The first line must name the columns: e-mail, from and to."
        raise RuleError("columns", message, "list")
    return found


def _row(number: int, cells: Sequence[str], places: Mapping[str, int]) -> Row:
    def cell(name: str) -> str:
        place = places[name]
        return cells[place].strip() if 0 <= place < len(cells) else ""

    try:
        first = _day(cell("first"))
        last = _day(cell("last")) if cell("last") else first
    except ValueError:
        return Row(number, problem="write days as 2026-11-24 or 24.11.2026")
    if "@" not in cell("email"):
        return Row(number, problem="name the person by the e-mail address they sign in with")
    if last < first:
        return Row(number, problem="the last day lies before the first one")
    return Row(number, cell("email").lower(), first, last)


def _day(typed: str) -> date:
    """The day.

    Raises: ValueError.
    """
    for form in FORMATS:
        try:
            found = datetime.strptime(typed[:10], form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if 1950 <= found.year <= 2150:
            return found
    raise ValueError(typed)
