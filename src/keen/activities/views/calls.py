"""A call that took place: its form, and what the sheet asks for before it is logged."""

from collections.abc import Mapping

from django.http import HttpResponse

from keen.activities.actions.about import About
from keen.activities.actions.log import Call, demanded, log_call
from keen.activities.domain import days
from keen.activities.domain.choices import CALL_OUTCOMES, OUTCOMES, What
from keen.activities.forms import about_of, call_of, own_of
from keen.activities.models import Activity
from keen.activities.panels import address, today_of
from keen.activities.views.answers import BOTH, came_from, once
from keen.activities.views.timeline import seen
from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.records import declare
from keen.records.actions.values import InvalidError
from keen.records.models import Record
from keen.records.pages import inputs

RECENT = 12


@route("activity.add", methods=BOTH)
def call_new(request: KeenRequest) -> HttpResponse:
    """The form of a call that took place: for those without the sheet, or with more to say."""
    given = request.POST if request.method == "POST" else request.GET
    about = about_of(given)
    if request.method != "POST" or about is None:
        return call_form(request, about, {})
    record_type, record = seen(request, about.kind, about.id)
    try:
        call = call_of(request.actor, request.POST, today_of(request.actor))
        receipt = log_call(actor=request.actor, about=about, call=call, once=once(request))
    except (NotVisibleError, ForbiddenError):
        raise
    except InvalidError as error:
        return call_form(request, about, error.errors)
    except RuleError as error:
        return call_form(request, about, {error.field or "": error.message})
    return pages.answer(request, receipt, to=came_from(request, address(record_type, record)))


def call_form(request: KeenRequest, about: About | None, errors: Mapping[str, str]) -> HttpResponse:
    """The form with what was typed, what is to be mended, and the fields of one's own that such a call is asked for."""
    given = request.POST if request.method == "POST" else request.GET
    record, home = None, ""
    if about is not None:
        record_type, record = seen(request, about.kind, about.id)
        home = address(record_type, record)
    values = {"outcome": "reached", **given.dict()}
    wanted = request.GET.get("back") or request.POST.get("next", "")
    context = {
        "type": declare.get(Activity.KIND),
        "about": about,
        "record": record,
        "values": values,
        "errors": errors,
        "asked": _asked(request, record, values["outcome"], errors) if record else [],
        "outcomes": [choice for choice in OUTCOMES if choice[0] in CALL_OUTCOMES],
        "chips": [
            ("", "None"),
            *((chip.key, chip.label) for chip in days.chips(today_of(request.actor), request.actor.worktime)),
        ],
        "recent": _recent_people(request) if about is None else [],
        "back": pages.local_address(request, wanted, home),
    }
    return pages.render(request, "activities/call.html", context, 422 if errors else 200)


def ask(request: KeenRequest, call: Call, errors: Mapping[str, str]) -> HttpResponse:
    """The fields that the call is asked for, into the sheet that was just sent: nothing else of it is lost."""
    context = {"type": declare.get(Activity.KIND), "inputs": _inputs(request, call.own, errors)}
    answer = pages.render(request, "activities/_asked.html", context, 422)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#call-asked", "innerHTML"
    return answer


def _asked(
    request: KeenRequest, record: Record, outcome: str, errors: Mapping[str, str]
) -> list[inputs.Input]:
    """What is demanded of such a call, and what was typed into it."""
    planned = record if isinstance(record, Activity) and record.kind == What.CALL else None
    typed = own_of(request.actor, request.POST)
    missing = demanded(request.actor, planned, outcome, {})
    return _inputs(request, typed, {**dict.fromkeys([*missing, *typed], ""), **errors})


def _inputs(
    request: KeenRequest, typed: Mapping[str, object], errors: Mapping[str, str]
) -> list[inputs.Input]:
    record_type = declare.get(Activity.KIND)
    wanted = [one for one in record_type.writable(request.actor) if one.own and one.name in {*errors, *typed}]
    return inputs.inputs(request.actor, wanted, typed=typed, errors=errors)


def _recent_people(request: KeenRequest) -> list[Contact]:
    """The people that were touched last, to choose from."""
    rows = Contact.objects.visible_to(request.actor).filter(owner_id=request.actor.user_id)
    return list(rows.order_by("-updated_at", "-pk")[:RECENT])
