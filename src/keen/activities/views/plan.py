"""The form that plans a task, a call or a meeting, and the one that logs an e-mail."""

from typing import Any

from django.http import HttpResponse

from keen.activities.actions.about import About
from keen.activities.actions.log import log_email
from keen.activities.actions.plan import plan_meeting, plan_task
from keen.activities.domain import days, recurrence
from keen.activities.domain.choices import PRIORITIES, What
from keen.activities.forms import DURATIONS, REMINDERS, PlanForm, about_of, mail_of
from keen.activities.panels import address, today_of
from keen.activities.views.answers import BOTH, came_from, once
from keen.activities.views.timeline import seen
from keen.core import pages, queries
from keen.core.access import KeenRequest, route
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Account, Contact
from keen.records.models import Record

PLANNED = {
    What.TASK.value: "Plan a task",
    What.CALL.value: "Plan a call",
    What.MEETING.value: "Plan a meeting",
    What.EMAIL.value: "Plan an e-mail",
}
MOST_PEOPLE = 50


@route("activity.add", methods=BOTH)
def activity_plan(request: KeenRequest) -> HttpResponse:
    """A task, a call, an e-mail or a meeting to come."""
    given = request.POST if request.method == "POST" else request.GET
    about = about_of(given)
    record = seen(request, about.kind, about.id)[1] if about else None
    what = given.get("what", What.TASK.value)
    form = PlanForm(
        request.actor, today_of(request.actor), what if what in PLANNED else What.TASK.value, given.dict()
    )
    form.values["participants"] = given.getlist("participants")
    if request.method == "POST":
        try:
            receipt = _planned(request, form, about)
        except (NotVisibleError, ForbiddenError):
            raise
        except RuleError as error:
            form.errors = {_field(error.field): error.message}
        else:
            return pages.answer(
                request, receipt, to=came_from(request, receipt.object.href if receipt.object else "/")
            )
    return pages.render(
        request, "activities/plan.html", _context(request, form, about, record), 422 if form.errors else 200
    )


def _planned(request: KeenRequest, form: PlanForm, about: About | None) -> Receipt:
    if form.what == What.MEETING:
        return plan_meeting(actor=request.actor, about=about, meeting=form.meeting(), once=once(request))
    return plan_task(actor=request.actor, about=about, plan=form.plan(), once=once(request))


def _field(name: str | None) -> str:
    """The input that an error belongs to."""
    return {"plan_on": "on", "due_at": "due_on", "ends_at": "minutes", "recurrence": "repeat"}.get(
        name or "", name or ""
    )


def _context(
    request: KeenRequest, form: PlanForm, about: About | None, record: Record | None
) -> dict[str, Any]:
    chips = [
        ("today", "Today"),
        *((chip.key, chip.label) for chip in days.chips(form.today, form.actor.worktime)),
        ("pick", "Another day"),
    ]
    values = {
        "when": "pick" if form.values.get("on") else "today",
        "minutes": "30",
        "time": "10:00",
        "priority": "normal",
        **form.values,
    }
    return {
        "form": form,
        "values": values,
        "errors": form.errors,
        "title": PLANNED[form.what],
        "what": form.what,
        "about": about,
        "record": record,
        "chips": chips,
        "people": queries.people_choices(form.today),
        "contacts": _contacts(request, record) if form.what == What.MEETING else [],
        "repeats": recurrence.CHOICES,
        "reminders": REMINDERS,
        "durations": DURATIONS,
        "priorities": PRIORITIES,
        "back": _back(request),
    }


def _back(request: KeenRequest, otherwise: str = "") -> str:
    """The page to go back to: one of this installation, whatever the address says."""
    wanted = request.GET.get("back") or request.POST.get("next", "")
    return pages.local_address(request, wanted, otherwise)


def _contacts(request: KeenRequest, record: Record | None) -> list[tuple[int, str, str]]:
    """Who may take part: the people of the company."""
    account_id = record.pk if isinstance(record, Account) else getattr(record, "account_id", None)
    if account_id is None:
        return []
    rows = Contact.objects.visible_to(request.actor).filter(account_id=account_id).order_by("sort_name", "pk")
    return [
        (row.pk, row.title, row.job_title) for row in rows[:MOST_PEOPLE] if record is None or row != record
    ]


@route("activity.add", methods=BOTH)
def mail_new(request: KeenRequest) -> HttpResponse:
    """The form of an e-mail that was sent or came in, until mailboxes are read."""
    given = request.POST if request.method == "POST" else request.GET
    about = about_of(given)
    if about is None:
        raise RuleError("not_a_record", "Choose a person or a company first.", "kind")
    record_type, record = seen(request, about.kind, about.id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            receipt = log_email(
                actor=request.actor, about=about, mail=mail_of(request.actor, given), once=once(request)
            )
            return pages.answer(request, receipt, to=came_from(request, address(record_type, record)))
        except (NotVisibleError, ForbiddenError):
            raise
        except RuleError as error:
            errors = {error.field or "": error.message}
    back = _back(request, address(record_type, record))
    context = {"about": about, "record": record, "values": given.dict(), "errors": errors, "back": back}
    return pages.render(request, "activities/mail.html", context, 422 if errors else 200)
