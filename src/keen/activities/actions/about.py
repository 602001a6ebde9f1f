"""What an activity is about, and what its receipt says: shared by all that is done with activities."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from keen.activities.domain import days
from keen.activities.domain.choices import is_contact
from keen.activities.domain.marks import day_words
from keen.activities.models import Activity
from keen.core.actions.operations import AlreadyDoneError, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Team, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Account, Contact
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import SOURCES, address, for_change, team_of
from keen.records.declare import RecordType
from keen.records.models import Record

P = ParamSpec("P")


def deed(function: Callable[P, Receipt]) -> Callable[P, Receipt]:
    """The function in one transaction. A wish that was granted before gets the receipt of then."""

    @wraps(function)
    def granted(*args: P.args, **kwargs: P.kwargs) -> Receipt:
        try:
            with transaction.atomic():
                return function(*args, **kwargs)
        except AlreadyDoneError as before:
            return before.receipt()

    return granted


@dataclass(frozen=True)
class About:
    """The record that something is about, by kind and id."""

    kind: str
    id: int


@dataclass(frozen=True)
class Subject:
    """The record that something is about, as the actor may see it. Without a record it is about nothing."""

    record: Record | None = None
    record_type: RecordType | None = None
    title: str = ""

    @classmethod
    def of(cls, actor: Actor, record: Record) -> Self:
        """The record, called as the actor may read it: the name goes into receipts and subjects."""
        record_type = declare.get(record.KIND)
        return cls(record, record_type, record_type.told_to(actor, record))

    @property
    def href(self) -> str:
        """Its page, or Today."""
        return address(self.record_type, self.record.pk) if self.record and self.record_type else "/"

    @property
    def link(self) -> Link | None:
        """A link to its page."""
        return Link(self.title, self.href) if self.record else None

    def columns(self) -> dict[str, Any]:
        """The columns of an activity about it: a person brings the company of that time along."""
        record = self.record
        if isinstance(record, Contact):
            account = {"account_id": record.account_id, "account_name": record.account_name}
            return {"contact_id": record.pk, "contact_name": record.called[:200], **account}
        if isinstance(record, Account):
            return {"account_id": record.pk, "account_name": record.called[:200]}
        if record is None:
            return {}
        # What is about a deal stands on its company's timeline, too.
        account = {
            name: getattr(record, name) for name in ("account_id", "account_name") if hasattr(record, name)
        }
        return {"about_kind": record.KIND, "about_id": record.pk, **account}


def subject_of(actor: Actor, about: About | None) -> Subject:
    """What it is about.

    Raises: NotVisibleError when there is no such record for the actor.
    Cost: 1 query.
    """
    if about is None:
        return Subject()
    record_type = declare.find(about.kind)
    if record_type is None:
        raise NotVisibleError
    record = record_type.model.objects.visible_to(actor).filter(pk=about.id).first()
    if record is None:
        raise NotVisibleError
    return Subject.of(actor, record)


def subject_of_activity(actor: Actor, activity: Activity) -> Subject:
    """What the activity is about, as far as the actor may see it; else the activity itself.

    Cost: 1 query.
    """
    if activity.about_kind and activity.about_id:
        try:
            return subject_of(actor, About(activity.about_kind, activity.about_id))
        except NotVisibleError:
            pass
    return Subject.of(actor, activity)


def own_type() -> RecordType:
    """The declaration of activities."""
    return declare.get(Activity.KIND)


def name_of(work: Work, activity: Activity) -> str:
    """What the activity is called in what the actor is told: without names that are hidden from them."""
    return own_type().told_to(work.actor, activity)


def make(work: Work, subject: Subject, columns: dict[str, Any]) -> Activity:
    """A new activity about the subject, done by the actor unless an owner is named.

    Raises: ForbiddenError for readers; RuleError for an owner who cannot sign in.
    """
    if not work.actor.rights.scope(Activity.KIND, "add").reach:
        raise ForbiddenError(
            "forbidden", "Your role only reads. Ask an administrator if you want to write here."
        )
    if subject.record is not None and subject.record.is_restricted:
        message = f"{subject.title} is restricted: nothing is added, and nobody gets in touch, until that is lifted."
        raise RuleError("restricted", message)
    owner_id = columns.get("owner_id") or work.actor.user_id
    if owner_id != work.actor.user_id and not User.objects.filter(pk=owner_id or 0, is_active=True).exists():
        raise RuleError("not_a_person", "Choose somebody from the list.", "owner")
    activity = Activity(**{**subject.columns(), **columns, "owner_id": owner_id})
    activity.team_id = team_of(work.actor, owner_id)
    activity.source = SOURCES.get(work.actor.via, work.actor.via)
    store.insert(work, own_type(), [activity])
    return activity


def held(actor: Actor, activity_id: int, action: str = "edit") -> Activity:
    """The activity, locked for a change.

    Raises: NotVisibleError; ForbiddenError.
    """
    record = for_change(own_type(), actor, activity_id, action)
    assert isinstance(record, Activity)  # noqa: S101  the declaration says so
    return record


def touch(work: Work, activity: Activity) -> bool:
    """Whether the person and the company were really contacted by it; then their last contact is set.

    Cost: none, or 2 queries and those of `store.alter` for both.
    """
    at = activity.done_at
    if at is None or not is_contact(activity.kind, activity.outcome):
        return False
    touched = 0
    for model, pk in ((Contact, activity.contact_id), (Account, activity.account_id)):
        row: Record | None = model.objects.living().select_for_update().filter(pk=pk).first() if pk else None
        if row is not None and (row.last_contact_at is None or row.last_contact_at < at):  # type: ignore[attr-defined]
            change = store.Alteration(row, {"last_contact_at": at}, "contacted")
            touched += len(store.alter(work, declare.get(model.KIND), [change]))
    return touched > 0


def zone_of(actor: Actor) -> ZoneInfo:
    """The time zone of the person, or the company's."""
    return ZoneInfo(actor.zone or settings.TIME_ZONE)


