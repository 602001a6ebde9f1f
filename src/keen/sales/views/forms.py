"""The settings of web forms, and what they kept back as spam."""

from collections.abc import Sequence

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from keen.core import pages, queries
from keen.core.access import KeenRequest, note_refused, route
from keen.lib.errors import NotVisibleError, RuleError
from keen.records.domain.fieldvalues import id_of
from keen.sales.actions import entries, scores
from keen.sales.actions import forms as actions
from keen.sales.domain import scoring
from keen.sales.domain.webforms import ALWAYS, FormWish
from keen.sales.models import WebForm
from keen.sales.models.leads import score_points
from keen.sales.queries import forms as found

MANAGE = "power:forms.manage"
BOTH = ("GET", "HEAD", "POST")
POST = ("POST",)
USUAL = ("first_name", "last_name", "company", "emails", "phones", "description")
MOST_SHOWN = 100


@route(MANAGE)
def form_list(request: KeenRequest) -> HttpResponse:
    """The forms, and how much waits as spam."""
    rows = list(found.forms())
    context = {
        "forms": [row for row in rows if row.archived_at is None],
        "closed": [row for row in rows if row.archived_at is not None],
        "waiting": found.kept_back().count(),
    }
    return pages.render(request, "sales/forms.html", context)


@route(MANAGE, methods=BOTH)
def form_new(request: KeenRequest) -> HttpResponse:
    """A new form."""
    if request.method == "POST":
        return _saved(request, None)
    team = request.actor.team_id
    usual = FormWish(
        "",
        USUAL,
        ("last_name", "emails"),
        thanks="Thank you. We will be in touch.",
        promised_hours="24",
        team_id=team,
    )
    return _form(request, None, usual)


@route(MANAGE, methods=BOTH)
def form_edit(request: KeenRequest, key: str) -> HttpResponse:
    """One form: what it asks for, who gets what comes, and how it stands on a site."""
    form = WebForm.objects.filter(key=key).first()
    if form is None:
        raise NotVisibleError
    return _saved(request, form) if request.method == "POST" else _form(request, form, _held(form))


def _saved(request: KeenRequest, form: WebForm | None) -> HttpResponse:
    wish = _wish(request.POST)
    try:
        receipt = actions.save_form(actor=request.actor, wish=wish, key=form.key if form else "")
    except RuleError as error:
        if error.field is None:
            raise
        note_refused(request, error)
        return _form(request, form, wish, error)
    return pages.answer(request, receipt, to=receipt.object.href if receipt.object else reverse("form-list"))


def _wish(posted: QueryDict) -> FormWish:
    texts = ("name", "intro", "thanks", "consent_text", "campaign", "promised_hours", "sites")
    return FormWish(
        **{name: str(posted.get(name, "")) for name in texts},
        fields=posted.getlist("fields"),
        required=posted.getlist("required"),
        team_id=id_of(posted.get("team", "")),
        owner_id=id_of(posted.get("owner", "")),
    )


def _held(form: WebForm) -> FormWish:
    return FormWish(
        form.name, [one["name"] for one in form.fields], [one["name"] for one in form.fields if one["required"]],
        form.intro, form.thanks, form.consent_text, form.campaign,
        "" if form.promised_hours is None else str(form.promised_hours), form.team_id, form.owner_id,
        " ".join(form.sites),
    )  # fmt: skip


def _form(
    request: KeenRequest, form: WebForm | None, wish: FormWish, error: RuleError | None = None
) -> HttpResponse:
    people: Sequence[tuple[int, str]] = queries.people_choices(timezone.localdate())
    context = {
        "form": form,
        "wish": wish,
        "always": ALWAYS,
        "fields": [(one.name, one.label) for one in found.offered()],
        "teams": [("", "Nobody's team"), *((team.pk, team.name) for team in queries.teams())],
        "people": [("", "Whoever's turn it is in the team"), *people],
        "address": f"{settings.KEEN.base_url.rstrip('/')}/f/{form.key}/" if form else "",
        "errors": {str(error.field): error.message} if error else {},
    }
    return pages.render(request, "sales/form.html", context, 422 if error else 200)


@route(MANAGE, methods=BOTH)
def lead_score(request: KeenRequest) -> HttpResponse:
    """What the rules of the score are worth."""
    typed, errors = request.POST.dict(), dict[str, str]()
    if request.method == "POST":
        try:
            receipt = scores.set_points(actor=request.actor, typed=typed, once=typed.get("_once", "")[:80])
        except RuleError as error:
            if error.field is None:
                raise
            note_refused(request, error)
            errors = {error.field: error.message}
        else:
            return pages.answer(request, receipt, to=reverse("lead-score"))
    held = score_points()
    rows = [(rule, typed.get(rule.sign, held.get(rule.sign, rule.points))) for rule in scoring.RULES]
    return pages.render(request, "sales/score.html", {"rows": rows, "errors": errors}, 422 if errors else 200)


@route(MANAGE, methods=POST)
def form_archive(request: KeenRequest, key: str) -> HttpResponse:
    """Closed, or opened again."""
    receipt = actions.archive_form(actor=request.actor, key=key, back=request.POST.get("back") == "1")
    return pages.answer(request, receipt, to=reverse("form-list"))


@route(MANAGE)
def spam(request: KeenRequest) -> HttpResponse:
    """What was kept back, to be looked at."""
    rows = list(found.kept_back()[: MOST_SHOWN + 1])
    context = {
        "rows": [(row, found.told_values(row)) for row in rows[:MOST_SHOWN]],
        "more": len(rows) > MOST_SHOWN,
        "days": entries.SPAM_DAYS,
    }
    return pages.render(request, "sales/spam.html", context)


@route(MANAGE, methods=POST)
def spam_accept(request: KeenRequest, entry_id: int) -> HttpResponse:
    """It is a lead."""
    return pages.answer(
        request, entries.accept(actor=request.actor, entry_id=entry_id), to=reverse("form-spam")
    )


@route(MANAGE, methods=POST)
def spam_drop(request: KeenRequest, entry_id: int) -> HttpResponse:
    """It is spam."""
    return pages.answer(
        request, entries.drop(actor=request.actor, entry_id=entry_id), to=reverse("form-spam")
    )
