"""Tokens of programs: what they look like, and what is left of a person's rights when a token acts for them."""

import string
from collections.abc import Mapping
from hashlib import sha256
from zlib import crc32

from keen.core.domain.rights import ACTIONS, Rights

PREFIX = "keen_"
READ, WRITE = "read", "write"
SECRET_BYTES = 32
SECRET_LETTERS, SUM_LETTERS = 43, 6
MOST_DAYS, USUAL_DAYS = 365, 90
# What a token leaves of the powers: administration is never among it, nor is taking files in.
POWERS_LEFT = frozenset({"reassign"})
# Powers that a token has when it names them, as it names a kind of record.
NAMED_POWERS = frozenset({"merge", "orders.feed"})
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def written(secret: bytes) -> str:
    """The token of a secret: a prefix by which scanners know it, the secret, and a sum that tells slips apart.

    Shape: 5 + 43 + 6 letters and digits.
    """
    body = _in_letters(int.from_bytes(secret), SECRET_LETTERS)
    return f"{PREFIX}{body}{_sum(body)}"


def is_token(text: str) -> bool:
    """Whether the text can be a token at all; the database need not be asked about anything else."""
    body = text.removeprefix(PREFIX)
    known = text.startswith(PREFIX) and len(body) == SECRET_LETTERS + SUM_LETTERS and body.isascii()
    return known and body.isalnum() and body[SECRET_LETTERS:] == _sum(body[:SECRET_LETTERS])


def fingerprint(token: str) -> str:
    """What is kept of a token. The secret has 256 random bits, so no slow hash is needed."""
    return sha256(token.encode()).hexdigest()


def hint(token: str) -> str:
    """The first letters, by which its owner tells it from others."""
    return token[: len(PREFIX) + 4]


def narrowed(rights: Rights, scopes: Mapping[str, str]) -> Rights:
    """The part of the rights that a token with these scopes may use. A kind that it does not name is closed.

    Shape: scopes are record kind → "read" or "write"; writing contains reading.
    """
    records = {
        kind: {action: rights.scope(kind, action).value for action in _actions(level)}
        for kind, level in scopes.items()
        if kind not in NAMED_POWERS
    }
    named = frozenset(name for name, level in scopes.items() if level == WRITE) & NAMED_POWERS
    writes = WRITE in {level for name, level in scopes.items() if name not in NAMED_POWERS}
    powers = rights.powers & (named | POWERS_LEFT if writes else named)
    return Rights(records, powers, rights.hidden, rights.locked, rights.teams, rights.mirrors)


def _actions(level: str) -> tuple[str, ...]:
    return {READ: ("view",), WRITE: ACTIONS}.get(level, ())


def _sum(body: str) -> str:
    return _in_letters(crc32(body.encode()), SUM_LETTERS)


def _in_letters(number: int, length: int) -> str:
    letters = []
    for _ in range(length):
        number, rest = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[rest])
    return "".join(reversed(letters))
