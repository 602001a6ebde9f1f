"""Where the names of the columns stand, and how each gets a name of its own."""

from keen.lib import emails, text


def find_header(top: list[tuple[int, list[str]]], given: bool | None) -> tuple[int, bool]:
    """How many records to skip, and whether the next one holds the names; `given` is what somebody decided."""
    widths = [sum(bool(cell.strip()) for cell in cells) for _, cells in top]
    widest = max(widths)
    skip = 0
    if widest >= 3:
        # A title, a date and an empty line stand above the table in many reports.
        skip = next(place for place, width in enumerate(widths) if width > 1)
    if given is not None:
        return skip, given
    return skip, not _looks_like_data(top[skip][1])


def _looks_like_data(cells: list[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    telling = sum(emails.parse(cell).valid if "@" in cell else _mostly_digits(cell) for cell in filled)
    return telling > 0 and telling * 5 >= len(filled)


def _mostly_digits(cell: str) -> bool:
    numbers = len(text.digits(cell))
    return numbers >= 5 and numbers * 2 >= len(cell)


def unique_headers(cells: list[str], width: int) -> tuple[list[str], list[str]]:
    """Column names without doubles or gaps, and a sentence for each kind of change.

    Shape: the second "Phone" becomes "Phone (2)", an empty one "Column 3".
    """
    seen: dict[str, int] = {}
    headers: list[str] = []
    doubled: list[str] = []
    nameless = 0
    for place in range(width):
        name = text.clean(cells[place], 200) if place < len(cells) else ""
        if not name:
            nameless += 1
            name = f"Column {place + 1}"
        unique, count = name, 1
        while unique.casefold() in seen:
            count += 1
            unique = f"{name} ({count})"
        if count > 1:
            doubled.append(name)
        seen[unique.casefold()] = place
        headers.append(unique)
    warnings = []
    if doubled:
        listed = ", ".join(dict.fromkeys(doubled))
        warnings.append(
            f"Several columns have the same name: {listed}. They got numbers, such as {doubled[0]} (2)."
        )
    if nameless:
        warnings.append(
            f"Columns without a name: {nameless}. They are called by their place, such as Column {width}."
        )
    return headers, warnings
