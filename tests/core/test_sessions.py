"""Sessions end by themselves, and the table of them does not grow for ever."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from keen.core.jobs.upkeep import forget_ended_sessions
from keen.core.middleware import SESSION_MARKS
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
IDLE = settings.KEEN.session_idle_minutes * 60
WHOLE = settings.KEEN.session_hours * 3600


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(make_user())
    assert client.get("/settings/").status_code == 200
    return client


def age(client: Client, *, since: int, seen: int) -> None:
    """The session as if it had begun and been used so many seconds ago."""
    now = int(timezone.now().timestamp())
    session = client.session
    session[SESSION_MARKS] = [now - since, now - seen]
    session.save()


def test_a_session_that_nobody_used_ends_and_says_why(signed_in: Client) -> None:
    age(signed_in, since=IDLE + 60, seen=IDLE + 1)
    answer = signed_in.get("/contacts/?city=Berlin")
    assert answer["Location"] == "/account/login/?next=/contacts/%3Fcity%3DBerlin"
    assert "You were signed out after a while" in signed_in.get(answer["Location"]).content.decode()
    assert signed_in.get("/settings/").status_code == 302


def test_a_session_that_is_used_goes_on_until_its_day_is_over(signed_in: Client) -> None:
    age(signed_in, since=WHOLE - 60, seen=IDLE - 60)
    assert signed_in.get("/settings/").status_code == 200
    since, seen = signed_in.session[SESSION_MARKS]
    assert seen - since == pytest.approx(WHOLE - 60, abs=5)
    age(signed_in, since=WHOLE, seen=0)
    assert signed_in.get("/settings/").status_code == 302


def test_a_part_of_a_page_stays_when_the_session_has_ended(signed_in: Client) -> None:
    age(signed_in, since=WHOLE, seen=0)
    assert signed_in.get("/contacts/", headers={"HX-Request": "true"}).status_code == 401


def test_using_keen_writes_the_use_down_now_and_then_alone(signed_in: Client) -> None:
    def wrote() -> bool:
        before = signed_in.session[SESSION_MARKS]
        signed_in.get("/settings/")
        return before != signed_in.session[SESSION_MARKS]

    assert not wrote()
    age(signed_in, since=3000, seen=IDLE // 20 + 1)
    assert wrote()


def test_the_cookie_lasts_as_long_as_the_session(signed_in: Client) -> None:
    assert settings.SESSION_COOKIE_AGE == WHOLE
    age(signed_in, since=10, seen=10)
    signed_in.get("/settings/")
    assert Session.objects.get().expire_date <= timezone.now() + timedelta(seconds=WHOLE + 5)


def test_sessions_that_ended_are_removed_and_others_stay(signed_in: Client) -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(1))
    assert forget_ended_sessions.func() == 1
    assert signed_in.get("/settings/").status_code == 200
