"""Counting requests over all processes of one machine, without asking the database.

The counters are 16 bytes for each token in one file of the data directory: a write to the database for each request
would cost more than the requests that it counts. Several machines on one database count each for itself.
"""

import logging
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from keen.core.domain.limits import Verdict, asked

try:
    import fcntl
except ImportError:  # Windows: the threads of one process count together, its processes each for themselves
    fcntl = None  # type: ignore[assignment]

READS, WRITES = 0, 1
_LAYOUT = struct.Struct("<d")
_SLOT = 2 * _LAYOUT.size
log = logging.getLogger(__name__)


class Counters:
    """One file with two numbers a token: when its reads and its writes are due."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._threads = threading.Lock()

    def take(self, token_id: int, which: int, now: float, per_minute: int) -> Verdict:
        """The answer to one more request of the token, remembered."""
        place = token_id * _SLOT + which * _LAYOUT.size
        with self._alone(place):
            os.lseek(self._file, place, os.SEEK_SET)
            held = os.read(self._file, _LAYOUT.size)
            due_at = _LAYOUT.unpack(held)[0] if len(held) == _LAYOUT.size else 0.0
            verdict = asked(due_at, now, per_minute)
            if verdict.allowed:
                os.lseek(self._file, place, os.SEEK_SET)
                os.write(self._file, _LAYOUT.pack(verdict.due_at))
        return verdict

    @contextmanager
    def _alone(self, place: int) -> Iterator[None]:
        """Nobody else between reading and writing: threads by a lock, processes by one on the bytes."""
        with self._threads:
            if fcntl is not None:
                fcntl.lockf(self._file, fcntl.LOCK_EX, _LAYOUT.size, place)
            try:
                yield
            finally:
                if fcntl is not None:
                    fcntl.lockf(self._file, fcntl.LOCK_UN, _LAYOUT.size, place)


def take(token_id: int, which: int, now: float) -> Verdict:
    """The answer to one more request of the token, as the installation's settings say."""
    config = settings.KEEN
    per_minute = config.api_reads_per_minute if which == READS else config.api_writes_per_minute
    if not per_minute:
        return Verdict(0.0)
    try:
        return _counters(config.data / "api-limits", os.getpid()).take(token_id, which, now, per_minute)
    except OSError as error:
        # A full disk shall not close the door on those who could read what to do about it.
        log.warning("Requests are not counted: %s", error)
        return Verdict(0.0)


def take_address(name: str, address: str, now: float, per_minute: int) -> Verdict:
    """The answer to one more request from the address, counted in a file of this name: for doors that need no key.

    Shape: addresses are told apart by a keyed hash of 16 bits, so that the file neither grows nor says who came.
    """
    if not per_minute:
        return Verdict(0.0)
    slot = int.from_bytes(salted_hmac("keen.core.limits", address).digest()[:2])
    try:
        return _counters(settings.KEEN.data / name, os.getpid()).take(slot, WRITES, now, per_minute)
    except OSError as error:
        log.warning("Requests are not counted: %s", error)
        return Verdict(0.0)


@lru_cache(maxsize=4)
def _counters(path: Path, process: int) -> Counters:
    del process  # a file opened before a fork would share its place in the file
    path.parent.mkdir(parents=True, exist_ok=True)
    return Counters(path)
