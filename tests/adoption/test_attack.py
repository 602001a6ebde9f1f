"""An attack on every page of groups: add and subtract all that is shown, and see whose figures come out."""

import random
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.adoption.domain.disclosure import discloses
from keen.adoption.models import Poll, Reply
from keen.adoption.queries import figures, voice
from keen.core.models import User
from keen.telemetry.domain.levels import LEAST_GROUP
from tests.factories.adoption import make_feeling, make_people, make_standing
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db
ROLES = ("sales_rep", "service_agent", "marketer")


@pytest.fixture
def company() -> list[User]:
    """Teams of all sizes over two sites and three roles: many sums, of which some would give a few people away."""
    chance = random.Random(11)  # noqa: S311  for a test
    people: list[User] = []
    for place, many in enumerate((9, 6, 5, 4, 2)):
        people += make_people(many, team=make_team(site="North" if place % 2 else "South"))
    for one in people:
        fields = {"role": chance.choice(ROLES), "segment": chance.choice(["steady", "struggling", "idle"])}
        make_standing(one, score=chance.uniform(20, 90), friction=chance.random() / 2, **fields)
        if chance.random() < 0.7:
            make_feeling(one, chance.randint(1, 7), chance.randint(1, 7))
    return people


def few_that_come_out(groups: Iterable[frozenset[int]], people: list[int], most: int) -> list[int] | None:
    """A person, or two, whose sum is a combination of the groups' sums: by least squares, another way than the page's."""
    matrix = np.array([[float(one in group) for group in groups] for one in people])
    wishes = [[one] for one in people] + [[one, two] for one in people for two in people if one < two]
    for wish in wishes if most > 1 else wishes[: len(people)]:
        wanted = np.array([float(one in wish) for one in people])
        found = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
        if np.allclose(matrix @ found, wanted, atol=1e-7):
            return wish
    return None


def populations(rows: list[dict[str, Any]], shown: figures.Overview) -> list[frozenset[int]]:
    """Whose figures stand behind each group that the page shows."""
    column = {"team": "team", "role": "role", "site": "site"}
    return [
        frozenset(
            row["person_id"] for row in rows if one.sort == "company" or row[column[one.sort]] == one.label
        )
        for one in shown.groups
    ]


def test_nobody_comes_out_of_the_overview(company: list[User], client: Client) -> None:
    client.force_login(make_user("rollout_lead", name="Ada Wolff"))
    page = client.get(reverse("adoption")).content.decode()
    shown = figures.overview()
    assert shown is not None
    rows = figures._rows(timezone.localdate())
    groups = populations(rows, shown)

    assert len(groups) > 3, "an attack on nothing shows nothing"
    assert min(map(len, groups)) >= LEAST_GROUP
    assert discloses(groups, LEAST_GROUP) is None
    assert few_that_come_out(groups, [one.pk for one in company], most=2) is None
    for one in company:
        assert one.name not in page
        assert f"/adopt/people/{one.pk}/" not in page


def test_without_the_guard_somebody_would_come_out(company: list[User]) -> None:
    """The same attack on all groups of five and more: the guard is what stops it, not the luck of these numbers."""
    rows = figures._rows(timezone.localdate())
    naive = [people for people in figures._groups(rows).values() if len(people) >= LEAST_GROUP]

    assert discloses(naive, LEAST_GROUP) is not None
    assert company


def test_what_fewer_than_five_are_is_not_told(company: list[User]) -> None:
    shown = figures.overview()
    assert shown is not None
    told = dict(shown.segments)
    rest = len(company) - sum(told.values())

    assert all(count >= LEAST_GROUP for count in told.values())
    assert rest == 0 or rest >= LEAST_GROUP


def test_nobody_comes_out_of_how_it_feels(company: list[User]) -> None:
    today = timezone.localdate()
    shown = voice.feelings(today, today)
    answered = Reply.objects.filter(item="needs")
    groups = [
        frozenset(
            answered.filter(**({} if one.label == "Everybody" else {"team__name": one.label})).values_list(
                "user_id", flat=True
            )
        )
        for one in shown
    ]

    assert groups
    assert discloses([frozenset(filter(None, one)) for one in groups], LEAST_GROUP) is None
    assert [len(one) for one in groups] == [one.people for one in shown]
    assert company


def test_a_poll_that_runs_tells_nothing_between_two_looks(company: list[User], client: Client) -> None:
    today = timezone.localdate()
    poll = Poll.objects.create(words="Which?", options=["A", "B"], opens_on=today, closes_on=today)
    client.force_login(make_user("rollout_lead"))
    looks = []
    for one in company[:7]:
        Reply.objects.create(user=one, item="poll", poll=poll, value=0, on=today)
        page = client.get(reverse("voice-polls")).content.decode()
        looks.append(re.sub(r'value="[^"]*"|data-csrf="[^"]*"|X-CSRFToken[^}]*', "", page))

    assert len(set(looks)) == 1


def test_averages_of_few_are_too_coarse_to_tell_one_person(company: list[User]) -> None:
    shown = figures.overview()
    assert shown is not None
    rows = figures._rows(timezone.localdate())
    for one, people in zip(shown.groups, populations(rows, shown), strict=True):
        if len(people) < 2 * LEAST_GROUP:
            assert one.score % 5 == 0
    assert company
