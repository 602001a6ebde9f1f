"""The data directory of a restore: made beside its place, and put there when it is whole."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from time import strftime

DRAFT = ".restoring-"
BEFORE = "before-restore-"
STAYS = ("backups", "lost+found")
DATABASE = "keen.sqlite3"


class PlaceError(Exception):
    """What is to be mended before something can be restored into a directory."""


def draft_of(data: Path) -> Path:
    """A new directory inside the place, in which the restore works.

    Raises: OSError.
    """
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = data / f"{DRAFT}{os.getpid()}"
    draft.mkdir(mode=0o700)
    return draft


def check_place(data: Path, *, force: bool) -> None:
    """Raises: PlaceError when the directory holds something and nothing may be set aside, or when Keen uses it."""
    if not data.exists():
        return
    if not data.is_dir():
        raise PlaceError(f"{data} is not a directory.")
    found = contents(data)
    if found and not force:
        raise PlaceError(
            f"{data} is not empty: name an empty or new directory with --data, or add --force,"
            " which keeps what is there in a directory beside."
        )
    if (data / DATABASE).exists() and in_use(data / DATABASE):
        raise PlaceError(f"Keen is using {data}: stop it first.")


def contents(data: Path) -> list[Path]:
    """What lies in the directory, without what a restore leaves alone."""
    return sorted(
        path
        for path in data.iterdir()
        if path.name not in STAYS and not path.name.startswith((DRAFT, BEFORE, ".write-"))
    )


def unfinished(data: Path) -> list[Path]:
    """What restores left behind that were stopped halfway."""
    return sorted(data.glob(f"{DRAFT}*")) if data.is_dir() else []


def in_use(database: Path) -> bool:
    """Whether a process has the SQLite database open. It is one file afterwards."""
    try:
        with closing(sqlite3.connect(database, timeout=1, isolation_level=None)) as raw:
            ((mode,),) = raw.execute("PRAGMA journal_mode = DELETE").fetchall()
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:  # damaged, which may be why somebody restores
        return False
    return str(mode) != "delete"


def put_in_place(draft: Path, data: Path) -> Path | None:
    """Where the old content of the directory is now, None when there was none. The database comes last."""
    aside: Path | None = None
    if old := contents(data):
        aside = data / f"{BEFORE}{strftime('%Y-%m-%d-%H%M%S')}"
        aside.mkdir(mode=0o700)
        for path in old:
            path.rename(aside / path.name)
    for path in sorted(draft.iterdir(), key=lambda path: path.name.startswith(DATABASE)):
        path.rename(data / path.name)
    draft.rmdir()
    for path in unfinished(data):
        shutil.rmtree(path)
    return aside
