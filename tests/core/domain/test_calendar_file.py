"""Calendar files as other programs write them, and as somebody writes them who means harm."""

from datetime import UTC, date, datetime

import pytest
from dateutil.rrule import rrulestr

from keen.core.domain import calendar_file
from keen.core.domain.calendar_file import Days, read
from keen.lib.errors import RuleError

FIRST, LAST = date(2026, 11, 1), date(2028, 12, 31)


def ics(*events: str) -> bytes:
    told = "".join(f"BEGIN:VEVENT\r\n{one}\r\nEND:VEVENT\r\n" for one in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{told}END:VCALENDAR\r\n".replace("|", "\r\n").encode()


def test_whole_days_are_read_with_their_names_in_order() -> None:
    data = ics(
        "SUMMARY:New Year\\, quiet|DTSTART;VALUE=DATE:20270101|DTEND;VALUE=DATE:20270102",
        "SUMMARY:Christmas|DTSTART;VALUE=DATE:20261224|DTEND;VALUE=DATE:20261227",
        "SUMMARY:Bridge|DTSTART;VALUE=DATE:20261228",
        "SUMMARY:Long ago|DTSTART;VALUE=DATE:20200101",
    )
    assert read(data, FIRST, LAST).found == [
        Days(date(2026, 12, 24), date(2026, 12, 26), "Christmas"),
        Days(date(2026, 12, 28), date(2026, 12, 28), "Bridge"),
        Days(date(2027, 1, 1), date(2027, 1, 1), "New Year, quiet"),
    ]


def test_what_repeats_is_written_out_for_these_years() -> None:
    data = ics(
        "SUMMARY:Unity|DTSTART;VALUE=DATE:19901003|RRULE:FREQ=YEARLY",
        "SUMMARY:Thanks|DTSTART;VALUE=DATE:20201126|RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "SUMMARY:Twice|DTSTART;VALUE=DATE:20261110|RRULE:FREQ=WEEKLY;COUNT=2|EXDATE;VALUE=DATE:20261117",
        "SUMMARY:Until|DTSTART;VALUE=DATE:20261201|RRULE:FREQ=DAILY;UNTIL=20261202",
    )
    told = [(one.name, str(one.first)) for one in read(data, FIRST, LAST).found]
    assert told == [
        ("Twice", "2026-11-10"), ("Thanks", "2026-11-26"), ("Until", "2026-12-01"), ("Until", "2026-12-02"),
        ("Unity", "2027-10-03"), ("Thanks", "2027-11-25"), ("Unity", "2028-10-03"), ("Thanks", "2028-11-23"),
    ]  # fmt: skip


def test_what_stays_out_is_counted_by_its_reason() -> None:
    data = ics(
        "SUMMARY:Dentist|DTSTART:20261124T100000Z|DTEND:20261124T110000Z",
        "SUMMARY:Gone|STATUS:CANCELLED|DTSTART;VALUE=DATE:20261124",
        "SUMMARY:Each second|DTSTART;VALUE=DATE:20261124|RRULE:FREQ=SECONDLY",
        "SUMMARY:Each noon|DTSTART;VALUE=DATE:20261124|RRULE:FREQ=DAILY;BYHOUR=1,2,3",
        "SUMMARY:For ever|DTSTART;VALUE=DATE:20200101|DTEND;VALUE=DATE:20301231",
        "SUMMARY:Nothing",
    )
    told = read(data, FIRST, LAST)
    assert told.found == []
    assert told.left == {"timed": 1, "repeating": 2, "long": 1, "odd": 1}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_calendar"),
        (b"\x00\xff\xfe not a calendar", "no_calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no_calendar"),
        (b"BEGIN:VEVENT\r\n" * 3, "no_calendar"),
        (b"x" * (calendar_file.MOST_BYTES + 1), "too_large"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * (calendar_file.MOST_EVENTS + 1), "too_many"),
    ],
)
def test_what_is_no_calendar_or_too_much_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        read(data, FIRST, LAST)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=5",
        "FREQ=DAILY;INTERVAL=999999999",
        "FREQ=MONTHLY;BYDAY=9MO",
        "FREQ=YEARLY;BYDAY=XX",
    ],
)
def test_a_rule_that_never_comes_true_ends(rule: str) -> None:
    told = read(ics(f"DTSTART;VALUE=DATE:19700101|RRULE:{rule}"), FIRST, LAST)
    assert told.found == []


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("20240229", "FREQ=YEARLY"),
        ("20000131", "FREQ=MONTHLY;INTERVAL=5"),
        ("20010203", "FREQ=DAILY;INTERVAL=9"),
        ("19990501", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE"),
        ("20000115", "FREQ=YEARLY;INTERVAL=3;BYMONTH=5;BYDAY=-1FR"),
        ("20000115", "FREQ=YEARLY;BYDAY=20MO"),
        ("20000115", "FREQ=YEARLY;BYMONTH=2,11;BYMONTHDAY=-1,3"),
        ("20000115", "FREQ=MONTHLY;BYDAY=2TU,-1SU"),
        ("20000115", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"),
        ("20200115", "FREQ=DAILY;BYMONTH=12;BYDAY=SA,SU"),
        ("20260101", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;COUNT=60"),
    ],
)
def test_rules_come_on_the_days_that_another_reader_of_them_finds(start: str, rule: str) -> None:
    begun = datetime.strptime(start, "%Y%m%d").replace(tzinfo=UTC)
    whole = rrulestr(rule, dtstart=begun.replace(tzinfo=None))
    wanted = [at.date() for at in whole.between(datetime(2026, 11, 1), datetime(2028, 12, 31), inc=True)]  # noqa: DTZ001
    told = read(ics(f"DTSTART;VALUE=DATE:{start}|RRULE:{rule}"), FIRST, LAST)
    assert [one.first for one in told.found] == wanted


def test_a_file_full_of_rules_that_never_come_true_takes_a_bounded_time() -> None:
    rule = "DTSTART;VALUE=DATE:20261101|RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    told = read(ics(*[rule] * 1_000), FIRST, LAST)
    assert told.found == []
    assert told.left["repeating"] > 300


def test_many_that_repeat_each_day_are_refused_together() -> None:
    daily = "SUMMARY:{}|DTSTART;VALUE=DATE:20261101|RRULE:FREQ=DAILY"
    with pytest.raises(RuleError, match="fit"):
        read(ics(daily.format("one"), daily.format("two")), FIRST, LAST)
