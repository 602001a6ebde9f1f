"""A calendar file: looked at first, then taken in, with one undo."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from keen.core.actions.calendar_file import take_days_away, take_days_off
from keen.core.domain.calendar_file import Days
from keen.core.models import Absence, CompanyDayOff, Operation, User
from keen.lib.errors import ForbiddenError, RuleError
from keen.records.actions.life import undo
from tests.core.domain.test_calendar_file import ics
from tests.factories.core import make_user
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
PAGE = "/settings/calendar/file/"


def coming(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def file(*events: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("leave.ics", ics(*events), "text/calendar")


def event(name: str, first: date, last: date) -> str:
    return (
        f"SUMMARY:{name}|DTSTART;VALUE=DATE:{first:%Y%m%d}|DTEND;VALUE=DATE:{last + timedelta(days=1):%Y%m%d}"
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_days_away_are_shown_first_and_kept_without_their_names(owner: User) -> None:
    page = browser(owner)
    trip, course = (coming(7), coming(9)), (coming(20), coming(20))
    shown = page.post(PAGE, {"file": file(event("Surgery", *trip), event("Course", *course))})
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "2 entries are new" in text
    assert "Surgery" in text
    assert not Absence.objects.exists()

    saved = page.post(PAGE, {"act": "take", "what": "away", "day": [f"1:{trip[0]}/{trip[1]}"]})
    assert_receipt(saved, undo=True, says="1 entry of days away came in")
    assert list(Absence.objects.values_list("user_id", "first", "last")) == [(owner.pk, *trip)]
    assert "Surgery" not in str([*Operation.objects.values(), *Absence.objects.values()])
    again = page.post(
        PAGE, {"file": file(event("Surgery", *trip), event("Course", *course))}
    ).content.decode()
    assert "1 entry is new, 1 there already" in again

    undo(actor=owner.actor(), operation_id=Operation.objects.get(verb="brought days away").pk)
    assert not Absence.objects.exists()


def test_days_off_of_the_company_come_in_with_their_names_and_go_with_one_undo() -> None:
    boss = make_user("administrator")
    page = browser(boss)
    feast = (coming(30), coming(31))
    CompanyDayOff.objects.create(on=feast[0], name="Here already")
    text = page.post(PAGE, {"what": "off", "file": file(event("Feast", *feast))}).content.decode()
    assert "Feast" in text
    given = {"act": "take", "what": "off", "day": [f"1:{feast[0]}/{feast[1]}"], "name-1": "Feast"}
    assert_receipt(page.post(PAGE, given), undo=True, says="1 day off came in for everybody")
    assert dict(CompanyDayOff.objects.values_list("on", "name")) == {
        feast[0]: "Here already",
        feast[1]: "Feast",
    }
    assert not User.objects.get(pk=boss.pk).worktime.works(feast[1])

    undo(actor=boss.actor(), operation_id=Operation.objects.get(verb="brought days off").pk)
    assert [one.name for one in CompanyDayOff.objects.all()] == ["Here already"]


def test_each_may_bring_only_what_they_may_set(owner: User, colleague: User) -> None:
    one = [Days(coming(3), coming(3), "Feast")]
    with pytest.raises(ForbiddenError):
        take_days_off(actor=owner.actor(), chosen=one)
    with pytest.raises(ForbiddenError):
        take_days_away(actor=owner.actor(), user=colleague, chosen=one)
    given = {"act": "take", "what": "off", "day": [f"1:{coming(3)}/{coming(3)}"]}
    assert browser(owner).post(PAGE, given).status_code == 403
    assert not CompanyDayOff.objects.exists()


@pytest.mark.parametrize(
    "day", ["1:2026-01-01", "1:soon/never", f"1:{coming(9)}/{coming(3)}", "1:1900-01-01/1900-01-02"]
)
def test_days_that_no_page_offered_are_refused(owner: User, day: str) -> None:
    assert browser(owner).post(PAGE, {"act": "take", "what": "away", "day": [day]}).status_code == 422
    assert not Absence.objects.exists()


def test_a_file_that_is_none_says_what_to_do(owner: User) -> None:
    page = browser(owner)
    wrong = page.post(PAGE, {"file": SimpleUploadedFile("x.ics", b"PK\x03\x04")})
    assert wrong.status_code == 422
    assert "Choose a file that ends in .ics" in wrong.content.decode()
    assert page.post(PAGE, {}).status_code == 422
    huge = page.post(PAGE, {"file": SimpleUploadedFile("x.ics", b"x" * 1_000_001)})
    assert "larger than a megabyte" in huge.content.decode()
    timed = page.post(PAGE, {"file": file("SUMMARY:Dentist|DTSTART:20261124T100000Z")})
    assert "1 have a time of day" in timed.content.decode()


def test_nothing_chosen_is_said(owner: User) -> None:
    with pytest.raises(RuleError, match="Choose at least one day"):
        take_days_away(actor=owner.actor(), user=owner, chosen=[])
