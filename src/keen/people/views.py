"""Relations, and what accounts and contacts show beside each other."""

from collections.abc import Iterable

from django.http import HttpResponse

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people import actions, queries
from keen.people.actions import KINDS, RelationWish
from keen.people.models import Account, Contact
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.domain.fieldvalues import id_of
from keen.records.models import Record

MOST_SHOWN = 8


@route(methods=("GET", "HEAD", "POST"))
def relate(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """Note how a record stands to another one."""
    record_type, record = _seen(request, kind, record_id)
    if not record.allows(request.actor, "edit"):
        name = record_type.told_to(request.actor, record)
        raise ForbiddenError("forbidden", f"You can see “{name}” but not change it. Ask its owner.")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            receipt = actions.relate(actor=request.actor, wish=_wish(request, kind, record_id))
            return pages.answer(request, receipt, to=f"/{record_type.path}/{record_id}/")
        except RuleError as error:
            if error.field is None:
                raise
            note_refused(request, error)
            errors[error.field] = error.message
    context = {"type": record_type, "record": record, "errors": errors, "typed": request.POST}
    return pages.render(request, "people/relate.html", context, 422 if errors else 200)


def _wish(request: KeenRequest, kind: str, record_id: int) -> RelationWish:
    for to_kind in KINDS:
        chosen = id_of(request.POST.get(f"to_{to_kind}", ""))
        if chosen is not None:
            return RelationWish(kind, record_id, to_kind, chosen, request.POST.get("role", ""))
    raise RuleError("missing", "Choose a contact or an account from the list.", "to_contact")


@route(methods=("POST",))
def unrelate(request: KeenRequest, kind: str, record_id: int, relation_id: int) -> HttpResponse:
    """Take a relation off."""
    if kind not in KINDS:
        raise NotVisibleError
    receipt = actions.unrelate(actor=request.actor, kind=kind, record_id=record_id, relation_id=relation_id)
    return pages.answer(request, receipt, to=f"/{declare.get(kind).path}/{record_id}/")


@route("contact.view")
def people_panel(request: KeenRequest, account_id: int) -> HttpResponse:
    """The people at an account, for the account's page."""
    account = Account.objects.visible_to(request.actor).filter(pk=account_id).first()
    if account is None:
        raise NotVisibleError
    rows = list(queries.contacts_of(request.actor, account)[: MOST_SHOWN + 1])
    may_add = request.actor.may_write and request.actor.rights.scope("contact", "add").reach > 0
    context = {
        "account": account,
        "rows": _as_read(request, rows[:MOST_SHOWN]),
        "more": len(rows) > MOST_SHOWN,
        "may_add": may_add,
    }
    return pages.render(request, "people/_people.html", context)


@route("contact.view")
def colleagues_panel(request: KeenRequest, contact_id: int) -> HttpResponse:
    """The others at a contact's company, for the contact's page."""
    contact = Contact.objects.visible_to(request.actor).filter(pk=contact_id).first()
    if contact is None:
        raise NotVisibleError
    rows = _as_read(request, queries.colleagues(request.actor, contact)[:MOST_SHOWN])
    return pages.render(request, "people/_colleagues.html", {"contact": contact, "rows": rows})


def _as_read(request: KeenRequest, rows: Iterable[Record]) -> list[Record]:
    """The records without what is hidden from the reader."""
    return [declare.get(row.KIND).as_read_by(request.actor, row) for row in rows]


@route()
def relations_panel(request: KeenRequest, kind: str, record_id: int) -> HttpResponse:
    """How a record stands to others, for its page."""
    record_type, record = _seen(request, kind, record_id)
    related = queries.relations(request.actor, kind, record)
    may_edit = record.allows(request.actor, "edit") and request.actor.may_write
    context = {"type": record_type, "record": record, "related": related, "may_edit": may_edit}
    return pages.render(request, "people/_relations.html", context)


def _seen(request: KeenRequest, kind: str, record_id: int) -> tuple[RecordType, Record]:
    if kind not in KINDS:
        raise NotVisibleError
    record_type = declare.get(kind)
    record = record_type.model.objects.visible_to(request.actor).filter(pk=record_id).first()
    if record is None:
        raise NotVisibleError
    return record_type, record_type.as_read_by(request.actor, record)
