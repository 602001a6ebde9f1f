"""A cell of a table as plain JSON, the same from either database, and back.

The names in a JSON value come in the order in which the database keeps them: PostgreSQL has one of its own.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

Cell = Callable[[Any], Any]
MICROSECOND = timedelta(microseconds=1)
FRACTION = 6
"""Digits below the second."""

KINDS = {
    "AutoField": "integer",
    "BigAutoField": "integer",
    "SmallAutoField": "integer",
    "IntegerField": "integer",
    "BigIntegerField": "integer",
    "SmallIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveBigIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "CharField": "text",
    "TextField": "text",
    "SlugField": "text",
    "EmailField": "text",
    "URLField": "text",
    "FileField": "text",
    "FilePathField": "text",
    "GenericIPAddressField": "text",
    "BooleanField": "boolean",
    "FloatField": "number",
    "DecimalField": "decimal",
    "DateField": "date",
    "TimeField": "time",
    "DateTimeField": "moment",
    "DurationField": "duration",
    "UUIDField": "uuid",
    "JSONField": "json",
    "BinaryField": "binary",
}
"""What each of Django's fields holds, in the words of a manifest."""


def _moment(value: Any) -> str:
    """SQLite keeps UTC as text, with three digits below the second where its own clock wrote it."""
    if isinstance(value, str):
        head, _, fraction = value.partition(".")
        fraction = fraction.ljust(FRACTION, "0")
        below = f".{fraction}" if fraction.strip("0") else ""
        return f"{head[:10]}T{head[11:]}{below}Z"
    moment: datetime = value
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _uuid(value: Any) -> str:
    return str(value if isinstance(value, UUID) else UUID(value))


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def _duration(value: Any) -> int:
    return value // MICROSECOND if isinstance(value, timedelta) else int(value)


def _decimal(places: int) -> Cell:
    step = Decimal(1).scaleb(-places)
    return lambda value: str(Decimal(str(value)).quantize(step))


_PLAIN: dict[str, Cell] = {
    "boolean": bool,
    "date": _day,
    "time": _day,
    "moment": _moment,
    "duration": _duration,
    "uuid": _uuid,
    "json": _json,
    "number": float,
    "binary": lambda value: b64encode(bytes(value)).decode(),
}


def plain(kind: str, places: int = 0) -> Cell | None:
    """What makes a value of the database plain; None for what is plain already. None itself stays None."""
    return _decimal(places) if kind == "decimal" else _PLAIN.get(kind)


_STORED: dict[str, dict[str, Cell]] = {
    "sqlite": {
        "moment": lambda value: f"{value[:10]} {value[11:-1]}",
        "uuid": lambda value: value.replace("-", ""),
        "json": json.dumps,
        "binary": b64decode,
    },
    "postgresql": {
        "duration": lambda value: timedelta(microseconds=value),
        "json": json.dumps,
        "binary": b64decode,
    },
}


def stored(vendor: str, kind: str) -> Cell | None:
    """What makes a plain value one that the database takes; None for what it takes as it is."""
    return _STORED[vendor].get(kind)
