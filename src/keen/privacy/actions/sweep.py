"""Taking somebody out of every copy: all tables, files, the journal of the database itself; and the proof of it."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keen.privacy.actions import journal
from keen.privacy.actions.erasure import forget_answers
from keen.privacy.actions.needles import unsealed
from keen.privacy.domain.scrub import Needles
from keen.privacy.models import Erasure
from keen.privacy.queries.answers import answers_naming
from keen.privacy.queries.copies import CLEANED, Copy, Table, cleaned, copies, tables
from keen.privacy.queries.subjects import Person, marks_for, parties
from keen.records import declare, search
from keen.records.importing import files
from keen.records.models import ImportRow, ImportRun, SearchEntry
from keen.records.queries.tombstones import hashes_of

SEARCH, ANSWERS = "records_searchentry", "records_apianswer"
BATCH = 200
MOST_KEPT = 20
CHUNK = 1 << 20
MOST_UNPACKED = 1 << 30
GONE_FILE = (
    "The file was removed, because somebody in it was erased on request. Upload it again without them."
)


def sweep(erasure: Erasure) -> None:
    """Look through every copy, clean what names the person, and write down the proof. Done twice it does no harm."""
    needles = unsealed(erasure.needles)
    if needles is None:  # what is not looked for is not found: that would be no proof
        Erasure.objects.filter(pk=erasure.pk).update(
            proof={"unproved": True}, state="left", done_at=timezone.now()
        )
        return
    counts: Counter[str] = Counter()
    for table in tables():
        if table.name != SEARCH:
            counts[table.name] += _clean_table(needles, table)
    counts[SEARCH] += _reindex(needles)
    counts[ANSWERS] += forget_answers(needles, erasure.ids)
    counts["files"] += _clean_files(needles, erasure)
    cache.clear()
    search.tidy()
    _prove(erasure, needles, counts)


def _prove(erasure: Erasure, needles: Needles, counts: Counter[str]) -> None:
    """Write down what is left. Only with that is it forgotten what was looked for: a run that dies before is done again."""
    kept = {table.name: [str(copy.key) for copy in copies(needles, table)] for table in tables()}
    kept[ANSWERS] = [str(pk) for pk in answers_naming(needles, erasure.ids)]
    left = sum(len(keys) for keys in kept.values())
    cleaned = +(Counter(erasure.cleaned) + counts)
    Erasure.objects.filter(pk=erasure.pk).update(cleaned=cleaned)
    listed = {name: keys[:MOST_KEPT] for name, keys in kept.items() if keys}
    proof = {
        "rows": left,
        "kept": listed,
        **_wipe(needles, [name for name, count in cleaned.items() if count]),
    }
    clean = not left and not proof.get("bytes_left")
    Erasure.objects.filter(pk=erasure.pk).update(
        needles={}, proof=proof, state="done" if clean else "left", done_at=timezone.now()
    )


def _clean_table(needles: Needles, table: Table) -> int:
    """How many rows of the table named the person where that may be taken out, and do so no longer."""
    if table.name not in CLEANED:
        return 0
    found, count = list(copies(needles, table)), 0
    for start in range(0, len(found), BATCH):
        with transaction.atomic():
            count += sum(_clean_row(needles, copy) for copy in found[start : start + BATCH])
    return count


def _clean_row(needles: Needles, copy: Copy) -> bool:
    """Whether the row was changed: as it is now, locked, for it may have been written since it was found."""
    table = copy.table
    columns = {
        column.column: column.attname
        for column in table.model._meta.concrete_fields  # noqa: SLF001  the public way to columns
    }
    names = [name for name in table.columns if name in CLEANED[table.name]]
    row = table.model._base_manager.filter(pk=copy.key)  # noqa: SLF001  all rows, whatever a manager leaves out
    held = row.select_for_update().values(*(columns[name] for name in names)).first() or {}
    wanted = {}
    for name in names:
        before = held.get(columns[name])
        after = cleaned(needles, table, name, before)
        if after != before:
            wanted[columns[name]] = _shortened(table, name, after)
    if not wanted:
        return False
    try:
        with transaction.atomic():
            row.update(**wanted)
    except IntegrityError:
        # Another row says the same by now: this one says it with its number.
        most = {columns[name]: table.limits.get(name) for name in names}
        row.update(**{
            name: f"{copy.key} {value}"[: most[name] or None] if isinstance(value, str) else value
            for name, value in wanted.items()
        })  # fmt: skip
    return True


def _shortened(table: Table, name: str, value: Any) -> Any:
    most = table.limits.get(name)
    return value[:most] if most and isinstance(value, str) else value


def _reindex(needles: Needles) -> int:
    """How many records were found by the person's name, and are no longer."""
    table = next(one for one in tables() if one.name == SEARCH)
    keys = [copy.key for copy in copies(needles, table)]
    entries = list(SearchEntry.objects.filter(pk__in=keys).values_list("record_kind", "record_id"))
    for record_type in declare.types():
        pks = [pk for kind, pk in entries if kind == record_type.kind]
        if pks:
            search.index(record_type.model.objects.filter(pk__in=pks))
    return len(entries)


