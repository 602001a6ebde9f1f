"""Moving what is open: to another day, to somebody else."""

from dataclasses import dataclass
from datetime import date

from keen.activities.actions.about import (
    day_of,
    day_off_of,
    deed,
    held,
    moment_of,
    name_of,
    own_type,
    today_of,
    told,
    zone_of,
)
from keen.activities.actions.notices import note_acted, tell_new_owner
from keen.activities.domain.choices import What
from keen.activities.events import ActivityMoved, ActivityReassigned
from keen.activities.models import Activity
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import User
from keen.lib import text
from keen.lib.errors import ForbiddenError, RuleError
from keen.records.actions import store


@deed
def snooze(*, actor: Actor, activity_id: int, on: date, once: str = "") -> Receipt:
    """The receipt of an activity that is planned for another day. What was promised stays promised.

    Raises: NotVisibleError; ForbiddenError; RuleError for a closed one, a day that is past, or something with a time.
    """
    work = operations.start(actor=actor, verb="snoozed", once=once)
    activity = held(actor, activity_id)
    _check_open(work, activity)
    if activity.kind == What.MEETING and activity.starts_at:
        raise RuleError(
            "has_time", "A meeting has a time. Move it on its own page, so that the time is right.", "on"
        )
    if on < today_of(actor, work.at):
        raise RuleError("past", "That day is over. Choose today or a later one.", "on")
    store.alter(work, own_type(), [store.Alteration(activity, {"plan_on": on}, "snoozed")])
    note_acted(activity, "moved")
    publish(ActivityMoved(activity_id=activity.pk, plan_on=on, actor_id=actor.user_id, at=work.at))
    return operations.finish(work, _snoozed(work, activity, on))


def _snoozed(work: Work, activity: Activity, on: date) -> Receipt:
    link = Link(name_of(work, activity), f"/activities/{activity.pk}/")
    said = f"{name_of(work, activity)} comes back {day_of(work, on)}"
    promise = activity.due_at
    off, better = day_off_of(work, activity.owner_id, on)
    if off and better and activity.owner_id == work.actor.user_id:
        move = Link(
            f"{day_of(work, better).capitalize()} instead",
            f"/activities/{activity.pk}/move/{better}/",
            post=True,
        )
        return Receipt(
            "saved",
            f"{said}.",
            object=link,
            also=(off,),
            next=Link("Go on with today", "/"),
            alternative=move,
        )
    if promise is None or promise.astimezone(zone_of(work.actor)).date() >= on:
        also = told([f"still promised for {moment_of(work, promise)}" if promise else ""])
        return Receipt("saved", f"{said}.", object=link, also=also, next=Link("Go on with today", "/"))
    tell = Link("Change the promise", f"/activities/{activity.pk}/edit/")
    words = f"{said}, after its promise of {moment_of(work, promise)}. Tell them when."
    return Receipt("gap", words, object=link, next=tell, alternative=Link("Go on with today", "/"))


def _check_open(work: Work, activity: Activity) -> None:
    if not activity.is_open:
        raise RuleError("closed", f"“{name_of(work, activity)}” is closed already. Open it again first.")


@dataclass(frozen=True, kw_only=True)
class Handover:
    """To whom, with a word to them."""

    to_id: int
    note: str = ""


@deed
def reassign(*, actor: Actor, activity_id: int, handover: Handover, once: str = "") -> Receipt:
    """The receipt of giving an activity to somebody else, who is told. They will see it even where the record is not theirs.

    Raises: NotVisibleError; ForbiddenError when it is not the actor's to give; RuleError for nobody.
    """
    work = operations.start(actor=actor, verb="reassigned", once=once)
    activity = held(actor, activity_id)
    _check_open(work, activity)
    own = activity.owner_id in {None, actor.user_id} or activity.created_by_id == actor.user_id
    if not own and not actor.rights.has("reassign"):
        raise ForbiddenError(
            "reassign", "Only the assignee or a manager can give this to somebody else.", "owner"
        )
    person = User.objects.filter(pk=handover.to_id, is_active=True).first()
    if person is None:
        raise RuleError("not_a_person", "Choose somebody from the list.", "owner")
    if activity.is_private and person.pk != actor.user_id:
        raise RuleError(
            "private",
            "This is only yours to see. Take the mark away before you give it to somebody.",
            "owner",
        )
    change = store.Alteration(activity, {"owner_id": person.pk, "team_id": person.team_id}, "reassigned")
    altered = store.alter(work, own_type(), [change])
    if altered:
        tell_new_owner(work, activity, text.clean(handover.note, 200))
        note_acted(activity, "given")
        publish(
            ActivityReassigned(activity_id=activity.pk, to_id=person.pk, actor_id=actor.user_id, at=work.at)
        )
    receipt = Receipt(
        "saved",
        f"{person.name} does it now: {name_of(work, activity)}.",
        object=Link(name_of(work, activity), f"/activities/{activity.pk}/"),
        also=told(
            [
                f"{person.name} is away until {day_of(work, back)}"
                if (back := person.worktime.back_on(today_of(actor, work.at)))
                else "",
                f"{person.name} was told" if altered and person.pk != actor.user_id else "",
            ]
        ),
        next=Link("Go on with today", "/"),
    )
    return operations.finish(work, receipt)
