"""What programs may do with opportunities, with the consequences that the pages have."""

from collections.abc import Mapping
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.records.declare import Field, Kind
from keen.records.rest.verbs import Verb
from keen.sales.actions import moves
from keen.sales.domain import reasons

Values = Mapping[str, Any]


def _win(actor: Actor, record_id: int, values: Values) -> Receipt:
    return moves.win(actor=actor, deal_id=record_id, reason=values.get("reason", ""))


def _lose(actor: Actor, record_id: int, values: Values) -> Receipt:
    return moves.lose(actor=actor, deal_id=record_id, reason=values.get("reason", ""))


def _reopen(actor: Actor, record_id: int, _values: Values) -> Receipt:
    return moves.reopen(actor=actor, deal_id=record_id)


VERBS = [
    Verb("opportunity", "win", "record", "edit", "Win it", _win, (
        Field("reason", "What made the difference", Kind.CHOICE, choices=reasons.WON),
    )),
    Verb("opportunity", "lose", "record", "edit", "Lose it", _lose, (
        Field("reason", "Why it was lost", Kind.CHOICE, choices=reasons.LOST),
    )),
    Verb("opportunity", "reopen", "record", "edit", "Open it again", _reopen),
]  # fmt: skip
