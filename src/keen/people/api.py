"""What programs may do with people and companies besides writing them: how they stand to each other."""

from collections.abc import Callable, Mapping
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.lib.errors import RuleError
from keen.people.actions import KINDS, RelationWish, relate, unrelate
from keen.people.queries import relations
from keen.records.declare import Field, Kind
from keen.records.models import Record
from keen.records.rest.parts import Part
from keen.records.rest.schemas import ID, TEXT
from keen.records.rest.verbs import Verb

Values = Mapping[str, Any]
MOST_ROLE = 80
RELATION = {"id": ID, "kind": {"enum": list(KINDS)}, "record": ID, "title": TEXT, "role": TEXT}


def _related(actor: Actor, record: Record) -> list[dict[str, Any]]:
    return [
        {"id": one.id, "kind": one.kind, "record": one.record_id, "title": one.title, "role": one.role}
        for one in relations(actor, record.KIND, record)
    ]


def _relate(kind: str) -> Callable[[Actor, int, Values], Receipt]:
    def act(actor: Actor, record_id: int, values: Values) -> Receipt:
        named = [one for one in KINDS if values.get(one)]
        if len(named) != 1:
            raise RuleError("missing", "Name one contact or one account.", "contact")
        (to_kind,) = named
        wish = RelationWish(kind, record_id, to_kind, int(values[to_kind]), values.get("role", ""))
        return relate(actor=actor, wish=wish)

    return act


def _unrelate(kind: str) -> Callable[[Actor, int, Values], Receipt]:
    def act(actor: Actor, record_id: int, values: Values) -> Receipt:
        relation = int(values["relation"])
        return unrelate(actor=actor, kind=kind, record_id=record_id, relation_id=relation)

    return act


TO = (
    Field("contact", "Contact", Kind.REFERENCE, to="contact", help="Who stands to this one."),
    Field("account", "Account", Kind.REFERENCE, to="account", help="Which company stands to this one."),
    Field("role", "Role", required=True, most=MOST_ROLE, help="What they are to this one: adviser, sister company."),
)  # fmt: skip
WHICH = (Field("relation", "Relation", Kind.NUMBER, required=True, help="Its id, as relations lists it."),)

VERBS = [
    one
    for kind in KINDS
    for one in (
        Part(kind, "relations", "How it stands to others", _related, RELATION),
        Verb(kind, "relate", "record", "edit", "Say how another one stands to it", _relate(kind), TO),
        Verb(kind, "unrelate", "record", "edit", "Take a relation off", _unrelate(kind), WHICH),
    )
]
