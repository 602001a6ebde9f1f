"""What comes by web forms: taken as a lead once, kept back when it looks like spam, decided by somebody later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import Change, Notice, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.actions import asked, store
from keen.records.actions.save import address, draft
from keen.records.actions.values import InvalidError, read_values
from keen.records.domain.fieldvalues import is_empty
from keen.sales.domain.leads import Status, deadline, next_in_turn
from keen.sales.domain.spam import Fate, Sent, judge
from keen.sales.events import LeadCame
from keen.sales.models import FormEntry, Lead, WebForm
from keen.sales.queries.forms import asks_of

POWER = "forms.manage"
ENTRY = "form_entry"
NOTICE = "lead"
LONGEST_TEXT = 5_000
SPAM_DAYS = 30
# What was missed longer ago is no news.
TOLD_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Posted:
    """What a visitor sent.

    Shape: `wording` is the question of consent as it was shown.
    Units: `age` in seconds since the form was shown, None where its stamp is missing or forged.
    """

    values: Mapping[str, Any]
    once: str
    age: float | None
    trap: str = ""
    consented: bool = False
    wording: str = ""


def take(*, form: WebForm, posted: Posted) -> Fate:
    """What became of what was sent: the same page sent twice is one lead.

    Raises: InvalidError with a message for each field to be mended.
    """
    texts = tuple(str(value) for value in posted.values.values())
    judged = judge(Sent(posted.age, posted.trap, texts))
    if judged.fate is Fate.AGAIN:
        return judged.fate
    values = {} if judged.fate is Fate.KEEP else _read(form, posted.values)
    with transaction.atomic():
        # The form's row is the door: what is sent at the same moment goes through one after the other.
        held = WebForm.objects.select_for_update().get(pk=form.pk)
        if FormEntry.objects.filter(once=posted.once).exists():
            return judged.fate
        entry = FormEntry(
            form=held, once=posted.once, at=timezone.now(), state="spam", why=list(judged.why),
            values=_shortened(posted.values) if judged.fate is Fate.KEEP else {},
            consented=posted.consented and bool(posted.wording),
            wording=posted.wording if posted.consented else "",
        )  # fmt: skip
        if judged.fate is Fate.TAKE:
            work = operations.start(actor=SYSTEM, verb="created")
            _make(work, held, entry, values)
            told = Receipt("saved", f"A lead came by the form {held.name}.")
            operations.finish(work, told, undoable=False)
        entry.save(force_insert=True)
    return judged.fate


def _read(form: WebForm, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values as a lead holds them.

    Raises: InvalidError.
    """
    asks = {ask.field.name: ask for ask in asks_of(form)}
    errors = {
        name: f"Please fill in: {ask.label.lower().rstrip('?')}."
        for name, ask in asks.items()
        if ask.required and (is_empty(given.get(name)) or not str(given[name]).strip())
    }
    wanted = {name: value for name, value in given.items() if name in asks}
    long = [name for name, value in wanted.items() if isinstance(value, str) and len(value) > LONGEST_TEXT]
    errors |= dict.fromkeys(long, f"{LONGEST_TEXT:,} characters fit. Please say it shorter.")
    record_type = declare.get(Lead.KIND)
    try:
        values = read_values(record_type, SYSTEM, wanted, creating=True)
    except InvalidError as error:
        raise InvalidError({**error.errors, **errors}) from None
    errors = {**asked.missing(record_type, SYSTEM, values), **errors}
    if errors:
        raise InvalidError(errors)
    return values


def _shortened(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _short(value) for name, value in given.items()}


def _short(value: Any) -> Any:
    """The value with no text in it longer than a form takes: what is only kept to be looked at takes little room."""
    if isinstance(value, str):
        return value[:LONGEST_TEXT]
    if isinstance(value, Mapping):
        return {name: _short(one) for name, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, list) else value


def _make(work: Work, form: WebForm, entry: FormEntry, values: Mapping[str, Any]) -> Lead:
    """The lead of what was sent, given to whoever's turn it is; those are told."""
    lead = draft(work.actor, declare.get(Lead.KIND), values)
    assert isinstance(lead, Lead)  # noqa: S101  the declaration says so
    owner = _owner(form, work.at)
    lead.owner_id, lead.team_id = (
        (owner.pk if owner else None),
        form.team_id or (owner.team_id if owner else None),
    )
    lead.form_id, lead.source, lead.campaign = form.pk, f"Form: {form.name}"[:60], form.campaign
    if form.promised_hours:
        worktime, zone = (owner.worktime if owner else SYSTEM.worktime), ZoneInfo(settings.TIME_ZONE)
        lead.promised_at = deadline(entry.at, form.promised_hours, worktime.works, zone)
    store.insert(work, declare.get(Lead.KIND), [lead])
    entry.state, entry.lead = "lead", lead
    _tell(work, form, lead)
    publish(LeadCame(lead_id=lead.pk, form=form.key, actor_id=work.actor.user_id, at=work.at))
    return lead


def _owner(form: WebForm, now: datetime) -> User | None:
    """Who gets it: the person named, else whoever's turn it is in the team and who works today; else the whole team."""
    if form.owner_id:
        named = User.objects.filter(pk=form.owner_id, is_active=True).first()
        if named is not None:
            return named
    today = timezone.localdate(now)
    members = {user.pk: user for user in User.objects.filter(team_id=form.team_id or 0, is_active=True)}
    may = {pk: user for pk, user in members.items() if user.given.scope(Lead.KIND, "edit").reach}
    here = [pk for pk, user in may.items() if user.worktime.works(today)]
    chosen = next_in_turn(here or list(may), form.last_given_id)
    if chosen is None:
        return None
    WebForm.objects.filter(pk=form.pk).update(last_given_id=chosen)
    return members[chosen]


