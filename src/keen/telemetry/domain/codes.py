"""Codes that stand for somebody as long as a key lasts."""

import hashlib
import hmac
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=4096)
def code_of(secret: str, what: str) -> str:
    """Twenty letters that stand for something and tell nothing without the key; "" without one."""
    if not secret:
        return ""
    return hmac.new(secret.encode(), f"keen usage {what}".encode(), hashlib.sha256).hexdigest()[:20]


def of_user(user_id: int) -> str:
    """What the code of a person is made from."""
    return f"user {user_id}"


def quarter_of(day: date) -> str:
    """For example 2026-Q4."""
    return f"{day.year}-Q{(day.month + 2) // 3}"
