"""What a field of one's own may be: labels, choices, limits, in the words of whoever sets them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from keen.lib import numbers, text
from keen.lib.errors import RuleError
from keen.records.domain import own
from keen.records.domain.own import OFFERING, Asked, Choice, Type

MOST_CHOICES = 200
MOST_FIELDS = 100
SHORTEST_DECISION = 10
OTHERWISE = "Make a new field of that type, bring the values over with an export and an import, then archive this one."


@dataclass(frozen=True)
class FieldWish:
    """What a field is to be, as somebody typed it.

    Shape: `choices` are (key, label); a new one has the key "". `moves` says for choices that are left out where their
    records go: another key, or "" to keep it there as no longer offered. `region` is the country whose comma or
    point is meant.
    """

    label: str
    type: str = "text"
    section: str = ""
    help: str = ""
    required: bool = False
    decision: str = ""
    asked: str = ""
    when_field: str = ""
    when_value: str = ""
    default: Any = None
    choices: Sequence[tuple[str, str]] = ()
    moves: Sequence[tuple[str, str]] = ()
    to: str = ""
    formula: str = ""
    most: str = ""
    least: str = ""
    largest: str = ""
    decimals: str = ""
    currency: str = ""
    listed: bool = False
    filtered: bool = True
    region: str = ""


def label(wish: FieldWish, others: Iterable[str]) -> str:
    """The label, which no other field of the kind has.

    Raises: RuleError.
    """
    said = text.clean(wish.label)
    if not said:
        raise RuleError("label", "Give the field a name that people will recognise.", "label")
    if len(said) > own.LONGEST_LABEL:
        raise RuleError("label", f"The name has {len(said)} characters; {own.LONGEST_LABEL} fit.", "label")
    if text.fold(said) in {text.fold(other) for other in others}:
        message = f"There is a field “{said}” already. Two of one name would be filled half each."
        raise RuleError("label", message, "label")
    if "[" in said or "]" in said:
        raise RuleError("label", "Leave out [ and ]: formulas name fields between them.", "label")
    return said


def same_type(now: str, wish: FieldWish) -> None:
    """Nothing, unless another type is wished for.

    Raises: RuleError that says what to do instead.
    """
    if now != wish.type:
        was, new = own.TYPE_LABELS.get(now, now).lower(), own.TYPE_LABELS.get(wish.type, wish.type).lower()
        raise RuleError("type", f"The type stays {was}: values would be lost as {new}. {OTHERWISE}", "type")


def type_of(wish: FieldWish) -> Type:
    """The type.

    Raises: RuleError.
    """
    if wish.type not in own.TYPE_LABELS:
        raise RuleError("type", "Choose a type from the list.", "type")
    return Type(wish.type)


def asked(wish: FieldWish) -> tuple[Asked, str]:
    """When the field is asked for, and the answer to the question that whoever demands it has to answer.

    Raises: RuleError.
    """
    moment = Asked(wish.asked) if wish.asked in set(Asked) else Asked.NEVER
    decision = text.clean(wish.decision)[:300]
    if wish.required and moment is Asked.NEVER:
        raise RuleError(
            "asked", "Say when it is demanded: when made, always, or at a certain value.", "asked"
        )
    if wish.required and len(decision) < SHORTEST_DECISION:
        message = "What decision fails if it is blank? Answer in a few words, or let it be optional."
        raise RuleError("decision", message, "decision")
    if moment is Asked.EQUALS and not (wish.when_field and wish.when_value):
        raise RuleError("when_field", "Choose the field and the value at which it is asked.", "when_field")
    return moment, decision


def choices(wish: FieldWish, before: Sequence[Choice]) -> list[Choice]:
    """The choices in their order. Keys stay; those of before that are left out stand at the end, no longer offered.

    Raises: RuleError.
    """
    if wish.type not in OFFERING:
        return []
    known = {choice.key for choice in before}
    made: dict[str, Choice] = {}
    labels: set[str] = set()
    for key, said in wish.choices:
        cleaned = text.clean(said)[:80]
        if not cleaned:
            continue
        if text.fold(cleaned) in labels:
            raise RuleError("choices", f"“{cleaned}” stands there twice.", "choices")
        if "," in cleaned or ";" in cleaned:
            raise RuleError(
                "choices", f"“{cleaned}”: leave out commas, which part choices in files.", "choices"
            )
        labels.add(text.fold(cleaned))
        own_key = key if key in known and key not in made else _key(cleaned, {*known, *made})
        made[own_key] = Choice(own_key, cleaned)
    if not made:
        raise RuleError("choices", "Write at least one choice, each on a line of its own.", "choices")
    if len(made) > MOST_CHOICES:
        raise RuleError("choices", f"At most {MOST_CHOICES} choices fit. Link to records instead.", "choices")
    gone = [Choice(old.key, old.label, retired=True) for old in before if old.key not in made]
    return [*made.values(), *gone]


def _key(said: str, taken: set[str]) -> str:
    stem = "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in text.fold(said)).strip("_")[
        :40
    ]
    stem = stem or "choice"
    names = (f"{stem}{f'_{number}' if number > 1 else ''}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def limits(wish: FieldWish) -> dict[str, Any]:
    """Length, range, decimals and currency, as they are kept.

    Raises: RuleError.
    """
    found: dict[str, Any] = {}
    if wish.type in {Type.TEXT, Type.URL}:
        found["most"] = int(_number(wish, "most", own.LONGEST_TEXT, whole=True) or 200)
        if not 1 <= found["most"] <= own.LONGEST_TEXT:
            message = f"Between 1 and {own.LONGEST_TEXT} characters fit. Longer texts belong into a note."
            raise RuleError("most", message, "most")
    if wish.type in {Type.NUMBER, Type.MONEY}:
        least, largest = _number(wish, "least"), _number(wish, "largest")
        if least is not None and largest is not None and least > largest:
            raise RuleError("least", "The smallest value lies above the largest one.", "least")
        places = _number(wish, "decimals", 6, whole=True)
        found |= {
            "least": _said(least),
            "largest": _said(largest),
            "decimals": 2 if places is None else int(places),
        }
    if wish.type == Type.MONEY:
        currency = (wish.currency or "EUR").strip().upper()
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
            raise RuleError("currency", "Write the currency with three letters, such as EUR.", "currency")
        found["currency"] = currency
    return found


def _is_short(number: Decimal) -> bool:
    """Whether it can be written out: the exponent alone can stand for millions of zeros."""
    _, digits, exponent = number.as_tuple()
    return len(digits) <= MOST_DIGITS and isinstance(exponent, int) and abs(exponent) <= MOST_DIGITS


def _said(number: Decimal | None) -> str | None:
    return None if number is None else numbers.again(number)


MOST_DIGITS = 20
"""Of a limit: twelve before the point and six after it are plenty."""


def _number(wish: FieldWish, name: str, most: int = 10**12, *, whole: bool = False) -> Decimal | None:
    said = str(getattr(wish, name)).strip()
    if not said:
        return None
    found = numbers.read(said, numbers.mark_of(wish.region))
    if (
        found is None
        or not found.is_finite()
        or not _is_short(found)
        or abs(found) > most
        or (whole and (found != int(found) or found < 0))
    ):
        raise RuleError(name, f"Write a number up to {most:,}, or leave it empty.", name)
    return found
