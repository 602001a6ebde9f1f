"""Waking up soon after a task was added, without asking the database all the time."""

import time
from threading import Event
from typing import Any

from django.db import connection

from keen.core.queue.backend import CHANNEL

LOOK = 0.1


class Doorbell:
    """Waits until something may have been added. One per thread: it listens on the thread's connection."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._connection: Any = None
        self._version = 0

    def wait(self, seconds: float) -> None:
        """Return when a commit happened, the time is over, or the worker stops."""
        if connection.vendor == "postgresql":
            self._listen(seconds)
        elif connection.vendor == "sqlite":
            self._watch(seconds)
        else:
            self._stop.wait(seconds)

    def _watch(self, seconds: float) -> None:
        """SQLite counts the commits of other connections; reading the counter costs microseconds and no lock."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._stop.wait(LOOK):
            with connection.cursor() as cursor:
                version = cursor.execute("PRAGMA data_version").fetchone()[0]
            if version != self._version:
                self._version = version
                return

    def _listen(self, seconds: float) -> None:
        """PostgreSQL tells. Through a pooler that cannot listen this is a plain wait of the same length."""
        connection.ensure_connection()
        if connection.connection is not self._connection:
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
            self._connection = connection.connection
            return
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._stop.is_set():
            for _notice in self._connection.notifies(
                timeout=min(0.5, max(end - time.monotonic(), 0.01)), stop_after=1
            ):
                return
