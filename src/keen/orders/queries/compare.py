"""Papers that come in beside those that are known: what is new, what changed, what is older."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from keen.orders.domain.facts import Facts, completed, first_status, is_older
from keen.orders.models import MODELS, Document
from keen.records.queries.sets import among

CREATED, UPDATED, UNCHANGED, OLDER = "created", "updated", "unchanged", "older"
FOLLOWED = ("net", "tax", "gross", "lines", "status", "open_amount")
PARTY = (("customer_number", "number"), ("customer_name", "name"), ("email", "email"))


@dataclass
class Decision:
    """What becomes of one paper. `record` is the one that is here, None for a new one."""

    facts: Facts
    outcome: str
    record: Document | None = None
    columns: dict[str, Any] = field(default_factory=dict)


def decide(papers: Sequence[Facts], *, lock: bool = False) -> list[Decision]:
    """What would become of the papers, in their order; nothing is written. Of one number, the last one holds.

    Cost: 1 query for each kind and system.
    """
    known = _known(papers, lock=lock)
    found = []
    for facts in papers:
        record = known.get((facts.kind, facts.system, facts.number))
        columns = _columns(facts, record)
        if record is None:
            found.append(Decision(facts, CREATED, None, columns))
        elif is_older(facts, record.changed_at):
            found.append(Decision(facts, OLDER, record))
        else:
            found.append(
                Decision(facts, UPDATED if _differs(record, columns) else UNCHANGED, record, columns)
            )
    return found


def values_of(record: Document | None) -> dict[str, Any] | None:
    """What is known of the paper that others of its values follow from; None for a new one."""
    return None if record is None else {name: getattr(record, name, None) for name in FOLLOWED}


def _known(papers: Sequence[Facts], *, lock: bool) -> dict[tuple[str, str, str], Document]:
    asked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for facts in papers:
        asked[facts.kind, facts.system].append(facts.number)
    found: dict[tuple[str, str, str], Document] = {}
    for (kind, system), numbers in asked.items():
        rows = MODELS[kind].objects.select_for_update() if lock else MODELS[kind].objects.all()
        for row in rows.filter(system=system, number__in=among(numbers)).order_by("pk"):
            found[kind, system, row.number] = row
    return found


def _columns(facts: Facts, record: Document | None) -> dict[str, Any]:
    """The columns that the paper is to have, without those that say whose it is."""
    columns = completed(facts, values_of(record))
    if not columns.get("status"):
        columns.pop("status", None)
        if record is None:
            columns["status"] = first_status(facts.kind)
    columns |= {column: getattr(facts.party, name) for column, name in PARTY if getattr(facts.party, name)}
    if facts.lines is not None:
        columns["lines"] = list(facts.lines)
    if facts.changed_at is not None:
        columns["changed_at"] = facts.changed_at
    known = {one.attname for one in MODELS[facts.kind]._meta.concrete_fields}  # noqa: SLF001  the public way to columns
    return {"deleted_at": None} | {name: value for name, value in columns.items() if name in known}


def _differs(record: Document, columns: Mapping[str, Any]) -> bool:
    return any(_typed(type(record), name, value) != getattr(record, name) for name, value in columns.items())


def _typed(model: type[Document], name: str, value: Any) -> Any:
    """The value as the column holds it."""
    column = model._meta.get_field(name)  # noqa: SLF001  the public way to columns
    return column.to_python(value) if isinstance(column, models.Field) else value
