"""The roles an installation starts with."""

import pytest

from keen.core.domain.grants import covers
from keen.core.domain.rights import ACTIONS, POWERS, Scope, union
from keen.core.domain.roles import ROLES


@pytest.mark.parametrize("key", ROLES)
def test_a_role_says_what_each_action_reaches(key: str) -> None:
    given = ROLES[key]

    assert set(given) == {"name", "records", "powers"}
    assert all(set(grants) == set(ACTIONS) for grants in given["records"].values())
    assert all(Scope(scope) for grants in given["records"].values() for scope in grants.values())
    assert set(given["powers"]) <= set(POWERS)


def test_an_administrator_can_hand_out_every_role() -> None:
    administrator = union([ROLES["administrator"]])

    assert [key for key, role in ROLES.items() if not covers(administrator, union([role]))] == []


def test_administrators_alone_manage_people() -> None:
    assert [key for key, role in ROLES.items() if "users.manage" in role["powers"]] == ["administrator"]


def test_nobody_changes_what_they_cannot_see() -> None:
    rights = {key: union([role]) for key, role in ROLES.items()}

    assert [
        key
        for key, held in rights.items()
        for action in ("edit", "delete", "export")
        for kind in ("contact", "activity")
        if held.scope(kind, action).reach > held.scope(kind, "view").reach
    ] == []
