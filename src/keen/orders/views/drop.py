"""Orders and invoices as a file: dropped, looked at, brought in, taken back."""

import csv
import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib.errors import NotVisibleError, RuleError
from keen.orders.actions import intake as intakes
from keen.orders.actions.folder import refused_lines
from keen.orders.domain import columns, samples
from keen.orders.models import FEED, Intake
from keen.orders.queries import feeds, files
from keen.orders.queries import intakes as known
from keen.orders.queries.files import LIMITS, Read, Wish
from keen.orders.records import BY_KIND, TYPES
from keen.records.domain.tabular import TableError
from keen.records.importing import files as uploads

POWER = f"power:{FEED}"
# A page waits for its answer: what takes longer than seconds is read in the background.
PAGE_BYTES = 20 << 20
TOO_LARGE = f"This file has more than {PAGE_BYTES >> 20} MB. Put it into the watched folder, which is read in the background."
BOTH = ("GET", "HEAD", "POST")


@route(POWER, methods=BOTH)
def start(request: KeenRequest) -> HttpResponse:
    """Where files are dropped, with what came in before and how each system is."""
    if request.method != "POST":
        return _start(request)
    given = request.FILES.get("file")
    if given is None:
        return _start(request, "Choose a file first.")
    if (given.size or 0) > PAGE_BYTES:
        return _start(request, TOO_LARGE)
    try:
        stored = uploads.keep(given.chunks())
        intake = intakes.begin(
            actor=request.actor,
            stored=stored.path,
            name=uploads.clean_name(given.name or "file"),
            sha256=stored.sha256,
            system=request.POST.get("system", ""),
        )
        read = _read(intake)
        intakes.choose(actor=request.actor, intake=intake, read=read)
    except TableError as error:
        return _start(request, error.message)
    except RuleError as error:
        if error.field not in {"number", "system"}:
            raise
        if error.field == "system":
            return _start(request, error.message)
    return HttpResponseRedirect(reverse("orders-intake", args=[intake.pk]), status=303)


def _start(request: KeenRequest, error: str = "") -> HttpResponse:
    context = {
        "error": error,
        "feeds": feeds.feeds(),
        "systems": known.systems(),
        "recent": known.recent(),
        "forms": samples.FORMS,
        "megabytes": PAGE_BYTES >> 20,
        "most_rows": LIMITS.rows,
    }
    return pages.render(request, "orders/drop.html", context, 422 if error else 200)


def _path(intake: Intake) -> Path:
    return Path(settings.MEDIA_ROOT) / intake.path


def _read(intake: Intake, wish: Wish | None = None) -> Read:
    path = _path(intake)
    if not intake.path or not path.is_file():
        raise TableError("gone", "The file is not kept any longer. Drop it again.")
    stored = (
        Wish(intake.system, intake.kind, intake.mapping or None) if intake.mapping else Wish(intake.system)
    )
    return files.read(path, intake.name, wish or stored)


@route(POWER, methods=BOTH)
def show(request: KeenRequest, intake_id: int) -> HttpResponse:
    """What a file would do, with its columns to be changed; once it is in, what it did."""
    intake = _known(intake_id)
    if intake.state != Intake.CHECKED:
        context = {
            "intake": intake,
            "receipt_of": intakes.receipt_of(intake),
            "kind": BY_KIND.get(intake.kind),
        }
        return pages.render(request, "orders/intake.html", context)
    wish = _wish(request, intake) if request.method == "POST" else None
    try:
        read = _read(intake, wish)
    except (TableError, RuleError) as error:
        return _unread(request, intake, error.message, wish)
    if wish is not None:
        intakes.choose(actor=request.actor, intake=intake, read=read)
    context = {
        "intake": intake,
        "read": read,
        "found": known.preview(request.actor, read),
        "kinds": [(one.kind, one.plural) for one in TYPES],
        "columns": _columns(read),
        "targets": [("", "Leave out"), *((one.name, one.label) for one in columns.targets(read.kind))],
    }
    return pages.render(request, "orders/check.html", context)


