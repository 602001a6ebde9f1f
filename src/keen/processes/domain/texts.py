"""Texts with places that are filled from the record: {name}, {owner}, {close_date}."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from keen.lib.errors import RuleError

_PLACE: Final = re.compile(r"\{([a-z0-9_]+)\}")


def places(said: str) -> list[str]:
    """The names of the places in the text, each once, in their order."""
    return list(dict.fromkeys(_PLACE.findall(said)))


def check(said: str, known: Iterable[str], at: str) -> None:
    """Nothing, when every place of the text can be filled.

    Raises: RuleError that names those that can.
    """
    offered = sorted(known)
    unknown = [name for name in places(said) if name not in offered]
    if unknown:
        some = ", ".join("{" + name + "}" for name in offered[:12])
        raise RuleError("unknown_place", f"There is no {{{unknown[0]}}} here. You can use {some}.", at)


def filled(said: str, values: Mapping[str, str]) -> str:
    """The text with its places filled; what is not known is left out."""
    return _PLACE.sub(lambda found: values.get(found[1], ""), said)
