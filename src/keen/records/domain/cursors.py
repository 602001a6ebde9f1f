"""Where a page of a list ends, as text that can stand in an address."""

import base64
import binascii
import json
from typing import Any

from keen.lib.errors import RuleError

MOST_CHARACTERS = 2000


def encode(values: list[Any]) -> str:
    """The cursor for these values."""
    written = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[Any, int]:
    """The value at which a page ends, and the id of its record.

    Raises: RuleError when it is none.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor[:MOST_CHARACTERS] + "=" * (-len(cursor) % 4)))
        value, pk = values if isinstance(values, list) else (None, None)
        writable = not isinstance(value, str) or ("\0" not in value and bool(value.encode() or True))
    except (binascii.Error, ValueError, RecursionError):
        raise no_such_place() from None
    if type(pk) is not int or not 0 <= pk < 2**63 or not writable or isinstance(value, list | dict | bool):
        raise no_such_place()
    return value, pk


def no_such_place() -> RuleError:
    """What is answered to a cursor that is none."""
    return RuleError("bad_cursor", "This place in the list no longer exists. Start from its first page.")
