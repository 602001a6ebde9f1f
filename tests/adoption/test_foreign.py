"""Bringing in the log of another CRM: people, machines, calendars that are asked for, and figures of groups."""

import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from keen.adoption.actions.foreign import LogFile, keep_log_figures, load_log, say_calendar
from keen.adoption.domain.foreign import CSV, PRESETS, XES
from keen.adoption.domain.policy import Policy
from keen.adoption.models import ForeignLog, ForeignPerson, GroupStanding
from keen.adoption.queries.foreign import people_of, set_aside, without_calendar
from keen.core.domain.actor import SYSTEM
from keen.lib.errors import ForbiddenError, RuleError
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
WEEK = [480, 480, 480, 480, 480, 0, 0]
BPI = "KEEN_BPI_2012"


def lines(people: int = 6, days: int = 28) -> Iterator[str]:
    yield "user,time,activity,case"
    for back in range(days):
        day = date(2026, 11, 1) + timedelta(days=back)
        for hour in range(24):
            yield f"robot,{day}T{hour:02}:00:00,Submitted,1"
        if day.weekday() < 5:
            for person in range(people):
                yield f"person {person},{day}T10:00:00,Stage changed,{person}"
                yield f"person {person},{day}T09:00:00,Login,"


def brought(tmp_path: Path, **told: Any) -> ForeignLog:
    file = tmp_path / "log.csv"
    file.write_text("\n".join(lines(**told)))
    given = LogFile(path=file, name="Old CRM", format=CSV, mapping=PRESETS[CSV], zone="Europe/Berlin")
    return load_log(actor=SYSTEM, given=given)[0]


def test_people_are_told_from_machines_and_asked_when_they_work(usage: Path, tmp_path: Path) -> None:
    log = brought(tmp_path)

    assert [one.key for one in set_aside(log)] == ["robot"]
    assert without_calendar(log).count() == people_of(log).count() == 6
    assert "when these people work" in log.supports["rhythm"]
    assert keep_log_figures(log, Policy()) == 0, "no rhythm without a calendar"


def test_with_a_calendar_the_rhythm_of_the_group_is_shown(usage: Path, tmp_path: Path) -> None:
    log = brought(tmp_path)
    say_calendar(actor=SYSTEM, log=log, minutes=WEEK)

    assert keep_log_figures(log, Policy()) == 1

    row = GroupStanding.objects.get(scope="log", key=str(log.pk))
    assert (row.people, row.dimensions["rhythm"] > 0.8, row.window_end) == (5, True, date(2026, 11, 28))
    assert ForeignLog.objects.get().supports["rhythm"] == ""


def test_the_same_log_again_replaces_what_was_there(usage: Path, tmp_path: Path) -> None:
    first = brought(tmp_path)
    say_calendar(actor=SYSTEM, log=first, minutes=WEEK)

    again = brought(tmp_path)

    assert (again.pk, ForeignPerson.objects.count()) == (first.pk, 7)
    assert without_calendar(again).count() == 0, "what was said of them stays"


def test_a_week_without_work_is_refused(usage: Path, tmp_path: Path) -> None:
    log = brought(tmp_path)

    with pytest.raises(RuleError, match="seven days"):
        say_calendar(actor=SYSTEM, log=log, minutes=[0] * 7)


def test_not_everybody_brings_in_logs(usage: Path, tmp_path: Path) -> None:
    given = LogFile(path=tmp_path, name="x", format=CSV, mapping=PRESETS[CSV], zone="UTC")

    with pytest.raises(ForbiddenError):
        load_log(actor=make_user().actor(), given=given)


def test_the_command_says_what_the_log_holds_and_cannot_show(
    usage: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.csv"
    file.write_text("\n".join(lines(people=2, days=20)))

    call_command("importlog", str(file), "--name", "Old", "--format", CSV)

    said = capsys.readouterr().out
    assert "Set aside: robot." in said
    assert "It is not known of 2 of 2" in said
    assert "quality: The log does not hold the records themselves." in said


@pytest.mark.long
def test_the_log_of_a_bank_is_brought_in_within_a_minute(usage: Path) -> None:
    """BPI Challenge 2012: 262,200 events of 67 people and one machine, user 112. KEEN_BPI_2012 says where the file is."""
    place = os.environ.get(BPI, "")
    if not place:
        pytest.skip(f"NOT RUN: {BPI} does not say where bpi-challenge-2012.xes.gz is")
    began = time.monotonic()

    log, _ = load_log(
        actor=SYSTEM,
        given=LogFile(
            path=Path(place), name="Bank", format=XES, mapping=PRESETS[XES], zone="Europe/Amsterdam"
        ),
    )

    took = time.monotonic() - began
    assert (log.events, people_of(log).count()) == (262_200, 67)
    assert [one.key for one in set_aside(log)] == ["112"]
    assert without_calendar(log).count() == 67
    assert took < 60
    say_calendar(actor=SYSTEM, log=log, minutes=WEEK, country="NL")
    assert keep_log_figures(log, Policy()) > 0
