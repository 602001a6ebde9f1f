"""The usage events of the made-up past, in the files in which the real ones are."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.utils import timezone

from keen.telemetry.domain.catalogue import Draft, refusal
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Moment, Place, Rules, Subject, lines
from keen.telemetry.store import base
from keen.telemetry.store.daily import figures_of, figures_query
from keen.telemetry.vocabulary import vocabulary

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAME = "demo--demo"


class UndeclaredError(Exception):
    """The demo tells of an event that Keen does not record."""


class WrittenError(Exception):
    """Events come for a day that is over: they would take the place of the others."""


class Ledger:
    """Events on their way into files, some days at a time: whole where they are young enough, else as daily figures alone.

    Shape: `code` is what makes the codes of sessions; days are written once, none in two portions.
    """

    def __init__(self, root: Path, *, whole_from: date, code: Callable[[str], str]) -> None:
        self.root = root
        self.whole_from = whole_from
        self.count = 0
        self._rules = Rules(Level.PERSON, code)
        self._zone = timezone.get_default_timezone()
        self._lines: list[bytes] = []
        self._checked: set[tuple[Any, ...]] = set()

    def add(self, at: datetime, draft: Draft, subject: Subject, place: Place, chance: bytes) -> None:
        """One event of somebody.

        Raises: UndeclaredError for what is not in the catalogue.
        """
        self._check(draft)
        moment = Moment(at.astimezone(self._zone), chance)
        made = lines([draft], subject, place, self._rules, moment)[0]
        self._lines.append(orjson.dumps(made, option=orjson.OPT_APPEND_NEWLINE))

    def _check(self, draft: Draft) -> None:
        """Look at each sort of event once: the demo says the same few hundred things again and again."""
        said = (str(value) for value in draft.props.values() if not isinstance(value, int))
        sort = (draft.name, draft.kind, draft.outcome, *draft.props, *said)
        if sort in self._checked:
            return
        if why := refusal(draft, vocabulary()):
            raise UndeclaredError(f"{draft.name}: {why}")
        self._checked.add(sort)

    def write(self) -> None:
        """Put the events so far into their files.

        Raises: WrittenError for a day that an earlier portion had events of.
        """
        if not self._lines:
            return
        with base.working(self.root), base.connect(self.root) as connection:
            segment = self.root / base.TMP / "demo.ndjson"
            with segment.open("wb") as file:
                file.writelines(self._lines)
            connection.execute(f"CREATE TEMP TABLE batch AS {base.lines_of([segment])}")
            days = connection.execute('SELECT "on", count(*) FROM batch GROUP BY 1 ORDER BY 1').fetchall()
            for day, count in days:
                self._write_day(connection, day)
                self.count += count
        self._lines.clear()

    def _write_day(self, connection: "DuckDBPyConnection", day: date) -> None:
        if figures_of(self.root, str(day)).exists():
            raise WrittenError(f"The events of {day} are written already.")
        rows = f"SELECT * FROM batch WHERE \"on\" = DATE '{day}' ORDER BY id"  # noqa: S608  a date
        if day >= self.whole_from:
            base.write_parquet(connection, rows, self.root / base.EVENTS / f"on={day}" / f"{NAME}.parquet")
        base.write_parquet(connection, figures_query(rows, rows), figures_of(self.root, str(day)))
