"""The four modes and whom they name."""

import pytest

from keen.adoption.domain.modes import LABELS, MEANINGS, UNTIL_ANSWERED, Mode, names


def test_until_somebody_chooses_nobody_is_named() -> None:
    assert not names(UNTIL_ANSWERED, agreed=True)


@pytest.mark.parametrize(
    ("mode", "agreed", "is_named"),
    [
        (Mode.OFF, True, False),
        (Mode.TEAM, True, False),
        (Mode.AGREED, False, False),
        (Mode.AGREED, True, True),
        (Mode.MANAGER, False, True),
    ],
)
def test_who_is_named(mode: Mode, *, agreed: bool, is_named: bool) -> None:
    assert names(mode, agreed=agreed) is is_named


def test_showing_names_takes_a_second_person_and_less_does_not() -> None:
    assert Mode.TEAM.rises_to(Mode.AGREED)
    assert Mode.AGREED.rises_to(Mode.MANAGER)
    assert not Mode.OFF.rises_to(Mode.TEAM)
    assert not Mode.MANAGER.rises_to(Mode.TEAM)


def test_each_mode_is_explained() -> None:
    assert set(LABELS) == set(MEANINGS) == set(Mode)
