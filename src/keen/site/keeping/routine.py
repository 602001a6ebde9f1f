"""What is done each night: a backup, its rehearsal, and forgetting the oldest. Each leaves a line in the journal."""

import errno
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import uuid4

from django.conf import settings
from django.db import ProgrammingError, connection
from django.utils import timezone

from keen.core.actions import keeping
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.models import Backup
from keen.lib.errors import RuleError
from keen.site.config import Config
from keen.site.keeping import backup, export
from keen.site.keeping.archive import forget_drafts
from keen.site.keeping.backup import Done

OURS = re.compile(r"keen-\d{4}-\d\d-\d\d-\d{6}\.zip(\.sealed)?")
EXPORTS = "exports"
EXPORT_NAMES = r"\d+-\d{8}-\d{6}-[0-9a-f]{32}\.zip"
TRIAL, SCHEMA = ".rehearsal-", "keen_rehearsal_"
TRIAL_LASTS = timedelta(days=1)
EXPORT_KEPT = timedelta(days=2)
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
SOURCE = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How restoring a backup in a temporary place went. `problem` is empty when all of it is the same."""

    seconds: float
    problem: str = ""


def new_place() -> Path:
    """Where the next daily backup goes."""
    config: Config = settings.KEEN
    ending = ".zip.sealed" if config.backup_passphrase else ".zip"
    return config.backups.absolute() / f"keen-{timezone.now():%Y-%m-%d-%H%M%S}{ending}"


def make_backup(target: Path, *, actor: Actor = SYSTEM, scheduled: bool = False) -> tuple[Backup, Done]:
    """The backup that was written to the file, with its line in the journal.

    Raises: RuleError with what to mend, which is in the journal as well.
    """
    config: Config = settings.KEEN
    began = timezone.now()
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if OURS.fullmatch(
            target.name
        ):  # each has a name of its own: no later one would meet what was left of this
            forget_drafts(target.parent, OURS.pattern)
        done = backup.back_up(target, config.backup_passphrase)
    except (OSError, RuleError) as error:
        problem = error.message if isinstance(error, RuleError) else trouble(target, error, "backup")
        keeping.note_failure(actor=actor, began=began, scheduled=scheduled, problem=problem)
        raise RuleError("no_backup", problem) from error
    written = keeping.Written(
        place=str(done.path),
        size=done.size,
        sha256=done.sha256,
        rows=done.rows,
        files=done.files,
        sealed=bool(config.backup_passphrase),
        notes=done.notes,
    )
    return keeping.note_backup(actor=actor, began=began, scheduled=scheduled, written=written), done


def trouble(target: Path, error: OSError, what: str) -> str:
    """What to say when a file could not be written."""
    if error.errno in FULL:
        return f"The disk of {target.parent} is full: make room or give another place. No {what} was written."
    return f"{target} cannot be written ({error.strerror}): give another place. No {what} was written."


def forget_old() -> list[Path]:
    """The daily backups that were deleted: all but the newest ones that are to be kept."""
    config: Config = settings.KEEN
    found = sorted(path for path in config.backups.glob("keen-*") if OURS.fullmatch(path.name))
    gone = found[: -config.backup_keep] if config.backup_keep else []
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def rehearse(noted: Backup) -> Rehearsal:
    """How restoring the backup into a temporary place went; it is in the journal as well, and the place is gone."""
    began = time.monotonic()
    with _temporary_place() as environment, _temporary_schema(environment):
        data = Path(environment["KEEN_DATA"])
        command = [
            sys.executable,
            "-P",
            "-m",
            "keen.site.cli",
            "restore",
            noted.place,
            "--check",
            "--data",
            str(data),
        ]
        ran = subprocess.run(  # noqa: S603  our own program
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    seconds = time.monotonic() - began
    problem = "" if ran.returncode == 0 else _last_words(ran.stderr)
    keeping.note_rehearsal(backup=noted, seconds=seconds, problem=problem)
    return Rehearsal(seconds, problem)


def _last_words(said: str) -> str:
    lines = said.strip().splitlines() or ["The restore ended without a word."]
    return lines[-1].removeprefix("CommandError: ")


@contextmanager
def _temporary_place() -> Iterator[dict[str, str]]:
    """The environment of an installation in a new directory beside the data, which is removed at the end."""
    data: Path = settings.KEEN.data
    for left in data.glob(f"{TRIAL}*"):  # by a worker that was killed
        if left.stat().st_mtime < (timezone.now() - TRIAL_LASTS).timestamp():
            shutil.rmtree(left, ignore_errors=True)
    place = Path(tempfile.mkdtemp(prefix=TRIAL, dir=data))
    search = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH", "")]))
    own = {
        "KEEN_DATA": str(place),
        "KEEN_SECRET_KEY": "",
        "KEEN_DEMO": "",
        "KEEN_BACKUP_PASSPHRASE": settings.KEEN.backup_passphrase,
        "PYTHONPATH": search,
        "DJANGO_SETTINGS_MODULE": "keen.site.settings",
    }
    try:
        yield os.environ | own
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _temporary_schema(environment: dict[str, str]) -> Iterator[None]:
    """On PostgreSQL, a schema of its own in the same database, which is dropped at the end."""
    if connection.vendor != "postgresql":
        environment["KEEN_DATABASE_URL"] = ""
        yield
        return
    schema = f"{SCHEMA}{timezone.now():%Y%m%d}_{uuid4().hex[:12]}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{schema}"')
    except ProgrammingError:  # a role without the right to: the rows are compared in SQLite then
        environment["KEEN_DATABASE_URL"] = ""
        yield
        return
    environment["KEEN_DATABASE_URL"] = _within(settings.KEEN.database_url, schema)
    try:
        yield
    finally:
        _drop_schemas(schema)


def _drop_schemas(own: str) -> None:
    """Remove the schema, and those that workers left behind that were killed."""
    oldest = f"{SCHEMA}{timezone.now() - TRIAL_LASTS:%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname = %s OR (starts_with(nspname, %s) AND nspname < %s)",
            [own, SCHEMA, oldest],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP SCHEMA "{name}" CASCADE')
        cursor.execute("RESET statement_timeout")


def _within(address: str, schema: str) -> str:
    """The address of the database in use, whose tables are looked for in the schema."""
    parts = urlsplit(address)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "schema"]
    name = str(connection.settings_dict["NAME"])
    return urlunsplit(parts._replace(path=f"/{name}", query=urlencode([*query, ("schema", schema)])))


def export_for(actor: Actor) -> tuple[str, Done]:
    """The name of the file that holds everything, which this person alone can fetch, for two days.

    Raises: RuleError with what to mend.
    """
    folder: Path = settings.KEEN.data / EXPORTS
    target = folder / f"{actor.user_id}-{timezone.now():%Y%m%d-%H%M%S}-{uuid4().hex}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        forget_drafts(folder, EXPORT_NAMES)
        done = export.export_all(target)
    except OSError as error:
        raise RuleError("no_export", trouble(target, error, "export")) from error
    keeping.note_export(actor=actor, rows=done.rows, files=done.files)
    return target.name, done


def exports_of(actor: Actor) -> list[Path]:
    """The exports that wait for this person, newest first."""
    folder: Path = settings.KEEN.data / EXPORTS
    if actor.user_id is None or not folder.is_dir():
        return []
    return sorted(folder.glob(f"{actor.user_id}-*.zip"), reverse=True)


def forget_exports() -> int:
    """How many exports were deleted because two days have passed."""
    folder: Path = settings.KEEN.data / EXPORTS
    old = (timezone.now() - EXPORT_KEPT).timestamp()
    gone = [path for path in folder.glob("*.zip") if path.stat().st_mtime < old] if folder.is_dir() else []
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
