"""Fields of one's own for tests, made as an administrator makes them."""

from typing import Any

from keen.core.domain.actor import SYSTEM
from keen.records.actions import fields
from keen.records.declare import get
from keen.records.domain.fieldrules import FieldWish
from keen.records.models import OwnField


def make_field(label: str = "Price list", kind: str = "contact", **wish: Any) -> OwnField:
    """A field of one's own, as in `make_field("Tier", type="choice", choices=["Gold", "Silver"])`."""
    if "choices" in wish:
        wish["choices"] = [("", said) for said in wish["choices"]]
    fields.save_field(actor=SYSTEM, kind=kind, wish=FieldWish(label, **wish))
    return OwnField.objects.get(kind=kind, label=label)


def names(kind: str = "contact") -> list[str]:
    """The names of the kind's fields of one's own."""
    return [field.name for field in get(kind).fields if field.own]
