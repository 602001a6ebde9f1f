"""A pasted list of days away: everything of it is accounted for, and one undo takes it back."""

from datetime import date

import pytest
from django.test import Client

from keen.core.actions.absence_list import bring_absences
from keen.core.actions.calendars import Leave, mark_away
from keen.core.models import Absence, Notice, Operation, User
from keen.lib.errors import ForbiddenError
from keen.records.actions.life import undo
from tests.factories.core import make_user
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def test_new_days_come_in_and_the_rest_is_accounted_for(owner: User, colleague: User) -> None:
    boss = make_user("administrator")
    mark_away(actor=owner.actor(), user=owner, leave=Leave(first=date(2026, 12, 1), last=date(2026, 12, 5)))
    pasted = (
        "E-mail;From;To;Reason\n"
        f"{owner.email};2026-12-03;2026-12-04;flu\n"
        f"{colleague.email.upper()};24.12.2026;02.01.2027;family\n"
        "nobody@x.example;2026-12-03;;\n"
        f"{owner.email};soon;;\n"
    )

    brought = bring_absences(actor=boss.actor(), pasted=pasted)

    assert brought.receipt.outcome == "gap"
    assert brought.receipt.also == ("1 were there already", "2 lines are to be mended")
    assert [problem.split(":")[0] for problem in brought.problems] == ["Line 4", "Line 5"]
    assert not User.objects.get(pk=colleague.pk).worktime.works(date(2026, 12, 28))
    assert Notice.objects.filter(user=colleague, kind="calendar").count() == 1

    undo(actor=boss.actor(), operation_id=Operation.objects.get(verb="brought days away").pk)

    assert list(Absence.objects.values_list("user_id", flat=True)) == [owner.pk]


def test_only_administrators_bring_lists(owner: User) -> None:
    with pytest.raises(ForbiddenError):
        bring_absences(actor=owner.actor(), pasted="email,from\na@x.example,2026-12-03")


def test_the_page_brings_a_list_and_names_what_is_to_be_mended(owner: User) -> None:
    client = Client()
    client.force_login(make_user("administrator"))

    good = client.post("/settings/calendar/absences/", {"list": f"email,from\n{owner.email},2026-12-03"})
    bad = client.post("/settings/calendar/absences/", {"list": f"email,from\n{owner.email},soon"})
    none = client.post("/settings/calendar/absences/", {"list": ""})

    assert_receipt(good, undo=True, says="1 entry of days away")
    assert_receipt(bad, outcome="gap", undo=False, says="1 line is to be mended")
    assert "Line 2: write days as 2026-11-24" in bad.content.decode()
    assert none.status_code == 422
    assert "Paste a list whose first line" in none.content.decode()
