"""Who sees and changes which activities: one rule as a condition and for one row."""

from typing import Any

import pytest

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.domain.actor import Actor
from keen.people.models import Contact
from keen.records import search
from keen.records.queries.listing import Listing, page
from tests.factories.activities import make_activity
from tests.factories.core import make_role, make_team, make_user
from tests.factories.people import make_contact

SCOPES = ("none", "own", "team", "all")


def visible(actor: Actor, action: str = "view") -> set[int]:
    return set(Activity.objects.visible_to(actor, action).values_list("pk", flat=True))


@pytest.fixture
def everything(owner: Any, colleague: Any, stranger: Any, contact: Contact) -> list[Activity]:
    """One activity of every sort: by owner, team, maker, what it hangs on, and private."""
    foreign = make_contact("Foreign", owner=stranger, team=stranger.team)
    return [
        make_activity(owner),
        make_activity(colleague),
        make_activity(stranger),
        make_activity(stranger, actor=owner.actor()),
        make_activity(stranger, contact=contact),
        make_activity(stranger, contact=foreign),
        make_activity(owner, is_private=True),
        make_activity(colleague, is_private=True),
        make_activity(stranger, actor=owner.actor(), contact=contact, is_private=True),
    ]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("contacts", SCOPES)
@pytest.mark.parametrize("action", ["view", "edit", "delete", "export"])
def test_the_condition_and_the_rule_for_one_row_say_the_same(
    owner: Any, everything: list[Activity], scope: str, contacts: str, action: str
) -> None:
    grants = {"activity": {action: scope}, "contact": {"view": contacts, "export": contacts}}
    owner.roles.set([make_role(records=grants)])
    from keen.core.actions.rights import refresh_rights

    refresh_rights([owner])
    actor = type(owner).objects.get(pk=owner.pk).actor()

    assert visible(actor, action) == {one.pk for one in Activity.objects.all() if one.allows(actor, action)}


def test_a_rep_sees_what_is_theirs_their_teams_made_by_them_or_about_what_they_see(
    owner: Any, everything: list[Activity]
) -> None:
    numbers = {activity.pk: number for number, activity in enumerate(everything)}

    assert sorted(numbers[pk] for pk in visible(owner.actor())) == [0, 1, 3, 4, 6]
    assert sorted(numbers[pk] for pk in visible(owner.actor(), "edit")) == [0, 1, 3, 6]


def test_even_an_administrator_does_not_see_what_is_private(everything: list[Activity]) -> None:
    admin = make_user("administrator", make_team())

    assert [activity.is_private for activity in Activity.objects.visible_to(admin.actor())] == [False] * 6


def test_list_and_search_follow_the_same_rule(owner: Any, colleague: Any) -> None:
    mine = make_activity(owner, subject="Quarterly surprise", is_private=True)
    actors = [owner.actor(), colleague.actor()]

    shown = [page(ACTIVITY, actor, Listing(), ["subject"]).ids for actor in actors]
    hits = [
        [hit.record_id for hit in search.find(actor, "surprise", kinds=("activity",))] for actor in actors
    ]

    assert shown == hits == [[mine.pk], []]
