"""Merging for programs: a verb of every kind whose duplicates are merged."""

from collections.abc import Callable, Mapping
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.lib.errors import NotVisibleError, RuleError
from keen.records.actions.merge import merge
from keen.records.actions.values import InvalidError
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain.fieldvalues import is_empty
from keen.records.rest.verbs import Verb


def verb(record_type: RecordType) -> Verb:
    """The verb that makes another record part of this one."""
    noun = record_type.label.lower()
    return Verb(
        record_type.kind, "merge", "record", "edit", f"Make another {noun} part of this one", _act(record_type),
        (
            Field("other", "Other one", Kind.REFERENCE, to=record_type.kind, required=True, help="It goes; all that hangs on it stays."),
            Field("take", "Fields to take", Kind.TAGS, help="Names of fields in which the other one's value is to stay."),
        ),
    )  # fmt: skip


def _act(record_type: RecordType) -> Callable[[Actor, int, Mapping[str, Any]], Receipt]:
    def act(actor: Actor, record_id: int, values: Mapping[str, Any]) -> Receipt:
        other = int(values["other"])
        chosen = _chosen(record_type, actor, other, values.get("take") or [])
        return merge(record_type, actor=actor, keep_id=record_id, lose_id=other, chosen=chosen)

    return act


def _chosen(record_type: RecordType, actor: Actor, other: int, names: list[str]) -> dict[str, Any]:
    """The other record's values of these fields.

    Raises: NotVisibleError; InvalidError for fields that the actor may not write, or that are empty there.
    """
    if not names:
        return {}
    record = record_type.model.objects.visible_to(actor).filter(pk=other).first()
    if record is None:
        raise NotVisibleError
    readable = {field.name for field in record_type.readable(actor)}
    fields = {field.name: field for field in record_type.writable(actor) if field.name in readable}
    strange = next((name for name in names if name not in fields), None)
    if strange is not None:
        raise InvalidError({"take": f"There is no field “{strange[:40]}” that you may take over."})
    values = {name: getattr(record, fields[name].column) for name in names}
    empty = next((fields[name].label for name, value in values.items() if is_empty(value)), None)
    if empty is not None:
        raise RuleError("empty", f"{empty} is empty in the other one, so there is nothing to take.", "take")
    return values
