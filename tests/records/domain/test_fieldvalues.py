"""How single values are read; test_save.py holds what becomes of them in a record."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.records.declare import Kind
from keen.records.domain import fieldvalues
from keen.records.domain.fieldvalues import NewRecord, Reading

READING = Reading("field", "Field", choices=(("a", "Alpha"),), region="DE", zone=ZoneInfo("Europe/Berlin"))


@given(
    kind=st.sampled_from(list(Kind)),
    raw=st.text(max_size=60)
    | st.none()
    | st.integers()
    | st.lists(st.text(max_size=9), max_size=3)
    | st.booleans(),
)
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(kind: Kind, raw: Any) -> None:
    try:
        value = fieldvalues.read(kind, raw, READING)
    except RuleError as refused:
        value, told = None, refused
    else:
        told = RuleError("", "Read.", "field")
    assert told.field == "field"
    assert told.message.endswith(".")
    assert "\0" not in str(value)


@given(
    kind=st.sampled_from(
        [Kind.EMAILS, Kind.PHONES, Kind.ADDRESSES, Kind.TAGS, Kind.TEXT, Kind.LONG_TEXT, Kind.URL]
    ),
    raw=st.text(max_size=60),
)
def test_what_was_read_is_read_again_as_itself(kind: Kind, raw: str) -> None:
    try:
        value = fieldvalues.read(kind, raw, READING)
    except RuleError:
        return
    assert fieldvalues.read(kind, value, READING) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2026-11-24 10:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-11-24T10:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("2026-07-24", datetime(2026, 7, 23, 22, tzinfo=UTC)),
        ("2026-11-24T10:00+00:00", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        (date(2026, 11, 24), datetime(2026, 11, 23, 23, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_stands_where_the_person_is(raw: Any, value: datetime | None) -> None:
    read = fieldvalues.read(Kind.DATETIME, raw, READING)
    assert read == value
    assert read is None or read.tzinfo is not None


@pytest.mark.parametrize("raw", ["soon", "2026-13-01", "10:00", "0001-01-01 00:00", "9999-12-31 23:59"])
def test_a_moment_that_is_none_is_refused(raw: str) -> None:
    with pytest.raises(RuleError):
        fieldvalues.read(Kind.DATETIME, raw, READING)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1.250", Decimal(1250)),
        ("12.500,00", Decimal(12500)),
        ("12500,50", Decimal("12500.50")),
        ("2,5", Decimal("2.5")),
        (" 1 250\u00a0000 ", Decimal(1_250_000)),
        ("-0.5", Decimal("-0.5")),
        (7, Decimal(7)),
        ("", None),
    ],
)
def test_a_number_is_read_with_its_separators(raw: Any, value: Decimal | None) -> None:
    assert fieldvalues.read(Kind.NUMBER, raw, READING) == value


def test_an_amount_is_read_as_its_country_writes_it_and_of_a_program_as_digits_with_a_point() -> None:
    assert fieldvalues.read(Kind.MONEY, "12.500,00 €", READING) == {"amount": "12500.00", "currency": "EUR"}
    assert fieldvalues.read(Kind.MONEY, "$ 1,5", READING) == {"amount": "1.5", "currency": "USD"}
    program = replace(READING, exact=True)
    assert fieldvalues.read(Kind.MONEY, "1234.5 EUR", program) == {"amount": "1234.5", "currency": "EUR"}
    for said in ("1.500,00", "1,500", "1 500"):
        with pytest.raises(RuleError, match="is not a number"):
            fieldvalues.read(Kind.NUMBER, said, program)


def test_a_number_that_came_with_its_country_is_read_from_there() -> None:
    french = {"raw": "04 72 00 00 10", "e164": "+33472000010", "label": "work"}
    assert fieldvalues.read(Kind.PHONES, [french], READING) == [french]
    [told] = fieldvalues.read(Kind.PHONES, [{**french, "e164": "+33472000099"}], READING)
    assert told["e164"] == "+49472000010", "what the digits do not say is not believed"


def test_a_link_is_an_id_or_a_name_for_a_new_one() -> None:
    assert fieldvalues.read(Kind.REFERENCE, " 12 ", READING) == 12
    assert fieldvalues.read(Kind.REFERENCE, "new: Vela  Foods ", READING) == NewRecord("Vela Foods")
    assert fieldvalues.read(Kind.REFERENCE, "new:", READING) is None
    with pytest.raises(RuleError):
        fieldvalues.read(Kind.USER, "new:Maya", READING)


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        (5, 5),
        ("5", 5),
        (" 5 ", 5),
        (True, None),
        ("-5", None),
        ("²", None),
        ("٣", None),
        ("5.0", None),
        ("9" * 19, None),
        ("", None),
    ],
)
def test_an_id_is_plain_digits(value: Any, id_: int | None) -> None:
    assert fieldvalues.id_of(value) == id_


def test_plain_data_is_the_same_wherever_it_was_written() -> None:
    moment = datetime(2026, 11, 24, 10, tzinfo=timezone(timedelta(hours=1)))
    assert fieldvalues.plain(moment) == "2026-11-24T09:00:00+00:00"
    assert fieldvalues.plain(date(2026, 11, 24)) == "2026-11-24"
    assert fieldvalues.plain(Decimal("1.50")) == "1.50"
    assert fieldvalues.plain(["a"]) == ["a"]


@pytest.mark.parametrize(
    ("value", "empty"), [(None, True), ("", True), ([], True), (False, False), (0, False), ("x", False)]
)
def test_false_and_nought_are_something(value: Any, *, empty: bool) -> None:
    assert fieldvalues.is_empty(value) is empty
