"""Bringing in the usage of another CRM, and saying when its people work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zlib import crc32
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.adoption.domain import foreign, groups
from keen.adoption.domain.draws import seed_of
from keen.adoption.domain.foreign import AUTOMATIC, DONE, PERSON, ROLE, LogMapping, Reading
from keen.adoption.domain.judgement import judge
from keen.adoption.domain.logfiles import events_in, opened
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.score import Case
from keen.adoption.facts import tables
from keen.adoption.measures.counting import windows
from keen.adoption.measures.engines import DuckEngine, held
from keen.adoption.models import ForeignLog, ForeignPerson, GroupStanding
from keen.core.actions import rows
from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.holidays import public_holidays
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import ForbiddenError, RuleError
from keen.telemetry.queries import usage_root
from keen.telemetry.store import base

LOGS: Final = "logs"
POWER: Final = "system.view"
KIND: Final = "foreign_log"
WINDOWS: Final = 13
APART: Final = timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class LogFile:
    """A log as somebody hands it in."""

    path: Path
    name: str
    format: str
    mapping: LogMapping
    zone: str


def log_root(log: ForeignLog) -> Path:
    """The directory of the facts that came from the log."""
    return usage_root() / LOGS / str(log.pk) / base.DERIVED


def load_log(*, actor: Actor, given: LogFile) -> tuple[ForeignLog, Receipt]:
    """The log with its people, and the receipt, after its days are among the facts. The same name again replaces it.

    Raises: RuleError for a file and a mapping that do not go together; ForbiddenError.
    Cost: about 10 seconds for 262,000 events; memory by people and days, not by events.
    """
    _require(actor)
    reading = Reading(given.mapping, ZoneInfo(given.zone))
    with opened(given.path) as file:
        for event in events_in(file, given.format, given.mapping, reading.zone):
            reading.take(event)
    with transaction.atomic():
        log = _store(actor, given, reading)
        people = _people(log, reading)
        _put(log, reading, people)
        work = start(actor=actor, verb="brought in usage")
        note(
            work,
            Entry(
                KIND, log.pk, 0, "created", {}, {"name": log.name, "format": log.format, "events": log.events}
            ),
        )
        receipt = finish(work, _told(log, people), undoable=False)
    return log, receipt


def say_calendar(
    *,
    actor: Actor,
    log: ForeignLog,
    minutes: Sequence[int],
    country: str = "",
    keys: Iterable[str] | None = None,
) -> Receipt:
    """The receipt of saying when people of the log work: all of them, or those of these keys.

    Raises: RuleError for a week that is none; ForbiddenError.
    """
    _require(actor)
    if len(minutes) != 7 or not any(minutes) or not all(0 <= one <= 1440 for one in minutes):
        raise RuleError(
            "week", "Give the hours of seven days, Monday first, with one working day at least.", "minutes"
        )
    with transaction.atomic():
        people = ForeignPerson.objects.filter(log=log, kind=PERSON)
        if keys is not None:
            people = people.filter(key__in=list(keys))
        count = people.update(minutes=list(minutes), country=country.upper())
        work = start(actor=actor, verb="said when people work")
        note(
            work,
            Entry(
                KIND,
                log.pk,
                0,
                "updated",
                {},
                {"minutes": list(minutes), "country": country, "people": count},
            ),
        )
        told = Receipt(
            "saved",
            f"It is known when {count} of {log.name} work.",
            object=_link(log),
            nothing_next="Their rhythm can be shown.",
        )
        receipt = finish(work, told, undoable=False)
    _schedule(log)
    _refresh_supports(log)
    return receipt


def keep_log_figures(log: ForeignLog, policy: Policy) -> int:
    """How many windows of the log were worked out: the last thirteen, of groups alone, and of nobody in fewer than five."""
    if log.last is None:
        return 0
    at, ends = timezone.now(), [log.last - APART * back for back in range(WINDOWS)]
    made = [
        _row(log, end, figure, policy, at)
        for end in ends
        for figure in groups.figures(_members(log, end, policy)).values()
    ]
    with transaction.atomic():
        GroupStanding.objects.filter(scope=GroupStanding.LOG, key=str(log.pk)).delete()
        rows.insert(made)
    return len(made)


def _row(log: ForeignLog, end: date, figure: groups.Figure, policy: Policy, at: datetime) -> GroupStanding:
    return GroupStanding(
        window_end=end,
        scope=GroupStanding.LOG,
        key=str(log.pk),
        people=figure.people,
        scored=figure.scored,
        score=figure.score,
        low=figure.low,
        high=figure.high,
        dimensions=dict(figure.dimensions),
        segments=dict(figure.segments),
        policy=policy.version,
        made_at=at,
    )


def _members(log: ForeignLog, end: date, policy: Policy) -> list[groups.Member]:
    """The people of the log as they did in the window; only those of whom it is known when they work."""
    root = log_root(log)
    engine = DuckEngine(root / tables.TMP)
    first = end - timedelta(days=policy.window.longest - 1)
    try:
        with base.reading(root.parent):
            files = {name: tables.files(root, name, first, end) for name in tables.TABLES}
            found = windows(engine, held(engine, files), [end], policy)
    finally:
        engine.close()
    members = []
    for window in found:
        case = Case(window.counts, policy.of(ROLE), policy)
        said = judge(case, seed_of(f"log {log.pk} {window.person}", end, policy.version))
        values = {str(part.dimension): part.mean for part in said.score.parts if part.mean is not None}
        score = None if said.withheld else said.score.value
        members.append(
            groups.Member(
                window.person,
                ((GroupStanding.LOG, str(log.pk)),),
                str(said.placement.shown),
                score,
                dimensions=values,
            )
        )
    return members


def _require(actor: Actor) -> None:
    if actor.user_id is not None and not (actor.may_write and actor.rights.has(POWER)):
        raise ForbiddenError


def _store(actor: Actor, given: LogFile, reading: Reading) -> ForeignLog:
    days = sorted({day for actor_ in reading.actors.values() for day in actor_.days})
    values: dict[str, Any] = {
        "format": given.format,
        "mapping": foreign.as_data(given.mapping),
        "zone": given.zone,
        "events": reading.events,
        "nameless": reading.nameless,
        "first": days[0] if days else None,
        "last": days[-1] if days else None,
        "supports": reading.supports(with_calendar=False),
        "loaded_at": timezone.now(),
        "loaded_by_id": actor.user_id,
    }
    return ForeignLog.objects.update_or_create(name=given.name, defaults=values)[0]


def _people(log: ForeignLog, reading: Reading) -> dict[str, ForeignPerson]:
    """The names of the log; what was said of them before stays."""
    machines = reading.machines()
    before = {one.key: one for one in ForeignPerson.objects.filter(log=log)}
    known = set(before)
    for key, actor in reading.actors.items():
        one = before.get(key) or ForeignPerson(log=log, key=key[:200])
        one.kind = AUTOMATIC if key in machines else PERSON
        one.why = machines.get(key, "")
        one.events, one.first, one.last = actor.events, actor.first, actor.last
        before[key] = one
    new = [one for key, one in before.items() if key not in known]
    old = [one for key, one in before.items() if key in known]
    ForeignPerson.objects.bulk_create(new)
    ForeignPerson.objects.bulk_update(old, ["kind", "why", "events", "first", "last"])
    return {one.key: one for one in ForeignPerson.objects.filter(log=log, key__in=list(reading.actors))}


def _put(log: ForeignLog, reading: Reading, people: dict[str, ForeignPerson]) -> None:
    """The days of the log as facts, machines left out."""
    deeds: dict[date, dict[str, list[tuple[Any, ...]]]] = {}
    for (day, key, kind), n in sorted(reading.counted.items()):
        one = people[key[:200]]
        if one.kind == PERSON:
            name = "deed" if kind == DONE else "use"
            deeds.setdefault(day, {}).setdefault(name, []).append((one.pk, day.toordinal(), kind, n))
    for day, key, case, whole in reading.processes():
        one = people[key[:200]]
        if one.kind == PERSON:
            record = int(case) if case.isdecimal() and len(case) < 18 else crc32(case.encode())
            deeds.setdefault(day, {}).setdefault("process", []).append(
                (one.pk, day.toordinal(), "case", record, whole)
            )
    root = log_root(log)
    with base.working(root):
        tables.tidy(root)
        scheduled = _scheduled(log)
        for day in _all_days(log):
            found = {**deeds.get(day, {}), "person_day": scheduled(day)}
            tables.put(root, day, found, {"log": log.pk})


def _schedule(log: ForeignLog) -> None:
    """The days of the log with who works on them, now that it is known."""
    root = log_root(log)
    keep = [name for name in tables.TABLES if name != "person_day"]
    with base.working(root):
        tables.tidy(root)
        scheduled = _scheduled(log)
        for day in _all_days(log):
            tables.put(root, day, {"person_day": scheduled(day)}, {"log": log.pk}, kept=keep)


def _all_days(log: ForeignLog) -> list[date]:
    if log.first is None or log.last is None:
        return []
    return [log.first + timedelta(days=n) for n in range((log.last - log.first).days + 1)]


def _scheduled(log: ForeignLog) -> Any:
    """A function of a day: who of the log is known to work then or not, as the table `person_day` has it."""
    known = list(ForeignPerson.objects.filter(log=log, kind=PERSON, minutes__isnull=False))

    def of(day: date) -> list[tuple[Any, ...]]:
        found = []
        for one in known:
            if one.first <= day:
                free = one.country and day in public_holidays(one.country, "", day.year)
                share = 1.0 if (one.minutes or [0] * 7)[day.weekday()] and not free else 0.0
                found.append((one.pk, day.toordinal(), None, ROLE, share, False, False, False))
        return found

    return of


def _refresh_supports(log: ForeignLog) -> None:
    waiting = ForeignPerson.objects.filter(log=log, kind=PERSON, minutes__isnull=True).exists()
    if not waiting:
        supports = {
            **log.supports,
            "rhythm": ""
            if log.supports.get("rhythm", "").startswith("Nobody said")
            else log.supports.get("rhythm", ""),
        }
        ForeignLog.objects.filter(pk=log.pk).update(supports=supports)
        log.supports = supports


def _told(log: ForeignLog, people: dict[str, ForeignPerson]) -> Receipt:
    machines = [one.key for one in people.values() if one.kind == AUTOMATIC]
    persons = len(people) - len(machines)
    aside = f" {', '.join(machines)} is set aside, as no person works like that." if machines else ""
    return Receipt(
        "saved",
        f"{log.events:,} events of {persons} people are brought in.{aside}",
        object=_link(log),
        nothing_next="Say when these people work, so that their rhythm can be shown.",
    )


def _link(log: ForeignLog) -> Link:
    return Link(log.name, reverse("today"))
