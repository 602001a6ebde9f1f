"""Events as lines of a file: what is written beside each, as the level allows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keen.lib.ids import uuid7
from keen.telemetry.domain.catalogue import CATALOGUE, Draft
from keen.telemetry.domain.codes import of_user
from keen.telemetry.domain.groups import NO_LABEL, Label
from keen.telemetry.domain.levels import Level

Code = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who the events are about: the person, the session's key, and the kind of device."""

    user_id: int
    session: str = ""
    device: str = ""
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The team and the roles of the person at the time, and what may be written of them for a group."""

    team: int | None = None
    role: str = ""
    label: Label = NO_LABEL


@dataclass(frozen=True, slots=True)
class Rules:
    """What is in force: the level, and the code that stands for somebody ("" where none is made)."""

    level: Level
    code: Code


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is, in the company's time zone, with ten random bytes for each event."""

    now: datetime
    chance: bytes


def lines(
    drafts: list[Draft], subject: Subject, place: Place, rules: Rules, moment: Moment
) -> list[dict[str, Any]]:
    """The events as plain data, in their order; none where nothing is to be recorded.

    Units: microseconds since 1970 for `at`.
    """
    if rules.level is Level.NONE:
        return []
    who = _who(subject, place, rules)
    return [
        {
            **_when(draft, rules.level, moment.now, moment.chance[at * 10 : at * 10 + 10]),
            **who,
            **_what(draft),
        }
        for at, draft in enumerate(drafts)
    ]


def _when(draft: Draft, level: Level, now: datetime, chance: bytes) -> dict[str, Any]:
    at = now
    if CATALOGUE[draft.name].by_day:
        at = now.replace(hour=0, minute=0, second=0, microsecond=0)
    elif level is Level.AGGREGATED:
        at = now.replace(minute=0, second=0, microsecond=0)
    micros = int(at.timestamp()) * 1_000_000 + at.microsecond
    # The id holds a moment, too: that of the line, so that it tells no more.
    return {"id": str(uuid7(micros // 1000, chance)), "at": micros, "on": at.date().isoformat()}


def _who(subject: Subject, place: Place, rules: Rules) -> dict[str, Any]:
    who: dict[str, Any] = {
        "level": rules.level.value,
        "user_id": None,
        "who": None,
        "session": None,
        "team": place.team,
        "role": place.role or None,
        "device": subject.device or None,
        "browser": subject.browser or None,
    }
    if rules.level is Level.AGGREGATED:
        # A rare browser in a small group would be a name.
        return {**who, "team": place.label.team, "role": place.label.role or None, "browser": None}
    if subject.session:
        who["session"] = rules.code(f"session {subject.session}") or None
    if rules.level is Level.PSEUDONYMOUS:
        return {**who, "who": rules.code(of_user(subject.user_id))}
    return {**who, "user_id": subject.user_id}


def _what(draft: Draft) -> Mapping[str, Any]:
    return {
        "name": draft.name,
        "kind": draft.kind or None,
        "ms": draft.ms,
        "outcome": draft.outcome or None,
        "props": dict(draft.props),
    }
