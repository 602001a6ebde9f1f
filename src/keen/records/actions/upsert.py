"""Making a record or changing the one that is there, recognised by an address or by its id in another system."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from keen.core.domain.actor import Actor
from keen.lib.errors import ForbiddenError, RuleError
from keen.records.actions.save import Saved, Wish, save
from keen.records.actions.values import InvalidError
from keen.records.declare import Kind, RecordType
from keen.records.models import Handle
from keen.records.queries.sets import among, among_ids

# By what a record can be recognised, with the kind of handle that finds it.
HANDLES: Mapping[str, str] = {"email": "email", "external_id": "external", "external_ids": "outside"}
MOST_CANDIDATES = 10
RESTRICTED = "What is recognised by this is restricted: until that is lifted, it can be looked at on its page, and nothing else."


class AmbiguousError(RuleError):
    """Several records are recognised by the same; nobody but a person can say which is meant."""

    def __init__(self, key: str, ids: Collection[int]) -> None:
        self.ids = sorted(ids)[:MOST_CANDIDATES]
        super().__init__(
            "ambiguous",
            f"{len(ids)} records have this {key}. Name the one you mean by its id, or merge them.",
        )


@dataclass(frozen=True)
class Match:
    """What a record is recognised by: one of the names in HANDLES, and the value."""

    key: str
    value: str

    @property
    def handle(self) -> tuple[str, str]:
        """The handle of a record that has it."""
        value = self.value.strip()
        if self.key == "external_ids":
            system, colon, name = value.partition(":")
            value = f"{system.strip().lower()}{colon}{name.strip()}"
        return HANDLES[self.key], (value.lower() if self.key == "email" else value)[:200]


def field_of(record_type: RecordType, key: str) -> str:
    """The field that holds what a record is recognised by; empty where the kind has none."""
    if key in {"external_id", "external_ids"}:
        return key if key in record_type.by_name else ""
    if key == "email":
        return next((field.name for field in record_type.fields if field.kind is Kind.EMAILS), "")
    return ""


def keys(record_type: RecordType, actor: Actor) -> list[str]:
    """By what the actor may recognise records of the kind: not by what is hidden from them."""
    named = {key: field_of(record_type, key) for key in HANDLES}
    return [key for key, name in named.items() if name and not actor.rights.hides(record_type.kind, name)]


def upsert(record_type: RecordType, *, actor: Actor, match: Match, wish: Wish) -> tuple[Saved, bool]:
    """The record as wished, and whether it is new: the one that is recognised is changed, or one is made.

    Shape: the wish names no id; what the record is recognised by is put into a new one.
    Raises: AmbiguousError, and what `save` raises.
    Cost: 3 queries beside those of `save`, 4 where a record is made.
    """
    with transaction.atomic():
        record_id = the_one(record_type, actor, match)
        if record_id is None:
            hold(record_type)
            record_id = the_one(record_type, actor, match)
        if record_id and not record_type.model.objects.visible_to(actor).filter(pk=record_id).exists():
            raise ForbiddenError("restricted", RESTRICTED)
        values = unmatched(match, wish.values) if record_id else recognisable(record_type, match, wish.values)
        wanted = Wish(values, record_id, wish.version, exact=wish.exact)
        return save(record_type, actor=actor, wish=wanted), record_id is None


def the_one(record_type: RecordType, actor: Actor, match: Match) -> int | None:
    """The record that the actor sees and that is recognised, None when there is none.

    Raises: AmbiguousError.
    Cost: 1 query, 2 when somebody has it.
    """
    found = holders(record_type, actor, [match]).get(match.handle[1], [])
    if len(found) > 1:
        raise AmbiguousError(match.key, found)
    return found[0] if found else None


def holders(record_type: RecordType, actor: Actor, matches: Collection[Match]) -> dict[str, list[int]]:
    """The records that the actor sees by what each is recognised by; the matches are all of one key.

    Shape: those among them that only pages show, too: nobody is made a second time because they are restricted.

    Cost: 1 query, 2 when somebody has one.
    """
    kinds = {match.handle[0] for match in matches}
    values = sorted({match.handle[1] for match in matches})
    rows = Handle.objects.filter(record_kind=record_type.kind, kind__in=kinds, value__in=among(values))
    pairs = list(rows.values_list("value", "record_id"))
    ids = {pk for _, pk in pairs}
    seen = (
        set(
            record_type.model.objects.visible_to(replace(actor, via="page"))
            .filter(pk__in=among_ids(ids))
            .values_list("pk", flat=True)
        )
        if ids
        else ()
    )
    found: dict[str, list[int]] = {}
    for value, pk in pairs:
        if pk in seen:
            found.setdefault(value, []).append(pk)
    return found


def hold(record_type: RecordType) -> None:
    """Let nobody else make a record of the kind by recognising that there is none, until the transaction ends.

    On SQLite the transaction is alone anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext('keen.upsert'), hashtext(%s))", [record_type.kind]
            )


def unmatched(match: Match | None, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values without the id by which the record was found: that of one merged into it takes the place of no other."""
    if match is None or match.key != "external_id" or values.get("external_id") != match.value:
        return values
    return {name: value for name, value in values.items() if name != "external_id"}


def recognisable(record_type: RecordType, match: Match, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with what the record will be recognised by.

    Raises: InvalidError where they say something else.
    """
    name = field_of(record_type, match.key)
    given = values.get(name)
    if not given:
        return {**values, name: match.value if match.key == "external_id" else [match.value]}
    entries = given if isinstance(given, list) else [given]
    addresses = {
        str(entry.get("address") if isinstance(entry, Mapping) else entry).strip() for entry in entries
    }
    if match.handle[1] not in {Match(match.key, address).handle[1] for address in addresses}:
        label = record_type.by_name[name].label
        raise InvalidError(
            {name: f"{label} does not hold “{match.value[:80]}”, by which the record is to be found."}
        )
    return dict(values)
