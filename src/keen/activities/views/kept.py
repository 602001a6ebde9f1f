"""What was written down on a device without a network, when it comes in: once, with the time at which it was written."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from django.http import HttpResponse, JsonResponse, QueryDict
from django.utils import timezone

from keen.activities.actions.about import About, zone_of
from keen.activities.actions.log import Note, log_call, write_note
from keen.activities.actions.plan import Plan, plan_meeting, plan_task
from keen.activities.actions.quick import write_down
from keen.activities.domain.choices import What
from keen.activities.forms import PlanForm, about_of, call_of
from keen.activities.panels import today_of
from keen.activities.views.answers import WRITES, once
from keen.activities.views.quick import MOST_TEXT, Sheet, entry_of, sheet_of
from keen.core.access import KeenRequest, note_refused, route
from keen.core.domain.problems import status_of
from keen.core.domain.receipts import Receipt
from keen.lib import text
from keen.lib.errors import RuleError
from keen.records.actions.values import InvalidError

LONGEST_WAIT: Final = timedelta(days=90)
ALONE = frozenset({What.NOTE, What.TASK})
UNCLEAR = "Its day or its person was not clear, so it is a note."


@route("activity.add", methods=WRITES)
def kept(request: KeenRequest) -> HttpResponse:
    """One thing that waited on a device. It belongs to who wrote it: sent by anybody else it is not read."""
    if request.POST.get("_user") != str(request.user.pk):
        return JsonResponse({"message": "Somebody else wrote this."}, status=401)
    try:
        receipt = _written(request)
    except InvalidError as error:
        note_refused(request, error)
        return JsonResponse({"message": " ".join(error.errors.values())}, status=422)
    except RuleError as error:
        note_refused(request, error)
        return JsonResponse({"message": error.message}, status=status_of(error))
    request.keen_receipt = receipt  # type: ignore[attr-defined]
    link = {"label": receipt.object.label, "href": receipt.object.href} if receipt.object else None
    return JsonResponse(
        {"outcome": receipt.outcome, "text": receipt.text, "object": link, "undo": receipt.undo}
    )


def _written(request: KeenRequest) -> Receipt:
    """The receipt of what was written down.

    Raises: RuleError.
    """
    write = WRITERS_OF.get(request.POST.get("_of", ""))
    if write is None:
        raise RuleError("unknown_kind", "This is no call, note, task or line.", "_of")
    return write(request, _written_at(request))


def _written_at(request: KeenRequest) -> datetime:
    """When it was written: the device says how long ago, as its clock may be wrong but runs as fast as others."""
    ago = request.POST.get("_ago", "")
    waited = timedelta(seconds=int(ago)) if ago.isdecimal() and len(ago) < len("1000000000") else timedelta()
    return timezone.now() - min(waited, LONGEST_WAIT)


def _call(request: KeenRequest, at: datetime) -> Receipt:
    call = call_of(request.actor, request.POST, _day(request, at))
    call = replace(call, at=call.at or at, next_on=_still_to_come(request, call.next_on))
    return log_call(actor=request.actor, about=_about(request), call=call, once=once(request))


def _entry(request: KeenRequest, at: datetime) -> Receipt:
    """What the box of a record, or that of Today, holds: a note, or a task for the day."""
    said = request.POST.get("text", "").strip()
    about = about_of(request.POST)
    if request.POST.get("what") == What.TASK:
        first, _, rest = said.partition("\n")
        plan = Plan(subject=first, note=rest, on=today_of(request.actor))
        return plan_task(actor=request.actor, about=about, plan=plan, once=once(request))
    note = Note(text=said, at=at, is_private="is_private" in request.POST)
    return write_note(actor=request.actor, about=about, note=note, once=once(request))


def _plan(request: KeenRequest, at: datetime) -> Receipt:
    """A task, a call, an e-mail or a meeting to come. What was planned for a day that went by meanwhile comes up today."""
    form = PlanForm(
        request.actor, _day(request, at), request.POST.get("what", What.TASK), request.POST.dict()
    )
    form.values["participants"] = request.POST.getlist("participants")
    about = about_of(request.POST)
    if form.what == What.MEETING:
        return plan_meeting(actor=request.actor, about=about, meeting=form.meeting(), once=once(request))
    plan = form.plan()
    plan = replace(plan, on=_still_to_come(request, plan.on))
    return plan_task(actor=request.actor, about=about, plan=plan, once=once(request))


def _line(request: KeenRequest, at: datetime) -> Receipt:
    """A sentence: as it is understood where nothing in it is a guess, for nobody has looked at it; else a note."""
    line = text.clean(request.POST.get("text", ""), MOST_TEXT, multiline=True)
    sheet = sheet_of(request, line, request.POST, at)
    given = _answers(sheet, at.astimezone(zone_of(request.actor)))
    said = str(given["about"])
    nobody = said.startswith("new:") or (not said and str(given["what"])[:-1] not in ALONE)
    if nobody or sheet.unsure or sheet.cards or sheet.is_table:
        kind, _, pk = said.partition(":") if not sheet.unsure else ("", "", "")
        about = About(kind, int(pk)) if pk.isdecimal() else None
        receipt = write_note(
            actor=request.actor, about=about, note=Note(text=line, at=at), once=once(request)
        )
        return replace(receipt, text=f"{receipt.text} {UNCLEAR}")
    return write_down(actor=request.actor, entry=entry_of(request, given), once=once(request))


def _answers(sheet: Sheet, at: datetime) -> QueryDict:
    """The sheet as it would be sent if nobody changed anything; what took place just then took place when it was written."""
    given = QueryDict(mutable=True)
    given.update({"text": sheet.line, **sheet.values, **{one.name: one.value for one in sheet.choices}})
    given.setlist("with", [str(one.id) for one in sheet.others])
    if sheet.reading.done and not given["when"]:
        given["when"] = f"{at:%Y-%m-%dT%H:%M}"
    return given


def _about(request: KeenRequest) -> About:
    about = about_of(request.POST)
    if about is None:
        raise RuleError("not_a_record", "Choose whom you called, then how it went.", "kind")
    return about


def _day(request: KeenRequest, at: datetime) -> date:
    """The day it was for the person when they wrote."""
    return at.astimezone(zone_of(request.actor)).date()


def _still_to_come(request: KeenRequest, on: date | None) -> date | None:
    return max(on, today_of(request.actor)) if on else None


WRITERS_OF: Mapping[str, Callable[[KeenRequest, datetime], Receipt]] = {
    "call": _call,
    "entry": _entry,
    "plan": _plan,
    "line": _line,
}
