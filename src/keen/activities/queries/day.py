"""Somebody's day: what to do next and why, what comes then, what is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from keen.activities.domain.choices import MINUTES, Status, What
from keen.activities.domain.marks import Mark, State, mark
from keen.activities.domain.ranking import SOON, STALE_AFTER, Candidate, Moment, Ranked, rank
from keen.activities.domain.suggestions import Suggestion, joined, standing_alone
from keen.activities.models import TO_DO, Activity, ActivityLink, own
from keen.activities.queries.links import as_told
from keen.activities.queries.steps import zone_of
from keen.activities.queries.verdicts import judged
from keen.core import queries as core
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.models import Notice
from keen.core.wiring import wired
from keen.people.models import Contact
from keen.records import declare
from keen.records.queries.unseen import without_hidden_links

MOST = 200
MOST_THEN = 8
MOST_DONE = 30
MOST_WAITING = 6
MOST_IDEAS = 3
MOST_RECENT = 5


@dataclass(frozen=True)
class Line:
    """One thing of the day with its mark, why it counts, and how to reach the person.

    Shape: either an activity that was planned, or something that another package puts forward.
    """

    activity: Activity | None
    mark: Mark
    why: str = ""
    phone: str = ""
    minutes: int = 0
    cause: str = ""
    suggestion: Suggestion | None = None

    @property
    def planned(self) -> Activity:
        """The activity, of a line that has one.

        Raises: TypeError for a suggestion.
        """
        if self.activity is None:
            raise TypeError("This line is a suggestion.")
        return self.activity

    @property
    def key(self) -> tuple[str, int]:
        """The record that it is about, or the activity itself."""
        return self.suggestion.key if self.suggestion else ("activity", self.planned.pk)

    @property
    def subject(self) -> tuple[str, int | None]:
        """The record that a call about it is logged on: the activity itself, when nobody is named."""
        it = self.planned
        named = it.contact_id or it.account_id
        return (it.about_kind, it.about_id) if named else ("activity", it.pk)


@dataclass(frozen=True)
class Day:
    """Everything that Today shows."""

    now: datetime
    first: Line | None = None
    then: Sequence[Line] = ()
    more: int = 0
    calendar: Sequence[Line] = ()
    done: Sequence[Activity] = ()
    waiting: Sequence[Notice] = ()
    ideas: Sequence[Contact] = ()
    count: int = 0
    minutes: int = 0
    kept: tuple[int, int] = (0, 0)
    capped: bool = False

    @property
    def is_first_use(self) -> bool:
        """Whether nothing of one's own is there yet."""
        own = self.first and not self.first.suggestion
        return not (own or self.done or self.calendar or self.ideas)


def day(actor: Actor, now: datetime) -> Day:
    """The person's day.

    Shape: more than 200 open things are counted as 200; the promised and the newest are kept. What other packages put
    forward stands among what was planned, but is not counted as planned.
    Cost: 5 queries, and those of the wired suggesters.
    """
    zone = zone_of(actor)
    moment = Moment(now, zone)
    activities = open_until(actor, moment)
    lines = _ranked(actor, moment, activities)
    meetings = [line for line in lines if line.activity and _meets_today(line.activity, moment)]
    apart = {line.key for line in meetings}
    first = next((line for line in lines if line.key not in apart or _starts_soon(line.planned, now)), None)
    then = [line for line in lines if line is not first and line.key not in apart]
    done = as_told(actor, done_since(actor, start_of(moment.today, zone)))
    planned = [line for line in lines if line.activity]
    return Day(
        now=now,
        first=first,
        then=then[:MOST_THEN],
        more=max(len(then) - MOST_THEN, 0),
        calendar=sorted(meetings, key=lambda line: line.planned.starts_at or now),
        done=done,
        waiting=core.as_told_now(actor, core.unread(actor)[:MOST_WAITING]),
        ideas=_told(actor, without_next_step(actor, now)[:MOST_IDEAS]),
        count=len(planned),
        minutes=sum(line.minutes for line in planned),
        kept=_promises(done),
        capped=len(activities) == MOST,
    )


