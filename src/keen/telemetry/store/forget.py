"""What is too old goes, and what somebody wants out goes."""

import shutil
from datetime import date
from pathlib import Path

from keen.lib.files import sync_folder
from keen.telemetry import spool
from keen.telemetry.domain.person import Person
from keen.telemetry.store import base
from keen.telemetry.store.base import connect, swapping, working
from keen.telemetry.store.compact import take_in
from keen.telemetry.store.daily import roll_up_days


def forget(root: Path, *, events_before: date, figures_before: date) -> int:
    """How many days of events and of figures were removed. The figures of a day are made before its events go."""
    with working(root):
        take_in(root)
        roll_up_days(root)
        old = [one for one in (root / base.EVENTS).glob("on=*") if one.name < f"on={events_before}"]
        for folder in old:
            gone = root / base.TMP / folder.name
            spool.private(gone.parent)
            with swapping(root):
                folder.rename(gone)
            shutil.rmtree(gone)
        figures = [one for one in (root / base.DAYS).glob("*.parquet") if one.stem < str(figures_before)]
        with swapping(root):
            for file in figures:
                file.unlink()
        return len(old) + len(figures)


def erase(root: Path, person: Person) -> int:
    """How many events of the person were taken out of every file; the daily figures lose them, too, and what is made of both."""
    with working(root / base.DERIVED), working(root):
        take_in(root)
        _, events = base.current(root)
        count = sum(_without(root, file, person.sql) for file in events)
        for file in sorted((root / base.DAYS).glob("*.parquet")):
            _without(root, file, person.sql)
        for file in sorted((root / base.DERIVED).rglob("*.parquet")):
            _without(root, file, f"person = {int(person.user_id)}")
        return count


def _without(root: Path, file: Path, condition: str) -> int:
    """How many rows the file lost. It is written anew, and gone when nothing is left."""
    rows = base.rows_of([file])
    with connect(root) as connection:
        found = connection.execute(
            f"SELECT count(*) FILTER ({condition}), count(*) FROM ({rows})"  # noqa: S608
        ).fetchone()
        theirs, everything = found or (0, 0)
        if not theirs:
            return 0
        written = root / base.TMP / f"without-{file.name}"
        if theirs < everything:
            base.write_parquet(
                connection,
                f"SELECT * FROM ({rows}) WHERE ({condition}) IS NOT TRUE",  # noqa: S608
                written,
            )
    with swapping(root):
        if theirs < everything:
            written.rename(file)
        else:
            file.unlink()
    sync_folder(file.parent)
    return int(theirs)
