"""The ids of rows, as addresses and forms name them."""

import re
from typing import Any, Final
from uuid import UUID

# As many digits as every database takes; no digits of other scripts, which not every one reads.
_ID: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


def id_of(value: Any) -> int | None:
    """The value as the id of a row, None when it is none."""
    if isinstance(value, bool):
        return None
    return int(value) if _ID.fullmatch(str(value).strip()) else None


def uuid7(at_ms: int, chance: bytes) -> UUID:
    """The id of something that happened at the millisecond: ids of later ones sort later.

    Shape: ten random bytes come in; six of their bits give way to version and variant.
    Source: RFC 9562, 5.7.
    """
    bits = (at_ms & ((1 << 48) - 1)) << 80 | int.from_bytes(chance[:10], "big")
    bits &= ~((0xF << 76) | (0x3 << 62))
    return UUID(int=bits | (7 << 76) | (2 << 62))
