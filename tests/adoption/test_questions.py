"""Asking people: when, how seldom, and what a decline leaves behind."""

from datetime import timedelta

import pytest
from django.db.models import Model
from django.forms.models import model_to_dict
from django.utils import timezone

from keen.adoption.actions import questions
from keen.adoption.actions.questions import Choices, Wish, ask_people, choose, decline, open_poll, reply
from keen.adoption.domain.voice import ACTS, OPEN_DAYS, third_of
from keen.adoption.models import Poll, Question, Reply, Voice
from keen.adoption.queries import voice as known
from keen.core.actions.operations import finish, start
from keen.core.domain.receipts import Receipt
from keen.core.models import Change, Operation, User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from tests.factories.adoption import make_feeling, make_people
from tests.factories.core import make_user
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


def settle(*people: User) -> None:
    """They are here for long, and did something today."""
    User.objects.filter(pk__in=[one.pk for one in people]).update(
        created_at=timezone.now() - timedelta(days=60)
    )
    for one in people:
        for _ in range(ACTS):
            finish(start(actor=one.actor(), verb="saved"), Receipt("saved", "Something"))


def ask(user: User, item: str = "pair", **fields: object) -> Question:
    return Question.objects.create(user=user, item=item, asked_on=timezone.localdate(), **fields)


def test_a_third_is_asked_at_the_end_of_some_work() -> None:
    people = make_people(9)
    settle(*people)
    idle = make_people(1)

    count = ask_people(timezone.now())

    turn = {one.pk for one in people if third_of(one.pk, timezone.localdate())}
    assert count == len(turn)
    assert set(Question.objects.values_list("user_id", flat=True)) == turn
    assert idle[0].pk not in turn
    assert ask_people(timezone.now()) == 0


def test_who_does_not_want_to_is_not_asked() -> None:
    people = make_people(6)
    settle(*people)
    poll = open_poll(actor=make_user("rollout_lead").actor(), wish=Wish("Why?", ["a", "b"]))
    Voice.objects.create(user=people[0], may_be_asked=False, changed_at=timezone.now())

    assert ask_people(timezone.now()) == 5
    assert poll.outcome == "saved"


def test_a_poll_asks_its_teams_once() -> None:
    people, others = make_people(5), make_people(5)
    settle(*people, *others)
    team = people[0].team_id
    assert team
    open_poll(actor=make_user("rollout_lead").actor(), wish=Wish("Which system?", ["This", "That"], [team]))

    ask_people(timezone.now())

    asked = Question.objects.filter(item="poll")
    assert set(asked.values_list("user_id", flat=True)) == {one.pk for one in people}
    Question.objects.update(is_open=False)
    assert ask_people(timezone.now()) == 0


def test_an_answer_is_kept_and_can_be_taken_back(owner: User) -> None:
    question = ask(owner)

    receipt = reply(actor=owner.actor(), question_id=question.pk, given={"needs": "6", "ease": "5"})

    assert dict(Reply.objects.values_list("item", "value")) == {"needs": 6, "ease": 5}
    assert "6" not in str(Change.objects.get(kind="voice_reply").before)
    assert known.open_question(owner.pk) is None
    undo(owner, receipt)
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    ("item", "given", "field"),
    [
        ("pair", {"needs": "6"}, "ease"),
        ("pair", {"needs": "8", "ease": "1"}, "needs"),
        ("pair", {"needs": "٣", "ease": "1"}, "needs"),
        ("first", {"first": " "}, "first"),
    ],
)
def test_what_is_no_answer_is_refused(owner: User, item: str, given: dict[str, str], field: str) -> None:
    question = ask(owner, item)

    with pytest.raises(RuleError) as refused:
        reply(actor=owner.actor(), question_id=question.pk, given=given)
    assert refused.value.field == field
    assert not Reply.objects.exists()


