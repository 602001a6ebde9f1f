"""What a program wants to write: JSON of the right types for fields that it may write. Rules of values stand elsewhere."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.problems import Fault, pointer
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import ADDRESS_PARTS
from keen.records.rest.answers import RefusedError, invalid
from keen.records.rest.links import resolve

Place = tuple[str | int, ...]
EMAIL_PARTS = frozenset({"address", "label"})
PHONE_PARTS = frozenset({"raw", "e164", "label", "extension"})


class Reader:
    """Reads the bodies of a kind for an actor. Made once for all items of a batch."""

    def __init__(self, record_type: RecordType, actor: Actor) -> None:
        self._noun, self._actor = record_type.label.lower(), actor
        self._readable = {field.name: field for field in record_type.readable(actor)}
        self._writable = {field.name for field in record_type.writable(actor)}

    def values(self, data: Any, at: Place = ()) -> dict[str, Any]:
        """The values of the fields, as `save` takes them.

        Raises: RefusedError naming each member that is unknown, not to be written, or of another type.
        """
        if not isinstance(data, dict):
            raise RefusedError(invalid([_wrong_type(at, "an object of fields")]))
        if faults := self.link([data], at).get(0):
            raise RefusedError(invalid(faults))
        return self.typed(data, at)

    def link(self, bodies: list[dict[str, Any]], at: Place = ()) -> dict[int, list[Fault]]:
        """What is wrong with links by ids of another system; in the bodies they have become ids of ours."""
        fields = {name: self._readable[name] for name in sorted(self._writable & self._readable.keys())}
        return resolve(fields, self._actor, bodies, at)

    def typed(self, data: dict[str, Any], at: Place) -> dict[str, Any]:
        """The values of an object whose links are ids.

        Raises: RefusedError.
        """
        values: dict[str, Any] = {}
        faults = []
        for name, given in data.items():
            fault = self._refused(name, at) or check(self._readable[name], given, (*at, name))
            if fault:
                faults.append(fault)
            else:
                values[name] = typed(self._readable[name], given)
        if faults:
            raise RefusedError(invalid(faults))
        return values

    def _refused(self, name: str, at: Place) -> Fault | None:
        field = self._readable.get(name)
        where = pointer(*at, name)
        if field is None:  # hidden ones and those that were never there answer alike
            return Fault(f"A {self._noun} has no field “{name[:40]}”.", "unknown_field", where)
        if not field.editable:
            return Fault(f"{field.label} follows from other fields and is not written.", "read_only", where)
        if name not in self._writable:
            return Fault(f"You cannot change: {field.label}.", "forbidden", where)
        return None


def check(field: Field, given: Any, at: Place) -> Fault | None:
    """What is wrong with the type of the value. Null empties any field."""
    if given is None:
        return None
    if field.kind is Kind.LINES:
        return _lines(frozenset(field.labels), given, at)
    if field.kind not in _CHECKS:
        return None
    return _CHECKS[field.kind](given, at)


def typed(field: Field, given: Any) -> Any:
    """The value as `save` takes it: of a linked record, its id."""
    if field.kind in {Kind.REFERENCE, Kind.USER, Kind.TEAM} and isinstance(given, dict):
        return given.get("id")
    return given


def _wrong_type(at: Place, wanted: str) -> Fault:
    return Fault(f"Send {wanted} here, or null for nothing.", "wrong_type", pointer(*at))


def _text(given: Any, at: Place) -> Fault | None:
    return None if isinstance(given, str) else _wrong_type(at, "text")


def _boolean(given: Any, at: Place) -> Fault | None:
    return None if isinstance(given, bool) else _wrong_type(at, "true or false")


def _number(given: Any, at: Place) -> Fault | None:
    fits = isinstance(given, int | float | str) and not isinstance(given, bool)
    return None if fits else _wrong_type(at, "a number")


def _link(given: Any, at: Place) -> Fault | None:
    if isinstance(given, dict):
        unknown = _unknown(given, {"id", "title"}, at)
        return unknown or (
            _link(given["id"], (*at, "id")) if "id" in given else _wrong_type((*at, "id"), "an id")
        )
    fits = type(given) is int and 0 < given < 10**18
    return None if fits else _wrong_type(at, "the id of a record, as a number")


def _listed(parts: frozenset[str], main: str) -> Callable[[Any, Place], Fault | None]:
    """The check of a list whose entries are texts, or objects of texts."""

    def listed(given: Any, at: Place) -> Fault | None:
        if not isinstance(given, list):
            return _wrong_type(at, "a list")
        for place, entry in enumerate(given):
            here = (*at, place)
            if isinstance(entry, str) and main:
                continue
            if not isinstance(entry, dict):
                return _wrong_type(here, "text or an object" if main else "an object")
            fault = _unknown(entry, parts, here) or _texts(entry, here)
            if fault is None and main and not entry.get(main):
                fault = _wrong_type((*here, main), "text")
            if fault:
                return fault
        return None

    return listed


def _lines(parts: frozenset[str], given: Any, at: Place) -> Fault | None:
    """The check of a list of objects whose members are texts or numbers."""
    if not isinstance(given, list):
        return _wrong_type(at, "a list of objects")
    for place, entry in enumerate(given):
        here = (*at, place)
        if not isinstance(entry, dict):
            return _wrong_type(here, "an object")
        if fault := _unknown(entry, parts, here):
            return fault
        for name, part in entry.items():
            if isinstance(part, bool) or not isinstance(part, int | float | str | None):
                return _wrong_type((*here, name), "text or a number")
    return None


def _money(given: Any, at: Place) -> Fault | None:
    if not isinstance(given, dict):
        return _wrong_type(at, 'an amount and a currency, {"amount": "12.50", "currency": "EUR"},')
    fault = _unknown(given, {"amount", "currency"}, at)
    if fault is None and "amount" not in given:
        fault = _wrong_type((*at, "amount"), "a number")
    if fault is None and given["amount"] is not None:
        fault = _number(given["amount"], (*at, "amount"))
    if fault is None and not isinstance(given.get("currency"), str | None):
        fault = _wrong_type((*at, "currency"), "the three letters of a currency")
    return fault


def _tags(given: Any, at: Place) -> Fault | None:
    if not isinstance(given, list):
        return _wrong_type(at, "a list of texts")
    wrong = next((place for place, tag in enumerate(given) if not isinstance(tag, str)), None)
    return None if wrong is None else _wrong_type((*at, wrong), "text")


def _unknown(given: Mapping[str, Any], known: Iterable[str], at: Place) -> Fault | None:
    strange = sorted(set(given) - set(known))
    if not strange:
        return None
    words = f"There is no “{strange[0][:40]}” here. There are: {', '.join(sorted(known))}."
    return Fault(words, "unknown_member", pointer(*at, strange[0]))


def _texts(entry: Mapping[str, Any], at: Place) -> Fault | None:
    wrong = next((name for name, part in entry.items() if not isinstance(part, str | None)), None)
    return None if wrong is None else _wrong_type((*at, wrong), "text")


_CHECKS: Mapping[Kind, Callable[[Any, Place], Fault | None]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.URL: _text,
    Kind.CHOICE: _text,
    Kind.DATE: _text,
    Kind.DATETIME: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.REFERENCE: _link,
    Kind.USER: _link,
    Kind.TEAM: _link,
    Kind.EMAILS: _listed(EMAIL_PARTS, "address"),
    Kind.PHONES: _listed(PHONE_PARTS, "raw"),
    Kind.ADDRESSES: _listed(frozenset(ADDRESS_PARTS), ""),
    Kind.TAGS: _tags,
    Kind.IDS: _tags,
    Kind.CHOICES: _tags,
    Kind.MONEY: _money,
}
