"""Who is named with an @ in a note."""

import re
from collections import Counter
from collections.abc import Iterable

from keen.lib import text

MOST = 20
_AT = re.compile(r"(?<![\w.@])@(?=\w)")


def mentioned(note: str, people: Iterable[tuple[int, str]]) -> list[int]:
    """The ids of the people whose name stands after an @, each once, in the order of the note.

    Shape: the full name, or the first name when only one person has it; case and accents do not matter; 20 at most.
    """
    names = _names(people)
    longest = sorted(names, key=len, reverse=True)
    found: list[int] = []
    for sign in _AT.finditer(note):
        rest = text.fold(note[sign.end() : sign.end() + 130])
        name = next((name for name in longest if _starts(rest, name)), None)
        if name is not None and names[name] not in found:
            found.append(names[name])
    return found[:MOST]


def _names(people: Iterable[tuple[int, str]]) -> dict[str, int]:
    known = [(pk, text.fold(name)) for pk, name in people if name.strip()]
    firsts = Counter(name.split(" ")[0] for _, name in known)
    fulls = Counter(name for _, name in known)
    by_first = {name.split(" ")[0]: pk for pk, name in known if firsts[name.split(" ")[0]] == 1}
    return {**by_first, **{name: pk for pk, name in known if fulls[name] == 1}}


def _starts(rest: str, name: str) -> bool:
    return rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()
