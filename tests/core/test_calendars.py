"""Weekly hours, days away, calendars of sites: who may set them, what follows, and the way back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.core import calendars
from keen.core.actions.calendars import (
    Leave,
    Week,
    add_day_off,
    mark_away,
    remove_day_off,
    set_place,
    set_week,
    take_away_back,
)
from keen.core.actions.worktimes import refresh_worktimes
from keen.core.domain.worktime import FULL_TIME
from keen.core.models import Absence, Change, Notice, Operation, User, WorkPattern
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records.actions.life import undo
from tests.factories.core import make_team, make_user
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)
NINETY = (480, 480, 480, 480, 240, 0, 0)


def fresh(user: User) -> User:
    return User.objects.select_related("team").get(pk=user.pk)


def leave(first: date = MONDAY, last: date = FRIDAY, **more: Any) -> Leave:
    return Leave(first=first, last=last, **more)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_days_away_reach_the_worktime_and_go_again(owner: User) -> None:
    receipt = mark_away(actor=owner.actor(), user=owner, leave=leave())

    assert not fresh(owner).worktime.works(MONDAY)
    assert "back on Mon 30 Nov" in " ".join(receipt.also)

    undo(actor=owner.actor(), operation_id=Operation.objects.get(verb="marked away").pk)

    assert fresh(owner).worktime.works(MONDAY)
    assert not Absence.objects.exists()


def test_days_taken_off_do_not_come_back_over_others(owner: User) -> None:
    mark_away(actor=owner.actor(), user=owner, leave=leave())
    taken = take_away_back(actor=owner.actor(), absence_id=Absence.objects.get().pk)
    mark_away(actor=owner.actor(), user=owner, leave=leave(MONDAY - timedelta(days=3), MONDAY))

    with pytest.raises(RuleError, match="marked already"):
        undo(actor=owner.actor(), operation_id=Operation.objects.get(pk=taken.undo).pk)
    assert Absence.objects.get().last == MONDAY


def test_days_taken_off_come_back_by_undo(owner: User) -> None:
    mark_away(actor=owner.actor(), user=owner, leave=leave())
    taken = take_away_back(actor=owner.actor(), absence_id=Absence.objects.get().pk)
    assert fresh(owner).worktime.works(MONDAY)

    undo(actor=owner.actor(), operation_id=Operation.objects.get(pk=taken.undo).pk)

    assert not fresh(owner).worktime.works(MONDAY)


def test_the_audit_trail_holds_days_and_no_reason(owner: User) -> None:
    mark_away(actor=owner.actor(), user=owner, leave=leave())

    after = Change.objects.get(kind="absence").after
    assert set(after) == {
        "user_id", "first", "last", "from_noon", "until_noon", "stand_in_id", "set_by_id", "set_at",
    }  # fmt: skip


def test_who_leads_the_team_sets_it_and_the_person_is_told(owner: User) -> None:
    leader = make_user("sales_manager", owner.team, leads_team=True)

    mark_away(actor=leader.actor(), user=owner, leave=leave())

    notice = Notice.objects.get(user=owner)
    assert "marked you away" in notice.text
    assert Absence.objects.get().set_by_id == leader.pk


def test_colleagues_strangers_and_other_leaders_may_not_set_it(owner: User, colleague: User) -> None:
    elsewhere = make_user("sales_manager", make_team(), leads_team=True)

    for other in (colleague, elsewhere):
        with pytest.raises(ForbiddenError):
            mark_away(actor=other.actor(), user=owner, leave=leave())
        with pytest.raises(ForbiddenError):
            set_week(actor=other.actor(), user=owner, week=Week(valid_from=MONDAY, minutes=NINETY))
    mark_away(actor=owner.actor(), user=owner, leave=leave())
    with pytest.raises(NotVisibleError):
        take_away_back(actor=colleague.actor(), absence_id=Absence.objects.get().pk)


def test_who_looks_as_somebody_else_changes_nothing(owner: User) -> None:
    with pytest.raises(ForbiddenError):
        mark_away(actor=owner.actor(acting_by=99), user=owner, leave=leave())


def test_who_leads_a_team_above_sets_it_too(team: Any) -> None:
    below = make_user("sales_rep", make_team(parent=team))
    above = make_user("sales_manager", team, leads_team=True)

    assert calendars.may_set(above.actor(), below)


def test_who_stands_in_is_told_and_sees_it(owner: User, colleague: User) -> None:
    mark_away(actor=owner.actor(), user=owner, leave=leave(stand_in_id=colleague.pk))

    assert "You stand in for" in Notice.objects.get(user=colleague).text
    assert [one.user for one in calendars.stood_in_for(colleague.pk, MONDAY)] == [owner]
    assert not calendars.stood_in_for(colleague.pk, FRIDAY + timedelta(days=1)).exists()


@pytest.mark.parametrize(
    ("wished", "field"),
    [
        (Leave(first=FRIDAY, last=MONDAY), "last"),
        (Leave(first=MONDAY, last=MONDAY, from_noon=True, until_noon=True), "last"),
        (Leave(first=MONDAY, last=date(2036, 1, 1)), "last"),
        (Leave(first=MONDAY, last=FRIDAY, stand_in_id=10**9), "stand_in"),
    ],
)
def test_days_that_make_no_sense_are_refused(owner: User, wished: Leave, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        mark_away(actor=owner.actor(), user=owner, leave=wished)

    assert refused.value.field == field


def test_the_same_days_are_not_marked_twice(owner: User) -> None:
    mark_away(actor=owner.actor(), user=owner, leave=leave())

    with pytest.raises(RuleError) as refused:
        mark_away(actor=owner.actor(), user=owner, leave=leave(FRIDAY, FRIDAY + timedelta(days=3)))

    assert refused.value.code == "overlaps"


def test_hours_hold_from_their_day_on_and_earlier_ones_stay(owner: User) -> None:
    set_week(actor=owner.actor(), user=owner, week=Week(valid_from=date(2026, 1, 1), minutes=FULL_TIME))
    receipt = set_week(actor=owner.actor(), user=owner, week=Week(valid_from=MONDAY, minutes=NINETY))

    worktime = fresh(owner).worktime
    assert "90 % of full time" in receipt.also
    assert worktime.minutes(FRIDAY) == 240
    assert worktime.minutes(date(2026, 11, 20)) == 480
    assert WorkPattern.objects.count() == 2

    undo(actor=owner.actor(), operation_id=Operation.objects.get(pk=receipt.undo).pk)

    assert fresh(owner).worktime.minutes(FRIDAY) == 480


def test_a_week_without_hours_and_one_with_too_many_are_refused(owner: User) -> None:
    for minutes in ((0,) * 7, (1500, 0, 0, 0, 0, 0, 0), (480,)):
        with pytest.raises(RuleError):
            set_week(actor=owner.actor(), user=owner, week=Week(valid_from=MONDAY, minutes=minutes))


def test_the_site_decides_the_holidays_unless_the_person_lives_elsewhere() -> None:
    boss = make_user("administrator")
    munich = make_user("sales_rep", make_team(site="Munich"))
    commuter = make_user("sales_rep", munich.team)
    epiphany = date(2027, 1, 6)
    set_week(
        actor=commuter.actor(), user=commuter,
        week=Week(valid_from=MONDAY, minutes=FULL_TIME, country="DE", region="BE"),
    )  # fmt: skip

    set_place(actor=boss.actor(), site="Munich", country="DE", region="BY")

    assert fresh(munich).worktime.holiday(epiphany) == "Epiphany"
    assert fresh(commuter).worktime.works(epiphany)


def test_who_moves_to_another_site_gets_its_holidays() -> None:
    boss = make_user("administrator")
    set_place(actor=boss.actor(), site="Vienna", country="AT", region="")

    new = make_user("sales_rep", make_team(site="Vienna"))

    assert fresh(new).worktime.holiday(date(2026, 10, 26)) == "National Day"


def test_a_day_off_of_the_company_holds_for_all_and_one_of_a_site_there() -> None:
    boss, munich = make_user("administrator"), make_user("sales_rep", make_team(site="Munich"))
    add_day_off(actor=boss.actor(), on=MONDAY, name="Summer party", site="Munich")
    assert fresh(munich).worktime.holiday(MONDAY) == "Summer party"
    assert fresh(boss).worktime.works(MONDAY)

    with pytest.raises(RuleError):
        add_day_off(actor=boss.actor(), on=MONDAY, name="Again", site="Munich")
    remove_day_off(actor=boss.actor(), day_off_id=calendars.days_off(MONDAY).get().pk)

    assert fresh(munich).worktime.works(MONDAY)


def test_only_administrators_set_the_company_calendar(owner: User) -> None:
    with pytest.raises(ForbiddenError):
        set_place(actor=owner.actor(), site="", country="DE", region="")
    with pytest.raises(ForbiddenError):
        add_day_off(actor=owner.actor(), on=MONDAY, name="Party")
    with pytest.raises(RuleError):
        set_place(actor=make_user("administrator").actor(), site="", country="DE", region="TEXAS")


def test_nothing_that_somebody_does_changes_their_worktime(owner: User) -> None:
    before = fresh(owner).calendar

    Operation.objects.create(actor=owner, verb="saved", label="On a Sunday", at=timezone.now(), via="page")
    refresh_worktimes()

    assert fresh(owner).calendar == before
    assert fresh(owner).worktime.assumed(MONDAY)


def test_one_click_marks_today_away(owner: User) -> None:
    client, today = signed_in(owner), timezone.localdate()

    answer = client.post(
        "/settings/calendar/", {"what": "away", "first": today.isoformat(), "last": today.isoformat()}
    )

    assert_receipt(answer, undo=True, says="You are away")


def test_the_page_shows_the_week_and_what_is_to_be_mended(owner: User) -> None:
    client = signed_in(owner)

    page = client.get("/settings/calendar/").content.decode()
    wrong = client.post("/settings/calendar/", {"what": "week", "valid_from": "2026-11-23", "h0": "lots"})

    assert "Full time is assumed." in page
    assert wrong.status_code == 422
    assert "Write hours such as 8, 7.5 or 7:30." in wrong.content.decode()
    assert 'value="lots"' in wrong.content.decode()


def test_hours_are_saved_by_the_page(owner: User) -> None:
    given = {f"h{day}": hours for day, hours in enumerate(["8", "8", "7:30", "", "4", "", ""])}

    answer = signed_in(owner).post(
        "/settings/calendar/", {"what": "week", "valid_from": "2026-11-23", **given}
    )

    assert_receipt(answer, undo=True, says="working week")
    assert fresh(owner).worktime.week(MONDAY) == (480, 480, 450, 0, 240, 0, 0)


def test_pages_open_for_whom_they_are(owner: User, colleague: User, stranger: User) -> None:
    leader, boss = make_user("sales_manager", owner.team, leads_team=True), make_user("administrator")

    def status(user: User, address: str) -> int:
        return signed_in(user).get(address).status_code

    theirs = f"/settings/calendar/{owner.pk}/"
    assert [status(user, theirs) for user in (owner, leader, boss)] == [200, 200, 200]
    assert [status(user, theirs) for user in (colleague, stranger)] == [404, 404]
    assert status(colleague, "/settings/calendar/team/") == 200
    assert status(colleague, "/settings/calendar/company/") == 403
    assert status(boss, "/settings/calendar/company/") == 200


def test_the_team_calendar_shows_who_is_away_until_when(owner: User, colleague: User, stranger: User) -> None:
    today = timezone.localdate()
    mark_away(actor=owner.actor(), user=owner, leave=leave(today, today + timedelta(days=3)))

    page = signed_in(colleague).get("/settings/calendar/team/").content.decode()
    elsewhere = signed_in(stranger).get("/settings/calendar/team/").content.decode()

    assert owner.name in page
    assert "back " in page
    assert owner.name not in elsewhere


def test_the_company_page_saves_places_and_days_off() -> None:
    boss = signed_in(make_user("administrator"))
    make_team(site="Graz")

    place = boss.post("/settings/calendar/company/", {"what": "place", "site": "Graz", "country": "AT"})
    day = boss.post(
        "/settings/calendar/company/",
        {"what": "off", "site": "", "on": "2026-12-24", "name": "Christmas Eve"},
    )
    unknown = boss.post("/settings/calendar/company/", {"what": "place", "site": "Atlantis", "country": "AT"})

    assert_receipt(place, undo=True)
    assert_receipt(day, undo=True, says="Christmas Eve")
    assert unknown.status_code == 404
