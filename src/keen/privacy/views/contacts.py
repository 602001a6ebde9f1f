"""A contact's personal data: consent, requests, what is handed out, restriction, erasure."""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keen.core import pages
from keen.core.access import KeenRequest, route
from keen.core.domain.hours import days_of
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.people.records import CONTACT as CONTACT_TYPE
from keen.privacy.actions.access import contact_file
from keen.privacy.actions.consent import Given, note_consent
from keen.privacy.actions.erasure import Wish, erase_contact, erase_stand_in
from keen.privacy.actions.freeze import lift_freeze, set_freeze
from keen.privacy.actions.requests import Asked, note_request
from keen.privacy.domain.consents import CHANNELS
from keen.privacy.jobs import clean_copies
from keen.privacy.models import Consent, Request
from keen.privacy.queries import overview
from keen.privacy.queries.consents import log_of, readable, standing_of
from keen.privacy.queries.seen import sees_all, who_sees_all
from keen.privacy.queries.subjects import CONTACT, person_of
from keen.records import declare

WRITES = ("POST",)
MANAGE = "power:privacy.manage"


@route("contact.view")
def personal(request: KeenRequest, contact_id: int) -> HttpResponse:
    """Everything about a contact's personal data on one page."""
    return _page(request, _seen(request, contact_id))


def _seen(request: KeenRequest, contact_id: int) -> Contact:
    found: Contact | None = Contact.objects.visible_to(request.actor).filter(pk=contact_id).first()
    if found is None:
        raise NotVisibleError
    return found


def _page(
    request: KeenRequest, contact: Contact, errors: dict[str, str] | None = None, what: str = ""
) -> HttpResponse:
    person, today = person_of(contact), timezone.localdate()
    manages = request.actor.rights.has("privacy.manage") and request.actor.may_write
    open_ones = readable(request.actor, standing_of(contact, today))
    context = {
        "record": CONTACT_TYPE.as_read_by(request.actor, contact),
        "standings": open_ones,
        "log": [one for one in log_of(contact)[:50] if one.channel in {open_.channel for open_ in open_ones}],
        "may_edit": request.actor.may_write and request.actor.rights.scope("contact", "edit").reach > 0,
        "may_note": request.actor.may_write and contact.allows(request.actor, "edit"),
        "manages": manages,
        "channels": CHANNELS,
        "bases": Consent.BASES,
        "asks": Request.WHAT,
        "today": today,
        "errors": errors or {},
        "typed": request.POST if errors else {},
        "what": what,
    }
    if manages:
        context |= {
            "requests": list(overview.requests_of(person)),
            "freezes": overview.freezes_of(person),
            "reach": overview.reach_of(person),
            "whole_by": None if sees_all(request.actor.rights) else who_sees_all(),
        }
    return pages.render(request, "privacy/contact.html", context, 422 if errors else 200)


def _answer(request: KeenRequest, contact_id: int, what: str, act: Callable[[], Receipt]) -> HttpResponse:
    """The page of the contact with the receipt, or with what is to be mended."""
    try:
        receipt = act()
    except (NotVisibleError, ForbiddenError):
        raise
    except RuleError as error:
        if error.field is None:
            raise
        return _page(request, _seen(request, contact_id), {error.field: error.message}, what)
    to = pages.local_address(
        request, request.POST.get("next", ""), reverse("privacy-contact", args=[contact_id])
    )
    return pages.answer(request, receipt, to=to)


@route("contact.edit", methods=WRITES)
def consent(request: KeenRequest, contact_id: int) -> HttpResponse:
    """A yes or a no."""

    def act() -> Receipt:
        given = request.POST
        on, until = given.get("given_on", ""), given.get("expires_on", "")
        wish = Given(
            channel=given.get("channel", ""),
            granted=given.get("granted") == "yes",
            source=given.get("source", ""),
            wording=given.get("wording", ""),
            basis=given.get("basis", "consent"),
            given_on=days_of(on, "given_on") if on else None,
            expires_on=days_of(until, "expires_on") if until else None,
        )
        return note_consent(actor=request.actor, contact_id=contact_id, given=wish)

    return _answer(request, contact_id, "consent", act)


@route(MANAGE, methods=WRITES)
def asked(request: KeenRequest, contact_id: int) -> HttpResponse:
    """What the contact asked for."""

    def act() -> Receipt:
        on = request.POST.get("asked_on", "")
        wish = Asked(
            what=request.POST.get("what", ""),
            asked_on=days_of(on, "asked_on") if on else None,
            how=request.POST.get("how", ""),
        )
        return note_request(actor=request.actor, contact_id=contact_id, asked=wish)

    return _answer(request, contact_id, "asked", act)


@route(MANAGE, methods=WRITES)
def handed_out(request: KeenRequest, contact_id: int) -> HttpResponse:
    """The file of everything."""
    return zip_answer(
        contact_file(actor=request.actor, contact_id=contact_id), f"personal-data-C-{contact_id}.zip"
    )


def zip_answer(held: bytes, name: str) -> HttpResponse:
    """The file, to be kept by the reader and by nobody in between."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(held, content_type="application/zip", headers=headers)


@route(MANAGE, methods=WRITES)
def frozen(request: KeenRequest, contact_id: int, what: str) -> HttpResponse:
    """A restriction or a hold is set."""
    reason = request.POST.get("reason", "")
    return _answer(
        request,
        contact_id,
        what,
        lambda: set_freeze(actor=request.actor, what=what, contact_id=contact_id, reason=reason),
    )


@route(MANAGE, methods=WRITES)
def lifted(request: KeenRequest, contact_id: int, what: str) -> HttpResponse:
    """A restriction or a hold is lifted."""
    return _answer(
        request, contact_id, what, lambda: lift_freeze(actor=request.actor, what=what, contact_id=contact_id)
    )


@route(MANAGE, methods=WRITES)
def erased(request: KeenRequest, contact_id: int) -> HttpResponse:
    """The contact is erased; the copies are looked through by the worker."""
    wish = Wish(keep_texts=request.POST.get("texts") == "keep")
    confirmed = request.POST.get("confirmed", "")
    try:
        receipt, erasure_id = erase_contact(
            actor=request.actor, contact_id=contact_id, confirmed=confirmed, wish=wish
        )
    except RuleError as error:
        if error.field is None:
            raise
        return _page(request, _seen(request, contact_id), {error.field: error.message}, "erase")
    clean_copies.enqueue(erasure_id=str(erasure_id))
    return pages.answer(request, receipt, to=reverse("privacy-house"))


@route(MANAGE, methods=("GET", "HEAD", "POST"))
def stand_in(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """A record that stands for a person, such as a lead, is erased by itself."""
    record_type = declare.find(kind)
    if record_type is None or record_type.stands_for != CONTACT:
        raise NotVisibleError
    row = record_type.model.objects.visible_to(request.actor).filter(pk=record_id).first()
    if row is None:
        raise NotVisibleError
    errors: dict[str, str] = {}
    if request.method == "POST":
        confirmed = request.POST.get("confirmed", "")
        try:
            receipt, erasure_id = erase_stand_in(
                actor=request.actor, kind=kind, record_id=record_id, confirmed=confirmed
            )
        except RuleError as error:
            errors = {error.field or "record": error.message}
        else:
            clean_copies.enqueue(erasure_id=str(erasure_id))
            return pages.answer(request, receipt, to=reverse("privacy-house"))
    context = {"type": record_type, "record": row, "errors": errors}
    return pages.render(request, "privacy/stand_in.html", context, 422 if errors else 200)
