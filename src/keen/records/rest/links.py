"""Links named by an id of another system: found for a whole batch at once, before anything else is looked at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.problems import Fault, pointer
from keen.records import declare
from keen.records.actions.upsert import Match, holders, keys
from keen.records.declare import Field, Kind

ELSEWHERE, PAIRED = "external_id", "external_ids"
Place = tuple[str | int, ...]


def resolve(
    fields: Mapping[str, Field], actor: Actor, bodies: Sequence[dict[str, Any]], at: Place = ()
) -> dict[int, list[Fault]]:
    """What is to be mended, by the place of the body. In the bodies, `{"external_id": …}` has become the id of the record.

    Cost: none without such links; else 2 queries for each field that has some.
    """
    faults: dict[int, list[Fault]] = defaultdict(list)
    for name, field in fields.items():
        if field.kind is Kind.REFERENCE:
            asked = {
                place: str(body[name][ELSEWHERE]).strip()
                for place, body in enumerate(bodies)
                if _is_named(body.get(name))
            }
            found = _found(field, actor, sorted(set(asked.values())))
            for place, value in asked.items():
                ids = found.get(value[:200], [])
                if len(ids) == 1:
                    bodies[place][name] = ids[0]
                else:
                    faults[place].append(_fault(field, value, len(ids), (*at, name)))
    return faults


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {ELSEWHERE} and isinstance(value[ELSEWHERE], str)


def _found(field: Field, actor: Actor, values: Sequence[str]) -> dict[str, list[int]]:
    other = declare.get(field.to)
    if not values or ELSEWHERE not in keys(other, actor):
        return {}
    found = holders(other, actor, [Match(ELSEWHERE, value) for value in values])
    paired = [Match(PAIRED, value) for value in values if ":" in value and not found.get(value[:200])]
    if paired and PAIRED in keys(other, actor):
        here = holders(other, actor, paired)
        found |= {match.value[:200]: here[match.handle[1]] for match in paired if match.handle[1] in here}
    return found


def _fault(field: Field, value: str, count: int, at: Place) -> Fault:
    if count:
        words = (
            f"{field.label}: {count} records have the id “{value[:80]}”. Name the one you mean by its own id."
        )
        return Fault(words, "ambiguous", pointer(*at))
    words = f"{field.label}: nothing that you can see has the id “{value[:80]}”. Send that record first."
    return Fault(words, "not_found", pointer(*at))