def _unread(request: KeenRequest, intake: Intake, error: str, wish: Wish | None) -> HttpResponse:
    """The file as it is, with what to mend: as a rule, no column is said to hold the number."""
    kind = (wish.kind if wish else intake.kind) or TYPES[0].kind
    headers, sample = _top(intake)
    chosen = dict(wish.mapping or {}) if wish else {}
    context: dict[str, Any] = {
        "intake": intake,
        "read": None,
        "error": error,
        "kind": kind,
        "kinds": [(one.kind, one.plural) for one in TYPES],
        "columns": [
            {
                "place": place,
                "name": name,
                "target": chosen.get(str(place), ""),
                "sample": sample[place],
                "sure": True,
            }
            for place, name in enumerate(headers)
        ],
        "targets": [("", "Leave out"), *((one.name, one.label) for one in columns.targets(kind))],
    }
    return pages.render(request, "orders/check.html", context, 422)


def _top(intake: Intake) -> tuple[list[str], list[str]]:
    """The columns of the file; none where it cannot be read or is gone."""
    try:
        return known.top(_path(intake), intake.name)
    except (TableError, FileNotFoundError):
        return [], []


def _columns(read: Read) -> list[dict[str, Any]]:
    return [
        {
            "place": one.place,
            "name": one.column,
            "target": read.mapping.get(str(one.place), ""),
            "sample": ", ".join(one.samples[:2]),
            "sure": one.confidence >= 0.9 or not read.mapping.get(str(one.place)),
        }
        for one in read.proposed
    ]


def _wish(request: KeenRequest, intake: Intake) -> Wish:
    kind = request.POST.get("kind", "")
    kind = kind if kind in BY_KIND else intake.kind
    names = {one.name for one in columns.targets(kind or TYPES[0].kind)}
    chosen = {
        key.removeprefix("c-"): value
        for key, value in request.POST.items()
        if key.startswith("c-") and value in names
    }
    if kind != request.POST.get("was", kind):
        return Wish(intake.system, kind)  # another kind has other columns: they are proposed anew
    return Wish(intake.system, kind, chosen)


@route(POWER, methods=("POST",))
def load(request: KeenRequest, intake_id: int) -> HttpResponse:
    """Bring the file in."""
    intake = _known(intake_id)
    intakes.require(request.actor)
    try:
        if intake.state in {Intake.CHECKED, Intake.READING}:
            _read(intake)
            intake = intakes.load(intake, _path(intake))
    except (TableError, RuleError) as error:
        return _unread(request, intake, error.message, None)
    return pages.answer(request, intakes.receipt_of(intake), to=intake.get_absolute_url())


@route(POWER, methods=("POST",))
def undo(request: KeenRequest, intake_id: int) -> HttpResponse:
    """Take the file back."""
    receipt = intakes.take_back(actor=request.actor, intake_id=intake_id)
    return pages.answer(request, receipt, to=reverse("orders-intake", args=[intake_id]))


@route(POWER, methods=("POST",))
def discard(request: KeenRequest, intake_id: int) -> HttpResponse:
    """Forget a file that was not brought in."""
    intake = _known(intake_id)
    intakes.discard(actor=request.actor, intake_id=intake_id)
    uploads.discard(intake.path)
    return HttpResponseRedirect(reverse("orders-drop"), status=303)


@route(POWER)
def rejects(request: KeenRequest, intake_id: int) -> StreamingHttpResponse:
    """The rows that stayed out, as a file to be mended and dropped again."""
    del request
    return _csv(refused_lines(_known(intake_id)), f"not-read-{intake_id}.csv")


@route(POWER)
def template(request: KeenRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """A file to fill in, with two rows that show how."""
    del request
    if form not in samples.FORMS:
        raise NotVisibleError
    return _csv(iter(samples.FORMS[form].rows), f"keen-{form}.csv")


def _csv(lines: Any, name: str) -> StreamingHttpResponse:
    def streamed() -> Any:
        yield "\ufeff"  # so that a spreadsheet reads the file as UTF-8
        for line in lines:
            held = io.StringIO()
            csv.writer(held).writerow(line)
            yield held.getvalue()

    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(streamed(), content_type="text/csv; charset=utf-8", headers=headers)


def _known(intake_id: int) -> Intake:
    found = Intake.objects.select_related("by").filter(pk=intake_id).first()
    if found is None:
        raise NotVisibleError
    return found
