"""What may be decided about pipelines and stages: read from what was typed, refused in words that say what to mend."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from keen.lib import text
from keen.lib.errors import RuleError
from keen.sales.domain.pipeline import CERTAIN, FORECASTS, MOST_HELP, StageType

LONGEST_NAME: Final = 60
LONGEST_LINE: Final = 160
LONGEST_DECISION: Final = 300
MOST_DAYS: Final = 999
MOST_DEALS: Final = 9999
MOST_ASKS: Final = 5


@dataclass(frozen=True)
class AskWish:
    """A field that a stage is to ask for. A demand says which decision fails without an answer."""

    name: str
    required: bool = False
    decision: str = ""


@dataclass(frozen=True)
class StageWish:
    """What a stage is to be, as it was typed."""

    name: str
    type: str = StageType.OPEN.value
    probability: str = ""
    forecast: str = ""
    help: Sequence[str] = ()
    usual_days: str = ""
    most: str = ""
    asks: Sequence[AskWish] = field(default=())


def name_of(typed: str, what: str) -> str:
    """The name, tidied.

    Raises: RuleError for none, or one that is too long.
    """
    name = text.clean(typed)
    if not name:
        raise RuleError("missing", f"Give the {what} a name.", "name")
    if len(name) > LONGEST_NAME:
        raise RuleError("too_long", f"{LONGEST_NAME} characters fit. Choose a shorter name.", "name")
    return name


def key_for(name: str, taken: frozenset[str]) -> str:
    """A key that is not taken, made of the name; it stays whatever the name becomes."""
    stem = "_".join(text.fold(name).split())[:32] or "stage"
    kept = "".join(sign for sign in stem if sign.isalnum() or sign == "_") or "stage"
    return next(
        key for n in range(1, len(taken) + 2) if (key := kept if n == 1 else f"{kept}_{n}") not in taken
    )


def probability_of(typed: str, kind: StageType) -> int:
    """The probability in percent; what is won or lost is certain.

    Raises: RuleError.
    """
    if kind is not StageType.OPEN:
        return CERTAIN if kind is StageType.WON else 0
    found = number_of(typed, "probability", CERTAIN)
    if found is None:
        raise RuleError("missing", "Say how likely a deal is that stands here, from 0 to 100.", "probability")
    return found


def number_of(typed: str, name: str, largest: int) -> int | None:
    """The whole number, None for nothing.

    Raises: RuleError.
    """
    said = typed.strip()
    if not said:
        return None
    if not said.isascii() or not said.isdecimal() or len(said) > 9 or int(said) > largest:
        raise RuleError("not_a_number", f"Write a whole number from 0 to {largest}.", name)
    return int(said)


def forecast_of(typed: str, kind: StageType) -> str:
    """The forecast category; what is decided has no choice.

    Raises: RuleError.
    """
    if kind is not StageType.OPEN:
        return "closed" if kind is StageType.WON else "omitted"
    if typed not in dict(FORECASTS) or typed == "closed":
        raise RuleError("not_a_choice", "Choose where the forecast counts it.", "forecast")
    return typed


def help_of(lines: Sequence[str]) -> list[str]:
    """The lines of help, without empty ones.

    Raises: RuleError for more than three, or one that is too long.
    """
    found = [line for line in (text.clean(line) for line in lines) if line]
    if len(found) > MOST_HELP:
        raise RuleError("too_many", f"{MOST_HELP} lines fit: nobody reads more.", "help")
    if any(len(line) > LONGEST_LINE for line in found):
        raise RuleError("too_long", f"{LONGEST_LINE} characters fit in a line.", "help")
    return found


def asks_of(wished: Sequence[AskWish]) -> list[AskWish]:
    """What the stage asks for, each field once.

    Raises: RuleError for a demand without its decision, and for more than five.
    """
    found: dict[str, AskWish] = {}
    for wish in wished:
        if not wish.name:
            continue
        decision = text.clean(wish.decision)[:LONGEST_DECISION]
        if wish.required and not decision:
            message = "Say which decision fails if it is blank. Without one, let people answer later."
            raise RuleError("missing", message, "decision")
        found[wish.name] = AskWish(wish.name, wish.required, decision)
    if len(found) > MOST_ASKS:
        raise RuleError("too_many", f"{MOST_ASKS} fields fit: a move takes five seconds, no more.", "asks")
    return list(found.values())
