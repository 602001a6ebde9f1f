"""Records that others lead to, sent along with these: one query for each kind, within the same rights."""

from collections.abc import Mapping, Sequence
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.problems import Fault, Problem
from keen.records import declare
from keen.records.declare import Field, Kind, RecordType
from keen.records.rest.answers import RefusedError
from keen.records.rest.shape import Shape

MOST = 5


def offered(record_type: RecordType, actor: Actor) -> dict[str, Field]:
    """The links whose records can be sent along, by name."""
    return {
        field.name: field
        for field in record_type.readable(actor)
        if field.kind is Kind.REFERENCE and actor.rights.scope(field.to, "view").reach
    }


def wanted(record_type: RecordType, actor: Actor, given: str) -> list[str]:
    """The links that a request names.

    Raises: RefusedError for one that there is not, or that leads to what is not open; for more than five.
    """
    names = list(dict.fromkeys(part for part in given.split(",") if part))
    known = offered(record_type, actor)
    strange = next((name for name in names if name not in known), None)
    if strange is not None:
        words = f"There is no link “{strange[:40]}” to include. There are: {', '.join(known) or 'none'}."
        raise _refused(words, "unknown_include")
    if len(names) > MOST:
        raise _refused(f"At most {MOST} links can be included.", "too_many_includes")
    return names


def included(
    record_type: RecordType, actor: Actor, names: Sequence[str], data: Sequence[Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """The records to which these lead, by their plural; those that the actor does not see are not among them.

    Cost: 1 query for each kind, and what each costs to be read.
    """
    known = offered(record_type, actor)
    ids: dict[str, dict[int, None]] = {}
    for name in names:
        found = ids.setdefault(known[name].to, {})
        found.update({row[name]["id"]: None for row in data if row.get(name)})
    kinds = [(declare.get(kind), list(found)) for kind, found in ids.items()]
    return {other.path: Shape(other, actor).many(found) if found else [] for other, found in kinds}


def _refused(words: str, code: str) -> RefusedError:
    return RefusedError(Problem(400, code, words, [Fault(words, code, parameter="include")]))
