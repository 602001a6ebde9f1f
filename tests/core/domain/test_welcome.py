"""What is told to those who join."""

from keen.core.domain.roles import ROLES
from keen.core.domain.welcome import COMMON, FIRST_DAY, first_day


def test_every_role_gets_three_lines() -> None:
    assert {len(first_day([key])) for key in ROLES} == {3}


def test_lines_are_for_roles_that_exist() -> None:
    assert set(FIRST_DAY) <= set(ROLES)


def test_the_first_role_with_lines_of_its_own_is_told() -> None:
    assert first_day(["reader", "marketer"]) == FIRST_DAY["marketer"]


def test_a_role_made_later_gets_what_is_there_for_everybody() -> None:
    assert first_day(["made_up"]) == COMMON
