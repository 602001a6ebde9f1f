"""Where a page of a list ends, as text that can stand in an address."""

import base64
import binascii
import json
from typing import Any

from keen.lib.errors import RuleError


def encode(values: list[Any]) -> str:
    """The cursor for these values."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(cursor: str) -> list[Any]:
    """The values of the cursor.

    Raises: RuleError when it is none.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or len(values) != 2 or not isinstance(values[1], int):
        raise RuleError("bad_cursor", "This place in the list no longer exists. Start from its first page.")
    return values