def _ranked(actor: Actor, moment: Moment, activities: Sequence[Activity]) -> list[Line]:
    """What was planned and what is put forward, in one order, without what the person put aside."""
    found = judged(actor, moment.now, moment.today)
    about = {(activity.about_kind, activity.about_id) for activity in activities if activity.about_id}
    offered = [
        one
        for suggest in wired().suggesters
        for one in suggest(actor, moment, about)
        if one.key not in found.aside
    ]
    by_key = {one.key: one for one in offered}
    people = reachable(actor, activities)
    candidates = [
        joined(
            _candidate(activity, people.get(activity.contact_id)),
            by_key.get((activity.about_kind, activity.about_id or 0)),
        )
        for activity in activities
        if ("activity", activity.pk) not in found.aside
    ]
    candidates += [one.candidate for one in standing_alone(offered, about)]
    by_id = {activity.pk: activity for activity in activities}
    return [
        _line(by_id[ranked.candidate.id], people, ranked, moment)
        if ranked.candidate.of == Activity.KIND
        else _offer(by_key[ranked.candidate.of, ranked.candidate.id], ranked)
        for ranked in rank(candidates, moment, found.less)
    ]


def _offer(one: Suggestion, ranked: Ranked) -> Line:
    told = Mark(State(one.state), one.mark)
    return Line(None, told, ranked.why, one.phone, one.minutes, ranked.cause, one)


def start_of(day_: date, zone: ZoneInfo) -> datetime:
    """The moment at which the day begins where the person is."""
    return datetime.combine(day_, time(), tzinfo=zone)


def open_until(actor: Actor, moment: Moment) -> list[Activity]:
    """The actor's open activities that want to be seen by the end of the day.

    Cost: 1 query.
    """
    end = start_of(moment.today + timedelta(days=1), moment.zone)
    rows = (
        Activity.objects.filter(TO_DO, own(actor), act_at__lt=end)
        .select_related("contact")
        .only(*_COLUMNS, *(f"contact__{name}" for name in _CONTACT_COLUMNS))
    )
    found = list(rows.order_by("-promised_to_customer", "-act_at", "-pk")[:MOST])
    listed = [activity for activity in found if not _is_later(activity, moment.today)]
    return as_told(actor, listed)


_COLUMNS = (
    "kind", "subject", "body", "status", "priority", "plan_on", "due_at", "starts_at", "ends_at", "reminder_at",
    "recurrence", "promised_to_customer", "is_private", "owner_id", "team_id", "created_by_id", "contact_id",
    "contact_name", "account_id", "account_name", "about_kind", "about_id", "act_at",
)  # fmt: skip
_CONTACT_COLUMNS = (
    "first_name", "last_name", "phone", "last_contact_at", "do_not_call", "owner_id", "team_id", "deleted_at",
    "restricted_at",
)  # fmt: skip
_NAMES = ("first_name", "last_name", "email", "phone", "job_title", "account_name")


def _is_later(activity: Activity, today: date) -> bool:
    """A planned day is the same day everywhere; west of Greenwich its beginning in UTC comes a day too soon."""
    plan = activity.plan_on
    return bool(plan and plan > today and activity.act_at == datetime.combine(plan, time(), tzinfo=UTC))


def reachable(actor: Actor, activities: Sequence[Activity]) -> dict[int | None, Contact]:
    """The people of the activities whom the actor may still see: some may have moved to another team."""
    people = {activity.contact_id: activity.contact for activity in activities if activity.contact}
    return {
        pk: contact
        for pk, contact in people.items()
        if contact.deleted_at is None and contact.allows(actor, "view")
    }


