"""The timeline of a record, and the box above it that takes what one knows."""

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keen.activities import panels
from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.activities.actions.plan import Plan, plan_task
from keen.activities.domain.choices import What
from keen.activities.panels import today_of
from keen.activities.views.answers import READS, WRITES, answer, once
from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.core.domain.receipts import Receipt
from keen.lib.errors import NotVisibleError, RuleError
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.models import Record


def seen(request: KeenRequest, kind: str, record_id: int) -> tuple[RecordType, Record]:
    """The record of an address.

    Raises: NotVisibleError.
    """
    record_type = declare.find(kind)
    if record_type is None:
        raise NotVisibleError
    record: Record | None = record_type.model.objects.visible_to(request.actor).filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    return record_type, record


@route(methods=READS)
def timeline(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """One part of the timeline, or its next page."""
    record_type, record = seen(request, kind, record_id)
    shown, after = request.GET.get("filter", ""), request.GET.get("after", "")
    context = panels.timeline_context(request, record_type, record, shown, after)
    return pages.render(request, f"activities/_timeline.html#{'older' if after else 'entries'}", context)


@route("activity.add", methods=WRITES)
def write(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """What was typed into the box of a record: a note, or a task for today. Without words, the form of what was wanted."""
    record_type, record = seen(request, kind, record_id)
    what, text = request.POST.get("what", What.NOTE.value), request.POST.get("text", "").strip()
    if what != What.NOTE and (not text or what == What.MEETING):
        return HttpResponseRedirect(
            f"{reverse('activity-plan')}?what={what}&kind={kind}&id={record_id}", status=303
        )
    about = About(kind, record_id)
    try:
        receipt = _task(request, about, text) if what == What.TASK else _note(request, about, text)
    except RuleError as error:
        note_refused(request, error)
        receipt = Receipt("not_saved", error.message)
        return pages.render(request, "core/_receipt.html", {"receipt": receipt}, 422)
    return answer(request, receipt, otherwise=panels.address(record_type, record))


def _note(request: KeenRequest, about: About, text: str) -> Receipt:
    note = Note(text=text, is_private="is_private" in request.POST)
    return write_note(actor=request.actor, about=about, note=note, once=once(request))


def _task(request: KeenRequest, about: About, text: str) -> Receipt:
    """The first line says what is to be done, the rest is its note."""
    first, _, rest = text.partition("\n")
    plan = Plan(subject=first, note=rest, on=today_of(request.actor))
    return plan_task(actor=request.actor, about=about, plan=plan, once=once(request))
