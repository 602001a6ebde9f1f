"""What is recorded about oneself: read it, take it along, erase it."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib import safe_cells
from keen.telemetry import queries
from keen.telemetry.actions.erase import erase_own
from keen.telemetry.domain.catalogue import CATALOGUE
from keen.telemetry.domain.levels import LABELS, MEANINGS, Level
from keen.telemetry.domain.person import Person
from keen.telemetry.domain.sentences import details, sentence
from keen.telemetry.queries import Own

SHOWN = 400
MOST_EXPORTED = 1_000_000
READS_SHOWN = 50
SIGNALS = {
    "form_rejected": "the same form was turned away three times",
    "form_left": "forms were begun and left",
    "rage_click": "something did not answer to clicks",
    "dead_click": "clicks did nothing",
    "stuck": "“I'm stuck” was pressed",
    "not_found": "three searches found nothing",
    "slow_task": "saving took much longer than usual",
}


@dataclass(frozen=True)
class Line:
    """One event as it is read."""

    event: Own
    words: str
    details: str


@dataclass(frozen=True)
class Day:
    """A day with its events."""

    on: date
    counts: list[tuple[str, int]]
    lines: list[Line]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(count for _, count in self.counts)


@route()
def mine(request: KeenRequest) -> HttpResponse:
    """In plain words what is recorded, why, at which level, and all of one's own."""
    level = queries.level_in_force()
    first, last = _span()
    person = _person(request)
    context = {
        "level": level,
        "label": LABELS[level],
        "meaning": MEANINGS[level],
        "decided": queries.level_changes().filter(state="in_force").first(),
        "days": _days(person, first, last),
        "struggles": [
            (on, [SIGNALS[one] for one in signals if one in SIGNALS])
            for on, signals in queries.own_struggles(person, _months_ago(last), last)
        ],
        "kept_days": settings.KEEN.usage_days,
        "kept_months": settings.KEEN.usage_months,
        "reads": list(queries.reads_of(request.actor)[:READS_SHOWN]),
        "has_person": level in {Level.PSEUDONYMOUS, Level.PERSON},
        "catalogue": CATALOGUE.values(),
    }
    return pages.render(request, "telemetry/mine.html", context)


@route()
def export(request: KeenRequest) -> HttpResponse:
    """Every event of one's own as a file."""
    first, last = _span()
    found = queries.own_events(_person(request), first, last, most=MOST_EXPORTED)
    form = "json" if request.GET.get("format") == "json" else "csv"
    made = _json(found) if form == "json" else _csv(found)
    kind = "application/json" if form == "json" else "text/csv; charset=utf-8"
    name = f"keen-usage-{last:%Y-%m-%d}.{form}"
    return HttpResponse(
        made,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


@route(methods=("POST",))
def erase(request: KeenRequest) -> HttpResponse:
    """Take all of one's own out."""
    receipt = erase_own(actor=request.actor)
    return pages.answer(request, receipt, to=reverse("usage-mine"))


def _person(request: KeenRequest) -> Person:
    """The person who asks: their own self, also where an administrator looks at the app as somebody else."""
    user_id = request.actor.acting_by or request.user.pk
    return Person(user_id, tuple(queries.codes_of(user_id)))


def _span() -> tuple[date, date]:
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    return today - timedelta(days=settings.KEEN.usage_days), today


def _months_ago(last: date) -> date:
    return last - timedelta(days=31 * settings.KEEN.usage_months)


def _days(person: Person, first: date, last: date) -> list[Day]:
    lines: dict[date, list[Line]] = {}
    for one in queries.own_events(person, first, last, most=SHOWN):
        words = sentence(one.name, one.props, one.kind)
        lines.setdefault(one.on, []).append(Line(one, words, details(one.props, one.outcome, one.ms)))
    counts: dict[date, list[tuple[str, int]]] = {}
    for on, name, count in queries.own_days(person, first, last):
        counts.setdefault(on, []).append((name, count))
    return [Day(on, counts[on], lines.get(on, [])) for on in counts]


def _json(found: list[Own]) -> str:
    return json.dumps(
        [{**vars(one), "words": sentence(one.name, one.props, one.kind)} for one in found],
        default=str,
        indent=1,
    )


def _csv(found: list[Own]) -> str:
    out = StringIO()
    writer = csv.writer(out)
    for row in _rows(found):
        writer.writerow([safe_cells.neutralise(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def _rows(found: list[Own]) -> Iterator[list[str]]:
    yield ["at (UTC)", "day", "event", "words", "kind", "outcome", "ms", "device", "level", "properties"]
    for one in found:
        words = sentence(one.name, one.props, one.kind)
        props = json.dumps(one.props)
        ms = "" if one.ms is None else str(one.ms)
        yield [
            str(one.at),
            str(one.on),
            one.name,
            words,
            one.kind,
            one.outcome,
            ms,
            one.device,
            one.level,
            props,
        ]
