"""The watched folder: files that programs put there are read, and put where it is seen what became of them."""

import csv
import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from keen.core.jobs import pause_if_stopping
from keen.lib import safe_cells, text
from keen.lib.errors import RuleError
from keen.lib.files import sync_folder
from keen.orders.actions import intake as intakes
from keen.orders.actions.intake import LostIntakeError
from keen.orders.models import Intake
from keen.orders.queries import files

log = logging.getLogger(__name__)
DONE, FAILED = "done", "failed"
QUIET_SECONDS = 5.0
# How long files stay once they are read: they repeat people, and what is wrong with them is mended within weeks.
KEPT = timedelta(days=90)
LONGEST_STEM = 100
USUAL = "ERP"
ENDINGS = frozenset({".csv", ".txt", ".tsv", ".xlsx"})
WHY, REPAIR = "Keen: why it did not come in", "Keen: what to mend"


def place() -> Path:
    """The folder, made when it is not there."""
    found: Path = Path(settings.KEEN.data) / "drop" / "orders"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def waiting(now: float) -> Iterator[tuple[str, Path]]:
    """The files that are complete, with the system that each is from: the name of the folder it lies in.

    Shape: a file is complete when nothing about it changed for some seconds; hidden ones and drafts are left alone.
    """
    top = place()
    folders = [
        one
        for one in sorted(top.iterdir())
        if one.is_dir() and not one.is_symlink() and one.name not in {DONE, FAILED}
    ]
    for folder in (top, *folders):
        for path in sorted(folder.iterdir()):
            if (
                path.is_symlink()
                or not path.is_file()
                or path.name.startswith(".")
                or path.suffix.lower() not in ENDINGS
            ):
                continue
            seen = path.stat()
            if now - max(seen.st_mtime, seen.st_ctime) >= QUIET_SECONDS:
                yield (text.clean(folder.name, 40) if folder != top else USUAL), path


def read_all() -> int:
    """How many files were read. One that cannot be read says why beside it, and does not keep the next from its turn."""
    count = 0
    for system, path in waiting(time.time()):
        pause_if_stopping()
        try:
            count += _read(system, path)
        except (OSError, ValueError):
            log.exception("%s stays in the watched folder: it can be neither read nor put away", called(path))
    return count


def forget_old() -> int:
    """How many files were deleted that were read, or could not be, long ago."""
    count = 0
    for path in (path for name in (DONE, FAILED) for path in (place() / name).glob("*")):
        if (
            path.is_file()
            and time.time() - max(path.stat().st_mtime, path.stat().st_ctime) > KEPT.total_seconds()
        ):
            path.unlink(missing_ok=True)
            count += 1
    return count


def called(path: Path) -> str:
    """The file's name as it can be shown, also where its bytes are no text."""
    return text.clean(os.fsencode(path.name).decode(errors="replace"))


def _read(system: str, path: Path) -> bool:
    digest = files.sha256(path)
    before = Intake.objects.filter(
        sha256=digest, system=system, road=Intake.FOLDER, state=Intake.DONE
    ).first()
    if before is not None:  # the same content again, or a crash between reading and putting away
        _put_away(path, digest, before)
        return False
    intake = intakes.begin_in_folder(path=path, name=called(path), sha256=digest, system=system)
    try:
        done = intakes.load(intake, path)
    except LostIntakeError:
        return False
    except RuleError as error:
        intakes.fail(intake, error.message)
        put = _put(path, FAILED, digest)
        put.with_name(f"{put.name}.why.txt").write_text(f"{error.message}\n", encoding="utf-8")
        return False
    _put_away(path, digest, done)
    return True


def _put_away(path: Path, digest: str, done: Intake) -> None:
    put = _put(path, DONE, digest)
    if done.refused:
        _write_refused(put.with_name(f"{put.stem}.not-read.csv"), done)


def _put(path: Path, where: str, digest: str) -> Path:
    """The file's new place, on disk for good."""
    folder = place() / where
    folder.mkdir(exist_ok=True, mode=0o700)
    # File systems count bytes, and more is put behind this name for what stayed out.
    stem = called(path).removesuffix(path.suffix).encode()[:LONGEST_STEM].decode(errors="ignore")
    target = folder / f"{stem}-{digest[:8]}{path.suffix}"
    path.replace(target)
    sync_folder(folder)
    sync_folder(path.parent)
    return target


def _write_refused(target: Path, done: Intake) -> None:
    """The rows that stayed out, as they came: mended, the file can be dropped again."""
    draft = target.with_name(f".{target.name}.part")
    with draft.open("w", encoding="utf-8-sig", newline="") as held:
        for line in refused_lines(done):
            csv.writer(held).writerow(line)
        held.flush()
        os.fsync(held.fileno())
    draft.replace(target)
    sync_folder(target.parent)


def refused_lines(done: Intake) -> Iterator[list[object]]:
    """The head and the rows of the file of what stayed out; nothing in it that a spreadsheet would run."""
    yield [safe_cells.neutralise(name) for name in (*done.headers, WHY, REPAIR)]
    for row in done.refused:
        yield [safe_cells.neutralise(str(cell)) for cell in (*row["cells"], row["why"], row["repair"])]
