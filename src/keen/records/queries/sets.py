"""Many values in one question: handed over as one parameter, so that a thousand cost no more to ask for than one."""

import json
from collections.abc import Collection

from django.db import connection
from django.db.models.expressions import RawSQL


def among(texts: Collection[str]) -> RawSQL:
    """The texts as the right side of an `__in`, whatever their number."""
    return _given(list(texts), "SELECT unnest(%s::text[])")


def among_ids(ids: Collection[int]) -> RawSQL:
    """The ids as the right side of an `__in`, whatever their number."""
    return _given(list(ids), "SELECT unnest(%s::bigint[])")


def _given(values: list[str] | list[int], question: str) -> RawSQL:
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(values)])
    return RawSQL(question, [values])  # noqa: S611  one of the two questions above
