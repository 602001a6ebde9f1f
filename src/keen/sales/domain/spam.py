"""Whether what came by a public form is meant seriously: judged here, by nobody outside."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Nobody reads a form, fills it in and sends it faster; who took longer than a day is asked to send it again.
SHORTEST_SECONDS: Final = 3
LONGEST_SECONDS: Final = 24 * 60 * 60
MOST_LINKS: Final = 2
_LINK: Final = re.compile(r"(?:https?://|www\.|\[url|<a\s)", re.IGNORECASE)


class Fate(StrEnum):
    """What becomes of it: taken as a lead, kept apart until somebody looked, or sent once more."""

    TAKE = "take"
    KEEP = "keep"
    AGAIN = "again"


@dataclass(frozen=True)
class Sent:
    """What is known of something that was sent.

    Units: `age` in seconds since the form was shown; None where its stamp is missing or forged.
    """

    age: float | None
    trap: str = ""
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What becomes of it, and why in words."""

    fate: Fate
    why: tuple[str, ...] = ()


def links_in(texts: tuple[str, ...]) -> int:
    """How many links stand in the texts."""
    return sum(len(_LINK.findall(one)) for one in texts)


def judge(sent: Sent) -> Judged:
    """What becomes of it. What looks like spam is kept for a person to decide; what is only late is sent again."""
    why = []
    if sent.trap.strip():
        why.append("Filled in a field that people do not see")
    if sent.age is not None and sent.age < SHORTEST_SECONDS:
        why.append("Was sent within moments")
    if (count := links_in(sent.texts)) > MOST_LINKS:
        why.append(f"Holds {count} links")
    if why:
        return Judged(Fate.KEEP, tuple(why))
    if sent.age is None or sent.age > LONGEST_SECONDS:
        return Judged(Fate.AGAIN)
    return Judged(Fate.TAKE)