def _clean_files(needles: Needles, erasure: Erasure) -> int:
    """How many files were deleted because they name the person: uploads, and mails kept as files."""
    count = 0
    listed = (
        ImportRow.objects.filter(record_id__in=erasure.ids, run__kind=erasure.record_kind)
        if erasure.record_kind in parties()
        else ()
    )
    of_person = {row.run_id for row in listed}
    for run in ImportRun.objects.exclude(path=""):
        path = Path(settings.MEDIA_ROOT) / run.path
        if path.exists() and (run.pk in of_person or names_in(path, needles) or run.sheets):
            files.discard(run.path)
            open_states = {"draft", "checking", "checked", "loading", "paused"}
            message = {"state": "failed", "message": GONE_FILE} if run.state in open_states else {}
            ImportRun.objects.filter(pk=run.pk).update(path="", **message)
            count += 1
    for path in (*_mails(), *_brought_in(), *_uploads()):
        if _tells(path, needles):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _mails() -> Iterator[Path]:
    folder = settings.KEEN.data / "mail"
    return folder.iterdir() if folder.exists() else iter(())


def _brought_in() -> Iterator[Path]:
    """What came by the watched folders and was put away: once read, it is a copy."""
    yield from (
        path for name in ("done", "failed") for path in (settings.KEEN.data / "drop").glob(f"*/{name}/*")
    )


def _uploads() -> Iterator[Path]:
    """Every file that somebody uploaded, whichever page took it."""
    folder = Path(settings.MEDIA_ROOT) / files.FOLDER
    return folder.iterdir() if folder.exists() else iter(())


def _tells(path: Path, needles: Needles) -> bool:
    """Whether the file names the person, looked through unpacked where it is a workbook; one too large for that does."""
    if names_in(path, needles):
        return True
    if not zipfile.is_zipfile(path):
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                return True
            return any(_count(source, needles) for one in packed.infolist() for source in (packed.open(one),))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):  # broken or locked: nobody can tell
        return True


def names_in(path: Path, needles: Needles) -> int:
    """How often the file names the person, byte by byte, a megabyte at a time."""
    with path.open("rb") as source:
        return _count(source, needles)


def _count(source: IO[bytes], needles: Needles) -> int:
    sought = needles.bytes()
    longest = max((len(one) for one in sought), default=1)
    count, before = 0, b""
    while piece := source.read(CHUNK):
        held = before + piece
        count += sum(held.count(one) for one in sought)
        before = held[-(longest - 1) :] if longest > 1 else b""
    return count


def _wipe(needles: Needles, changed: list[str]) -> dict[str, Any]:
    """What was done so that nothing is left between the rows, and what a search through the bytes found."""
    if connection.vendor != "sqlite":
        known = {table.name for table in tables()}
        with connection.cursor() as cursor:
            for name in sorted(
                known & {*changed, SEARCH, "core_change", "people_contact", "activities_activity"}
            ):
                cursor.execute(f"VACUUM {connection.ops.quote_name(name)}")
        return {"database": "postgresql", "vacuumed": True}
    path = Path(str(connection.settings_dict["NAME"]))
    _checkpoint()
    found, vacuumed = _bytes(path, needles), False
    if found:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
        _checkpoint()
        found, vacuumed = _bytes(path, needles), True
    return {"database": "sqlite", "vacuumed": vacuumed, "searched": path.stat().st_size, "bytes_left": found}


def _checkpoint() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()


def _bytes(path: Path, needles: Needles) -> int:
    """How often the files of the database name the person."""
    every = [path, path.with_name(f"{path.name}-wal")]
    return sum(names_in(one, needles) for one in every if one.exists())


def remember(erasure: Erasure, hashes: tuple[str, ...] = ()) -> None:
    """The journal has a line of the erasure, also where a crash came between the two."""
    person = Person(erasure.record_kind, erasure.record_id, tuple(erasure.ids))
    journal.append(
        journal.Line(
            str(erasure.pk), erasure.record_kind, erasure.record_id, tuple(erasure.ids),
            hashes or tuple(_hashes(erasure)), erasure.at.date().isoformat(), tuple(sorted(marks_for(person))),
        )
    )  # fmt: skip


def _hashes(erasure: Erasure) -> list[str]:
    needles = unsealed(erasure.needles)
    strong = needles.strong if needles else ()
    return sorted(hashes_of(erasure.record_kind, {("email", one.lower()) for one in strong if "@" in one}))
