"""What is written beside an event, level by level."""

from datetime import datetime
from uuid import UUID

import pytest

from keen.telemetry.domain.groups import Label
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Place
from tests.factories.usage import NOON, make_lines

HALF_PAST = NOON.replace(minute=31, second=7, microsecond=250_000)
PLACE = Place(12, "sales_rep", Label(3, ""))


def line(level: Level, name: str = "page_viewed", **told):
    (made,) = make_lines(7, name, at=HALF_PAST, level=level, place=PLACE, **told)
    return made


def test_at_none_nothing_is_written():
    assert make_lines(7, level=Level.NONE) == []


def test_for_groups_nobody_is_written_and_no_minute():
    made = line(Level.AGGREGATED)

    assert (made["user_id"], made["who"], made["session"], made["browser"]) == (None, None, None, None)
    assert (made["team"], made["role"]) == (3, None)
    hour = HALF_PAST.replace(minute=0, second=0, microsecond=0)
    assert made["at"] == int(hour.timestamp()) * 1_000_000
    assert UUID(made["id"]).int >> 80 == int(hour.timestamp()) * 1000  # the id tells no more than the moment


def test_a_code_stands_for_the_person_where_names_are_not_wanted():
    made = line(Level.PSEUDONYMOUS)

    assert made["user_id"] is None
    assert len(made["who"]) == 20
    assert (made["team"], made["role"]) == (12, "sales_rep")


def test_the_person_is_written_at_the_highest_level_alone():
    made = line(Level.PERSON)

    assert (made["user_id"], made["who"], made["at"]) == (7, None, round(HALF_PAST.timestamp() * 1_000_000))


@pytest.mark.parametrize("level", [Level.AGGREGATED, Level.PSEUDONYMOUS, Level.PERSON])
def test_of_a_sign_in_the_day_is_kept_at_every_level(level: Level):
    made = line(level, "signed_in", props={"by": "password"})

    midnight = datetime(2026, 11, 20, tzinfo=NOON.tzinfo)
    assert made["at"] == int(midnight.timestamp()) * 1_000_000
    assert UUID(made["id"]).int >> 80 == int(midnight.timestamp()) * 1000


def test_the_day_is_that_of_the_company():
    late = NOON.replace(hour=0, minute=30)  # the day before in UTC

    assert make_lines(at=late)[0]["on"] == "2026-11-20"