def _candidate(activity: Activity, contact: Contact | None) -> Candidate:
    return Candidate(
        id=activity.pk,
        times=activity.times,
        kind=activity.kind,
        promised=activity.promised_to_customer,
        priority=activity.priority,
        reminder_at=activity.reminder_at,
        last_contact_at=contact.last_contact_at if contact else None,
        person=contact.first_name if contact else "",
    )


def _line(activity: Activity, people: Mapping[int | None, Contact], ranked: Ranked, moment: Moment) -> Line:
    contact = people.get(activity.contact_id)
    return Line(
        activity,
        mark(activity.times, moment.now, moment.zone),
        ranked.why,
        phone=contact.phone if contact and not (contact.do_not_call or contact.is_restricted) else "",
        minutes=minutes_of(activity),
        cause=ranked.cause,
    )


def minutes_of(activity: Activity) -> int:
    """How long it takes: a meeting as planned, everything else what is usual."""
    if activity.starts_at and activity.ends_at:
        return min(int((activity.ends_at - activity.starts_at).total_seconds() // 60), 600)
    return MINUTES.get(activity.kind, 15)


def _meets_today(activity: Activity, moment: Moment) -> bool:
    return bool(
        activity.kind == What.MEETING
        and activity.starts_at
        and moment.day(activity.starts_at) == moment.today
    )


def _starts_soon(activity: Activity, now: datetime) -> bool:
    return bool(activity.starts_at and timedelta() <= activity.starts_at - now <= SOON)


def done_since(actor: Actor, since: datetime) -> QuerySet[Activity]:
    """What the actor has done since then, the latest first.

    Cost: 1 query.
    """
    mine = Activity.objects.living().filter(own(actor), done_at__gte=since, status=Status.DONE.value)
    return mine.only(*_COLUMNS, "done_at", "outcome", "direction").order_by("-done_at", "-pk")[:MOST_DONE]


def _promises(done: Sequence[Activity]) -> tuple[int, int]:
    """How many promises were kept today, of how many."""
    promised = [(activity.due_at, activity.done_at) for activity in done if activity.due_at]
    return len([1 for due_at, done_at in promised if done_at and done_at <= due_at]), len(promised)


def without_next_step(actor: Actor, now: datetime) -> QuerySet[Contact]:
    """The actor's people who had contact once, none for a month, and for whom nothing is planned: the latest first.

    Cost: 1 query.
    """
    planned = ActivityLink.objects.filter(record_kind=Contact.KIND, record_id=OuterRef("pk"), at__isnull=True)
    if actor.rights.scope(Contact.KIND, "view") is Scope.NONE:  # any other scope holds one's own
        return Contact.objects.none()
    mine = Contact.objects.living().filter(owner_id=actor.user_id, last_contact_at__lt=now - STALE_AFTER)
    return mine.filter(~Exists(planned)).only(*_NAMES, "last_contact_at").order_by("-last_contact_at", "-pk")


@dataclass(frozen=True)
class Around:
    """What is worth a look beside the day: what colleagues changed, and the newest people of one's own."""

    lately: Sequence[Contact] = field(default_factory=list)
    newest: Sequence[Contact] = field(default_factory=list)


def around(actor: Actor) -> Around:
    """What is worth a look, also for somebody who has not written anything yet.

    Cost: 2 queries.
    """
    seen = Contact.objects.visible_to(actor)
    lately = (
        seen.filter(~Q(updated_by_id=actor.user_id))
        .select_related("updated_by")
        .order_by("-updated_at", "-pk")
    )
    newest = seen.filter(owner_id=actor.user_id).order_by("-created_at", "-pk")
    return Around(
        _told(actor, lately.only(*_NAMES, "updated_at", "updated_by__name")[:MOST_RECENT]),
        _told(actor, newest.only(*_NAMES)[:MOST_RECENT]),
    )


def _told(actor: Actor, people: Iterable[Contact]) -> list[Contact]:
    return without_hidden_links(declare.get(Contact.KIND), actor, people)
