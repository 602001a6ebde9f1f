"""What a record is called in other systems: each with its own id, written as "sap:4711"."""

import re
from collections.abc import Iterable, Sequence

from keen.lib import text

MOST_SYSTEM, MOST_ID = 40, 120
# The system of an id that was the only one of a record before it was merged into another.
MERGED = "merged"
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9_.-]*")
NO_SYSTEM = "“{said}” does not say of which system it is the id. Write the system before it, like sap:4711."
NO_NAME = "“{said}” is no name of a system. Write it in letters and digits without blanks, like sap:4711."
TOO_LONG = f"An id has at most {MOST_ID} signs, and no comma or semicolon."


def pair(said: str) -> str:
    """The system in small letters, a colon, and the id as that system writes it.

    Raises: ValueError with what to mend.
    """
    system, colon, name = text.clean(said).partition(":")
    system, name = system.strip().lower(), name.strip()
    if not (colon and name and system):
        raise ValueError(NO_SYSTEM.format(said=said[:40]))
    if len(system) > MOST_SYSTEM or not _SYSTEM.fullmatch(system):
        raise ValueError(NO_NAME.format(said=system[:40]))
    if len(name) > MOST_ID or {",", ";"} & set(name):
        raise ValueError(TOO_LONG)
    return f"{system}:{name}"


def handles(pairs: Sequence[str]) -> set[tuple[str, str]]:
    """What a record is recognised by: each pair, and by its bare id what was merged into it."""
    found = {("outside", one) for one in pairs}
    known = (one.partition(":") for one in pairs)
    return found | {("external", name) for system, _, name in known if system == MERGED}


def with_merged(pairs: Iterable[str], gone: Iterable[str]) -> list[str]:
    """The pairs with the bare ids that a merged record gives up; those that no pair can hold are left out."""
    fitting = {name for name in gone if name and not {",", ";"} & set(name)}
    return sorted({*pairs, *(f"{MERGED}:{name}" for name in fitting)})
