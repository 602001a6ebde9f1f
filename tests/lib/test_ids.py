import pytest

from keen.lib.ids import id_of


@pytest.mark.parametrize(("value", "found"), [("7", 7), (" 7 ", 7), (7, 7), ("9" * 18, 10**18 - 1), ("0", 0)])
def test_an_id_is_read_from_its_digits(value: object, found: int):
    assert id_of(value) == found


@pytest.mark.parametrize(
    "value", ["", "\u00b2", "\u0663", "-1", "1.0", "9" * 19, "9" * 5000, "abc", None, True, [1]]
)
def test_what_no_database_takes_is_no_id(value: object):
    assert id_of(value) is None
