"""The worktime on each person's row follows the tables, for all at once as for one."""

from datetime import date

import pytest
from django.utils import timezone

from keen.core.actions.worktimes import refresh_worktimes
from keen.core.models import Absence, CompanyDayOff, SiteCalendar, User, WorkPattern
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


def test_everybody_follows_the_tables_in_a_handful_of_queries(django_assert_max_num_queries) -> None:
    users = [make_user(team=make_team(site="Linz")) for _ in range(5)]
    SiteCalendar.objects.create(site="Linz", country="AT")
    CompanyDayOff.objects.create(on=MONDAY, name="Inventory")
    WorkPattern.objects.create(user=users[0], valid_from=MONDAY, minutes=[240] * 5 + [0, 0])
    Absence.objects.create(user=users[1], first=MONDAY, last=MONDAY, set_at=timezone.now())

    with django_assert_max_num_queries(8):
        refresh_worktimes()

    first, second, *_ = User.objects.order_by("pk")
    assert first.worktime.holiday(MONDAY) == "Inventory"
    assert first.worktime.holiday(date(2026, 10, 26)) == "National Day"
    assert first.worktime.minutes(date(2026, 11, 24)) == 240
    assert second.worktime.why_not(MONDAY) == "away"


def test_only_the_named_people_are_looked_at() -> None:
    one, other = make_user(), make_user()
    for user in (one, other):
        Absence.objects.create(user=user, first=MONDAY, last=MONDAY, set_at=timezone.now())

    refresh_worktimes([one.pk])

    assert not User.objects.get(pk=one.pk).worktime.works(MONDAY)
    assert User.objects.get(pk=other.pk).calendar == {}
