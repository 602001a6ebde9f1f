"""Secrets that must be read again, encrypted under the installation's signing key: the database alone opens none."""

import base64
import hashlib
from collections.abc import Iterator
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from keen.lib.errors import RuleError

PURPOSE = b"keen.integrations.secrets"


def seal(secret: str) -> str:
    """The secret, encrypted."""
    return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again.

    Raises: RuleError when it was sealed under a key that is no longer known.
    """
    try:
        return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).decrypt(sealed.encode()).decode()
    except InvalidToken:
        told = "The signing secret was encrypted under another key of this installation. Make a new secret."
        raise RuleError("unreadable_secret", told) from None


@lru_cache(maxsize=4)
def _box(*keys: str) -> MultiFernet:
    return MultiFernet(list(_ferns(keys)))


def _ferns(keys: tuple[str, ...]) -> Iterator[Fernet]:
    for key in keys:
        made = hashlib.blake2b(key.encode(), key=PURPOSE, digest_size=32).digest()
        yield Fernet(base64.urlsafe_b64encode(made))
