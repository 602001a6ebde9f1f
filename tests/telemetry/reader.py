"""Reads what was recorded, as the files hold it."""

from datetime import date
from pathlib import Path
from typing import Any

import orjson

from keen.telemetry import queries

FOREVER = (date(2020, 1, 1), date(2100, 1, 1))


def recorded(root: Path, name: str = "") -> list[dict[str, Any]]:
    """The events, oldest first, without what is empty; of one name when it is given."""
    with queries.asking(queries.EVERYBODY, *FOREVER, root=root) as connection:
        found = connection.execute("SELECT * FROM events ORDER BY id")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [row for row in rows if name in {"", row["name"]}]


def props(root: Path, name: str) -> list[dict[str, Any]]:
    """What stands beside the events of this name."""
    return [orjson.loads(row["props"]) for row in recorded(root, name)]


def names(root: Path) -> list[str]:
    return [row["name"] for row in recorded(root)]
