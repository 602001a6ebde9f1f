"""Telling people: mentions, hand-overs and reminders, and taking note that they were read."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from keen.activities.actions.about import Subject, day_of, zone_of
from keen.activities.domain import days, recurrence
from keen.activities.domain.choices import KINDS
from keen.activities.domain.mentions import mentioned
from keen.activities.events import PeopleMentioned
from keen.activities.models import TO_DO, Activity
from keen.activities.queries.notices import HANDOVER, MENTION, REMINDER
from keen.core.actions.operations import Work
from keen.core.events import publish
from keen.core.models import Notice, User
from keen.telemetry import capture as usage

BATCH = 500


def note_acted(activity: Activity, deed: str) -> None:
    """Note for the figures of use that something was done about what somebody was reminded of."""
    if activity.reminded_at is not None:
        usage.note("reminder_acted", kind="activity", deed=deed)


@dataclass
class Mentions:
    """Who was named in a note: who was told, and who may not see the record."""

    told: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    reason: str = "cannot see this"

    def lines(self) -> list[str]:
        """The lines of the receipt."""
        reached = f"{_joined(self.told)} will see it under “Waiting for me”" if self.told else ""
        missed = f"{_joined(self.untold)} was not told: {self.reason}" if self.untold else ""
        return [missed, reached]


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def tell_mentioned(work: Work, activity: Activity, subject: Subject) -> Mentions:
    """Who was told of being named in the note.

    Cost: none without an @, else 2 queries and 1 for each person whose rights a team decides.
    """
    found = Mentions()
    if "@" not in activity.body:
        return found
    people = dict(User.objects.filter(is_active=True).values_list("pk", "name"))
    ids = [pk for pk in mentioned(activity.body, people.items()) if pk != work.actor.user_id]
    reached = []
    for user in User.objects.filter(pk__in=ids).order_by("name"):
        may = (
            not activity.is_private
            and subject.record is not None
            and subject.record.allows(user.actor(), "view")
        )
        (found.told if may else found.untold).append(user.name)
        if may:
            reached.append(_mention(work, activity, subject, user))
    if activity.is_private:
        found.reason = "the note is only yours"
    Notice.objects.bulk_create(reached, ignore_conflicts=True)
    if reached:
        people_told = tuple(notice.user_id for notice in reached)
        publish(
            PeopleMentioned(
                activity_id=activity.pk, people=people_told, actor_id=work.actor.user_id, at=work.at
            )
        )
    return found


def _mention(work: Work, activity: Activity, subject: Subject, user: User) -> Notice:
    # What was written, and about whom, is asked when it is read: by then the reader may see less.
    return Notice(
        user=user,
        kind=MENTION,
        text=f"{work.actor.name} named you"[:300],
        href=f"{subject.href}#a{activity.pk}"[:300],
        by_id=work.actor.user_id,
        at=work.at,
        once=f"mention:{activity.pk}",
    )


def tell_new_owner(work: Work, activity: Activity, note: str = "") -> None:
    """Tell the owner that the activity is theirs now. The actor needs no telling.

    Cost: 1 query.
    """
    if activity.owner_id in {None, work.actor.author_id}:
        return
    when = f"for {day_of(work, activity.plan_on)}" if activity.plan_on else ""
    Notice(
        user_id=activity.owner_id,
        kind=HANDOVER,
        text=f"{work.actor.agent or work.actor.name} gave you: {activity.title}"[:300],
        detail=" · ".join(part for part in (when, activity.with_whom, note) if part)[:300],
        href=f"/activities/{activity.pk}/",
        by_id=work.actor.author_id,
        at=work.at,
        once=f"handover:{activity.pk}:{activity.version}",
    ).save(force_insert=True)


def remind_due(*, now: datetime) -> int:
    """How many people were reminded of what they wanted to be reminded of by now, each once.

    Shape: a reminder without a time of its own waits where its owner does not work today.
    Cost: 1 query when nothing is due, else 3 for each 500, and 1 for each that waits.
    """
    count, looked_at = 0, 1
    while looked_at:
        looked_at, reminded = _remind_batch(now)
        count += reminded
    return count


def _remind_batch(now: datetime) -> tuple[int, int]:
    """How many reminders were due, and how many of them were given."""
    with transaction.atomic():
        due = Activity.objects.filter(
            TO_DO, reminder_at__lte=now, reminded_at__isnull=True, owner__isnull=False
        )
        rows = list(
            due.select_related("owner").order_by("reminder_at", "pk").select_for_update(of=("self",))[:BATCH]
        )
        later = {row.pk: at for row in rows if (at := _waits_until(row, now))}
        told = [row for row in rows if row.pk not in later]
        Notice.objects.bulk_create([_reminder(row, now) for row in told], ignore_conflicts=True)
        Activity.objects.filter(pk__in=[row.pk for row in told]).update(reminded_at=now)
        for pk, at in later.items():
            Activity.objects.filter(pk=pk).update(reminder_at=at)
    return len(rows), len(told)


def _waits_until(activity: Activity, now: datetime) -> datetime | None:
    """When to remind instead, on the owner's next working day; None where it is to be now.

    Shape: what has a time of its own does not wait, nor what was put on a free weekday on purpose.
    """
    if activity.owner is None or activity.reminder_at is None or activity.plan_on is None:
        return None
    zone, worktime = zone_of(activity.owner.actor()), activity.owner.worktime
    today, wished = now.astimezone(zone).date(), activity.reminder_at.astimezone(zone)
    timed = activity.starts_at or activity.due_at or not days.follows_the_day(wished, activity.plan_on)
    on_purpose = activity.plan_on == today and not worktime.week(today)[today.weekday()]
    if timed or on_purpose or worktime.works(today):
        return None
    on = worktime.next_working(today + timedelta(days=1))
    return recurrence.moved(activity.reminder_at, on, zone)


def _reminder(activity: Activity, now: datetime) -> Notice:
    assert activity.owner is not None  # noqa: S101  the query asks for it
    zone = zone_of(activity.owner.actor())
    at = activity.starts_at or activity.due_at
    when = f"{'starts' if activity.starts_at else 'promised for'} {at.astimezone(zone):%H:%M}" if at else ""
    kind = dict(KINDS).get(activity.kind, "")
    return Notice(
        user=activity.owner,
        kind=REMINDER,
        text=activity.title[:300],
        detail=" · ".join(part for part in ("Reminder", when or kind, activity.with_whom) if part)[:300],
        href=f"/activities/{activity.pk}/",
        at=now,
        once=f"reminder:{activity.pk}:{activity.reminder_at:%Y%m%d%H%M%S}",
    )
