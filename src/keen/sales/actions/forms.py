"""Setting up web forms: added, changed, archived; all with a receipt, and taken back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string

from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Team, User
from keen.lib.errors import NotVisibleError, RuleError
from keen.sales.actions.entries import require
from keen.sales.domain import webforms
from keen.sales.domain.webforms import FormWish
from keen.sales.models import WebForm
from keen.sales.queries.forms import offered

FORM = "web_form"
KEY_LENGTH = 16


def save_form(*, actor: Actor, wish: FormWish, key: str = "") -> Receipt:
    """The receipt of a form that is new, or changed.

    Raises: ForbiddenError; NotVisibleError; RuleError that says which part is to be mended.
    """
    require(actor)
    with transaction.atomic():
        row = _form(key) if key else WebForm(key=get_random_string(KEY_LENGTH).lower())
        work = operations.start(actor=actor, verb="saved" if key else "created")
        before = row.facts() if key else {}
        _decide(row, wish)
        row.save()
        _note(work, row, before, "updated" if key else "created")
        return _done(work, row, f"Form {row.name} {'saved' if key else 'added'}.")


def _decide(row: WebForm, wish: FormWish) -> None:
    row.name = webforms.name_of(wish.name)
    row.fields = webforms.fields_of(wish.fields, wish.required, [one.name for one in offered()])
    row.intro, row.thanks = webforms.text_of(wish.intro, "intro"), webforms.text_of(wish.thanks, "thanks")
    row.consent_text = webforms.text_of(wish.consent_text, "consent_text")
    row.campaign = webforms.text_of(wish.campaign, "campaign")
    row.promised_hours = webforms.hours_of(wish.promised_hours)
    row.sites = webforms.sites_of(wish.sites)
    if wish.team_id is not None and not Team.objects.filter(pk=wish.team_id).exists():
        raise RuleError("not_a_team", "Choose a team from the list.", "team")
    if wish.owner_id is not None and not User.objects.filter(pk=wish.owner_id, is_active=True).exists():
        raise RuleError("not_a_person", "Choose somebody from the list.", "owner")
    if wish.team_id is None and wish.owner_id is None:
        raise RuleError("missing", "Choose who gets what comes: a team, or one person.", "team")
    row.team_id, row.owner_id = wish.team_id, wish.owner_id


def archive_form(*, actor: Actor, key: str, back: bool = False) -> Receipt:
    """The receipt of closing a form, or of opening it again.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor)
    with transaction.atomic():
        row = _form(key)
        work = operations.start(actor=actor, verb="restored" if back else "archived")
        before, row.archived_at = row.facts(), None if back else work.at
        row.save()
        _note(work, row, before, "updated")
        return _done(work, row, f"{row.name} is {'open again' if back else 'closed'}.")


def undo_forms(work: Work, changes: Sequence[Change]) -> None:
    """Forms are as they were before; a new one is closed, for leads may have come by it.

    Raises: ForbiddenError; RuleError when a form was changed again since.
    """
    require(work.actor)
    for change in changes:
        row = WebForm.objects.select_for_update().filter(pk=change.record_id).first()
        if row is None:
            continue
        now = row.facts()
        if any(now[name] != value for name, value in change.after.items()):
            raise RuleError("changed_since", f"{row.name} was changed again since. Set it by hand.")
        if change.verb == "created":
            row.archived_at = work.at
        for name, value in change.before.items():
            held = datetime.fromisoformat(str(value)) if name == "archived_at" and value else value
            setattr(row, name, held)
        row.save()
        _note(work, row, now, "updated")


def _form(key: str) -> WebForm:
    row = WebForm.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise NotVisibleError
    return row


def _note(work: Work, row: WebForm, before: dict[str, object], verb: str) -> None:
    now = row.facts()
    changed = {name: value for name, value in now.items() if not before or before[name] != value}
    operations.note(
        work,
        Entry(FORM, row.pk, 1, verb, {name: before[name] for name in changed if name in before}, changed),
    )


def _done(work: Work, row: WebForm, text: str) -> Receipt:
    href = reverse("form-edit", args=[row.key])
    told = Receipt(
        "saved", text, object=Link(row.name, href), next=Link("See it as visitors do", f"/f/{row.key}/")
    )
    return operations.finish(work, told)
