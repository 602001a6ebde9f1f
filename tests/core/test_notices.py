"""What waits for somebody."""

import pytest
from django.utils import timezone

from keen.core.actions.notices import read_notices
from keen.core.domain.actor import SYSTEM
from keen.core.models import Notice, User
from keen.lib.errors import ForbiddenError
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db


def make_notice(user: User, text: str = "Ana mentioned you") -> Notice:
    return Notice.objects.create(user=user, kind="mention", text=text, href="/settings/", at=timezone.now())


def test_opening_a_notice_takes_it_off_the_list_and_leads_on(client) -> None:
    user = make_user()
    client.force_login(user)
    first, second = make_notice(user), make_notice(user, "Ben mentioned you")

    answer = client.post("/notices/read/", {"notice": first.pk, "next": first.href})

    assert answer["location"] == "/settings/"
    page = client.get("/notices/").content.decode()
    assert "Ben mentioned you" in page
    assert "Ana mentioned you" not in page
    assert second.read_at is None


@pytest.mark.parametrize("wrong", ["abc", "9" * 25, "9" * 5000, "\u00b2", "-1"])
def test_what_is_no_notice_takes_none_off(client, wrong: str) -> None:
    user = make_user()
    client.force_login(user)
    notice = make_notice(user)

    assert client.post("/notices/read/", {"notice": wrong}).status_code == 404

    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_are_taken_off_at_once_and_those_of_others_stay() -> None:
    user, other = make_user(), make_user()
    for owner in (user, user, other):
        make_notice(owner)

    assert read_notices(actor=user.actor()) == 2

    assert list(Notice.objects.filter(read_at=None).values_list("user_id", flat=True)) == [other.pk]


def test_a_notice_of_somebody_else_is_not_taken_off() -> None:
    notice = make_notice(make_user())

    assert read_notices(actor=make_user().actor(), notice_id=notice.pk) == 0


def test_nothing_is_taken_off_while_looking_as_somebody_else() -> None:
    user = make_user()
    make_notice(user)

    with pytest.raises(ForbiddenError):
        read_notices(actor=user.actor(acting_by=1))


def test_nothing_waits_for_the_system() -> None:
    make_notice(make_user())

    assert read_notices(actor=SYSTEM) == 0


def test_an_empty_list_says_what_comes_here(client) -> None:
    client.force_login(make_user())

    assert "Mentions, reminders and hand-overs come here." in client.get("/notices/").content.decode()
