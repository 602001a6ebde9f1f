"""Segments: files to which a process appends its events, one write a request, and which may be taken from it at any time.

A writer holds the file's lock for the microseconds of one append. Whoever holds the lock may rename the file, so a segment
can be taken from a writer that lives, idles or is dead, in the same way. A writer that finds its file gone opens a new one.
"""

import errno
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from keen.lib.files import sync_folder

try:
    import fcntl as _fcntl
except ImportError:  # Windows: one process of Keen writes there, for which the lock among threads is enough
    _fcntl = None  # type: ignore[assignment]

_locks: Any = _fcntl
MOST_BYTES = 8 << 20
PRIVATE = 0o600
OPEN, DONE = "open", "done"


class Spool:
    """Where this process appends. Safe for threads, and for a fork."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._file = -1
        self._owner = 0

    def append(self, data: bytes) -> None:
        """Write whole lines; once this returns they survive the end of the process.

        Raises: OSError when there is no room, or the directory cannot be written; nothing is left of the lines then.
        """
        with self._lock:
            if self._owner != os.getpid():  # a copy made by a fork must not write into its parent's file
                self._file, self._path, self._owner = -1, None, os.getpid()
            while self._path is None or not self._append(data):
                self._open()  # once more when it was taken away, empty, before the first line

    def close(self) -> None:
        """Leave the segment to whoever collects it."""
        with self._lock:
            self._shut()

    def _append(self, data: bytes) -> bool:
        """Whether the lines were written; False when the segment was taken away or is full."""
        with locked(self._file):
            if not os.path.exists(self._path or ""):  # noqa: PTH110  a quarter of the time of Path.exists
                return False
            size = os.fstat(self._file).st_size
            if size > MOST_BYTES:
                return False
            _write(self._file, data, size)
        return True

    def _open(self) -> None:
        self._shut()
        folder = private(self.root / OPEN)
        path = folder / f"{time.time_ns():020}-{os.getpid()}.ndjson"
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, PRIVATE)
        self._path = path

    def _shut(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file, self._path = -1, None


def private(folder: Path) -> Path:
    """The folder, made when it is missing: it and what is made on the way to it opens for this account alone."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    return folder


def _write(file: int, data: bytes, size: int) -> None:
    """Append all of it, or nothing."""
    written = 0
    try:
        written = os.write(file, data)
    finally:
        if written < len(data):
            with suppress(OSError):
                os.ftruncate(file, size)  # half a line would spoil the next one
    if written < len(data):
        raise OSError(errno.ENOSPC, "Only a part of the events could be written.")


@contextmanager
def locked(file: int, *, shared: bool = False) -> Iterator[None]:
    """The file, while nobody else holds it, or only others that share it."""
    if _locks is None:
        yield
        return
    _locks.flock(file, _locks.LOCK_SH if shared else _locks.LOCK_EX)
    try:
        yield
    finally:
        _locks.flock(file, _locks.LOCK_UN)


def collect(root: Path) -> list[Path]:
    """Every segment that holds something, taken from its writer, oldest first, on disk for good."""
    done = private(root / DONE)
    for path in segments(root, OPEN):
        _take(path, done / path.name)
    sync_folder(done)
    return segments(root, DONE)


def _take(path: Path, to: Path) -> None:
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # somebody else took it
    try:
        with locked(file):
            if not path.exists():
                return
            if os.fstat(file).st_size:
                os.fsync(file)
                path.rename(to)
            else:
                path.unlink()
    finally:
        os.close(file)


def segments(root: Path, state: str) -> list[Path]:
    """The segments in this state, oldest first."""
    return sorted((root / state).glob("*.ndjson"))
