"""Forms of records: inputs as they are shown, and what was typed as it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.lib import countries
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import ADDRESS_PARTS, NewRecord
from keen.records.models import Record

HTML_TYPES = {
    Kind.LONG_TEXT: "textarea",
    Kind.CHOICE: "select",
    Kind.BOOLEAN: "checkbox",
    Kind.DATE: "date",
    Kind.DATETIME: "datetime-local",
    Kind.USER: "select",
    Kind.TEAM: "select",
}


@dataclass(frozen=True)
class Input:
    """One field of a form as a template shows it."""

    field: Field
    value: Any
    type: str = "text"
    options: Sequence[tuple[Any, str]] = ()
    error: str = ""
    entries: Sequence[Mapping[str, Any]] = field(default_factory=list)
    shown: str = ""


def read(record_type: RecordType, post: QueryDict, names: Sequence[str]) -> dict[str, Any]:
    """What was typed into these fields, as raw values.

    Shape: fields that the form did not hold are left out, but for unticked boxes named in `_boxes`.
    """
    found: dict[str, Any] = {}
    for name in names:
        declared = record_type.by_name[name]
        if declared.kind is Kind.BOOLEAN:
            if name in post or name in post.getlist("_boxes"):
                found[name] = name in post
        elif declared.kind in {Kind.EMAILS, Kind.PHONES}:
            if name in post:
                found[name] = _labelled(post, name, "address" if declared.kind is Kind.EMAILS else "raw")
        elif declared.kind is Kind.ADDRESSES:
            if f"{name}_street" in post:
                found[name] = _addresses(post, name)
        elif declared.kind is Kind.REFERENCE:
            if name in post or f"{name}_text" in post:
                found[name] = _reference(post, name)
        elif name in post:
            found[name] = post.get(name)
    return found


def _labelled(post: QueryDict, name: str, main: str) -> list[dict[str, str]]:
    labels = post.getlist(f"{name}_label")
    return [
        {main: value.strip(), "label": labels[at] if at < len(labels) else ""}
        for at, value in enumerate(post.getlist(name))
        if value.strip()
    ]


def _addresses(post: QueryDict, name: str) -> list[dict[str, str]]:
    parts = {part: post.getlist(f"{name}_{part}") for part in ADDRESS_PARTS}
    count = max((len(values) for values in parts.values()), default=0)
    return [{part: values[at] if at < len(values) else "" for part, values in parts.items()} for at in range(count)]


def _reference(post: QueryDict, name: str) -> str:
    """The chosen id, or "new:" and the text when something was typed that is not in the list."""
    chosen, typed = post.get(name, "").strip(), post.get(f"{name}_text", "").strip()
    return chosen or (f"new:{typed}" if typed else "")


def inputs(
    record_type: RecordType,
    actor: Actor,
    fields: Sequence[Field],
    *,
    record: Record | None = None,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Input]:
    """The fields as inputs, holding what was typed, else what the record has.

    Cost: 1 query for people and 1 for teams, when the form offers them.
    """
    people = [(person.pk, person.name) for person in core.people()] if _has(fields, Kind.USER) else []
    teams = [(team.pk, team.name) for team in core.teams()] if _has(fields, Kind.TEAM) else []
    made = []
    for declared in fields:
        value = (typed or {}).get(declared.name, _present(declared, record, actor))
        options: Sequence[tuple[Any, str]] = ()
        if declared.kind is Kind.CHOICE:
            options = [("", "—"), *declared.choices]
        elif declared.kind is Kind.USER:
            options = [("", "Nobody"), *people]
        elif declared.kind is Kind.TEAM:
            options = [("", "No team"), *teams]
        made.append(
            Input(
                declared,
                _as_text(declared, value),
                HTML_TYPES.get(declared.kind, "text"),
                options,
                (errors or {}).get(declared.name, ""),
                _entries(declared, value),
                _title_of(declared, record, value),
            )
        )
    return made


def _has(fields: Sequence[Field], kind: Kind) -> bool:
    return any(declared.kind is kind for declared in fields)


def _present(declared: Field, record: Record | None, actor: Actor) -> Any:
    if record is not None:
        return getattr(record, declared.column)
    return {"owner": actor.user_id, "team": actor.team_id}.get(declared.name, "")


def _as_text(declared: Field, value: Any) -> Any:
    if declared.kind is Kind.TAGS and isinstance(value, list):
        return ", ".join(value)
    if declared.kind is Kind.DATETIME and hasattr(value, "strftime"):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, NewRecord):
        return ""
    return "" if isinstance(value, str) and value.startswith("new:") else value


def _title_of(declared: Field, record: Record | None, value: Any) -> str:
    if declared.kind is not Kind.REFERENCE:
        return ""
    if isinstance(value, str) and value.startswith("new:"):
        return value.removeprefix("new:")
    if record is not None and declared.shadow and value == getattr(record, declared.column):
        return str(getattr(record, declared.shadow))
    if value and str(value).isdigit():
        linked = declare.get(declared.to).model.objects.filter(pk=int(value)).first()
        return linked.title if linked else ""
    return ""


def _entries(declared: Field, value: Any) -> list[Mapping[str, Any]]:
    if declared.kind not in {Kind.EMAILS, Kind.PHONES, Kind.ADDRESSES}:
        return []
    found = list(value) if isinstance(value, list) else []
    return [*found, {"label": declared.labels[0] if not found and declared.labels else "other"}]


def country_options() -> list[tuple[str, str]]:
    """The countries to choose from."""
    return [("", "—"), *countries.choices()]