def today_of(actor: Actor, now: datetime) -> date:
    """The day it is where the person is."""
    return now.astimezone(zone_of(actor)).date()


def day_of(work: Work, on: date) -> str:
    """The day as the receipt says it, within a sentence."""
    said = day_words(on, today_of(work.actor, work.at))
    return said.lower() if said in {"Today", "Tomorrow", "Yesterday"} else said


def moment_of(work: Work, at: datetime) -> str:
    """The day and the time as the receipt says it."""
    local = at.astimezone(zone_of(work.actor))
    return f"{day_of(work, local.date())} {local:%H:%M}"


def seen_by(activity: Activity) -> str:
    """Who can see it, as a line of the receipt.

    Cost: 1 query when a team sees it.
    """
    if activity.is_private:
        return "only you see it"
    team = (
        Team.objects.filter(pk=activity.team_id or 0).values_list("name", flat=True).first()
        if activity.team_id
        else None
    )
    return f"visible to {team}" if team else "visible to you and whoever sees all"


def steps(work: Work, activity: Activity) -> tuple[Link, ...]:
    """The days that one click makes the next step, and a page for any other day."""
    offered = days.chips(today_of(work.actor, work.at), work.actor.worktime)
    at = f"/activities/{activity.pk}/next/"
    chosen = [Link(chip.label, f"{at}{chip.key}/", post=True) for chip in offered]
    return (*chosen, Link("Pick a day", at))


def next_open(subject: Subject, actor: Actor) -> Activity | None:
    """The actor's next open activity about the subject.

    Cost: 1 query.
    """
    if subject.record is None or isinstance(subject.record, Activity):
        return None
    at = {
        "links__record_kind": subject.record.KIND,
        "links__record_id": subject.record.pk,
        "links__at__isnull": True,
    }
    mine: Activity | None = (
        Activity.objects.living().filter(owner_id=actor.user_id, **at).order_by("act_at", "pk").first()
    )
    return mine


def day_off_of(work: Work, owner_id: int | None, on: date | None) -> tuple[str, date | None]:
    """What to say of a day on which the one who does it does not work, and the next day on which they do.

    Shape: ("", None) for a day that is worked on.
    Cost: 1 query when it is somebody else's.
    """
    if on is None or owner_id is None:
        return "", None
    own = owner_id == work.actor.user_id
    user = None if own else User.objects.filter(pk=owner_id).first()
    worktime = user.worktime if user else work.actor.worktime
    reason = worktime.why_not(on)
    if not reason:
        return "", None
    who = "you are" if user is None else f"{user.name} is"
    said = f"{who} away on that day" if reason == "away" else f"that day is {reason}"
    return said, worktime.next_working(on)


def told(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines of "also", without empty ones, three at most."""
    return tuple(line for line in lines if line)[:3]
