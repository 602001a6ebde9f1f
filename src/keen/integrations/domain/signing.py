"""Signatures of Standard Webhooks 1.0.0: how a receiver knows that a message is Keen's, and new."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from secrets import token_bytes

PREFIX = "whsec_"
SIZE = 32


def new_secret(random: Callable[[int], bytes] = token_bytes) -> str:
    """A secret that no other endpoint has.

    Units: 32 random bytes; the specification asks for 24 to 64.
    Source: Standard Webhooks 1.0.0, "Signature scheme".
    """
    return PREFIX + base64.b64encode(random(SIZE)).decode()


def headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What is sent along so that the receiver can check the message, one signature a secret.

    Units: the timestamp is in seconds since 1970 UTC, of this attempt.
    Source: Standard Webhooks 1.0.0, "Webhook headers".
    """
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, message_id, timestamp, body) for secret in secrets),
    }


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature "v1,..." of a message.

    Raises: ValueError for what is no such secret.
    Source: Standard Webhooks 1.0.0, "Symmetric signatures": HMAC-SHA256 of id.timestamp.body under the decoded secret.
    """
    if not secret.startswith(PREFIX):
        raise ValueError("A signing secret starts with whsec_.")
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    told = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