def _tell(work: Work, form: WebForm, lead: Lead) -> None:
    """Tell whoever it is with that it came."""
    _notify(lead, f"A lead came by the form {form.name}", work.at, f"{NOTICE}:{lead.pk}")


def _notify(lead: Lead, said: str, now: datetime, once: str) -> None:
    """Tell the owner, or everybody in the team where nobody owns it yet. Who it is, is asked when it is read."""
    who = User.objects.filter(is_active=True)
    who = who.filter(pk=lead.owner_id) if lead.owner_id else who.filter(team_id=lead.team_id or 0)
    notices = [
        Notice(
            user=user, kind=NOTICE, text=said[:300], at=now, href=address(declare.get(Lead.KIND), lead.pk), once=once,
        )
        for user in who
    ]  # fmt: skip
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def tell_missed(now: datetime) -> int:
    """How many leads were not answered in time, and whoever has them is told of it, once.

    Cost: 1 query, 2 more for each such lead that came to this within a day.
    """
    waiting = Lead.objects.living().filter(
        first_touch_at__isnull=True, promised_at__lte=now, promised_at__gt=now - TOLD_WITHIN,
        status__in=[Status.NEW.value, Status.WORKING.value], restricted_at__isnull=True,
    )  # fmt: skip
    found = list(waiting.select_related("form").order_by("promised_at", "pk"))
    for lead in found:
        came = f" by the form {lead.form.name}" if lead.form else ""
        _notify(
            lead, f"Not answered as soon as promised: a lead that came{came}", now, f"{NOTICE}:{lead.pk}:late"
        )
    return len(found)


def require(actor: Actor) -> None:
    """Nothing, when the actor may set up forms.

    Raises: ForbiddenError.
    """
    if not actor.rights.has(POWER):
        raise ForbiddenError(
            "forms", "Web forms are set up by administrators and marketers. Ask one of them."
        )


def accept(*, actor: Actor, entry_id: int) -> Receipt:
    """The receipt of saying that what looked like spam is a lead.

    Raises: ForbiddenError; NotVisibleError; RuleError where it cannot be a lead as it stands.
    """
    require(actor)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="created")
        entry = _kept(entry_id)
        try:
            values = _read(entry.form, entry.values)
        except InvalidError as error:
            message = f"This cannot become a lead as it stands. {' '.join(error.errors.values())}"
            raise RuleError("not_a_lead", message) from None
        lead = _make(work, entry.form, entry, values)
        entry.save()
        _note(work, entry, "spam")
        name = declare.get(Lead.KIND).told_to(actor, lead)
        link = Link(name, address(declare.get(Lead.KIND), lead.pk))
        seen = lead.allows(actor, "view")
        told = Receipt(
            "saved", f"{name} is a lead now." if seen else "It is a lead now.", object=link if seen else None
        )
        return operations.finish(work, told)


def drop(*, actor: Actor, entry_id: int) -> Receipt:
    """The receipt of saying that something is spam indeed.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="deleted")
        entry = _kept(entry_id)
        entry.state = "dropped"
        entry.save(update_fields=["state"])
        _note(work, entry, "spam")
        link = Link("What was kept back", "/settings/forms/spam/")
        return operations.finish(
            work,
            Receipt("saved", "Dropped as spam.", object=link, nothing_next="It is forgotten in 30 days."),
        )


def undo_entries(work: Work, changes: Sequence[Change]) -> None:
    """What was decided about something kept back is open again.

    Raises: ForbiddenError.
    """
    require(work.actor)
    for change in changes:
        entry = FormEntry.objects.select_for_update().filter(pk=change.record_id).first()
        if entry is not None and entry.state == change.after.get("state"):
            before, entry.state, entry.lead = entry.state, str(change.before["state"]), None
            entry.save(update_fields=["state", "lead"])
            _note(work, entry, before)


def forget_sent_by(lead_id: int) -> None:
    """What somebody sent by a form is kept no longer than their lead: an erased one takes it along."""
    if Lead.objects.filter(pk=lead_id, erased_at__isnull=False).exists():
        FormEntry.objects.filter(lead_id=lead_id).update(values={})


def forget(now: datetime) -> int:
    """How many rows of spam are gone for good; what became a lead stands there and is kept here no longer."""
    old = now - timedelta(days=SPAM_DAYS)
    settled = FormEntry.objects.filter(state="lead", at__lt=old).exclude(values={})
    settled.update(values={})
    return FormEntry.objects.filter(state__in=("spam", "dropped"), at__lt=old).delete()[0]


def _kept(entry_id: int) -> FormEntry:
    found = (
        FormEntry.objects.select_for_update(of=("self",))
        .select_related("form")
        .filter(pk=entry_id, state="spam")
    )
    entry = found.first()
    if entry is None:
        raise NotVisibleError
    return entry


def _note(work: Work, entry: FormEntry, before: str) -> None:
    operations.note(work, Entry(ENTRY, entry.pk, 1, "updated", {"state": before}, {"state": entry.state}))
