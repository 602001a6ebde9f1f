"""What a program asks a list for, in an address or in a body: one language with the lists of pages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from keen.core.domain.actor import Actor
from keen.core.domain.problems import Fault, Problem, pointer
from keen.lib import text
from keen.lib.errors import RuleError
from keen.lib.ids import id_of
from keen.records.declare import RecordType
from keen.records.domain import filters
from keen.records.domain.filters import Condition
from keen.records.queries import listing
from keen.records.queries.listing import Listing
from keen.records.rest import body, including
from keen.records.rest.answers import RefusedError
from keen.records.rest.shape import META, Shape

USUAL, MOST = 50, 200
PARTS = frozenset({"limit", "after", "sort", "fields", "total", "q", "include"})
_FILTER = re.compile(r"filter\[([^\[\]]{1,100})\](?:\[([^\[\]]{1,40})\])?")
YES, NO = frozenset({"true", "1"}), frozenset({"false", "0", ""})


@dataclass(frozen=True)
class Asked:
    """A list as it is asked for: which records, in which order, with which fields, whether counted, what goes along."""

    listing: Listing
    shape: Shape
    total: bool
    include: Sequence[str] = ()


@dataclass(frozen=True)
class _Part:
    """One part of a question: where it stands, for whoever has to mend it."""

    name: str
    in_body: bool

    def fault(self, words: str, code: str, *steps: str | int) -> RefusedError:
        """The refusal of what stands here."""
        where: dict[str, Any] = (
            {"pointer": pointer(self.name, *steps)} if self.in_body else {"parameter": self.name}
        )
        return RefusedError(Problem(400, code, words, [Fault(words, code, **where)]))


def from_address(request: HttpRequest, record_type: RecordType, actor: Actor) -> Asked:
    """What the query of an address asks for.

    Raises: RefusedError naming the parameter: an unknown one is not passed over, for it may be a slip of the keys.
    """
    single: dict[str, str] = {}
    pairs: list[tuple[str, str, str]] = []
    for name, values in request.GET.lists():
        found = _FILTER.fullmatch(name)
        part = _Part(name[:100], in_body=False)
        if found is None and name not in PARTS:
            raise part.fault(f"There is no parameter “{name[:60]}”.", "unknown_parameter")
        if found is None:
            if len(values) > 1:
                raise part.fault(f"“{name}” stands there twice.", "double_parameter")
            single[name] = values[0]
        else:
            pairs += [(name[:100], f"{found[1]}.{found[2] or 'is'}", value) for value in values]
    conditions = [
        condition
        for name, key, value in pairs
        for condition in _conditions(record_type, actor, _Part(name, in_body=False), (key, value))
    ]
    return _asked(record_type, actor, single | {"conditions": conditions}, in_body=False)


def from_body(request: HttpRequest, record_type: RecordType, actor: Actor) -> Asked:
    """What the body of a query asks for: {"filter": [{"field", "op", "value"}], "sort", "fields", "limit", …}.

    Raises: RefusedError naming the member.
    """
    given = body.members(request, PARTS | {"filter"}, optional=True)
    wanted = given.get("filter") or []
    part = _Part("filter", in_body=True)
    if not isinstance(wanted, list):
        raise part.fault('Send a list: [{"field": "city", "op": "is", "value": "Berlin"}].', "wrong_type")
    conditions: list[Condition] = []
    for place, given_one in enumerate(wanted):
        one = body.object_of(given_one, {"field", "op", "value"}, ("filter", place))
        field, op, value = one.get("field", ""), one.get("op", "is"), one.get("value", "")
        if not isinstance(field, str) or not isinstance(op, str) or isinstance(value, dict | list):
            raise part.fault("field and op are texts, value is a text or a number.", "wrong_type", place)
        said = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
        conditions += _conditions(record_type, actor, part, (f"{field}.{op}", said))
    return _asked(record_type, actor, {**given, "conditions": conditions}, in_body=True)


def _conditions(
    record_type: RecordType, actor: Actor, part: _Part, pair: tuple[str, str]
) -> Iterable[Condition]:
    """The condition of one filter, as the lists of pages read it."""
    name, _, op = pair[0].partition(".")
    known = listing.filterable(record_type, actor)
    if name not in {field.name for field in known}:
        raise part.fault(f"There is no field “{name[:40]}” to filter by.", "unknown_field")
    if op not in filters.VALUELESS and not text.clean(pair[1]):
        raise part.fault(f"Say what “{name}” is compared with, or use [empty].", "missing_value")
    try:
        return filters.parse([pair], known)
    except RuleError as error:
        raise part.fault(str(error.message), error.code) from None


def _asked(record_type: RecordType, actor: Actor, given: dict[str, Any], *, in_body: bool) -> Asked:
    if len(given["conditions"]) > filters.MOST_CONDITIONS:
        words = f"At most {filters.MOST_CONDITIONS} filters fit in one list."
        raise _Part("filter", in_body).fault(words, "too_many_filters")
    total = _truth(given.get("total", False), _Part("total", in_body))
    wanted = Listing(
        conditions=tuple(given["conditions"]),
        sort=_sort(record_type, actor, given.get("sort") or "", _Part("sort", in_body)),
        q=text.clean(_string(given.get("q") or "", _Part("q", in_body)), filters.MOST_CHARACTERS),
        after=_string(given.get("after") or "", _Part("after", in_body)),
        size=_limit(given.get("limit", USUAL), _Part("limit", in_body)),
        counted=total,
    )
    include = including.wanted(record_type, actor, _names(given.get("include"), _Part("include", in_body)))
    shaped = shape(record_type, actor, given.get("fields"), in_body=in_body, along=include)
    return Asked(wanted, shaped, total, include)


def _names(given: Any, part: _Part) -> str:
    """Names as an address has them, whether they came in a text or in a list."""
    if isinstance(given, list) and all(isinstance(name, str) for name in given):
        return ",".join(given)
    return _string(given or "", part)


def for_trash(request: HttpRequest, record_type: RecordType, actor: Actor) -> tuple[int, str, Shape]:
    """How much of the trash the query of an address asks for, from where on, with which fields.

    Raises: RefusedError.
    """
    known = {"limit", "after", "fields"}
    for name, values in request.GET.lists():
        if name not in known or len(values) > 1:
            words = f"There is no parameter “{name[:60]}” here, or it stands there twice."
            raise _Part(name[:100], in_body=False).fault(words, "unknown_parameter")
    size = _limit(request.GET.get("limit", USUAL), _Part("limit", in_body=False))
    return size, request.GET.get("after", ""), shape(record_type, actor, request.GET.get("fields"))


def shape(
    record_type: RecordType, actor: Actor, given: Any, *, in_body: bool = False, along: Iterable[str] = ()
) -> Shape:
    """The fields that are asked for: all that the actor may read when none is named; with them links that go along.

    Raises: RefusedError naming one that does not exist or is hidden.
    """
    part = _Part("fields", in_body)
    if given is None or given == "":
        return Shape(record_type, actor)
    names: Sequence[Any] = given.split(",") if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise part.fault("Name the fields, separated by commas.", "wrong_type")
    readable = {field.name for field in record_type.readable(actor)} | set(META)
    unknown = next((name for name in names if name not in readable), None)
    if unknown is not None:
        raise part.fault(f"There is no field “{unknown[:40]}”.", "unknown_field")
    return Shape(record_type, actor, frozenset({*names, *along}))


def _sort(record_type: RecordType, actor: Actor, given: Any, part: _Part) -> str:
    sort = _string(given, part)
    try:
        listing.order(record_type, actor, sort)
    except RuleError as error:
        raise part.fault(str(error.message), error.code) from None
    return sort


def _limit(given: Any, part: _Part) -> int:
    number = id_of(given) if isinstance(given, int | str) and not isinstance(given, bool) else None
    if number is None or not 1 <= number <= MOST:
        raise part.fault(f"A page holds 1 to {MOST} records.", "limit")
    return number


def _string(given: Any, part: _Part) -> str:
    if not isinstance(given, str):
        raise part.fault("Send text here.", "wrong_type")
    return given


def _truth(given: Any, part: _Part) -> bool:
    said = str(given).lower() if isinstance(given, bool | str) else ""
    if not isinstance(given, bool | str) or said not in YES | NO:
        raise part.fault("Say true or false.", "wrong_type")
    return said in YES
