"""Forms of records: inputs as they are shown, and what was typed as it is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.lib import countries, numbers, phones
from keen.lib.errors import ForbiddenError
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import ADDRESS_PARTS, NewRecord, id_of, phone_words
from keen.records.models import Record
from keen.records.queries import unseen

HTML_TYPES = {
    Kind.LONG_TEXT: "textarea",
    Kind.CHOICE: "select",
    Kind.BOOLEAN: "checkbox",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime-local",
    Kind.USER: "select",
    Kind.TEAM: "select",
    Kind.CHOICES: "checkboxes",
}
MAIN_PART = {Kind.EMAILS: "address", Kind.PHONES: "raw"}


@dataclass(frozen=True)
class Input:
    """One field of a form as a template shows it."""

    field: Field
    value: Any
    type: str = "text"
    options: Sequence[tuple[Any, str]] = ()
    error: str = ""
    entries: Sequence[Mapping[str, Any]] = ()
    shown: str = ""


def read(record_type: RecordType, post: QueryDict, names: Sequence[str]) -> dict[str, Any]:
    """What was typed into these fields, as raw values.

    Shape: fields that the form did not hold are left out, but for unticked boxes named in `_boxes`.
    """
    found: dict[str, Any] = {}
    for name in names:
        kind = record_type.by_name[name].kind
        inputs, reader = _READ.get(kind, (lambda name: {name}, _read_plain))
        boxed = kind is Kind.BOOLEAN and name in post.getlist("_boxes")
        if boxed or any(wanted in post for wanted in inputs(name)):
            found[name] = reader(post, name)
    return found


def check_names(record_type: RecordType, actor: Actor, post: QueryDict) -> None:
    """Refuse a form that names a column which the actor may not write, whether it was ever offered or not.

    Raises: ForbiddenError.
    """
    columns = {
        name
        for column in record_type.model._meta.concrete_fields  # noqa: SLF001
        for name in (column.name, column.attname)
    }
    allowed = {declared.name for declared in record_type.writable(actor)}
    forbidden = sorted(set(post) & (columns | set(record_type.by_name)) - allowed)
    if forbidden:
        raise ForbiddenError("field_forbidden", f"You cannot change: {', '.join(forbidden)}.", forbidden[0])


def _read_plain(post: QueryDict, name: str) -> str:
    return str(post.get(name, ""))


def _read_box(post: QueryDict, name: str) -> bool:
    return name in post


def _read_emails(post: QueryDict, name: str) -> list[dict[str, str]]:
    return _labelled(post, name, MAIN_PART[Kind.EMAILS])


def _read_phones(post: QueryDict, name: str) -> list[dict[str, str]]:
    return _labelled(post, name, MAIN_PART[Kind.PHONES])


def _labelled(post: QueryDict, name: str, main: str) -> list[dict[str, str]]:
    labels = post.getlist(f"{name}_label")
    return [
        {main: value.strip(), "label": labels[at] if at < len(labels) else ""}
        for at, value in enumerate(post.getlist(name))
        if value.strip()
    ]


def _read_addresses(post: QueryDict, name: str) -> list[dict[str, str]]:
    parts = {part: post.getlist(f"{name}_{part}") for part in ADDRESS_PARTS}
    count = max((len(values) for values in parts.values()), default=0)
    return [
        {part: values[at] if at < len(values) else "" for part, values in parts.items()}
        for at in range(count)
    ]


def _read_reference(post: QueryDict, name: str) -> str:
    """The chosen id, or "new:" and the text when something was typed that is not in the list."""
    chosen, typed = post.get(name, "").strip(), post.get(f"{name}_text", "").strip()
    return chosen or (f"new:{typed}" if typed else "")


def _read_money(post: QueryDict, name: str) -> dict[str, str] | str:
    """The amount with its currency; the amount alone where the form offered no currency."""
    amount, currency = post.get(name, ""), post.get(f"{name}_currency", "")
    return {"amount": amount, "currency": currency} if currency else str(amount)


def _read_choices(post: QueryDict, name: str) -> list[str]:
    return [str(one) for one in post.getlist(name)]


_READ: Mapping[Kind, tuple[Callable[[str], set[str]], Callable[[QueryDict, str], Any]]] = {
    Kind.BOOLEAN: (lambda name: {name}, _read_box),
    Kind.EMAILS: (lambda name: {name}, _read_emails),
    Kind.PHONES: (lambda name: {name}, _read_phones),
    Kind.ADDRESSES: (lambda name: {f"{name}_{part}" for part in ADDRESS_PARTS}, _read_addresses),
    Kind.REFERENCE: (lambda name: {name, f"{name}_text"}, _read_reference),
    Kind.MONEY: (lambda name: {name}, _read_money),
    Kind.CHOICES: (lambda name: {name, f"{name}_offered"}, _read_choices),
}


def inputs(
    actor: Actor,
    fields: Sequence[Field],
    *,
    record: Record | None = None,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Input]:
    """The fields as inputs, holding what was typed, else what the record has.

    Cost: 1 query for people and 1 for teams, when the form offers them; 1 for each link without a known title.
    """
    offered: dict[Kind, list[tuple[Any, str]]] = {}
    if any(declared.kind is Kind.USER for declared in fields):
        offered[Kind.USER] = [("", "Nobody"), *core.people_choices(timezone.localdate())]
    if any(declared.kind is Kind.TEAM for declared in fields):
        offered[Kind.TEAM] = [("", "No team"), *((team.pk, team.name) for team in core.teams())]
    given, wrong = typed or {}, errors or {}
    made = []
    for declared in fields:
        value = given[declared.name] if declared.name in given else _present(declared, record, actor)
        made.append(
            Input(
                field=declared,
                value=_as_text(declared, value),
                type=HTML_TYPES.get(declared.kind, "text"),
                options=_options(declared, offered, value, record),
                error=wrong.get(declared.name, ""),
                entries=_entries(declared, value),
                shown=_title_of(declared, record, value, actor),
            )
        )
    return made


def _present(declared: Field, record: Record | None, actor: Actor) -> Any:
    if record is not None:
        return getattr(record, declared.column)
    if declared.own is not None:
        usual = "" if declared.own.default is None else declared.own.default
        return numbers.again(usual) if declared.kind is Kind.NUMBER else usual
    return {"owner": actor.user_id, "team": actor.team_id}.get(declared.name, "")


def _options(
    declared: Field, offered: Mapping[Kind, Sequence[tuple[Any, str]]], value: Any, record: Record | None
) -> Sequence[tuple[Any, str]]:
    """What can be chosen. What the record holds is among it, also when it is offered no longer: saving must not lose it."""
    if declared.kind is Kind.CHOICES:
        held_keys = value if isinstance(value, list) else []
        return [(key, label) for key, label in declared.choices if key in held_keys or declared.offers(key)]
    options = (
        [("", "—"), *(choice for choice in declared.choices if declared.offers(choice[0]))]
        if declared.kind is Kind.CHOICE
        else offered.get(declared.kind, ())
    )
    if not options or value in (None, "") or str(value) in {str(key) for key, _ in options}:
        return options
    held = record is not None and value == getattr(record, declared.column)
    told = dict(declared.choices).get(value) or str(getattr(record, declared.name) if held else value)
    return [*options, (value, told)]


def _as_text(declared: Field, value: Any) -> Any:
    if declared.kind in {Kind.TAGS, Kind.IDS} and isinstance(value, list):
        return ", ".join(value)
    if declared.kind is Kind.MONEY and isinstance(value, Mapping):
        return f"{numbers.again(value.get('amount', ''))} {value.get('currency', '')}".strip()
    if isinstance(value, Decimal):
        return numbers.again(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, NewRecord):
        return ""
    return "" if isinstance(value, str) and value.startswith("new:") else value


def _title_of(declared: Field, record: Record | None, value: Any, actor: Actor) -> str:
    """The title of the linked record, as far as the actor may know it."""
    if declared.kind is not Kind.REFERENCE:
        return ""
    if isinstance(value, NewRecord):
        return value.name
    if isinstance(value, str) and value.startswith("new:"):
        return value.removeprefix("new:")
    linked_id = id_of(value or "")
    if linked_id is None:
        return ""
    as_it_was = record is not None and declared.shadow and linked_id == getattr(record, declared.column)
    if as_it_was and not (declared.own and unseen.shut(actor, {declared.to: [linked_id]}).get(declared.to)):
        return str(getattr(record, declared.shadow))
    linked = declare.get(declared.to).model.objects.visible_to(actor).filter(pk=linked_id).first()
    return str(linked.title) if linked else ""


def _entries(declared: Field, value: Any) -> list[Mapping[str, Any]]:
    """The lines of a field that holds several values, and an empty one."""
    if declared.kind not in {Kind.EMAILS, Kind.PHONES, Kind.ADDRESSES}:
        return []
    main = MAIN_PART.get(declared.kind)
    found = list(value) if isinstance(value, list) else [{main: value}] if main and value else []
    if declared.kind is Kind.PHONES:
        found = [_reached(entry) for entry in found]
    labels = [label for label in declared.labels if label not in {entry.get("label") for entry in found}]
    return [*found, {"label": (labels or ["other"])[0]}]


def _reached(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The number as written here, from another country in its international form: here it would be another one."""
    e164 = str(entry.get("e164") or "")
    abroad = e164 and phones.region(e164) not in {"", settings.KEEN.region}
    return {**entry, "raw": phone_words(entry)} if abroad else entry


def country_options() -> list[tuple[str, str]]:
    """The countries to choose from."""
    return [("", "—"), *countries.choices()]
