"""Web forms as those see them who set them up, and as those do who fill them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from keen.core.domain.actor import SYSTEM
from keen.records import declare
from keen.records.declare import Field, Kind
from keen.sales.models import FormEntry, Lead, WebForm

OFFERED: Final = (
    "first_name", "last_name", "company", "job_title", "emails", "phones", "website", "description",
)  # fmt: skip
OWN_KINDS: Final = frozenset(
    {Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE, Kind.BOOLEAN, Kind.DATE, Kind.NUMBER, Kind.URL}
)
TYPES: Final[Mapping[Kind, str]] = {
    Kind.EMAILS: "email",
    Kind.PHONES: "tel",
    Kind.URL: "url",
    Kind.LONG_TEXT: "textarea",
    Kind.CHOICE: "select",
    Kind.BOOLEAN: "checkbox",
    Kind.DATE: "date",
}
COMPLETED: Final[Mapping[str, str]] = {
    "first_name": "given-name",
    "last_name": "family-name",
    "company": "organization",
    "job_title": "organization-title",
    "emails": "email",
    "phones": "tel",
    "website": "url",
}


# What fields are called for those who fill them in, where that differs from what leads call them.
SAID: Final[Mapping[str, str]] = {"description": "How can we help?", "job_title": "What you do there"}


@dataclass(frozen=True)
class Ask:
    """One field of a form as a visitor sees it."""

    field: Field
    label: str
    required: bool
    type: str
    options: Sequence[tuple[str, str]]
    attrs: Mapping[str, Any]


def offered() -> list[Field]:
    """The fields of leads that a form can ask for."""
    known = {one.name: one for one in declare.get(Lead.KIND).writable(SYSTEM)}
    own = [one for one in known.values() if one.own is not None and one.kind in OWN_KINDS]
    return [*(known[name] for name in OFFERED), *own]


def asks_of(form: WebForm) -> list[Ask]:
    """The fields of the form, without those that were archived since."""
    known = {one.name: one for one in offered()}
    return [_ask(known[one["name"]], bool(one["required"])) for one in form.fields if one["name"] in known]


def _ask(field: Field, required: bool) -> Ask:
    options = [("", "—"), *((key, label) for key, label in field.choices if field.offers(key))]
    attrs: dict[str, Any] = {"autocomplete": COMPLETED.get(field.name, "off")}
    if most := field.most or {Kind.LONG_TEXT: 5000}.get(field.kind, 0):
        attrs["maxlength"] = most
    label = SAID.get(field.name, field.label)
    offered = options if field.kind is Kind.CHOICE else ()
    return Ask(field, label, required, TYPES.get(field.kind, "text"), offered, attrs)


def open_form(key: str) -> WebForm | None:
    """The form at this address, None where there is none any more.

    Cost: 1 query.
    """
    return WebForm.objects.filter(key=key, archived_at__isnull=True).first()


def forms() -> QuerySet[WebForm]:
    """All forms, those in use first, with how many leads came by each.

    Cost: 1 query.
    """
    came = Count("entries", filter=Q(entries__state="lead"))
    rows = WebForm.objects.annotate(came=came).select_related("team", "owner")
    return rows.order_by("archived_at", "name", "pk")


def kept_back() -> QuerySet[FormEntry]:
    """What looks like spam and waits for somebody to decide, newest first.

    Cost: 1 query.
    """
    return FormEntry.objects.filter(state="spam").select_related("form").order_by("-at", "-pk")


def told_values(entry: FormEntry) -> list[tuple[str, str]]:
    """What was sent, as (label, text)."""
    labels = {one.name: one.label for one in offered()}
    return [(labels.get(name, name), _said(value)) for name, value in entry.values.items() if value]


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one.get("address") or one.get("raw") or "") for one in value)
    return "Yes" if value is True else str(value)
