"""What people say: sent, answered, taken back, and by whom."""

import pytest

from keen.adoption.actions.messages import Saying, answer, say
from keen.adoption.models import Message
from keen.adoption.queries import voice as known
from keen.core.actions.operations import AlreadyDoneError
from keen.core.models import Change, Notice, User
from keen.core.queries import as_told_now
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from tests.factories.core import make_user
from tests.factories.records import undo

pytestmark = pytest.mark.django_db
SECRET = "The price list of Vela is hard to find"


@pytest.fixture
def lead(team: object) -> User:
    return make_user("rollout_lead", team)  # type: ignore[arg-type]


def test_a_message_waits_with_the_context_that_was_shown(owner: User) -> None:
    context = [("Page", "Contact"), ("Device", "Phone, firefox")]

    receipt = say(actor=owner.actor(), saying=Saying("wrong", SECRET, "contact", context))

    row = Message.objects.get()
    assert row.context == [list(pair) for pair in context]
    assert (row.sort, row.state, row.by_id, row.screen) == ("wrong", "new", owner.pk, "contact")
    assert (row.due_on - row.at.date()).days in {6, 7}
    assert receipt.undo


def test_the_words_stand_nowhere_but_in_the_message(owner: User) -> None:
    receipt = say(actor=owner.actor(), saying=Saying("idea", SECRET))

    assert SECRET not in str(receipt)
    assert SECRET not in str(list(Change.objects.values_list("before", "after")))


def test_who_is_stuck_needs_no_words_and_others_do(owner: User) -> None:
    say(actor=owner.actor(), saying=Saying("stuck", ""))

    with pytest.raises(RuleError) as refused:
        say(actor=owner.actor(), saying=Saying("idea", "  "))
    assert refused.value.field == "text"
    with pytest.raises(RuleError):
        say(actor=owner.actor(), saying=Saying("praise", "x"))


def test_the_same_form_sent_twice_is_one_message(owner: User) -> None:
    say(actor=owner.actor(), saying=Saying("idea", "More room"), once="say 1")

    with pytest.raises(AlreadyDoneError):
        say(actor=owner.actor(), saying=Saying("idea", "More room"), once="say 1")
    assert Message.objects.count() == 1


def test_nobody_says_something_as_somebody_else(owner: User, lead: User) -> None:
    with pytest.raises(ForbiddenError):
        say(actor=owner.actor(acting_by=lead.pk), saying=Saying("idea", "x"))


def test_an_answer_reaches_the_sender_with_its_state(owner: User, lead: User) -> None:
    say(actor=owner.actor(), saying=Saying("wrong", SECRET))
    row = Message.objects.get()

    answer(actor=lead.actor(), message_id=row.pk, state="planned", words="In the next release.")

    row.refresh_from_db()
    assert (row.state, row.answer, row.answered_by_id) == ("planned", "In the next release.", lead.pk)
    notice = Notice.objects.get(user=owner)
    assert "Planned" in notice.text
    assert notice.detail == "In the next release."
    (shown,) = as_told_now(owner.actor(), [notice])
    assert shown.text == notice.text, "a notice about a message is none about an activity of the same number"
    assert [one.pk for one in known.inbox(is_open=True)] == [row.pk]


@pytest.mark.parametrize(("state", "words"), [("new", "x"), ("gone", "x"), ("done", " ")])
def test_an_answer_has_words_and_a_state(owner: User, lead: User, state: str, words: str) -> None:
    say(actor=owner.actor(), saying=Saying("wrong", SECRET))

    with pytest.raises(RuleError):
        answer(actor=lead.actor(), message_id=Message.objects.get().pk, state=state, words=words)


def test_only_who_answers_answers(owner: User, lead: User) -> None:
    say(actor=owner.actor(), saying=Saying("wrong", SECRET))

    with pytest.raises(ForbiddenError):
        answer(actor=owner.actor(), message_id=Message.objects.get().pk, state="done", words="x")
    with pytest.raises(NotVisibleError):
        answer(actor=lead.actor(), message_id=0, state="done", words="x")


def test_messages_of_others_are_not_seen(owner: User, colleague: User, lead: User) -> None:
    say(actor=owner.actor(), saying=Saying("wrong", SECRET))

    assert known.visible_messages(owner.actor()).count() == 1
    assert known.visible_messages(colleague.actor()).count() == 0
    assert known.visible_messages(lead.actor()).count() == 1


def test_a_message_is_taken_back_until_it_has_an_answer(owner: User, lead: User) -> None:
    first = say(actor=owner.actor(), saying=Saying("wrong", SECRET))
    undo(owner, first)
    assert not Message.objects.exists()

    second = say(actor=owner.actor(), saying=Saying("wrong", SECRET))
    answer(actor=lead.actor(), message_id=Message.objects.get().pk, state="done", words="Done.")
    with pytest.raises(RuleError) as refused:
        undo(owner, second)
    assert refused.value.code == "changed_since"


def test_an_answer_is_taken_back_with_its_notice(owner: User, lead: User) -> None:
    say(actor=owner.actor(), saying=Saying("wrong", SECRET))
    row = Message.objects.get()
    told = answer(actor=lead.actor(), message_id=row.pk, state="declined", words="No.")

    undo(lead, told)

    row.refresh_from_db()
    assert (row.state, row.answer, row.answered_by_id) == ("new", "", None)
    assert not Notice.objects.filter(user=owner).exists()
