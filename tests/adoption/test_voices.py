"""What is kept about a person here: told in their own file, and forgotten with them."""

import pytest
from django.utils import timezone

from keen.adoption.actions.messages import Saying, say
from keen.adoption.models import Message, Question, Reply, Standing, Voice
from keen.core.models import User
from keen.privacy.queries.access import everything
from keen.privacy.queries.copies import about_people
from keen.privacy.queries.subjects import USER, Person
from tests.factories.adoption import make_feeling, make_standing

pytestmark = pytest.mark.django_db
CANARY = "Quaxelburg wants a shorter form"


def make_all(user: User) -> None:
    say(actor=user.actor(), saying=Saying("idea", CANARY))
    make_feeling(user, 6, 5)
    make_standing(user, score=61)
    Question.objects.create(user=user, item="pair", asked_on=timezone.localdate())
    Voice.objects.create(user=user, may_be_named=True, changed_at=timezone.now())


def test_all_of_it_stands_in_ones_own_file(owner: User, colleague: User) -> None:
    make_all(owner)
    make_all(colleague)

    found = everything(Person(USER, owner.pk, (owner.pk,)), owner.actor())

    assert [row["text"] for row in found["adoption_message"]] == [CANARY]
    assert [row["value"] for row in found["adoption_reply"]] == [6, 5]
    assert [row["score"] for row in found["adoption_standing"]] == [61]


def test_forgotten_nothing_of_the_person_is_left(owner: User, colleague: User) -> None:
    make_all(owner)
    make_all(colleague)

    for model, column in about_people():
        model._default_manager.filter(**{column: owner}).delete()

    for kept in (Message, Question, Reply, Standing, Voice):
        whose = {getattr(row, kept.ABOUT_PERSON) for row in kept.objects.all()}
        assert whose == {colleague}
