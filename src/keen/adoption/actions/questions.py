"""Asking people: when the moment is right, seldom, and without a trace of who declined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from keen.adoption.domain import voice
from keen.adoption.domain.voice import ASKED, POLL, Moment, Sort
from keen.adoption.models import Message, Poll, Question, Reply, Voice
from keen.adoption.queries.voice import MANAGE, STUCK_FOR
from keen.core import queries as core
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Operation, User
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.telemetry.domain.levels import LEAST_GROUP

KIND, POLL_KIND, VOICE_KIND = "voice_reply", "voice_poll", "voice_choice"
LONGEST = 500
REMEMBERED = timedelta(days=400)


def ask_people(now: datetime) -> int:
    """How many people have a new question. What nobody answered for a week closes.

    Cost: 6 queries, and 1 for each person who is asked.
    """
    today = timezone.localdate(now)
    Question.objects.filter(is_open=True, asked_on__lte=today - timedelta(days=voice.OPEN_DAYS)).update(
        is_open=False
    )
    Question.objects.filter(asked_on__lt=today - REMEMBERED).delete()
    polls = list(Poll.objects.filter(opens_on__lte=today, closes_on__gte=today).order_by("closes_on", "pk"))
    return sum(
        _ask(user, item, today)
        for user, moment in _moments(now, today)
        if (item := _item(user, moment, polls))
    )


def _item(user: User, moment: Moment, polls: Sequence[Poll]) -> tuple[str, Poll | None] | None:
    """What the person is asked now: a poll that waits for them first, then the standing questions in their month."""
    if not voice.is_right(moment):
        return None
    answered = {item for _, item in moment.asked}
    for poll in polls:
        if (not poll.teams or user.team_id in poll.teams) and f"{POLL} {poll.pk}" not in answered:
            return POLL, poll
    return (voice.next_item(moment), None) if voice.third_of(user.pk, moment.on) else None


def _ask(user: User, item: tuple[str, Poll | None], today: date) -> int:
    try:
        with transaction.atomic():
            Question.objects.create(user=user, item=item[0], poll=item[1], asked_on=today)
    except IntegrityError:
        return 0  # another worker asked at the same moment
    return 1


def _moments(now: datetime, today: date) -> list[tuple[User, Moment]]:
    """Who did something today and is asked nothing at present, each with what is known of them."""
    midnight = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    acts = dict(
        Operation.objects.filter(at__gte=midnight, actor__isnull=False)
        .values_list("actor_id")
        .annotate(Count("pk"))
        .order_by()
    )
    people = list(User.objects.filter(pk__in=acts, is_active=True).order_by("pk"))
    waits = set(Question.objects.filter(user__in=acts, is_open=True).values_list("user_id", flat=True))
    refuse = set(Voice.objects.filter(may_be_asked=False).values_list("user_id", flat=True))
    stuck = set(
        Message.objects.filter(sort=Sort.STUCK.value, at__gt=now - STUCK_FOR).values_list("by_id", flat=True)
    )
    asked: dict[int, list[tuple[date, str]]] = {}
    for user_id, on, item, poll_id in (
        Question.objects.filter(user__in=acts)
        .order_by("-asked_on", "-pk")
        .values_list("user_id", "asked_on", "item", "poll_id")
    ):
        asked.setdefault(user_id, []).append((on, f"{item} {poll_id}" if poll_id else item))
    return [
        (
            user,
            Moment(
                on=today,
                joined_on=timezone.localdate(user.created_at),
                acts_today=acts[user.pk],
                is_stuck=user.pk in stuck,
                may_be_asked=user.pk not in refuse,
                asked=asked.get(user.pk, ()),
            ),
        )
        for user in people
        if user.pk not in waits
    ]


def reply(*, actor: Actor, question_id: int, given: Mapping[str, str]) -> Receipt:
    """The receipt of an answer.

    Raises: NotVisibleError for somebody else's question or one that is closed; RuleError for an answer that is none.
    """
    with transaction.atomic():
        row = _own_question(actor, question_id)
        today = timezone.localdate()
        about = {"user_id": actor.user_id, "team_id": actor.team_id, "on": today}
        if row.poll is not None:
            chosen = _number(given.get("value", ""), 0, len(row.poll.options) - 1, "value")
            made = [Reply(item=POLL, poll=row.poll, value=chosen, **about)]
        else:
            made = [Reply(item=one.key, **_answer(one, given), **about) for one in ASKED[row.item]]
        for one in made:
            one.save(force_insert=True)
        row.is_open = False
        row.save(update_fields=["is_open"])
        work = start(actor=actor, verb="replied")
        note(work, Entry(KIND, row.pk, 0, "created", {}, {"replies": [one.pk for one in made]}))
        told = Receipt(
            "saved",
            "Thank you. Your answer is kept.",
            object=Link("What you answered", reverse("voice")),
            also=("others see it in groups of five and more",),
            nothing_next=f"You are not asked again for {voice.GAP.days} days.",
        )
        return finish(work, told)


def _answer(item: voice.Item, given: Mapping[str, str]) -> dict[str, object]:
    if item.steps:
        return {"value": _number(given.get(item.key, ""), 1, item.steps, item.key)}
    words = text.clean(given.get(item.key, ""), LONGEST)
    if not words:
        raise RuleError("missing", "Write a few words, or choose “Not now”.", item.key)
    return {"text": words}


def _number(given: str, low: int, high: int, name: str) -> int:
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else -1
    if not low <= number <= high:
        raise RuleError("not_a_choice", "Choose one of the answers.", name)
    return number


def decline(*, actor: Actor, question_id: int) -> None:
    """The question is closed, as if it had run out: no operation, no audit line, nothing that tells it from that.

    Raises: NotVisibleError for somebody else's question or one that is closed.
    """
    with transaction.atomic():
        row = _own_question(actor, question_id)
        row.is_open = False
        row.save(update_fields=["is_open"])


def _own_question(actor: Actor, question_id: int) -> Question:
    if actor.user_id is None or not actor.may_write:
        raise ForbiddenError
    rows = Question.objects.select_for_update(of=("self",)).select_related("poll")
    row = rows.filter(pk=question_id, user_id=actor.user_id, is_open=True).first()
    if row is None:
        raise NotVisibleError("no_question", "This question is closed. Thank you all the same.")
    return row


@dataclass(frozen=True)
class Choices:
    """What somebody decides about being asked and being named."""

    may_be_asked: bool
    may_count: bool
    may_be_named: bool


def choose(*, actor: Actor, choices: Choices) -> Receipt:
    """The receipt of what the person decides about being asked and named. Only they themselves can.

    Raises: ForbiddenError while looking at the app as somebody else.
    """
    if actor.user_id is None or not actor.may_write:
        raise ForbiddenError
    with transaction.atomic():
        row = Voice.objects.select_for_update().filter(user_id=actor.user_id).first()
        before = _choices(row) if row else {}
        work = start(actor=actor, verb="chose")
        kept = row or Voice(user_id=actor.user_id)
        kept.may_be_asked, kept.may_count = choices.may_be_asked, choices.may_count
        kept.may_be_named, kept.changed_at = choices.may_be_named, work.at
        kept.save()
        if not kept.may_be_asked:
            Question.objects.filter(user_id=actor.user_id or 0, is_open=True).update(is_open=False)
        note(work, Entry(VOICE_KIND, actor.user_id, 0, "updated", before, _choices(kept)))
        told = Receipt(
            "saved",
            "Your choice is kept. It holds at once, and nobody gets a notice.",
            object=Link("My adoption", reverse("adoption-me")),
            nothing_next="You can change it here at any time.",
        )
        return finish(work, told)


def _choices(row: Voice) -> dict[str, object]:
    return {
        "may_be_asked": row.may_be_asked,
        "may_count": row.may_count,
        "may_be_named": row.may_be_named,
    }


@dataclass(frozen=True)
class Wish:
    """A poll to be opened: its question, two to six answers, which teams, how many days."""

    words: str
    options: Sequence[str]
    teams: Sequence[int] = ()
    days: int = 14
    cause: str = ""


def open_poll(*, actor: Actor, wish: Wish) -> Receipt:
    """The receipt of a poll, asked from now on.

    Raises: ForbiddenError; RuleError for no question, too few answers, or fewer than five people who would be asked.
    """
    if not actor.may_write or not actor.rights.has(MANAGE):
        raise ForbiddenError
    words = text.clean(wish.words, 200)
    options = [one for one in (text.clean(given, 80) for given in wish.options) if one]
    if not words:
        raise RuleError("missing", "Write the question.", "words")
    if not 2 <= len(options) <= 6 or len(set(options)) < len(options):
        raise RuleError("options", "Give two to six different answers, one in each line.", "options")
    if not 1 <= wish.days <= 60:
        raise RuleError("days", "A poll runs for 1 to 60 days.", "days")
    with transaction.atomic():
        teams = sorted({pk for chosen in wish.teams for pk in core.teams_below(chosen)})
        asked = User.objects.filter(is_active=True)
        asked = asked.filter(team_id__in=teams) if teams else asked
        if asked.count() < LEAST_GROUP:
            told = "Fewer than five people would be asked, so nothing could be shown. Choose more teams."
            raise RuleError("too_few", told, "teams")
        work = start(actor=actor, verb="asked")
        today = timezone.localdate(work.at)
        row = Poll.objects.create(
            words=words,
            options=options,
            cause=wish.cause[:40],
            teams=teams,
            opens_on=today,
            closes_on=today + timedelta(days=wish.days),
            by_id=actor.user_id,
        )
        note(work, Entry(POLL_KIND, row.pk, 0, "created", {}, {"words": row.words, "options": row.options}))
        receipt = Receipt(
            "saved",
            f"Asked until {row.closes_on:%-d %B}.",
            object=Link("Polls", reverse("voice-polls")),
            also=("each person is asked at the end of some work, at most every three weeks",),
            nothing_next="The result stands here once the poll is over.",
        )
        return finish(work, receipt)


def undo_replies(work: Work, changes: Sequence[Change]) -> None:
    """Answers are gone again; the question stays closed.

    Raises: RuleError for those that are gone, and for somebody else's.
    """
    for change in changes:
        rows = Reply.objects.filter(pk__in=change.after.get("replies", ()), user_id=work.actor.user_id or 0)
        if not rows.delete()[0]:
            raise RuleError("changed_since", "Your answer is gone already.")
        note(work, Entry(KIND, change.record_id, 0, "deleted", {}, {}))


def undo_polls(work: Work, changes: Sequence[Change]) -> None:
    """Polls are gone again, with what was answered.

    Raises: ForbiddenError for who does not open polls; RuleError when it is gone already.
    """
    if not work.actor.rights.has(MANAGE):
        raise ForbiddenError
    for change in changes:
        if not Poll.objects.filter(pk=change.record_id).delete()[0]:
            raise RuleError("changed_since", "The poll is gone already.")
        note(work, Entry(POLL_KIND, change.record_id, 0, "deleted", dict(change.after), {}))


def undo_choices(work: Work, changes: Sequence[Change]) -> None:
    """What the person decided before holds again.

    Raises: ForbiddenError for somebody else's.
    """
    for change in changes:
        row = Voice.objects.select_for_update().filter(user_id=change.record_id).first()
        if row is None or change.record_id != work.actor.user_id:
            raise ForbiddenError
        now = _choices(row)
        was = change.before or {"may_be_asked": True, "may_count": False, "may_be_named": False}
        for name, value in was.items():
            setattr(row, name, value)
        row.changed_at = work.at
        row.save()
        note(work, Entry(VOICE_KIND, row.user_id, 0, "updated", now, was))
