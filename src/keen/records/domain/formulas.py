"""Formulas: a small language over the fields of one record, read by a parser of our own. Nothing of it is run as code.

Shape: numbers, "texts", [fields], + - * / & (joins texts), = <> < <= > >=, and, or, not, and the functions in FUNCTIONS.
A blank in a calculation makes the result blank; so does a division by nothing.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, DecimalException, localcontext
from functools import lru_cache
from typing import Any, Final

from keen.lib.errors import RuleError

LONGEST: Final = 500
DEEPEST: Final = 30
LONGEST_TEXT: Final = 200
LARGEST: Final = Decimal(10) ** 15
PLACES: Final = Decimal("0.000001")
NUMBER, TEXT, DATE, TRUTH = "number", "text", "date", "checkbox"
WORDS: Final = {NUMBER: "a number", TEXT: "a text", DATE: "a date", TRUTH: "yes or no"}
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<number>\d{1,15}(?:\.\d{1,6})?)|\"(?P<text>[^\"]{0,200})\"|\[(?P<field>[^\[\]]{1,80})\]"
    r"|(?P<name>[A-Za-z_]{1,40})|(?P<sign><=|>=|<>|[-+*/&=<>(),]))"
)
_TEXTS: Final = re.compile(r'("[^"]{0,200}")')
_BARE: Final = re.compile(r"\[[^\[\]]{1,80}\]|(?P<name>[A-Za-z_]{1,40})")
SIGNS: Final = frozenset({"and", "or", "not", "true", "false"})


@dataclass(frozen=True)
class Literal:
    """A number or a text that stands in the formula itself."""

    value: Decimal | str
    type: str


@dataclass(frozen=True)
class Reading:
    """The value of a field."""

    name: str
    type: str


@dataclass(frozen=True)
class Call:
    """Something that is done with other values."""

    does: str
    parts: tuple["Node", ...]
    type: str


Node = Literal | Reading | Call


@dataclass(frozen=True)
class Usable:
    """A field that formulas can read: its name, the label by which people name it, what it holds."""

    name: str
    label: str
    type: str


def wrong(message: str) -> RuleError:
    """What is said of a formula that cannot be read."""
    return RuleError("formula", message, "formula")


def parse(formula: str, fields: Sequence[Usable]) -> Node:
    """The formula taken apart, with what it comes to.

    Raises: RuleError with a sentence that says what to mend.
    """
    if len(formula) > LONGEST:
        raise wrong(f"The formula has {len(formula):,} characters; {LONGEST} fit.")
    reader = _Reader(_tokens(formula), _said(fields))
    node = reader.expression(0)
    reader.end()
    return node


def _said(fields: Sequence[Usable]) -> dict[str, Usable]:
    """The fields by what people and rows call them: the name first, which stays."""
    return {one.label.casefold(): one for one in reversed(fields)} | {one.name: one for one in fields}


def uses(node: Node) -> frozenset[str]:
    """The names of the fields that the formula reads."""
    if isinstance(node, Reading):
        return frozenset({node.name})
    if isinstance(node, Call):
        return frozenset[str]().union(*(uses(part) for part in node.parts))
    return frozenset()


def stored(formula: str, fields: Sequence[Usable]) -> str:
    """The formula with the names of the fields, which stay when labels change."""
    known = _said(fields)

    def bare(found: re.Match[str]) -> str:
        word = found["name"] and found["name"].casefold()
        if word is None or word in FUNCTIONS or word in SIGNS or word not in known:
            return found[0]
        return f"[{known[word].name}]"

    def name(said: str) -> str:
        found = known.get(said) or known.get(said.casefold())
        return found.name if found else said

    parts = _TEXTS.split(_renamed(formula, name))
    return "".join(part if place % 2 else _BARE.sub(bare, part) for place, part in enumerate(parts))


def shown(formula: str, fields: Sequence[Usable]) -> str:
    """The formula with the labels that people read."""
    labels = {one.name: one.label for one in fields}
    return _renamed(formula, lambda said: labels.get(said, said))


def _renamed(formula: str, name: Callable[[str], str]) -> str:
    parts = _TEXTS.split(formula)
    return "".join(
        part
        if place % 2
        else re.sub(r"\[([^\[\]]{1,80})\]", lambda found: f"[{name(found[1].strip())}]", part)
        for place, part in enumerate(parts)
    )


def _tokens(formula: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, written = 0, formula.rstrip()
    while at < len(written):
        token = _TOKEN.match(written, at)
        if token is None or token.lastgroup is None:
            raise wrong(f"“{written[at : at + 20].strip()}” cannot be read. Write fields like [Employees].")
        found.append((token.lastgroup, token[token.lastgroup]))
        at = token.end()
    if not found:
        raise wrong("Write a formula, such as [Price] * [Pieces].")
    return found


STRENGTH: Final = {
    "or": 1, "and": 2, "=": 4, "<>": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "&": 5, "+": 6, "-": 6, "*": 7, "/": 7,
}  # fmt: skip


class _Reader:
    """Reads tokens by the strength of their signs."""

    def __init__(self, tokens: list[tuple[str, str]], fields: Mapping[str, Usable]) -> None:
        self.tokens, self.fields = tokens, fields
        self.at = self.depth = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ("end", "")

    def end(self) -> None:
        kind, said = self.peek()
        if kind != "end":
            raise wrong(f"“{said}” is one too many. Join what stands beside each other with + or &.")

    def expression(self, strength: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise wrong("The formula has too many parts within parts. Make two fields of it.")
        left = self.first()
        while (mine := STRENGTH.get(self.peek()[1].casefold(), 0)) > strength and self.peek()[0] in _JOINING:
            sign = self.take()[1].casefold()
            left = _joined(sign, left, self.expression(mine))
        self.depth -= 1
        return left

    def first(self) -> Node:
        kind, said = self.take()
        if kind == "number":
            return Literal(Decimal(said), NUMBER)
        if kind == "text":
            return Literal(said, TEXT)
        if kind == "field":
            return self.field(said.strip())
        if kind == "name":
            return self.name(said)
        if said == "(":
            inner = self.expression(0)
            self.close()
            return inner
        if said == "-":
            return _joined("-", Literal(Decimal(0), NUMBER), self.expression(STRENGTH["*"]))
        raise wrong(
            "The formula ends too early." if kind == "end" else f"A value is missing before “{said}”."
        )

    def field(self, said: str) -> Node:
        found = self.fields.get(said) or self.fields.get(said.casefold())
        if found is None:
            raise wrong(f"There is no field [{said}] that a formula can read.")
        return Reading(found.name, found.type)

    def name(self, said: str) -> Node:
        word = said.casefold()
        if word in {"true", "false"}:
            raise wrong("Write the comparison itself: it is yes or no already.")
        if word == "not":
            return _called("not", [self.expression(3)])
        if word not in FUNCTIONS:
            if word in self.fields and word not in SIGNS:
                return self.field(word)
            raise wrong(f"“{said}” is no function. There are: {', '.join(sorted(FUNCTIONS))}.")
        if self.take()[1] != "(":
            raise wrong(f"Write {word} with its values in parentheses: {FUNCTIONS[word]}.")
        parts = [self.expression(0)]
        while self.peek()[1] == ",":
            self.take()
            parts.append(self.expression(0))
        self.close()
        return _called(word, parts)

    def close(self) -> None:
        if self.take()[1] != ")":
            raise wrong("A parenthesis is not closed.")


_JOINING: Final = frozenset({"sign", "name"})
FUNCTIONS: Final = {
    "if": "if(condition, then, else)",
    "days": "days(later date, earlier date)",
    "round": "round(number, decimals)",
    "min": "min(number, number)",
    "max": "max(number, number)",
    "blank": "blank(value)",
    "year": "year(date)",
    "lower": "lower(text)",
    "upper": "upper(text)",
}
_SIGNATURES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "days": ((DATE, DATE), NUMBER),
    "round": ((NUMBER, NUMBER), NUMBER),
    "min": ((NUMBER, NUMBER), NUMBER),
    "max": ((NUMBER, NUMBER), NUMBER),
    "year": ((DATE,), NUMBER),
    "lower": ((TEXT,), TEXT),
    "upper": ((TEXT,), TEXT),
    "not": ((TRUTH,), TRUTH),
}


def _called(name: str, parts: Sequence[Node]) -> Node:
    types = tuple(part.type for part in parts)
    if name == "blank" and len(parts) == 1:
        return Call(name, tuple(parts), TRUTH)
    if name == "if":
        if len(parts) != 3 or types[0] != TRUTH or types[1] != types[2]:
            raise wrong(
                'Write if with a comparison and two values of one type: if([A] > 10, "big", "small").'
            )
        return Call(name, tuple(parts), types[1])
    wanted, result = _SIGNATURES.get(name, ((), ""))
    if types != wanted or not result:
        asked = " and ".join(WORDS[one] for one in wanted) or "one value"
        raise wrong(f"{name} wants {asked}: {FUNCTIONS.get(name, 'not [a comparison]')}.")
    return Call(name, tuple(parts), result)


def _joined(sign: str, left: Node, right: Node) -> Node:
    types = (left.type, right.type)
    made = Call(sign, (left, right), _RESULTS.get((sign, *types), ""))
    if sign == "&":
        return Call(sign, made.parts, TEXT)
    if sign in {"=", "<>", "<", "<=", ">", ">="} and types[0] == types[1]:
        return Call(sign, made.parts, TRUTH)
    if not made.type:
        raise wrong(f"“{sign}” does not go between {WORDS[types[0]]} and {WORDS[types[1]]}.")
    return made


_RESULTS: Final = {
    **{(sign, NUMBER, NUMBER): NUMBER for sign in "+-*/"},
    ("+", TEXT, TEXT): TEXT,
    ("+", DATE, NUMBER): DATE,
    ("-", DATE, NUMBER): DATE,
    ("-", DATE, DATE): NUMBER,
    ("and", TRUTH, TRUTH): TRUTH,
    ("or", TRUTH, TRUTH): TRUTH,
}


@lru_cache(maxsize=256)
def compiled(formula: str, fields: tuple[Usable, ...]) -> Node:
    """The formula taken apart, remembered.

    Raises: RuleError.
    """
    return parse(formula, fields)


def value(node: Node, read: Callable[[str], Any]) -> Any:
    """What the formula comes to; None where a value that it needs is blank, or where it cannot be worked out."""
    try:
        with localcontext(prec=40):
            found = _value(node, read)
    except (DecimalException, OverflowError, ValueError):
        return None
    if isinstance(found, str):
        return found[:LONGEST_TEXT]
    if isinstance(found, Decimal):
        return found.quantize(PLACES) if abs(found) < LARGEST else None
    return found


def _value(node: Node, read: Callable[[str], Any]) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Reading):
        found = read(node.name)
        return None if found == "" else found
    if node.does in _LAZY:
        return _LAZY[node.does](node.parts, read)
    values = [_value(part, read) for part in node.parts]
    if node.does == "&":
        return "".join(_words(one) for one in values) or None
    if any(one is None for one in values):
        return False if node.type == TRUTH else None
    return _DONE[node.does](*values)


def _words(found: Any) -> str:
    if found is None:
        return ""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, Decimal):
        plain = f"{found:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return found.isoformat() if isinstance(found, date) else str(found)


def _divided(left: Decimal, right: Decimal) -> Decimal | None:
    return left / right if right else None


def _rounded(number: Decimal, places: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-max(-6, min(6, int(places)))), ROUND_HALF_UP)


def _plus(left: Any, right: Any) -> Any:
    return left + timedelta(days=int(right)) if isinstance(left, date) else left + right


def _minus(left: Any, right: Any) -> Any:
    if isinstance(right, date):
        return Decimal((left - right).days)
    return left - timedelta(days=int(right)) if isinstance(left, date) else left - right


Lazy = Callable[[tuple[Node, ...], Callable[[str], Any]], Any]
_LAZY: Final[Mapping[str, Lazy]] = {
    "if": lambda parts, read: _value(parts[1] if _value(parts[0], read) else parts[2], read),
    "and": lambda parts, read: bool(_value(parts[0], read)) and bool(_value(parts[1], read)),
    "or": lambda parts, read: bool(_value(parts[0], read)) or bool(_value(parts[1], read)),
    "not": lambda parts, read: not _value(parts[0], read),
    "blank": lambda parts, read: _value(parts[0], read) is None,
}
_DONE: Final[Mapping[str, Callable[..., Any]]] = {
    "+": _plus,
    "-": _minus,
    "*": lambda left, right: left * right,
    "/": _divided,
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "days": lambda left, right: Decimal((left - right).days),
    "round": _rounded,
    "min": min,
    "max": max,
    "year": lambda day: Decimal(day.year),
    "lower": lambda said: said.lower(),
    "upper": lambda said: said.upper(),
}
