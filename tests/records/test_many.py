"""One act on many records, with one undo."""

from datetime import timedelta
from typing import Any

import pytest

from keen.core.models import Change, Operation
from keen.lib.errors import ForbiddenError, RuleError
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import many
from tests.factories.people import make_contact
from tests.factories.records import found, state, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def several(owner: Any, colleague: Any, stranger: Any) -> list[Contact]:
    """Two of the owner, one of the colleague, one that the owner cannot see."""
    whose = (owner, owner, colleague, stranger)
    return [make_contact(owner=user, team=user.team, tags=["a"]) for user in whose]


def ids(records: list[Contact]) -> list[int]:
    return [record.pk for record in records]


def test_one_change_to_many_is_one_undo(owner: Any, several: list[Contact]) -> None:
    before = [state(record) for record in several]
    receipt = many.change_many(CONTACT, actor=owner.actor(), ids=ids(several), values={"language": "German"})
    assert receipt.text == "Language changed on 3 contacts."
    assert receipt.also == ("1 were the same already or are not yours to change",)
    assert [Contact.objects.get(pk=record.pk).language for record in several] == ["German"] * 3 + [""]
    undo(owner, receipt)
    assert [state(record) for record in several] == before


def test_the_undo_of_many_lasts_a_month(owner: Any, several: list[Contact]) -> None:
    receipt = many.change_many(CONTACT, actor=owner.actor(), ids=ids(several), values={"language": "German"})
    kept = Operation.objects.get(pk=receipt.operation)
    assert kept.undo_until is not None
    assert kept.undo_until - kept.at == timedelta(days=30)
    undone = Operation.objects.get(pk=undo(owner, receipt).operation)
    assert undone.undo_until is not None
    assert undone.undo_until - undone.at == timedelta(days=30)


def test_many_are_given_away_by_their_owner_alone(owner: Any, stranger: Any, several: list[Contact]) -> None:
    receipt = many.change_many(
        CONTACT, actor=owner.actor(), ids=ids(several), values={"owner": str(stranger.pk)}
    )
    rows = [Contact.objects.get(pk=record.pk) for record in several]
    assert [row.owner_id == stranger.pk for row in rows] == [True, True, False, True]
    assert [row.team_id == stranger.team_id for row in rows] == [True, True, False, True]
    assert receipt.text == "Owner changed on 2 contacts."


def test_a_manager_gives_many_away(manager: Any, owner: Any, several: list[Contact]) -> None:
    many.change_many(CONTACT, actor=manager.actor(), ids=ids(several), values={"owner": str(manager.pk)})
    assert Contact.objects.filter(owner=manager).count() == 3


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"owner": "999999"}, RuleError),
        ({"team": "999999"}, RuleError),
        ({"account": "new:Vela"}, RuleError),
        ({"last_name": ""}, RuleError),
        ({"version": "1"}, ForbiddenError),
    ],
)
def test_what_does_not_fit_one_fits_none(
    owner: Any, several: list[Contact], values: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        many.change_many(CONTACT, actor=owner.actor(), ids=ids(several), values=values)
    assert not Change.objects.exclude(verb="created").exists()


def test_a_tag_is_added_to_what_is_there(owner: Any, several: list[Contact]) -> None:
    full = make_contact(owner=owner, team=owner.team, tags=[f"tag {n:02}" for n in range(30)])
    receipt = many.tag_many(CONTACT, actor=owner.actor(), ids=[*ids(several), full.pk], tag="Fair, A")
    assert Contact.objects.get(pk=several[0].pk).tags == ["a", "Fair"]
    assert len(Contact.objects.get(pk=full.pk).tags) == 30
    assert receipt.text == "Tags “A”, “Fair” added to 3 contacts."
    undo(owner, receipt)
    assert Contact.objects.get(pk=several[0].pk).tags == ["a"]


@pytest.mark.parametrize("tag", ["", " , ", "x" * 41])
def test_no_tag_is_no_change(owner: Any, several: list[Contact], tag: str) -> None:
    with pytest.raises(RuleError):
        many.tag_many(CONTACT, actor=owner.actor(), ids=ids(several), tag=tag)


def test_many_are_deleted_as_far_as_they_are_ones_own(owner: Any, several: list[Contact]) -> None:
    receipt = many.delete_many(CONTACT, actor=owner.actor(), ids=ids(several))
    assert receipt.text == "Moved to the trash: 2 contacts."
    assert Contact.objects.living().count() == 2
    undo(owner, receipt)
    assert Contact.objects.living().count() == 4
    assert all(found(record) == (True, True) for record in several)


def test_nothing_and_too_much_are_refused(owner: Any) -> None:
    with pytest.raises(RuleError, match="Nothing is selected"):
        many.delete_many(CONTACT, actor=owner.actor(), ids=[])
    with pytest.raises(RuleError, match="At most 1,000"):
        many.delete_many(CONTACT, actor=owner.actor(), ids=range(1001))


def test_when_nothing_changed_the_receipt_says_so(stranger: Any, several: list[Contact]) -> None:
    receipt = many.change_many(
        CONTACT, actor=stranger.actor(), ids=ids(several[:3]), values={"language": "German"}
    )
    assert receipt.outcome == "gap"
    assert not receipt.undo


def test_many_cost_as_many_questions_as_few(owner: Any, django_assert_max_num_queries: Any) -> None:
    records = [make_contact(owner=owner, team=owner.team) for _ in range(40)]
    with django_assert_max_num_queries(14):
        many.change_many(
            CONTACT, actor=owner.actor(), ids=ids(records), values={"owner": "", "language": "German"}
        )
