"""Many values in one question: handed over as one parameter, so that a thousand cost no more to ask for than one."""

import json
from collections.abc import Collection

from django.db import connection
from django.db.models.expressions import RawSQL


def among(values: Collection[str] | Collection[int]) -> RawSQL:
    """The values as the right side of an `__in`, whatever their number; all of them texts, or all of them ids."""
    given = list(values)
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(given)])
    kind = "bigint" if given and isinstance(given[0], int) else "text"
    return RawSQL(f"SELECT unnest(%s::{kind}[])", [given])  # noqa: S611  the kind is one of two words
