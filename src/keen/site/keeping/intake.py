"""Taking a whole export in: an empty installation becomes the company that it was made from."""

import filecmp
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from keen.core.actions import stamps
from keen.core.models import Operation, Team, User
from keen.lib.files import sync_folder
from keen.privacy.actions.journal import NAME as JOURNAL
from keen.records import declare, search
from keen.records.actions import indexes
from keen.records.queries.tombstones import KEY
from keen.site.keeping import export, loading
from keen.site.keeping.archive import Manifest, Reader, bad
from keen.site.keeping.loading import Load, beside_database, stored_rows
from keen.site.keeping.openly import open_tables
from keen.site.keeping.restore import bring_erasures
from keen.site.keeping.tables import Table, tables

DRAFT = ".taking-in-"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in."""

    manifest: Manifest
    files: int


def take_in(source: BinaryIO) -> Taken:
    """What was taken in from the archive, in one transaction.

    Raises: ArchiveError when the archive is not as it was made, or the installation is not empty.
    """
    reader = Reader(source, {export.FORMAT})
    manifest = reader.manifest
    if manifest.version > export.VERSION:
        raise bad(f"Keen {manifest.keen} made this export: update this Keen first.", "newer")
    check_empty()
    root = Path(settings.MEDIA_ROOT).resolve()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    reader.check_room(shutil.disk_usage(root).free, beside_database(export.FILES))
    reader.verify()
    loads = list(_loads(reader))
    with _draft(root) as draft:
        # First, as nobody sees them there: what is stopped or killed here is simply begun again.
        names = [_unpack(reader, member.name, draft, root) for member in manifest.files(export.FILES)]
        with loading.unchecked(), transaction.atomic():
            loading.empty(load.table.name for load in loads)
            try:
                loading.load(loads, _counters(manifest, loads))
            except DatabaseError as error:
                raise bad(f"The database refused what the archive holds: {error}") from error
            stamps.renew()  # a server that runs here learns of the fields of one's own
            search.index_all()
            _bring_erasures(reader, draft)
            _put_in_place(names, draft, root)  # last: rows that are there have their files
    indexes.bring_into_step()
    return Taken(manifest, len(names))


@contextmanager
def _draft(root: Path) -> Iterator[Path]:
    """A new directory beside the files, without those that were left behind. It goes at the end."""
    for left in root.glob(f"{DRAFT}*"):
        shutil.rmtree(left)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=root))
    try:
        yield draft
    finally:
        shutil.rmtree(draft)


def check_empty() -> None:
    """Raises: ArchiveError when there are people, teams or records."""
    kinds: list[type[models.Model]] = [User, Team, Operation, *(kind.model for kind in declare.types())]
    if any(kind._default_manager.exists() for kind in kinds):  # noqa: SLF001
        raise bad(
            "This installation has people or records already: an export is taken into an empty one"
            " (a new KEEN_DATA, then ./keen migrate).",
            "not_empty",
        )


def _loads(reader: Reader) -> Iterator[Load]:
    every = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}  # noqa: SLF001
    whole = {table.name: table for table in tables(every.values())}
    known = {one.name: whole[one.table.name] for one in open_tables(every.values())}
    for told in reader.manifest.tables:
        name = str(told["name"])
        if name not in known:
            raise bad(f"This Keen does not know what {name} are: a newer one made this export.", "newer")
        table = known[name]
        given = [str(column["name"]) for column in told["columns"]]
        if unknown := sorted(set(given) - set(table.names)):
            raise bad(
                f"This Keen does not know {unknown[0]} of {name}: a newer one made this export.", "newer"
            )
        fill = {column: _fill(every[table.name], column) for column in table.names if column not in given}
        rows = reader.rows(f"{export.ROWS}/{name}.jsonl")
        yield Load(table, stored_rows(table, _rows(table, fill, rows, name)))


def _rows(table: Table, fill: dict[str, Any], rows: Iterable[Any], name: str) -> Iterator[list[Any]]:
    """The cells of each line in the order of the columns; what the export does not have is filled."""
    names = table.names
    for told in rows:
        if not isinstance(told, dict):
            raise bad(f"{name}.jsonl holds a line that is no object.")
        if "password" in fill:
            fill["password"] = make_password(None)  # another unusable one for each
        try:
            yield [fill[column] if column in fill else told[column] for column in names]
        except KeyError as error:
            raise bad(f"{name}.jsonl holds a line without {error}.") from None


def _fill(model: Any, column: str) -> Any:
    """What a column that is not in the export holds afterwards, as plain JSON.

    Raises: ArchiveError when nothing can be said.
    """
    field = next(one for one in model._meta.local_concrete_fields if one.column == column)  # noqa: SLF001
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now().isoformat().replace("+00:00", "Z")
    if field.has_default() or field.empty_strings_allowed:
        return field.get_default()
    if field.null:
        return None
    raise bad(f"The export says nothing of {model._meta.label}.{column}, which has to be known.")  # noqa: SLF001


def _counters(manifest: Manifest, loads: list[Load]) -> dict[str, int]:
    mine = {load.table.name for load in loads}
    return {name: number for name, number in manifest.counters.items() if name in mine}


def _unpack(reader: Reader, name: str, draft: Path, root: Path) -> str:
    """The name below the root of the file, which is in the draft and on the disk now.

    Raises: ArchiveError for a name that leads elsewhere, or where another file is.
    """
    short = name.removeprefix(f"{export.FILES}/")
    place, target = root / short, draft / short
    if not place.resolve().is_relative_to(root) or short.startswith(DRAFT):
        raise bad(f"The archive holds a file of the name {name!r}, which cannot be put here.")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") as opened:
        for chunk in reader.read(name):
            opened.write(chunk)
        opened.flush()
        os.fsync(opened.fileno())
    if place.exists() and not (place.is_file() and filecmp.cmp(place, target, shallow=False)):
        raise bad(
            f"The archive holds a file of the name {name!r}, which cannot be put here: another one is there."
        )
    return short


def _bring_erasures(reader: Reader, draft: Path) -> None:
    """The journal and the key under which erased people are recognised are those of the export, so that its tombstones hold.

    Raises: ArchiveError when people were erased here under another key.
    """
    found = draft / export.ERASURES
    for member in reader.manifest.files(export.ERASURES):
        if member.name.rpartition("/")[2] in {KEY, JOURNAL}:
            found.mkdir(mode=0o700, exist_ok=True)
            with (found / member.name.rpartition("/")[2]).open("wb") as opened:
                opened.writelines(reader.read(member.name))
    bring_erasures(found, settings.KEEN.data)


def _put_in_place(names: Iterable[str], draft: Path, root: Path) -> None:
    """Bring the files to their places. One that is there already is the same: it is left of a try that was killed."""
    folders = {root}
    for name in names:
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        (draft / name).replace(place)
        folders |= {folder for folder in place.parents if folder.is_relative_to(root)}
    for folder in folders:
        sync_folder(folder)
