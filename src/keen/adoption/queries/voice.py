"""What was said and asked: one's own messages, the inbox, the open question, and answers of groups of five and more."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from keen.adoption.domain.disclosure import publishable
from keen.adoption.domain.voice import EASE, FIRST, NEEDS, OPEN, umux_lite
from keen.adoption.models import Message, Poll, Question, Reply, Voice
from keen.core.domain.actor import Actor
from keen.core.models import Team
from keen.telemetry.domain.levels import LEAST_GROUP

MANAGE = "adoption.manage"
VIEW = "adoption.view"
STUCK_FOR = timedelta(hours=24)
MONTHS_SHOWN = 6


def visible_messages(actor: Actor) -> QuerySet[Message]:
    """Messages of one's own; all of them for who answers.

    Cost: 1 query.
    """
    rows = Message.objects.select_related("by", "answered_by")
    own = Q(by_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
    return rows if actor.rights.has(MANAGE) else rows.filter(own)


def own_messages(actor: Actor) -> QuerySet[Message]:
    """What the actor said, newest first.

    Cost: 1 query.
    """
    return Message.objects.select_related("answered_by").filter(by_id=actor.user_id).order_by("-at", "-pk")


def inbox(*, is_open: bool) -> QuerySet[Message]:
    """Messages that wait, the next due one first; or those that are settled, the newest first.

    Cost: 1 query.
    """
    rows = Message.objects.select_related("by", "answered_by")
    waiting = [state.value for state in OPEN]
    if is_open:
        return rows.filter(state__in=waiting).order_by("due_on", "pk")
    return rows.exclude(state__in=waiting).order_by("-answered_at", "-pk")


def open_count() -> int:
    """How many messages wait.

    Cost: 1 query.
    """
    return Message.objects.filter(state__in=[state.value for state in OPEN]).count()


def voice_of(user_id: int | None) -> Voice | None:
    """What the person chose; None where they chose nothing.

    Cost: 1 query.
    """
    return Voice.objects.filter(user_id=user_id or 0).first()


def open_question(user_id: int | None) -> Question | None:
    """What the person is asked at present.

    Cost: 1 query.
    """
    return Question.objects.filter(user_id=user_id or 0, is_open=True).select_related("poll").first()


def own_replies(actor: Actor) -> QuerySet[Reply]:
    """What the actor answered, newest first.

    Cost: 1 query.
    """
    return Reply.objects.filter(user_id=actor.user_id or 0).select_related("poll").order_by("-on", "-pk")


@dataclass(frozen=True)
class Feeling:
    """The two items of one group in one month, as one figure from 0 to 100 and each on its own."""

    label: str
    people: int
    figure: int
    needs: float
    ease: float


def feelings(first: date, last: date) -> list[Feeling]:
    """How the company and each team of five and more answered, as it may be shown to anybody.

    Shape: the company comes first. Groups are left out until no sum minus what is shown tells of fewer than five.
    Cost: 2 queries.
    """
    rows = Reply.objects.filter(item__in=(NEEDS.key, EASE.key), on__range=(first, last), user__isnull=False)
    answers: dict[int, dict[str, int]] = {}
    team_of: dict[int, int | None] = {}
    for user, item, value, team in rows.order_by("on", "pk").values_list(
        "user_id", "item", "value", "team_id"
    ):
        if value is not None:
            answers.setdefault(user, {})[item] = value
            team_of[user] = team
    whole = {user: held for user, held in answers.items() if len(held) == 2}
    groups: dict[str, set[int]] = {"": set(whole)}
    names = dict(Team.objects.values_list("pk", "name"))
    for user in whole:
        if (name := names.get(team_of[user] or 0)) is not None:
            groups.setdefault(name, set()).add(user)
    kept = publishable({key: frozenset(people) for key, people in groups.items()}, LEAST_GROUP)
    return [_feeling(name or "Everybody", [whole[user] for user in groups[name]]) for name in sorted(kept)]


def _feeling(label: str, held: list[dict[str, int]]) -> Feeling:
    needs = sum(one[NEEDS.key] for one in held) / len(held)
    ease = sum(one[EASE.key] for one in held) / len(held)
    step = 5 if len(held) < 2 * LEAST_GROUP else 1
    digits = 0 if step > 1 else 1
    return Feeling(
        label,
        len(held),
        step * round(umux_lite(needs, ease) / step),
        round(needs, digits),
        round(ease, digits),
    )


def over_time(last: date, months: int = MONTHS_SHOWN) -> list[tuple[str, Feeling | None]]:
    """The figure of everybody, month by month, the newest last; None for months with fewer than five answers.

    Cost: 2 queries for each month.
    """
    found: list[tuple[str, Feeling | None]] = []
    end = last
    for _ in range(months):
        start = end.replace(day=1)
        everybody = [one for one in feelings(start, end) if one.label == "Everybody"]
        found.append((f"{start:%b %Y}", everybody[0] if everybody else None))
        end = start - timedelta(days=1)
    return found[::-1]


def wishes(first: date, last: date) -> list[str]:
    """What would make people open Keen first, without names and in no order of time; nothing from fewer than five.

    Cost: 1 query.
    """
    rows = Reply.objects.filter(item=FIRST.key, on__range=(first, last)).exclude(text="")
    told = list(rows.values_list("user_id", "text"))
    if len({user for user, _ in told}) < LEAST_GROUP:
        return []
    return sorted(text for _, text in told)


@dataclass(frozen=True)
class Outcome:
    """What a poll brought: how many chose what, where five and more answered."""

    poll: Poll
    people: int
    counts: Mapping[str, int]


def outcomes(today: date) -> list[Outcome]:
    """The polls, newest first; the counts of those that are over and were answered by five and more.

    Shape: while a poll runs nothing is told of it: two looks would differ by one person.
    Cost: 2 queries.
    """
    polls = list(Poll.objects.select_related("by").order_by("-closes_on", "-pk")[:20])
    rows = Reply.objects.filter(poll__in=polls).values_list("poll_id", "user_id", "value")
    chosen: dict[int, dict[int | None, int]] = {}
    for poll_id, user_id, value in rows:
        chosen.setdefault(poll_id or 0, {})[user_id] = value or 0
    return [_outcome(poll, chosen.get(poll.pk, {}), today) for poll in polls]


def _outcome(poll: Poll, chosen: Mapping[int | None, int], today: date) -> Outcome:
    if poll.closes_on >= today or len(chosen) < LEAST_GROUP:
        return Outcome(poll, 0, {})
    counted = Counter(chosen.values())
    return Outcome(
        poll, len(chosen), {words: counted.get(place, 0) for place, words in enumerate(poll.options)}
    )