def test_declining_leaves_the_same_as_letting_it_pass(owner: User, colleague: User) -> None:
    """Two people were asked on the same day: one declines, the other never answers."""
    declined, passed = ask(owner), ask(colleague)
    before = Operation.objects.count()

    decline(actor=owner.actor(), question_id=declined.pk)
    ask_people(timezone.now() + timedelta(days=OPEN_DAYS))

    def left(row: Model) -> dict[str, object]:
        row.refresh_from_db()
        return {key: value for key, value in model_to_dict(row).items() if key not in {"id", "user"}}

    assert left(declined) == left(passed)
    assert Operation.objects.count() == before
    assert not Change.objects.filter(kind__startswith="voice").exists()


def test_questions_of_others_are_nobodys_business(owner: User, colleague: User) -> None:
    question = ask(owner)

    with pytest.raises(NotVisibleError):
        reply(actor=colleague.actor(), question_id=question.pk, given={"needs": "6", "ease": "5"})
    with pytest.raises(NotVisibleError):
        decline(actor=colleague.actor(), question_id=question.pk)


def test_a_poll_needs_five_people_and_two_answers() -> None:
    lead = make_user("rollout_lead").actor()
    few = make_people(3)[0].team_id
    make_people(5)
    assert few

    for wish, field in (
        (Wish("", ["a", "b"]), "words"),
        (Wish("Why?", ["a"]), "options"),
        (Wish("Why?", ["a", "a"]), "options"),
        (Wish("Why?", ["a", "b"], days=0), "days"),
        (Wish("Why?", ["a", "b"], [few]), "teams"),
    ):
        with pytest.raises(RuleError) as refused:
            open_poll(actor=lead, wish=wish)
        assert refused.value.field == field
    assert not Poll.objects.exists()


def test_who_does_not_look_after_adoption_opens_no_poll(owner: User) -> None:
    with pytest.raises(ForbiddenError):
        open_poll(actor=owner.actor(), wish=Wish("Why?", ["a", "b"]))


def test_a_poll_is_told_when_it_is_over_and_five_answered() -> None:
    people, today = make_people(6), timezone.localdate()
    poll = Poll.objects.create(words="Which?", options=["A", "B"], opens_on=today, closes_on=today)
    for place, one in enumerate(people):
        Reply.objects.create(user=one, item="poll", poll=poll, value=place % 2, on=today)

    (running,) = known.outcomes(today)
    (over,) = known.outcomes(today + timedelta(days=1))
    Reply.objects.filter(user__in=people[:2]).delete()
    (few,) = known.outcomes(today + timedelta(days=1))

    assert (running.counts, few.counts) == ({}, {})
    assert over.counts == {"A": 3, "B": 3}


def test_choices_hold_at_once_and_can_be_taken_back(owner: User) -> None:
    ask(owner)
    receipt = choose(actor=owner.actor(), choices=Choices(False, True, True))

    row = Voice.objects.get(user=owner)
    assert (row.may_be_asked, row.may_count, row.may_be_named) == (False, True, True)
    assert known.open_question(owner.pk) is None
    undo(owner, receipt)
    row.refresh_from_db()
    assert (row.may_be_asked, row.may_count, row.may_be_named) == (True, False, False)


def test_how_it_feels_is_told_of_five_and_more() -> None:
    many, few, today = make_people(6), make_people(4), timezone.localdate()
    for one in many:
        make_feeling(one, 7, 7)
    assert [one.people for one in known.feelings(today, today)] == [6, 6]
    for one in few:
        make_feeling(one, 1, 1)

    found = known.feelings(today, today)

    # Ten in all less six of the team would be the four of the other one.
    assert [(one.label, one.people) for one in found] == [("Everybody", 10)]
    assert found[0].figure == 60


def test_wishes_are_told_without_names_from_five_people_on() -> None:
    people, today = make_people(5), timezone.localdate()
    for place, one in enumerate(people):
        Reply.objects.create(user=one, item="first", text=f"Wish {5 - place}", on=today)

    assert known.wishes(today, today) == [f"Wish {place}" for place in range(1, 6)]
    Reply.objects.filter(user=people[0]).delete()
    assert known.wishes(today, today) == []


def test_old_questions_are_forgotten(owner: User) -> None:
    row = ask(owner)
    Question.objects.filter(pk=row.pk).update(
        asked_on=timezone.localdate() - questions.REMEMBERED - timedelta(1)
    )

    ask_people(timezone.now())

    assert not Question.objects.exists()
