"""Keeping what programs were answered, so that a request sent again does nothing a second time."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from keen.records.models import ApiAnswer


@dataclass(frozen=True)
class Wanted:
    """A request under an idempotency key: whose, under which key, and a hash of all that it says."""

    token_id: int
    key: str
    asked: str


@dataclass(frozen=True)
class Kept:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    asked: str = ""


class AnsweredError(Exception):
    """The key was used before: what was answered then is to be read outside of this transaction."""


def claim(wanted: Wanted) -> ApiAnswer:
    """The place of the answer. Whoever comes second under the key waits here until the first is done.

    Raises: AnsweredError, after which the transaction can only be rolled back.
    Cost: 1 query.
    """
    row = ApiAnswer(token_id=wanted.token_id, key=wanted.key, asked=wanted.asked, at=timezone.now())
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise AnsweredError from None
    return row


def keep(row: ApiAnswer, answer: Kept) -> None:
    """Write the answer into its place.

    Cost: 1 query.
    """
    row.status, row.headers, row.body = answer.status, dict(answer.headers), zlib.compress(answer.body, 1)
    row.save(update_fields=["status", "headers", "body"])


def kept(wanted: Wanted) -> Kept | None:
    """What was answered under the key; None where that was rolled back meanwhile.

    Cost: 1 query.
    """
    row = ApiAnswer.objects.filter(token_id=wanted.token_id, key=wanted.key).first()
    return Kept(row.status, row.headers, zlib.decompress(row.body), row.asked) if row else None


def forget_answers(before: datetime) -> int:
    """How many old answers were dropped.

    Cost: 1 query.
    """
    with transaction.atomic():
        return ApiAnswer.objects.filter(at__lt=before).delete()[0]
