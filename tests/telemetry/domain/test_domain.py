"""The small rules: levels, codes, devices, names, and how events read."""

from datetime import date

import pytest

from keen.telemetry.domain.codes import code_of, of_user, quarter_of
from keen.telemetry.domain.devices import device_of
from keen.telemetry.domain.levels import LABELS, MEANINGS, Level
from keen.telemetry.domain.person import Person
from keen.telemetry.domain.properties import COUNTS, count_class, known_name
from keen.telemetry.domain.sentences import details, sentence

CHROME_PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
)
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15"


def test_more_is_recorded_from_level_to_level():
    assert Level.AGGREGATED.rises_to(Level.PERSON)
    assert not Level.PERSON.rises_to(Level.NONE)
    assert not Level.NONE.rises_to(Level.NONE)
    assert set(LABELS) == set(MEANINGS) == set(Level)


def test_a_code_lasts_as_long_as_its_key_and_tells_people_apart():
    assert code_of("key", of_user(1)) == code_of("key", of_user(1))
    assert (
        len({code_of("key", of_user(1)), code_of("key", of_user(2)), code_of("other key", of_user(1))}) == 3
    )
    assert code_of("", of_user(1)) == ""


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_a_year_has_four_quarters(day: date, quarter: str):
    assert quarter_of(day) == quarter


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME_PHONE, ("phone", "chrome")),
        (SAFARI, ("desk", "safari")),
        ("", ("desk", "other")),
        ("curl/8", ("desk", "other")),
    ],
)
def test_of_a_browser_its_family_and_kind_of_device_are_kept(agent: str, device: tuple[str, str]):
    assert device_of(agent) == device


def test_counts_are_told_coarsely():
    assert [count_class(n) for n in (0, 1, 2, 9, 10, 99, 100, 999, 1000, 10**9)] == [
        "0", "1", "2-9", "2-9", "10-99", "10-99", "100-999", "100-999", "1000+", "1000+",
    ]  # fmt: skip
    assert set(COUNTS) == {count_class(10**n) for n in range(4)} | {"0", "2-9"}


def test_a_name_that_is_not_known_is_another_one():
    known = frozenset({"today"})

    assert [known_name(value, known) for value in ("today", "Amira Haddad", 7, None, ["today"])] == [
        "today", "other", "other", "other", "other",
    ]  # fmt: skip


def test_a_person_is_asked_for_by_number_and_codes_alone():
    assert Person(7, ("ab" * 10,)).sql == f"(user_id = 7 OR who IN ('{'ab' * 10}'))"
    with pytest.raises(ValueError, match="hexadecimal"):
        Person(7, ("' OR true --",))


def test_events_read_as_sentences():
    assert sentence("page_viewed", {"screen": "contact-list"}) == "Opened “contact list”"
    assert sentence("form_rejected", {"form": "contact-new"}, "contact") == (
        "Was asked to mend the form “contact new” (contact)"
    )
    assert sentence("page_viewed", {}) == "Opened “something”"
    assert sentence("help_opened", {"screen": "other"}) == "Opened help"
    assert sentence("gone_since", {}) == "gone since"


def test_nothing_that_stands_beside_an_event_is_kept_back():
    assert details(
        {"fields": ["last_name", "emails"], "own": True, "rules": [], "rows": "2-9"}, "invalid", 40
    ) == ("invalid · fields: last name, emails · own: yes · rows: 2-9 · 40 ms")
