from uuid import RFC_4122

import pytest

from keen.lib.ids import id_of, uuid7


@pytest.mark.parametrize(("value", "found"), [("7", 7), (" 7 ", 7), (7, 7), ("9" * 18, 10**18 - 1), ("0", 0)])
def test_an_id_is_read_from_its_digits(value: object, found: int):
    assert id_of(value) == found


@pytest.mark.parametrize(
    "value", ["", "\u00b2", "\u0663", "-1", "1.0", "9" * 19, "9" * 5000, "abc", None, True, [1]]
)
def test_what_no_database_takes_is_no_id(value: object):
    assert id_of(value) is None


def test_ids_of_later_things_sort_later_and_are_of_version_7():
    first, later = uuid7(1_763_000_000_000, bytes(10)), uuid7(1_763_000_000_001, bytes(10))

    assert (first.version, first.variant) == (7, RFC_4122)
    assert first < later
    assert first.int >> 80 == 1_763_000_000_000


def test_the_chance_in_an_id_stays_in_it():
    assert uuid7(0, b"\xff" * 10) != uuid7(0, b"\xff" * 9 + b"\xfe")
