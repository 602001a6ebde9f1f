"""The daily figures: one row for each person (or group), event, kind, outcome and what it was about, kept for thirteen months."""

from datetime import date
from itertools import groupby
from pathlib import Path

from keen.telemetry import spool
from keen.telemetry.domain.catalogue import CATALOGUE
from keen.telemetry.store import base
from keen.telemetry.store.base import connect, day_of, working
from keen.telemetry.store.struggles import struggles_query

WITHIN_MINUTES = 10


def roll_up(root: Path, *, since: date | None = None) -> list[str]:
    """The days whose figures were written anew, because events came in or went since; none before `since`."""
    with working(root):
        return roll_up_days(root, since)


def roll_up_days(root: Path, since: date | None = None) -> list[str]:
    """The days that were written anew; for those who hold the lock of the work."""
    _, files = base.current(root)
    everything = base.rows_of(files)
    done = []
    for day, group in groupby(files, day_of):
        of_day = list(group)
        old = since is not None and day < since.isoformat()
        if not old and _is_stale(figures_of(root, day), of_day):
            _write(root, day, base.rows_of(of_day), everything)
            done.append(day)
    return done


def figures_of(root: Path, day: str) -> Path:
    """The file of a day's figures."""
    return root / base.DAYS / f"{day}.parquet"


def _is_stale(figures: Path, files: list[Path]) -> bool:
    if not figures.exists():
        return True
    newest = max(max(one.stat().st_mtime_ns, one.parent.stat().st_mtime_ns) for one in files)
    return newest >= figures.stat().st_mtime_ns


def _write(root: Path, day: str, rows: str, everything: str) -> None:
    written, target = root / base.TMP / f"figures-{day}.parquet", figures_of(root, day)
    with connect(root) as connection:
        base.write_parquet(connection, figures_query(rows, everything), written)
    spool.private(target.parent)
    written.rename(target)


def figures_query(rows: str, everything: str) -> str:
    """The figures of these events, as a query, with the signals of struggle among them.

    Shape: `burst` is the most of one thing within ten minutes. `everything` are the events of all days that are there.
    """
    whats = " ".join(
        f"WHEN '{spec.name}' THEN props->>'$.{spec.what}'" for spec in CATALOGUE.values() if spec.what
    )
    struggles = struggles_query(rows, everything, within=WITHIN_MINUTES)
    subject = '"on", level, user_id, who, team, role, device, name, kind, outcome, what'
    return f"""
    WITH seen AS (
        SELECT DISTINCT ON (id) *, CASE name {whats} END AS what FROM ({rows})
    ), counted AS (
        SELECT *, CASE WHEN user_id IS NULL AND who IS NULL THEN NULL ELSE count(*) OVER (
            PARTITION BY user_id, who, name, what ORDER BY "at"
            RANGE BETWEEN INTERVAL {WITHIN_MINUTES} MINUTE PRECEDING AND CURRENT ROW
        ) END AS lately FROM seen
    )
    SELECT * FROM (SELECT {subject}, count(*)::INTEGER AS n, sum(ms)::BIGINT AS ms, count(ms)::INTEGER AS timed,
        max(ms)::INTEGER AS slowest, max(lately)::INTEGER AS burst
    FROM counted GROUP BY ALL) UNION ALL BY NAME ({struggles}) ORDER BY ALL
    """  # noqa: S608  names of the catalogue
