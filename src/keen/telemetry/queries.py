"""Questions to the events: over Parquet files and open segments at once, with one typed schema."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from keen.core.domain.actor import Actor
from keen.telemetry.domain.cells import Cell, shown
from keen.telemetry.domain.codes import code_of, of_user
from keen.telemetry.domain.levels import LEAST_GROUP, Level
from keen.telemetry.domain.person import Person
from keen.telemetry.models import LevelChange, NamedRead, PseudonymKey
from keen.telemetry.store import base, reading
from keen.telemetry.store.struggles import STRUGGLE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIGURES = {
    "on": "DATE", "level": "VARCHAR", "user_id": "BIGINT", "who": "VARCHAR", "team": "BIGINT", "role": "VARCHAR",
    "device": "VARCHAR", "name": "VARCHAR", "kind": "VARCHAR", "outcome": "VARCHAR", "what": "VARCHAR", "n": "INTEGER",
    "ms": "BIGINT", "timed": "INTEGER", "slowest": "INTEGER", "burst": "INTEGER",
}  # fmt: skip
MOST_SHOWN = 2000
USAGE = "usage"


def usage_root() -> Path:
    """The directory of segments and events of this installation."""
    return Path(settings.KEEN.data) / USAGE


def level_in_force() -> Level:
    """The level that was decided last; groups only, where nobody decided anything.

    Cost: 1 query.
    """
    decided = LevelChange.objects.filter(state=LevelChange.IN_FORCE).order_by("-decided_at", "-pk")
    found = decided.values_list("level", flat=True).first()
    return Level(found) if found else Level.AGGREGATED


def level_changes() -> QuerySet[LevelChange]:
    """Every wish and what became of it, newest first.

    Cost: 1 query.
    """
    return LevelChange.objects.select_related("asked_by", "decided_by").order_by("-asked_at", "-pk")


def keys() -> QuerySet[PseudonymKey]:
    """The keys that are not destroyed, newest first.

    Cost: 1 query.
    """
    return PseudonymKey.objects.filter(destroyed_at=None).order_by("-quarter", "-serial")


def codes_of(user_id: int) -> list[str]:
    """Every code that ever stood for the person and whose key still is there.

    Cost: 1 query.
    """
    return [code_of(key.secret, of_user(user_id)) for key in keys()]


def reads_of(actor: Actor) -> QuerySet[NamedRead]:
    """Who looked at figures about the actor, newest first.

    Cost: 1 query.
    """
    return NamedRead.objects.filter(person_id=actor.user_id).select_related("reader").order_by("-at")


@dataclass(frozen=True)
class Scope:
    """Whose events are asked for: everybody's, a person's, or those written for some teams."""

    person: Person | None = None
    teams: frozenset[int] | None = None

    @property
    def sql(self) -> str:
        """The condition, of numbers and hexadecimal digits alone."""
        parts = [self.person.sql] if self.person else []
        if self.teams is not None:
            parts.append(f"team IN ({', '.join(str(int(team)) for team in sorted(self.teams)) or 'NULL'})")
        return " AND ".join(parts) or "true"


EVERYBODY = Scope()


@contextmanager
def asking(
    scope: Scope, first: date, last: date, *, root: Path | None = None
) -> Iterator["DuckDBPyConnection"]:
    """A DuckDB connection with two views of these days: `events` (raw, up to this second) and `figures` (by day).

    Shape: columns of `events` are those of store.base.COLUMNS with `at` as a timestamp of UTC; those of `figures` are FIGURES.
    Every event is there once. No file goes away while the block runs, so it should be short.
    Raises: nothing for days without events: the views are then empty, with the same columns.
    """
    place = root or usage_root()
    with reading(place), base.connect(place) as connection:
        segments, files = base.current(place)
        wanted = [one for one in files if str(first) <= base.day_of(one) <= str(last)]
        parts = [base.rows_of(wanted)] if wanted else []
        parts += [base.lines_of(segments)] if any(one.stat().st_size for one in segments) else []
        _view(
            connection,
            "events",
            " UNION ALL BY NAME ".join(parts) or _nothing(_event_columns()),
            (scope, first, last),
        )
        days = [one for one in (place / base.DAYS).glob("*.parquet") if str(first) <= one.stem <= str(last)]
        _view(
            connection,
            "figures",
            base.rows_of(sorted(days)) if days else _nothing(FIGURES),
            (scope, first, last),
        )
        yield connection


def _view(connection: "DuckDBPyConnection", name: str, query: str, asked: tuple[Scope, date, date]) -> None:
    scope, first, last = asked
    where = f"\"on\" BETWEEN DATE '{first}' AND DATE '{last}' AND {scope.sql}"
    connection.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM ({query}) WHERE {where}")  # noqa: S608


def _event_columns() -> dict[str, str]:
    return {**base.COLUMNS, "at": "TIMESTAMP"}


def _nothing(columns: dict[str, str]) -> str:
    typed = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns.items())
    return f"SELECT {typed} WHERE false"


@dataclass(frozen=True)
class Own:
    """One event of one's own, as it stands in the files."""

    id: str
    at: datetime
    on: date
    name: str
    kind: str
    outcome: str
    ms: int | None
    device: str
    level: str
    props: dict[str, Any]


