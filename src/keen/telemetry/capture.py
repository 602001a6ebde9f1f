"""Taking events down: views and middleware `note` them, and one write puts a request's events into a segment."""

import logging
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import orjson
from django.db import Error
from django.utils import timezone

from keen.telemetry.domain.catalogue import Draft, refusal
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Moment, Place, Rules, Subject, lines
from keen.telemetry.policy import NOWHERE, keeper
from keen.telemetry.queries import usage_root
from keen.telemetry.spool import Spool
from keen.telemetry.vocabulary import vocabulary

log = logging.getLogger("keen.usage")
MOST_A_REQUEST = 100
SAID_EVERY = 60.0
NOBODY = Subject(user_id=0)


class NotAllowedError(Exception):
    """An event, or a part of one, that is not on the list. Raised in tests alone; else it is dropped and counted."""


class Losses:
    """How many events this process could not write, by reason, until it can say so in a segment."""

    def __init__(self) -> None:
        self.waiting: Counter[str] = Counter()
        self.strict = False
        self._said = 0.0

    def add(self, reason: str, count: int, why: object) -> None:
        """Count them, and say so in the log once a minute."""
        self.waiting[reason] += count
        if time.monotonic() - self._said > SAID_EVERY:
            self._said = time.monotonic()
            log.warning("%d usage events are lost by now (%s): %s", self.waiting[reason], reason, why)

    def drafts(self) -> list[Draft]:
        """What was lost, as events to be written with the next ones."""
        return [
            Draft("events_lost", props={"count": count, "reason": reason})
            for reason, count in self.waiting.items()
        ]


losses = Losses()
_spools: dict[Path, Spool] = {}
_collected: ContextVar[list[Draft] | None] = ContextVar("keen_usage", default=None)


def spool() -> Spool:
    """Where this process appends."""
    root = usage_root()
    if root not in _spools:
        _spools[root] = Spool(root)
    return _spools[root]


@contextmanager
def collecting() -> Iterator[list[Draft]]:
    """The events noted inside the block, by this thread."""
    drafts: list[Draft] = []
    token = _collected.set(drafts)
    try:
        yield drafts
    finally:
        _collected.reset(token)


def note(
    event: str, /, *, kind: str = "", ms: int | None = None, outcome: str = "", **properties: Any
) -> None:
    """Add an event to those of the request. Outside of one nobody is there whom it could be about, and nothing happens.

    Raises: NotAllowedError in tests, for what is not declared in domain/catalogue.py.
    """
    drafts = _collected.get()
    if drafts is None:
        return
    draft = checked(Draft(event, kind, ms, outcome, properties))
    if draft is not None and len(drafts) < MOST_A_REQUEST:
        drafts.append(draft)


def checked(draft: Draft, *, outside: bool = False) -> Draft | None:
    """The draft when all of it is on the list; None, and counted, when not.

    Shape: `outside` says that a browser sent it: that is refused in tests, too, without an error.
    """
    why = refusal(draft, vocabulary())
    if not why:
        return draft
    if losses.strict and not outside:
        raise NotAllowedError(f"{draft.name}: {why}")
    losses.add("not_allowed", 1, why)
    return None


def write(drafts: list[Draft], subject: Subject) -> None:
    """Append the events of a request, as the level in force allows. What cannot be written is counted, never raised.

    Cost: one write, and now and then the queries of the policy.
    """
    try:
        policy = keeper.policy()
    except Error as error:
        losses.add("unwritable", len(drafts), error)
        return
    place = policy.places.get(subject.user_id, NOWHERE)
    made = _lines(drafts, subject, place, policy.rules())
    if not made:
        return
    lost = dict(losses.waiting)
    made += _about_nobody(losses.drafts(), policy.level) if lost else []
    data = b"".join(map(_line, made))
    try:
        spool().append(data)
    except OSError as error:
        losses.add("full" if error.errno in FULL else "unwritable", len(drafts), error)
        return
    losses.waiting.subtract(lost)
    losses.waiting += Counter()


FULL = frozenset({28, 122})  # no space left, quota exceeded


def _lines(drafts: list[Draft], subject: Subject, place: Place, rules: Rules) -> list[dict[str, Any]]:
    now = timezone.localtime(timezone=timezone.get_default_timezone())  # the company's, whatever the person's
    return lines(drafts, subject, place, rules, Moment(now, os.urandom(10 * len(drafts))))


def _about_nobody(drafts: list[Draft], level: Level) -> list[dict[str, Any]]:
    """Events about Keen itself."""
    coarse = Rules(Level.NONE if level is Level.NONE else Level.AGGREGATED, lambda _: "")
    return _lines(drafts, NOBODY, NOWHERE, coarse)


def _line(made: Mapping[str, Any]) -> bytes:
    return orjson.dumps(made, option=orjson.OPT_APPEND_NEWLINE)
