"""A pasted list of people, as it comes out of a mail program, a table or a hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keen.lib import emails, text

MOST = 200
_QUOTED = re.compile(r"""^["']|["']$""")
_SEPARATORS = re.compile(r"[;,\n\t]")


@dataclass(frozen=True)
class Invitee:
    """Somebody to invite. `problem` says why the line cannot be used."""

    name: str
    email: str
    problem: str = ""


def invitees(pasted: str) -> list[Invitee]:
    """The people in a pasted list, each address once, in the order they came; unreadable parts carry a problem.

    Shape: "Ana Kaya <ana@x.example>", "ana@x.example; ben@x.example", or name and address in two cells of a table.
    """
    found: dict[str, Invitee] = {}
    for name, part in _parts(pasted):
        read = emails.parse(part)
        address = read.address.lower()
        key = address or part
        problem = "" if read.valid else f"“{text.clean(part)[:60]}” is no e-mail address. {read.reason}"
        found.setdefault(key, Invitee(name or _from_address(address), address, problem))
    return list(found.values())


def _parts(pasted: str) -> Iterator[tuple[str, str]]:
    """Pairs of (name, what holds the address). A name may come before its address, in a cell of its own."""
    for line in pasted.splitlines():
        waiting: list[str] = []
        for cell in _SEPARATORS.split(line):
            said = cell.strip()
            if not said:
                continue
            if "@" not in said:
                waiting.append(said)
                continue
            name, _, _ = said.partition("<")
            own = _QUOTED.sub("", name.strip()) if "<" in said else ""
            yield _name([*waiting, own]), said
            waiting = []
        if waiting:
            yield "", ", ".join(waiting)


def _name(parts: list[str]) -> str:
    """One name from the cells before an address: "Kaya", "Ana" is how tables say Ana Kaya."""
    given = [_QUOTED.sub("", part) for part in parts if part]
    return text.clean(" ".join(reversed(given) if len(given) == 2 else given))[:120]


def _from_address(address: str) -> str:
    """A name guessed from the address, for people who were pasted without one."""
    local = address.partition("@")[0].partition("+")[0]
    return (
        " ".join(word.capitalize() for word in re.split(r"[._-]+", local) if not word.isdigit())[:120]
        or address
    )
