"""Import: file, match, check, load, result. Every step is a page of its own and works without JavaScript."""

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib.errors import NotVisibleError, RuleError
from keen.records import jobs
from keen.records.actions import imports
from keen.records.domain.sniff import TableError
from keen.records.importing import check, files, report, runs
from keen.records.importing.decide import Word
from keen.records.importing.lines import storable
from keen.records.importing.plan import LIMITS, open_plan
from keen.records.models import ImportRun
from keen.records.pages import imported, importing
from keen.records.queries import imports as queries
from keen.telemetry import capture as usage
from keen.telemetry.domain.properties import count_class

POWER = "power:import"
BOTH = ("GET", "HEAD", "POST")
POST = ("POST",)
# What a form may need around the file itself.
ENVELOPE = 1 << 20
NO_ROOM = "There is no room left for this file on the server. Tell an administrator, then upload it again."


@csrf_exempt  # checked inside, once the size is known: the check alone would read the whole upload
@route(POWER, methods=BOTH)
def start(request: KeenRequest) -> HttpResponse:
    """Drop a file; recent imports; where to get files from."""
    if (
        request.method == "POST"
        and int(request.META.get("CONTENT_LENGTH") or 0) > LIMITS.file_bytes + ENVELOPE
    ):
        return importing.start(request, error=files.too_large().message, status=413)
    return _start(request)


@csrf_protect
def _start(request: KeenRequest) -> HttpResponse:
    if request.method != "POST":
        return importing.start(request)
    try:
        given = request.FILES.get("file")
        if given is None:
            return importing.start(request, error="Choose a file first: CSV or Excel (.xlsx).", status=422)
        run = importing.take_in(request.actor, given.name or "", given.chunks())
    except TableError as error:
        return importing.start(
            request, error=error.message, status=413 if error.code == "file_too_big" else 422
        )
    except OSError as error:
        if not runs.is_full(error):
            raise
        return importing.start(request, error=NO_ROOM, status=507)
    return _to("import-match", run)


def _to(name: str, run: ImportRun, query: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(name, args=[run.pk]) + query, status=303)


@route(POWER, methods=BOTH)
def match(request: KeenRequest, run_id: int) -> HttpResponse:
    """Which column becomes what."""
    run = queries.run_of(request.actor, run_id)
    if request.method != "POST":
        return importing.match(request, run)
    wish = importing.MatchWish.read(request.POST)
    try:
        if wish.rereads(run):
            run = importing.read_again(request.actor, run, wish)
            return _to("import-match", run)
        run = imports.match(actor=request.actor, run_id=run.pk, mapping=wish.mapping(run, request.actor))
        if wish.template:
            importing.keep_template(request.actor, run, wish)
    except RuleError as error:
        note_refused(request, error)
        return importing.match(request, run, error=error, status=422)
    if wish.stays:
        return _to("import-match", run)
    return _check(request, run)


def _check(request: KeenRequest, run: ImportRun) -> HttpResponse:
    run = imports.start_check(actor=request.actor, run_id=run.pk)
    if run.total > runs.SMALL:
        jobs.check_file.enqueue(run_id=run.pk)
    else:
        runs.check(run.pk)
    return _to("import-check", run)


@route(POWER, methods=BOTH)
def checked(request: KeenRequest, run_id: int) -> HttpResponse:
    """The dry run: what would happen, what is wrong, and one rule for all."""
    run = queries.run_of(request.actor, run_id)
    if request.method == "POST":
        try:
            run = imports.choose(
                actor=request.actor, run_id=run.pk, options=imported.options_of(request.POST)
            )
        except RuleError as error:
            note_refused(request, error)
            return imported.checked(request, run, error=error, status=422)
        return _check(request, run)
    if run.working:
        return imported.progress(request, run)
    if run.state == "draft" and not run.message:
        return _to("import-match", run)
    if run.state not in {"checked", "draft"}:
        return _to("import", run)
    return imported.checked(request, run)


@route(POWER, methods=BOTH)
def load(request: KeenRequest, run_id: int) -> HttpResponse:
    """Start to load; then how far it is."""
    run = queries.run_of(request.actor, run_id)
    if request.method != "POST":
        return imported.progress(request, run) if run.working else _to("import", run)
    run = imports.start_load(actor=request.actor, run_id=run.pk)
    usage.note("import_step", kind=run.kind, outcome="done", step="load", rows=count_class(run.total))
    if run.total > runs.AT_ONCE:
        jobs.load_file.enqueue(run_id=run.pk)
        return _to("import-load", run)
    runs.load(run.pk, tell=False)
    return _to("import", run, f"?r={run.operation_id}")


