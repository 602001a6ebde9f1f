"""What repeats: the next one is made when one is closed."""

from dataclasses import replace
from datetime import date

from keen.activities.actions.about import own_type, today_of, zone_of
from keen.activities.domain import recurrence
from keen.activities.domain.choices import Status
from keen.activities.events import ActivityPlanned
from keen.activities.models import Activity
from keen.core.actions.operations import Work
from keen.core.events import publish
from keen.records.actions import store

KEPT = (
    "kind",
    "subject",
    "body",
    "direction",
    "priority",
    "promised_to_customer",
    "is_private",
    "account_id",
    "account_name",
    "contact_id",
    "contact_name",
    "about_kind",
    "about_id",
    "participants",
    "owner_id",
    "team_id",
    "source",
)


def repeat(work: Work, closed: Activity) -> Activity | None:
    """The next of a repeating activity that was just closed, None when it does not repeat or has ended.

    Shape: days that have passed meanwhile are left out, so that nothing piles up; times keep the owner's wall clock;
    what has only a day comes on one on which the owner works.
    """
    if not closed.recurrence:
        return None
    zone, today = zone_of(work.actor), today_of(work.actor, work.at)
    moments = [at for at in (closed.starts_at, closed.due_at) if at]
    anchor = closed.plan_on or (moments[0].astimezone(zone).date() if moments else today)
    following = recurrence.following(closed.recurrence, anchor, today)
    if following is None:
        return None
    following = _on_a_working_day(closed, following, anchor)
    made = Activity(**{name: getattr(closed, name) for name in KEPT})
    made.status = Status.OPEN.value
    made.recurrence = following.rule
    made.plan_on = following.on if closed.plan_on else None
    shift = following.on - anchor
    for name in ("starts_at", "due_at", "reminder_at"):
        at = getattr(closed, name)
        if at is not None:
            setattr(made, name, recurrence.moved(at, at.astimezone(zone).date() + shift, zone))
    if closed.starts_at and closed.ends_at and made.starts_at:
        made.ends_at = made.starts_at + (closed.ends_at - closed.starts_at)
    if not (made.plan_on or made.starts_at or made.due_at):
        made.plan_on = following.on
    store.insert(work, own_type(), [made])
    publish(
        ActivityPlanned(
            activity_id=made.pk, kind=made.kind, plan_on=following.on, assigned_to=made.owner_id,
            actor_id=work.actor.user_id, at=work.at,
        )
    )  # fmt: skip
    return made


def _on_a_working_day(
    closed: Activity, following: recurrence.Following, anchor: date
) -> recurrence.Following:
    """The next time, moved on to a day on which the owner works.

    Shape: what has a time of its own stays, and so does what was put on a free weekday on purpose.
    Cost: 1 query for what has no time.
    """
    if closed.starts_at or closed.due_at or closed.owner is None:
        return following
    worktime = closed.owner.worktime
    on_purpose = not worktime.week(anchor)[anchor.weekday()]
    return following if on_purpose else replace(following, on=worktime.next_working(following.on))
