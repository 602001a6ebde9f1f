"""Usage events for tests, also for processes of their own that get killed."""

from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import orjson

from keen.telemetry.domain.catalogue import Draft
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Moment, Place, Rules, Subject, lines
from keen.telemetry.spool import Spool

ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)
NOWHERE = Place()  # a process that writes events alone knows no models
_numbers = count(1)


def make_lines(
    user_id: int = 1,
    name: str = "page_viewed",
    *,
    at: datetime = NOON,
    times: int = 1,
    level: Level = Level.PERSON,
    place: Place = NOWHERE,
    **told: Any,
) -> list[dict[str, Any]]:
    """Events of one person as they are written, a second apart."""
    props = told.pop("props", {"screen": "today"} if name == "page_viewed" else {})
    draft = Draft(name, props=props, **told)
    made = []
    for number in range(times):
        moment = Moment(at + timedelta(seconds=number), uuid4().bytes)
        made += lines([draft], Subject(user_id, "session"), place, Rules(level, code), moment)
    return made


def code(what: str) -> str:
    """A code that is no secret."""
    return f"{sum(map(ord, what)):020x}"


def data_of(made: list[dict[str, Any]]) -> bytes:
    return b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in made)


def write_events(root: Path, made: list[dict[str, Any]]) -> None:
    """A segment with these events, as a process that is gone left it."""
    spool = Spool(root)
    spool.append(data_of(made))
    spool.close()
