"""How long one question may take: a filter that has to look at every record must not hold the server up."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from keen.lib.errors import RuleError

SECONDS = 8.0
STEPS = 2000  # of SQLite's machine between two looks at the clock
TOO_SLOW = (
    "This looks at every record, and took longer than {seconds:.0f} seconds, so it was stopped. Narrow it first: add an"
    " owner, a team or a tag, let the text start with the words instead of containing them, or use the search."
)
_STOPPED = ("interrupted", "statement timeout")


@contextmanager
def within(seconds: float | None = None) -> Iterator[None]:
    """The block, whose statements end when they take longer: on SQLite all together, on PostgreSQL each.

    Units: seconds, SECONDS when none are given.
    Raises: RuleError when the time is over, with what to do instead.
    Cost: none on SQLite, 3 statements on PostgreSQL.
    """
    limit = SECONDS if seconds is None else seconds
    try:
        with _on_sqlite(limit) if connection.vendor == "sqlite" else _on_postgres(limit):
            yield
    except OperationalError as error:
        if not any(word in str(error) for word in _STOPPED):
            raise
        raise RuleError("too_slow", TOO_SLOW.format(seconds=limit)) from error


@contextmanager
def _on_sqlite(limit: float) -> Iterator[None]:
    connection.ensure_connection()
    raw, until = connection.connection, time.monotonic() + limit
    raw.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)


@contextmanager
def _on_postgres(limit: float) -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {max(1, int(limit * 1000))}")
        yield
