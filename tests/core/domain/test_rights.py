"""Rights are unions: what one role gives, another never takes away."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.rights import ACTIONS, POWERS, Rights, Scope, union

KINDS = ["*", "contact", "account", "case"]
NAMES = ["salary", "phone", "notes"]
scopes = st.sampled_from([scope.value for scope in Scope])
roles = st.fixed_dictionaries(
    {},
    optional={
        "records": st.dictionaries(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(ACTIONS), scopes)),
        "powers": st.lists(st.sampled_from([*POWERS, "made_up"])),
        "hidden": st.dictionaries(st.sampled_from(KINDS[1:]), st.lists(st.sampled_from(NAMES))),
        "locked": st.dictionaries(st.sampled_from(KINDS[1:]), st.lists(st.sampled_from(NAMES))),
    },
)


def shows(rights: Rights, kind: str, name: str) -> bool:
    return rights.scope(kind, "view").reach > 0 and not rights.hides(kind, name)


def writes(rights: Rights, kind: str, name: str) -> bool:
    """Of those who see such records: whoever writes them blindly learns with the first sight what is kept from them."""
    seen = rights.scope(kind, "view").reach > 0
    opened = rights.scope(kind, "add").reach > 0 or rights.scope(kind, "edit").reach > 0
    return seen and opened and not rights.locks(kind, name)


@given(st.lists(roles, min_size=1, max_size=4), roles)
def test_adding_a_role_never_takes_a_right_away(held: list[dict[str, Any]], added: dict[str, Any]) -> None:
    before, after = union(held), union([*held, added])

    for kind in [*KINDS, "never heard of"]:
        for action in ACTIONS:
            assert after.scope(kind, action).reach >= before.scope(kind, action).reach
        for name in NAMES:
            assert not shows(before, kind, name) or shows(after, kind, name)
            assert not writes(before, kind, name) or writes(after, kind, name)
    assert after.powers >= before.powers


@given(st.lists(roles, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_roles_makes_no_difference(held: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(held)
    random.shuffle(shuffled)

    assert union(shuffled).to_json() == union(held).to_json()


@given(st.lists(roles, max_size=4))
def test_a_role_held_twice_gives_nothing_more(held: list[dict[str, Any]]) -> None:
    assert union([*held, *held]).to_json() == union(held).to_json()


@given(st.lists(roles, max_size=4), st.frozensets(st.integers(min_value=1)))
def test_rights_come_back_from_storage_as_they_were(
    held: list[dict[str, Any]], teams: frozenset[int]
) -> None:
    stored = union(held, teams=teams).to_json()

    assert Rights.from_json(stored).to_json() == stored


@given(st.lists(roles, max_size=4))
def test_no_role_gives_a_power_that_does_not_exist(held: list[dict[str, Any]]) -> None:
    assert union(held).powers <= set(POWERS)


def test_without_a_role_nothing_is_allowed() -> None:
    nothing = union([])

    assert {nothing.scope(kind, action) for kind in KINDS for action in ACTIONS} == {Scope.NONE}
    assert nothing.powers == frozenset()


def test_a_kind_of_its_own_line_stands_in_for_all_records() -> None:
    rights = union([{"records": {"*": {"view": "all"}, "case": {"view": "own"}}}])

    assert (rights.scope("contact", "view"), rights.scope("case", "view")) == (Scope.ALL, Scope.OWN)


def test_a_role_that_opens_nothing_neither_shows_nor_unlocks_a_field() -> None:
    narrow = {
        "records": {"contact": {"view": "all", "edit": "all"}},
        "hidden": {"contact": ["salary"]},
        "locked": {"contact": ["phone"]},
    }
    empty: dict[str, Any] = {"records": {"contact": {"view": "none"}}, "powers": ["import"]}
    only_looks = {"records": {"contact": {"view": "all"}}, "hidden": {"contact": ["salary"]}}

    for other in ({}, empty, only_looks):
        rights = union([narrow, other])
        assert rights.hides("contact", "salary")
        assert rights.locks("contact", "phone")
    shown = union([narrow, {"records": {"*": {"view": "own", "edit": "own"}}}])
    assert not shown.hides("contact", "salary")
    assert not shown.locks("contact", "phone")


def test_a_hidden_field_is_locked_too() -> None:
    rights = Rights(hidden={"contact": frozenset({"salary"})})

    assert rights.locks("contact", "salary")