@route(POWER)
def progress(request: KeenRequest, run_id: int) -> HttpResponse:
    """How far it is, asked for every second."""
    run = queries.run_of(request.actor, run_id)
    if run.working:
        return pages.render(request, "records/import_progress.html#bar", imported.progress_of(run))
    answer = HttpResponse(status=200)
    answer["HX-Redirect"] = imported.place_of(run)
    return answer


@route(POWER, methods=POST)
def resume(request: KeenRequest, run_id: int) -> HttpResponse:
    """Go on where it stopped."""
    run = imports.resume(actor=request.actor, run_id=queries.run_of(request.actor, run_id).pk)
    jobs.JOBS[run.state].enqueue(run_id=run.pk)
    return _to("import-load", run)


@route(POWER)
def result(request: KeenRequest, run_id: int) -> HttpResponse:
    """What became of every row."""
    run = queries.run_of(request.actor, run_id)
    if run.state in {"draft", "checking", "checked"}:
        return HttpResponseRedirect(imported.place_of(run))
    return imported.progress(request, run) if run.working else imported.result(request, run)


@route(POWER, methods=BOTH)
def row(request: KeenRequest, run_id: int, line: int) -> HttpResponse:
    """One row: its cells to mend, or who it is."""
    run = queries.run_of(request.actor, run_id)
    if request.method != "POST":
        return imported.row(request, run, line)
    return _say(request, run, line)


def _say(request: KeenRequest, run: ImportRun, line: int) -> HttpResponse:
    """Keep what was said of the row; one that belongs to a loaded file comes in at once."""
    found = queries.row(run, line)
    given = request.POST
    opened = open_plan(run, request.actor)
    original = found.raw if found and found.raw else None
    if original is None:
        read = check.raw_row(opened, line)
        if read is None:
            raise NotVisibleError("no_row", "This file has no such row.")
        original = read.values
    cells = storable(imported.mended(given, (found.mended if found else None) or original))
    word = Word(cells if cells != original else (found.mended if found else None), given.get("decision", ""))
    judged, _ = check.preview_row(run, request.actor, line, original, word)
    judged.raw = storable(original)
    imports.say(actor=request.actor, run_id=run.pk, row=judged)
    if run.state == "done":
        runs.load_rows(run.pk, [line])
        return _to("import", run, f"?outcome={given.get('back', '')}&r={run.operation_id}")
    if given.get("again") and judged.outcome == "rejected":
        return imported.row(request, run, line, status=422)
    return _to("import-check", run, "#rows")


@route(POWER)
def rejects(request: KeenRequest, run_id: int) -> StreamingHttpResponse:
    """The rows that did not come in, as a file to mend and import again."""
    run = queries.run_of(request.actor, run_id)
    return report.reject_file(run)


@route(POWER, methods=POST)
def undo(request: KeenRequest, run_id: int) -> HttpResponse:
    """Take the import back."""
    return imported.take_back(request, queries.run_of(request.actor, run_id))


@route(POWER, methods=POST)
def again(request: KeenRequest, run_id: int) -> HttpResponse:
    """Load a file again that was taken back, as it was matched before."""
    run = queries.run_of(request.actor, run_id)
    try:
        return _to("import-match", importing.again(request.actor, run))
    except OSError as error:
        if not runs.is_full(error):
            raise
        return importing.start(request, error=NO_ROOM, status=507)


@route(POWER, methods=POST)
def discard(request: KeenRequest, run_id: int) -> HttpResponse:
    """Throw a draft away, with its file."""
    files.discard(imports.discard(actor=request.actor, run_id=queries.run_of(request.actor, run_id).pk))
    return HttpResponseRedirect(reverse("import-start"), status=303)


@route(POWER, methods=POST)
def template_delete(request: KeenRequest, template_id: int) -> HttpResponse:
    """Forget a kept mapping."""
    imports.delete_template(actor=request.actor, template_id=template_id)
    return HttpResponseRedirect(reverse("import-start"), status=303)
