"""What the actor may find: which kinds, whose records, and which of their texts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.db.models import QuerySet

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.prepared import Prepared, Reader, filled
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.domain.findable import Leaf, Node, Part, every, some
from keen.records.models import Record
from keen.records.models.own import word_fields


@dataclass(frozen=True)
class Reach:
    """Kinds of which the actor may find the same: how far, and in which parts.

    Shape: `own_rule` is set for a kind whose records are not seen by owner and team alone.
    """

    kinds: tuple[str, ...]
    scope: Scope
    parts: frozenset[Part]
    own_rule: bool = False

    @property
    def is_open(self) -> bool:
        """Whether owner and team do not decide."""
        return self.own_rule or self.scope is Scope.ALL


class Found(Protocol):
    """What has a kind and an id."""

    @property
    def kind(self) -> str: ...

    @property
    def record_id(self) -> int: ...


F = TypeVar("F", bound=Found)


def reaches(actor: Actor, kinds: Iterable[str] | None) -> list[Reach]:
    """The kinds that the actor may look at, those together that are searched alike; empty when there are none."""
    wanted = None if kinds is None else set(kinds)
    alike: dict[tuple[Scope, frozenset[Part], bool], list[str]] = {}
    for record_type in declare.types():
        scope = actor.rights.scope(record_type.kind, "view")
        if scope is not Scope.NONE and (wanted is None or record_type.kind in wanted):
            alike.setdefault((scope, _parts(actor, record_type), _has_own_rule(record_type)), []).append(
                record_type.kind
            )
    return [Reach(tuple(found), scope, parts, rule) for (scope, parts, rule), found in alike.items()]


def _parts(actor: Actor, record_type: RecordType) -> frozenset[Part]:
    """The parts that hold nothing the actor may not read."""
    fields = {
        Part.TITLE: record_type.model.TITLE_FIELDS,
        Part.SUBTITLE: record_type.model.SUBTITLE_FIELDS,
        Part.OTHER: (*record_type.model.WORD_FIELDS, *word_fields(record_type.kind)),
        Part.EMAIL: ("emails",),
        Part.PHONE: ("phones",),
    }
    return frozenset(
        part
        for part, names in fields.items()
        if not any(actor.rights.hides(record_type.kind, name) for name in names)
    )


def _has_own_rule(record_type: RecordType) -> bool:
    return record_type.model.allowed.__func__ is not Record.allowed.__func__  # type: ignore[attr-defined]


def limited(
    actor: Actor, reached: Sequence[Reach], asked: Callable[[frozenset[Part]], Node | None]
) -> Node | None:
    """The tokens asked for, of entries that the actor may find; None when nothing can be found."""
    return _by_parts(reached, asked, lambda alike: _whose_tokens(actor, alike))


def own(
    actor: Actor, reached: Sequence[Reach], asked: Callable[[frozenset[Part]], Node | None]
) -> Node | None:
    """The tokens asked for, of the actor's own entries: whoever sees any of a kind sees these."""
    mine = _by_parts(reached, asked, _kind_tokens) if actor.user_id is not None else None
    return None if mine is None else every([Leaf(f"{Part.OWNER}{actor.user_id}"), mine])


def _by_parts(
    reached: Sequence[Reach],
    asked: Callable[[frozenset[Part]], Node | None],
    limits: Callable[[Sequence[Reach]], list[Node]],
) -> Node | None:
    """What is asked for of each set of parts that may be looked into, within the limits of the kinds that have it."""
    found: list[Node] = []
    for parts in dict.fromkeys(reach.parts for reach in reached):
        sought = asked(parts)
        if sought is not None:
            found.append(every([*limits([reach for reach in reached if reach.parts == parts]), sought]))
    return some(found) if found else None


def _kind_tokens(alike: Sequence[Reach]) -> list[Node]:
    """The tokens that tell these kinds from all others: none when these are all."""
    kinds = [kind for reach in alike for kind in reach.kinds]
    if len(kinds) == len(declare.types()):
        return []
    return [some(Leaf(Part.KIND + kind) for kind in kinds)]


def _whose_tokens(actor: Actor, alike: Sequence[Reach]) -> list[Node]:
    """The tokens that tell these kinds, and the owners and teams in reach, from all others; as few as will do."""
    everything = {kind for reach in alike for kind in reach.kinds} == {one.kind for one in declare.types()}
    limited_ones = [reach for reach in alike if not reach.is_open]
    if everything and not limited_ones:
        return []
    found: list[Node] = [Leaf(Part.KIND + kind) for reach in alike if reach.is_open for kind in reach.kinds]
    for reach in limited_ones:
        # Owners and teams alone are enough when nothing else of theirs could be met.
        kinds = (
            []
            if everything and len(limited_ones) == 1
            else [some(Leaf(Part.KIND + kind) for kind in reach.kinds)]
        )
        found.append(every([*kinds, _owners(actor, reach)]))
    return [some(found)]


def _owners(actor: Actor, reach: Reach) -> Node:
    teams = sorted(actor.rights.teams) if reach.scope is Scope.TEAM else []
    return some([Leaf(f"{Part.OWNER}{actor.user_id}"), *(Leaf(f"{Part.TEAM}{team}") for team in teams)])


def condition(actor: Actor, reached: Sequence[Reach]) -> tuple[str, list[Any]]:
    """The rule of Record.allowed as SQL on the columns of the entry `e`, with its parameters."""
    parts: list[str] = []
    parameters: list[Any] = []
    for reach in reached:
        marks = ", ".join(["%s"] * len(reach.kinds))
        whose, values = _whose(actor, reach)
        parts.append(f"(e.record_kind IN ({marks}){whose})")
        parameters += [*reach.kinds, *values]
    return " OR ".join(parts), parameters


def _whose(actor: Actor, reach: Reach) -> tuple[str, list[Any]]:
    if reach.is_open:
        return "", []
    teams = sorted(actor.rights.teams) if reach.scope is Scope.TEAM else []
    if not teams:
        return " AND e.owner_id = %s", [actor.user_id]
    return f" AND (e.owner_id = %s OR e.team_id IN ({', '.join(['%s'] * len(teams))}))", [
        actor.user_id,
        *teams,
    ]


def _those_allowed(reader: Reader, *ids: int) -> QuerySet[Any, int]:
    rows: QuerySet[Any] = declare.get(reader.kind).model.objects.visible_to(reader.actor)
    return rows.filter(pk__in=ids).values_list("pk", flat=True)


_allowed = Prepared(_those_allowed)


def really_visible(actor: Actor, reached: Sequence[Reach], entries: Sequence[F]) -> list[F]:
    """The entries without those that a kind's own rule keeps from the actor.

    Cost: 1 query for each kind with a rule of its own among the entries.
    """
    ruled = {kind for reach in reached if reach.own_rule for kind in reach.kinds}
    seen: dict[str, set[int]] = {}
    for kind in ruled & {entry.kind for entry in entries}:
        ids = [entry.record_id for entry in entries if entry.kind == kind]
        seen[kind] = set(_allowed.rows(Reader.of(actor, kind), *filled(ids)))
    return [entry for entry in entries if entry.kind not in ruled or entry.record_id in seen[entry.kind]]
