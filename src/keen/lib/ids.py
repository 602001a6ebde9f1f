"""The ids of rows, as addresses and forms name them."""

import re
from typing import Any, Final

# As many digits as every database takes; no digits of other scripts, which not every one reads.
_ID: Final = re.compile(r"[0-9]{1,18}", re.ASCII)


def id_of(value: Any) -> int | None:
    """The value as the id of a row, None when it is none."""
    if isinstance(value, bool):
        return None
    return int(value) if _ID.fullmatch(str(value).strip()) else None
