"""The uploaded file itself: streamed to disk under a name of the server's own."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from keen.lib import text
from keen.records.domain.tabular import TableError
from keen.records.importing.plan import LIMITS

FOLDER = "imports"


@dataclass(frozen=True)
class Stored:
    """A file on disk, with its name below MEDIA_ROOT."""

    path: str
    size: int
    sha256: str


def keep(chunks: Iterable[bytes]) -> Stored:
    """The file, written piece by piece; nothing stays of one that is too large or does not fit on the disk.

    Raises: TableError for one that is too large; OSError for a full disk.
    """
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / uuid4().hex
    digest, size, complete = hashlib.sha256(), 0, False
    try:
        with path.open("xb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > LIMITS.file_bytes:
                    raise too_large()
                digest.update(chunk)
                target.write(chunk)
        complete = True
    finally:
        if not complete:
            path.unlink(missing_ok=True)
    return Stored(f"{FOLDER}/{path.name}", size, digest.hexdigest())


def too_large() -> TableError:
    """What to say of a file that is too large."""
    return TableError(
        "file_too_big", f"This file has more than {LIMITS.file_bytes >> 20} MB. Split it into several files."
    )


def discard(path: str) -> None:
    """Delete the file; one that is gone already is fine."""
    found = (Path(settings.MEDIA_ROOT) / path).resolve()
    if found.parent == (Path(settings.MEDIA_ROOT) / FOLDER).resolve():
        found.unlink(missing_ok=True)


def sweep(known: Collection[str], before: datetime) -> int:
    """How many files were deleted that no import knows of: the process that took them in was killed.

    Shape: younger ones stay, they may still be coming in.
    """
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    swept = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if f"{FOLDER}/{path.name}" not in known and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            swept += 1
    return swept


def clean_name(given: str) -> str:
    """The file's name as people see it: no path, no invisible signs, not too long."""
    name = text.clean(given.replace("\\", "/").rpartition("/")[2])
    if len(name) <= 120:
        return name or "file"
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:8]}" if dot else name[:120]
