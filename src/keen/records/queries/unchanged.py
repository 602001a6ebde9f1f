"""Which of many wished records are so already, found without reading their values: what a nightly sync mostly sends."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from keen.core.domain.actor import Actor
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import ADDRESS_PARTS
from keen.records.queries.sets import among_ids

Same = Callable[[Any, Any], bool]
USUAL_LABEL = "work"
_BLANK = dict.fromkeys(ADDRESS_PARTS, "")


def unchanged(
    record_type: RecordType, actor: Actor, wished: Sequence[tuple[int, Mapping[str, Any]]]
) -> dict[int, int]:
    """The records that surely have these values already, with their versions; only those that the actor may change.

    Shape: `wished` are ids with plain values as a program sends them. What is not told apart at a glance is left out,
    though it may turn out to be the same.
    Cost: 1 query.
    """
    writable = {field.name: field for field in record_type.writable(actor) if field.kind in _SAME}
    names = {name for _, values in wished for name in values}
    columns = [writable[name].column for name in names if name in writable]
    model = record_type.model
    rows = model.objects.visible_to(actor).filter(model.allowed(actor, "edit"))
    rows = rows.filter(pk__in=among_ids([pk for pk, _ in wished]))
    found = {row[0]: row for row in rows.values_list("pk", "version", *columns)}
    places = {
        name: (place + 2, _SAME[writable[name].kind]) for place, name in enumerate(_known(names, writable))
    }
    same = {}
    for pk, values in wished:
        row = found.get(pk)
        if row is not None and all(_is(row, places.get(name), value) for name, value in values.items()):
            same[pk] = row[1]
    return same


def _known(names: Collection[str], writable: Mapping[str, Field]) -> list[str]:
    return [name for name in names if name in writable]


def _is(row: Sequence[Any], place: tuple[int, Same] | None, given: Any) -> bool:
    return place is not None and place[1](given, row[place[0]])


def _text(given: Any, held: Any) -> bool:
    return given == held if isinstance(given, str) else given is None and held == ""


def _number(given: Any, held: Any) -> bool:
    return not isinstance(given, bool | str) and bool(given == held)


def _boolean(given: Any, held: Any) -> bool:
    return given is held


def _day(given: Any, held: date | None) -> bool:
    return bool(given == (held.isoformat() if held else None))


def _moment(given: Any, held: datetime | None) -> bool:
    if held is None:
        return given is None
    said = held.astimezone(UTC).isoformat()
    return given in {said, said.replace("+00:00", "Z")}


def _link(given: Any, held: Any) -> bool:
    wanted = given.get("id") if isinstance(given, dict) else given
    return not isinstance(wanted, bool) and bool(wanted == held)


def _listed(main: str) -> Same:
    def same(given: Any, held: list[Mapping[str, Any]]) -> bool:
        if not isinstance(given, list) or len(given) != len(held):
            return False
        return all(_entry(one, other, main) for one, other in zip(given, held, strict=True))

    return same


def _entry(given: Any, held: Mapping[str, Any], main: str) -> bool:
    if isinstance(given, dict):
        return given.get(main) == held[main] and (given.get("label") or USUAL_LABEL) == held.get("label")
    return given == held[main] and held.get("label") == USUAL_LABEL


def _addresses(given: Any, held: list[Mapping[str, Any]]) -> bool:
    if not isinstance(given, list) or len(given) != len(held):
        return False
    return all(
        isinstance(one, dict) and {**_BLANK, "label": USUAL_LABEL, **one} == other
        for one, other in zip(given, held, strict=True)
    )


def _equal(given: Any, held: Any) -> bool:
    return bool(given == held)


def _tags(given: Any, held: list[str]) -> bool:
    return (
        isinstance(given, list)
        and all(isinstance(tag, str) for tag in given)
        and sorted(given, key=str.casefold) == held
    )


_SAME: dict[Kind, Same] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.URL: _text,
    Kind.CHOICE: _text,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _day,
    Kind.DATETIME: _moment,
    Kind.EMAILS: _listed("address"),
    Kind.PHONES: _listed("raw"),
    Kind.ADDRESSES: _addresses,
    Kind.TAGS: _tags,
    Kind.IDS: _tags,
    Kind.CHOICES: _equal,
    Kind.MONEY: _equal,
    Kind.REFERENCE: _link,
    Kind.USER: _link,
    Kind.TEAM: _link,
}
