"""What is still looked for in the copies of somebody: kept encrypted, so that no search through the bytes finds it there."""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken

from keen.privacy.domain.scrub import Needles
from keen.records.queries.tombstones import key

PARTS = ("strong", "weak", "quotes")


def sealed(needles: Needles) -> dict[str, str]:
    """The needles under the key of the journal, which lies beside the database."""
    return {"sealed": _box().encrypt(json.dumps(needles.to_json()).encode()).decode()}


def unsealed(kept: Mapping[str, str | list[str]]) -> Needles | None:
    """The needles again; None where none are kept, or under another key: then nothing can be looked for."""
    if "sealed" not in kept:
        return Needles(*(tuple(kept.get(part, ())) for part in PARTS)) if kept else None
    try:
        told = json.loads(_box().decrypt(str(kept["sealed"])))
    except InvalidToken:
        return None
    return Needles(*(tuple(told[part]) for part in PARTS))


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key()))
