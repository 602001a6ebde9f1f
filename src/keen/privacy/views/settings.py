"""The house's view of personal data: requests, rules, erasures with their proof; and everybody's own file."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.models import User
from keen.lib.errors import RuleError
from keen.privacy.actions.access import own_file
from keen.privacy.actions.erasure import erase_user
from keen.privacy.actions.requests import answer_request
from keen.privacy.actions.retention import Ruling, save_rule, switch_rule
from keen.privacy.jobs import clean_copies
from keen.privacy.models import RetentionRule
from keen.privacy.queries import overview
from keen.privacy.queries.retention import dry_run
from keen.privacy.views.contacts import MANAGE, WRITES, zip_answer

BOTH = ("GET", "HEAD", "POST")


@route(MANAGE, methods=BOTH)
def privacy(request: KeenRequest) -> HttpResponse:
    """Requests that wait, rules of retention, and what was erased."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            receipt = save_rule(actor=request.actor, ruling=_ruling(request))
            to = receipt.next.href if receipt.next else reverse("privacy-house")
            return pages.answer(request, receipt, to=to)
        except RuleError as error:
            if error.field is None:
                raise
            errors[error.field] = error.message
    context = {
        "requests": overview.open_requests(timezone.localdate()),
        "erasures": list(overview.erasures()),
        "rules": list(overview.rules()),
        "former": list(User.objects.filter(is_active=False).exclude(email__endswith="@erased.invalid")[:50]),
        "errors": errors,
        "typed": request.POST if errors else {},
    }
    return pages.render(request, "privacy/settings.html", context, 422 if errors else 200)


def _ruling(request: KeenRequest) -> Ruling:
    months = request.POST.get("months", "").strip()
    return Ruling(
        name=request.POST.get("name", ""),
        months=int(months) if months.isascii() and months.isdigit() and len(months) < 5 else 0,
        source=request.POST.get("source", ""),
        without_consent=bool(request.POST.get("without_consent")),
        kind=request.POST.get("kind", "contact"),
    )


@route(MANAGE, methods=WRITES)
def answered(request: KeenRequest, request_id: int) -> HttpResponse:
    """A request is answered."""
    try:
        receipt = answer_request(
            actor=request.actor, request_id=request_id, answer=request.POST.get("answer", "")
        )
    except RuleError as error:
        if error.field is None:
            raise
        raise RuleError(error.code, error.message) from None
    return pages.answer(request, receipt, to=reverse("privacy-house"))


@route(MANAGE)
def rule(request: KeenRequest, rule_id: int) -> HttpResponse:
    """Whom a rule would touch now, and what it did so far."""
    row = get_object_or_404(RetentionRule, pk=rule_id)
    context = {
        "rule": row,
        "dry": dry_run(row, timezone.now()),
        "runs": list(row.runs.order_by("-at")[:30]),
    }
    return pages.render(request, "privacy/rule.html", context)


@route(MANAGE, methods=WRITES)
def rule_switch(request: KeenRequest, rule_id: int) -> HttpResponse:
    """A rule is switched on or off."""
    receipt = switch_rule(actor=request.actor, rule_id=rule_id, on=request.POST.get("on") == "yes")
    return pages.answer(request, receipt, to=reverse("privacy-rule", args=[rule_id]))


@route(MANAGE, methods=BOTH)
def former(request: KeenRequest, user_id: int) -> HttpResponse:
    """Somebody who cannot sign in any more is erased."""
    user = get_object_or_404(User, pk=user_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            receipt, erasure_id = erase_user(
                actor=request.actor, user_id=user.pk, confirmed=request.POST.get("confirmed", "")
            )
            clean_copies.enqueue(erasure_id=str(erasure_id))
            return pages.answer(request, receipt, to=reverse("privacy-house"))
        except RuleError as error:
            if error.field is None:
                raise
            errors[error.field] = error.message
    return pages.render(
        request, "privacy/former.html", {"person": user, "errors": errors}, 422 if errors else 200
    )


@route(methods=BOTH)
def own_data(request: KeenRequest) -> HttpResponse:
    """What is kept about oneself, and the file of it."""
    if request.method == "POST":
        return zip_answer(own_file(actor=request.actor), "my-data.zip")
    return pages.render(request, "privacy/own.html", {})
