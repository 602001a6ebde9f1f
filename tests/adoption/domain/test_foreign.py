"""The logs of other CRMs: who is a machine, what an event counts as, and what the log cannot tell."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from keen.adoption.domain.foreign import (
    CSV,
    DYNAMICS,
    LOGINS,
    PRESETS,
    SALESFORCE,
    XES,
    LogEvent,
    LogMapping,
    Reading,
    as_data,
    read,
)

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 1, 5, 0, 30, tzinfo=ZONE)


def reading(events: list[LogEvent], mapping: LogMapping = PRESETS[CSV]) -> Reading:
    found = Reading(mapping, ZONE)
    for event in events:
        found.take(event)
    return found


def round_the_clock(who: str, days: int) -> list[LogEvent]:
    return [LogEvent(who, START + timedelta(hours=hour), "Submitted") for hour in range(24 * days)]


def test_who_works_round_the_clock_and_on_sundays_is_a_machine() -> None:
    machines = reading(round_the_clock("112", 30)).machines()

    assert list(machines) == ["112"]
    assert "Sundays" in machines["112"]


def test_who_works_long_hours_every_day_but_sleeps_is_a_person() -> None:
    awake = [one for one in round_the_clock("anna", 60) if 5 < one.at.hour < 23]

    assert reading(awake).machines() == {}


def test_too_few_days_make_nobody_a_machine() -> None:
    assert reading(round_the_clock("new", 13)).machines() == {}


@pytest.mark.parametrize(
    ("form", "what", "kind"),
    [
        (XES, "A_ACCEPTED+COMPLETE", "done_elsewhere"),
        (XES, "W_Call+START", "attempt"),
        (XES, "W_Call+SCHEDULE", ""),
        (CSV, "Login", ""),
        (CSV, "Stage changed", "done_elsewhere"),
        (DYNAMICS, "Update+Opportunity", "done_elsewhere"),
        (DYNAMICS, "User Access via Web+User", ""),
        (SALESFORCE, "Login", ""),
        (SALESFORCE, "Report", "attempt"),
        (LOGINS, "Application", ""),
    ],
)
def test_log_ins_and_looks_never_count_as_value(form: str, what: str, kind: str) -> None:
    assert PRESETS[form].kind_of(what) == kind


def test_events_of_nobody_count_for_nobody() -> None:
    found = reading([LogEvent("", START, "Submitted"), LogEvent("UNKNOWN", START, "Submitted")])

    assert (found.events, found.nameless, found.actors) == (2, 2, {})


def test_cases_that_were_closed_tell_whether_their_steps_were_recorded_in_order() -> None:
    mapping = LogMapping("user", "time", ("activity",), "case", closing=("Won",), steps=("Opened", "Won"))
    day = timedelta(days=1)
    made = [("1", "Opened", 0), ("1", "Won", 2), ("2", "Won", 1), ("3", "Opened", 0), ("3", "Won", 0)]
    found = reading([LogEvent("anna", START + day * back, what, case) for case, what, back in made], mapping)

    assert [(case, whole) for _, _, case, whole in found.processes()] == [
        ("1", True),
        ("2", False),
        ("3", False),
    ]


def test_it_is_said_what_a_log_cannot_show() -> None:
    found = reading([LogEvent("anna", START, "Submitted")])

    assert "when these people work" in found.supports(with_calendar=False)["rhythm"]
    assert found.supports(with_calendar=True)["rhythm"] == ""
    assert all(
        found.supports(with_calendar=True)[name] for name in ("timeliness", "quality", "friction", "value")
    )


def test_a_mapping_comes_back_as_it_was_kept() -> None:
    for mapping in PRESETS.values():
        assert read(as_data(mapping)) == mapping
