"""How values look: in a list's cell and as a fact on a record's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.jinja import ago, day, money, number, when
from keen.core.queries import person_names
from keen.lib import countries
from keen.lib.addresses import Address
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import is_empty, phone_words
from keen.records.domain.shadows import leads_nowhere
from keen.records.queries import unseen

NAMED = frozenset({Kind.USER, Kind.TEAM})


@dataclass(frozen=True)
class Shown:
    """A value as it is read: words, where they lead, and what stands smaller below them."""

    text: str = ""
    href: str = ""
    sub: str = ""
    kind: str = ""
    person: bool = False


def shown(field: Field, row: Mapping[str, Any]) -> list[Shown]:
    """The value of the field in this row, in parts where it holds several."""
    value = row[field.column]
    if is_empty(value):
        return []
    return _SHOWN.get(field.kind, _plain)(field, value, row)


def columns(fields: Sequence[Field]) -> list[str]:
    """The model's columns that showing the fields needs, with the names of linked people and teams."""
    found = {name for field in fields for name in (field.column, field.shadow, field.currency) if name}
    return sorted(found | {f"{field.name}__name" for field in fields if field.kind in NAMED})


def _plain(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del row
    text = countries.name(value) if field.name == "country" else str(value)
    return [Shown(text)]


def _choice(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del row
    return [Shown(dict(field.choices).get(value, value), kind="chip")]


def _boolean(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    return [Shown("Yes")] if value else []


def _url(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    href = value if value.lower().startswith(("https://", "http://")) else ""
    return [Shown(value.split("://")[-1].removeprefix("www.").rstrip("/"), href)]


def _moment(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del row
    if field.kind is Kind.DATE:
        return [Shown(day(value))]
    return [Shown(ago(value), sub=when(value), kind="dim")]


def _number(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    return [Shown(number(value), kind="number")]


def _money(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    return [Shown(money(value["amount"], value["currency"]), kind="number")]


def _amount(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    return [Shown(money(value, row[field.currency]), kind="number")]


def _elsewhere(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    """Lines have a table of their own on the page of their record."""
    del field, value, row
    return []


def _choices(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del row
    labels = dict(field.choices)
    return [Shown(labels.get(key, key), kind="tag") for key in value]


def _reference(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    other = declare.get(field.to)
    name = row[field.shadow] or other.label
    return [Shown(name, "" if leads_nowhere(name) else f"/{other.path}/{value}/")]


def _named(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del value
    return [Shown(row[f"{field.name}__name"] or "", person=field.kind is Kind.USER)]


def _emails(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    return [Shown(entry["address"], f"mailto:{entry['address']}", entry.get("label", "")) for entry in value]


def _phones(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    return [
        Shown(phone_words(entry), f"tel:{entry.get('e164') or entry['raw']}", entry.get("label", ""))
        for entry in value
    ]


def _addresses(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    return [Shown(Address.from_dict(entry).one_line(), sub=str(entry.get("label") or "")) for entry in value]


def _tags(field: Field, value: Any, row: Mapping[str, Any]) -> list[Shown]:
    del field, row
    return [Shown(tag, kind="tag") for tag in value]


_SHOWN = {
    Kind.CHOICE: _choice,
    Kind.BOOLEAN: _boolean,
    Kind.URL: _url,
    Kind.DATE: _moment,
    Kind.DATETIME: _moment,
    Kind.NUMBER: _number,
    Kind.REFERENCE: _reference,
    Kind.USER: _named,
    Kind.TEAM: _named,
    Kind.EMAILS: _emails,
    Kind.PHONES: _phones,
    Kind.ADDRESSES: _addresses,
    Kind.TAGS: _tags,
    Kind.IDS: _tags,
    Kind.MONEY: _money,
    Kind.CHOICES: _choices,
    Kind.AMOUNT: _amount,
    Kind.LINES: _elsewhere,
}


def readable_row(record_type: RecordType, actor: Actor, record: Any) -> dict[str, Any]:
    """The columns of the record that the actor may see.

    Cost: none when the record was read with `links` joined; 1 query when a field of one's own leads to a person, and 1
    for each kind of records to which such fields lead.
    """
    fields = record_type.readable(actor)
    row = {name: _reached(record, name) for name in unseen.needed(record_type, columns(fields))}
    unseen.blank(record_type, actor, [row])
    persons = [field for field in fields if field.own and field.kind is Kind.USER and row[field.column]]
    names = person_names({row[field.column] for field in persons})
    return row | {f"{field.name}__name": names.get(row[field.column], "") for field in persons}


def links(record_type: RecordType) -> list[str]:
    """The links to people and teams, to be joined when a record is read."""
    return [field.name for field in record_type.fields if field.kind in NAMED and field.own is None]


def _reached(record: Any, name: str) -> Any:
    first, _, rest = name.partition("__")
    value = getattr(record, first)
    return getattr(value, rest, "") if rest else value
