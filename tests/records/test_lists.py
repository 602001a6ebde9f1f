"""Saved views, stars and what was opened last."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from keen.core.actions.rights import ensure_roles, refresh_rights
from keen.core.domain.actor import SYSTEM
from keen.core.models import User
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import lists
from keen.records.actions.lists import ListWish
from keen.records.models import Favourite, Recent, SavedList
from keen.records.queries import saved
from tests.factories.core import make_team, make_user
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


def keep(user: Any, name: str = "Berlin", **values: Any) -> SavedList:
    wish = ListWish("contact", name, **{"query": "city=Berlin", **values})
    return lists.save_list(actor=user.actor(), wish=wish)[0]


def test_a_view_is_ones_own_until_it_is_shared(
    owner: Any, colleague: Any, stranger: Any, manager: Any
) -> None:
    keep(owner)
    keep(manager, "Team", share="team")
    keep(manager, "All", share="all")
    for user, names in (
        (owner, {"Berlin", "Team", "All"}),
        (colleague, {"Team", "All"}),
        (stranger, {"All"}),
    ):
        assert set(saved.saved_lists(user.actor(), "contact").values_list("name", flat=True)) == names
        assert not saved.saved_lists(user.actor(), "account").exists()


def test_whoever_leads_sees_the_views_of_the_teams_below(team: Any) -> None:
    below = make_team(parent=team)
    keep(make_user("sales_manager", below), "Below", share="team")
    leader = make_user("sales_manager", team)
    assert saved.saved_lists(leader.actor()).count() == 1


def test_sharing_takes_a_power_and_a_team(owner: Any) -> None:
    with pytest.raises(ForbiddenError):
        keep(owner, share="team")
    with pytest.raises(RuleError, match="no team"):
        keep(make_user("sales_manager", None), share="team")


def test_a_name_is_used_once_by_one_person(owner: Any, colleague: Any) -> None:
    keep(owner)
    keep(colleague)
    with pytest.raises(RuleError, match="already"):
        keep(owner, " Berlin ")


def test_there_are_a_hundred_views_at_most(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_LISTS", 1)
    keep(owner)
    with pytest.raises(RuleError, match="Delete one first"):
        keep(owner, "Second")


def test_the_system_keeps_no_views() -> None:
    with pytest.raises(ForbiddenError):
        lists.save_list(actor=SYSTEM, wish=ListWish("contact", "Berlin", ""))


def test_a_pin_goes_with_its_view(owner: Any) -> None:
    kept = keep(owner, pin=True)
    assert User.objects.get(pk=owner.pk).pins == [
        {"label": "Berlin", "href": f"/contacts/?city=Berlin&view={kept.pk}"}
    ]
    lists.delete_list(actor=owner.actor(), list_id=kept.pk)
    assert User.objects.get(pk=owner.pk).pins == []


def test_a_shared_view_is_pinned_by_all_and_deleted_by_its_owner(owner: Any, manager: Any) -> None:
    kept = keep(manager, share="team")
    lists.pin_list(actor=owner.actor(), list_id=kept.pk)
    assert len(User.objects.get(pk=owner.pk).pins) == 1
    with pytest.raises(ForbiddenError, match="belongs to a colleague"):
        lists.delete_list(actor=owner.actor(), list_id=kept.pk)


def test_the_tab_of_the_view_in_use_is_lit(owner: Any) -> None:
    kept = keep(owner)
    for query, label in (
        ("", "All"),
        ("owner=me&sort=", "Mine"),
        ("owner=me&after=x", "Mine"),
        (f"city=Berlin&view={kept.pk}", "Berlin"),
    ):
        tabs = saved.views(owner.actor(), CONTACT, query)
        assert [tab.label for tab in tabs if tab.current] == [label], query


def test_a_star_is_for_what_one_can_see(owner: Any, stranger: Any, contact: Contact) -> None:
    with pytest.raises(NotVisibleError):
        lists.star(actor=stranger.actor(), kind="contact", record_id=contact.pk)
    assert lists.star(actor=owner.actor(), kind="contact", record_id=contact.pk)[0]
    assert saved.favourites(owner.actor()) == [("contact", contact.pk)]
    assert not lists.star(actor=owner.actor(), kind="contact", record_id=contact.pk)[0]
    assert not Favourite.objects.exists()


def test_a_record_counts_as_opened_lately_for_ten_minutes(owner: Any, contact: Contact) -> None:
    def known() -> bool:
        lately = saved.opened_lately(owner.actor(), "contact")
        return bool(Contact.objects.annotate(known=lately).get(pk=contact.pk).known)

    assert not known()
    lists.opened(actor=owner.actor(), kind="contact", record_id=contact.pk)
    Recent.objects.update(at=timezone.now() - timedelta(minutes=9))
    assert known()
    Recent.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert not known()
    lists.opened(actor=owner.actor(), kind="contact", record_id=contact.pk)
    assert known()
    assert saved.recents(owner.actor()) == [("contact", contact.pk)]


@pytest.mark.django_db(transaction=True)
def test_two_stars_at_once_are_one(owner: Any, contact: Contact) -> None:
    told: list[object] = []

    def press() -> None:
        try:
            told.append(lists.star(actor=owner.actor(), kind="contact", record_id=contact.pk)[0])
        except Exception as error:  # noqa: BLE001  whatever a user would have been shown
            told.append(repr(error))
        finally:
            connections.close_all()

    other = threading.Thread(target=press)
    with transaction.atomic():
        lists.star(actor=owner.actor(), kind="contact", record_id=contact.pk)
        other.start()
        other.join(timeout=0.5)
    other.join()
    assert told in ([True], [False])
    assert Favourite.objects.count() == int(told == [True])


def test_a_view_comes_back_for_oneself_alone_when_the_power_to_share_is_gone(manager: Any) -> None:
    kept = keep(manager, "Ours", share="all")
    gone = lists.delete_list(actor=manager.actor(), list_id=kept.pk)
    manager.roles.set([ensure_roles()["sales_rep"]])
    refresh_rights([manager])
    undo(User.objects.get(pk=manager.pk), gone)
    back = SavedList.objects.get()
    assert (back.pk, back.name, back.shared_with_all, back.team_id) == (kept.pk, "Ours", False, None)
