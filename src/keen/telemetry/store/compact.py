"""Segments become Parquet, and the small files of a day become one."""

from itertools import groupby
from pathlib import Path

from keen.telemetry import spool
from keen.telemetry.store import base
from keen.telemetry.store.base import Plan, connect, day_of, step, swapping, working

MOST_BYTES_AT_ONCE = 256 << 20
MERGE_FROM = 2


def compact(root: Path) -> int:
    """How many events came from segments into Parquet files."""
    with working(root):
        return take_in(root)


def take_in(root: Path) -> int:
    """How many events came in; for those who hold the lock of the work."""
    with swapping(root):
        found = spool.collect(root)
    step("collected")
    return sum(_take_in(root, part) for part in _parts(found))


def _parts(found: list[Path]) -> list[list[Path]]:
    """The segments in portions that fit into memory."""
    parts: list[list[Path]] = []
    size = MOST_BYTES_AT_ONCE
    for path in found:
        if size >= MOST_BYTES_AT_ONCE:
            parts.append([])
            size = 0
        parts[-1].append(path)
        size += path.stat().st_size
    return parts


def _take_in(root: Path, found: list[Path]) -> int:
    name = f"{found[0].stem}--{found[-1].stem}"
    targets: dict[str, str] = {}
    with connect(root) as connection:
        connection.execute(
            f"CREATE TEMP TABLE batch AS SELECT DISTINCT ON (id) * FROM ({base.lines_of(found)})"  # noqa: S608
        )
        days = connection.execute('SELECT "on", count(*) FROM batch GROUP BY 1 ORDER BY 1').fetchall()
        for day, _ in days:
            written = f"{base.TMP}/{day}-{name}.parquet"
            rows = f"SELECT * FROM batch WHERE \"on\" = DATE '{day}' ORDER BY id"  # noqa: S608
            base.write_parquet(connection, rows, root / written)
            targets[written] = f"{base.EVENTS}/on={day}/{name}.parquet"
            step("wrote a day")
    plan = Plan(name, [str(path.relative_to(root)) for path in found], targets)
    plan.write(root)
    plan.carry_out(root)
    return sum(count for _, count in days)


def merge_days(root: Path) -> int:
    """How many days now have one file where they had several; what was sent twice is kept once."""
    with working(root):
        _, files = base.current(root)
        merged = 0
        for day, group in groupby(files, day_of):
            of_day = list(group)
            if len(of_day) >= MERGE_FROM:
                _merge(root, day, of_day)
                merged += 1
        return merged


def _merge(root: Path, day: str, files: list[Path]) -> None:
    spans = [file.stem.removeprefix("merged-").rstrip("+").split("--") for file in files]
    name = f"merged-{min(first for first, _ in spans)}--{max(last for _, last in spans)}"
    while (root / base.EVENTS / f"on={day}" / f"{name}.parquet").exists():
        name += "+"
    written = f"{base.TMP}/{day}-{name}.parquet"
    with connect(root) as connection:
        rows = f"SELECT DISTINCT ON (id) * FROM ({base.rows_of(files)}) ORDER BY id"  # noqa: S608
        base.write_parquet(connection, rows, root / written)
    step("wrote a merged day")
    target = f"{base.EVENTS}/on={day}/{name}.parquet"
    plan = Plan(f"{day}-{name}", [str(file.relative_to(root)) for file in files], {written: target})
    plan.write(root)
    plan.carry_out(root)