def own_events(person: Person, first: date, last: date, *, most: int = MOST_SHOWN) -> list[Own]:
    """The person's own events, newest first.

    Cost: the segments and the files of those days are read.
    """
    with asking(Scope(person), first, last) as connection:
        found = connection.execute(
            "SELECT DISTINCT ON (id) id::VARCHAR, \"at\", \"on\", name, coalesce(kind, ''), coalesce(outcome, ''), ms, "
            "coalesce(device, ''), level, props::VARCHAR FROM events ORDER BY id DESC LIMIT ?",
            [most],
        ).fetchall()
    return [_own(row) for row in found]


def _own(row: tuple[Any, ...]) -> Own:
    told = dict(zip((field.name for field in fields(Own)), row, strict=True))
    return Own(**{**told, "at": told["at"].replace(tzinfo=UTC), "props": json.loads(told["props"] or "{}")})


def own_days(person: Person, first: date, last: date) -> list[tuple[date, str, int]]:
    """How many events of each name the person has on each day, newest day first.

    Cost: the segments and the files of those days are read.
    """
    with asking(Scope(person), first, last) as connection:
        return connection.execute(
            'SELECT "on", name, count(DISTINCT id) FROM events GROUP BY ALL ORDER BY 1 DESC, 3 DESC, 2'
        ).fetchall()


def own_struggles(person: Person, first: date, last: date) -> list[tuple[date, list[str]]]:
    """The days on which the person's own events look like a struggle, newest first, each with its signals.

    Cost: the files of the figures of those days are read.
    """
    with asking(Scope(person), first, last) as connection:
        return connection.execute(
            'SELECT "on", list(DISTINCT what ORDER BY what) FROM figures WHERE name = ? GROUP BY 1 ORDER BY 1 DESC',
            [STRUGGLE],
        ).fetchall()


@dataclass(frozen=True, order=True)
class Group:
    """What a figure of a group is about. Team and role are as they were at the time; None is not told or not asked for."""

    name: str
    what: str | None = None
    team: int | None = None
    role: str | None = None


def grouped(
    first: date, last: date, *, by: Collection[str] = ("team",), root: Path | None = None
) -> dict[Group, Cell]:
    """How often each event happened in each group, as it may be shown to anybody: nothing about fewer than five people.

    Shape: `by` are of "team", "role" and "what". Small cells are left out, and with them as many as it takes that no sum
    minus what is shown tells of fewer than five; figures about fewer than ten people are rounded to fives.
    Cost: the files of the figures of those days are read.
    Raises: ValueError for anything else to group by.
    """
    if not set(by) <= {"team", "role", "what"}:
        raise ValueError(f"Figures are grouped by team, role and what, not by {', '.join(by)}.")
    named = ["name", *(one for one in ("what", "team", "role") if one in by)]
    # What was written without a person was written for a group of that many at least.
    people = f"count(DISTINCT coalesce(user_id::VARCHAR, who)) + {LEAST_GROUP} * bool_or(level = 'aggregated')::INTEGER"
    with asking(EVERYBODY, first, last, root=root) as connection:
        found = connection.execute(
            f"SELECT {', '.join(named)}, {people}, sum(n)::BIGINT FROM figures GROUP BY ALL"  # noqa: S608
        ).fetchall()
    cells = {
        Group(**dict(zip(named, row[:-2], strict=True))): Cell(int(row[-2]), int(row[-1])) for row in found
    }
    return shown(
        cells,
        (
            lambda key: key.name,
            lambda key: (key.name, key.team, key.what),
            lambda key: (key.name, key.role, key.what),
            lambda key: (key.name, key.team, key.role),
        ),
    )


def lost_lately(first: date, last: date) -> int:
    """How many events Keen could not write in these days, as far as it could say so afterwards.

    Cost: the segments and the files of those days are read.
    """
    with asking(EVERYBODY, first, last) as connection:
        found = connection.execute(
            "SELECT coalesce(sum((props->>'$.count')::BIGINT), 0) FROM events "
            "WHERE name = 'events_lost' AND (props->>'$.reason') <> 'not_allowed'"
        ).fetchone()
    return int(found[0]) if found else 0
