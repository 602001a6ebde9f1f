"""Nobody hands out what they do not have, and everybody can be told why they see something."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.actor import SYSTEM
from keen.core.domain.grants import Because, covers, excess, explain, words_for
from keen.core.domain.rights import ACTIONS, POWERS, Rights, Scope, union
from keen.core.domain.roles import ROLES

KINDS = ["*", "contact", "account", "case"]
scopes = st.sampled_from([scope.value for scope in Scope])
grants = st.fixed_dictionaries(
    {
        "records": st.dictionaries(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(ACTIONS), scopes)),
        "powers": st.lists(st.sampled_from(list(POWERS))),
    }
)
NOTHING = Rights()


def everything(**changed: str) -> dict[str, str]:
    return {**dict.fromkeys(ACTIONS, "all"), **changed}


@given(st.lists(grants, max_size=3), grants)
def test_what_is_handed_out_without_excess_is_never_more_than_the_giver_has(
    own: list[dict[str, Any]], given_role: dict[str, Any]
) -> None:
    giver, wanted = union(own), union([given_role])

    within = all(
        wanted.scope(kind, action).reach <= giver.scope(kind, action).reach
        for kind in [*KINDS, "never heard of"]
        for action in ACTIONS
    )
    assert covers(giver, wanted) == (within and wanted.powers <= giver.powers)


@given(st.lists(grants, max_size=3))
def test_the_system_may_hand_out_everything(wanted: list[dict[str, Any]]) -> None:
    assert excess(SYSTEM.rights, NOTHING, union(wanted)) == []


@given(st.lists(grants, max_size=3), st.lists(grants, max_size=3))
def test_taking_away_is_never_too_much(giver: list[dict[str, Any]], held: list[dict[str, Any]]) -> None:
    assert excess(union(giver), union(held), NOTHING) == []


def test_a_power_the_giver_lacks_is_named() -> None:
    giver = Rights(records={"*": everything()}, powers=frozenset({"users.manage"}))

    found = excess(giver, NOTHING, Rights(powers=frozenset({"users.manage", "audit.view"})))

    assert found == ["read the audit trail"]


def test_what_somebody_had_before_is_not_handed_out_again() -> None:
    had = Rights(powers=frozenset({"audit.view"}))

    assert excess(NOTHING, had, had) == []


def test_a_team_beyond_the_givers_own_is_too_much_unless_the_giver_reaches_all() -> None:
    wanted = Rights(records={"*": {"view": "team"}}, teams=frozenset({7}))
    in_team = Rights(records={"*": {"view": "team"}}, teams=frozenset({5}))
    of_all = Rights(records={"*": {"view": "all"}})

    assert (covers(in_team, wanted), covers(of_all, wanted)) == (False, True)


def test_a_field_hidden_from_the_giver_is_not_shown_to_others() -> None:
    giver = Rights(records={"*": everything()}, hidden={"contact": frozenset({"salary"})})
    wanted = Rights(records={"*": everything()})

    assert excess(giver, NOTHING, wanted) == ["see salary of contacts"]


def test_a_field_locked_for_the_giver_is_not_unlocked_for_anybody() -> None:
    giver = Rights(records={"*": everything()}, locked={"contact": frozenset({"credit_limit"})})
    wanted = Rights(records={"*": everything()})
    reading = Rights(records={"*": {"view": "all"}})

    assert excess(giver, giver, wanted) == ["change credit limit of contacts"]
    assert excess(giver, NOTHING, reading) == []
    assert excess(giver, wanted, wanted) == []


def test_who_opens_no_records_shows_and_unlocks_no_fields() -> None:
    manager = Rights(powers=frozenset({"users.manage"}))
    contact = frozenset({"salary"})
    narrow = Rights(records={"*": everything()}, hidden={"contact": contact}, locked={"contact": contact})

    found = excess(manager, narrow, Rights(records={"*": everything()}))

    assert found == ["see salary of contacts", "change salary of contacts"]


def test_an_explanation_names_the_roles_that_reach_as_far() -> None:
    roles = [("Reader", ROLES["reader"]), ("Data entry", ROLES["data_entry"])]

    lines = explain(roles, "contact")

    assert lines == [
        Because("see all contacts", ("Data entry",)),
        Because("add contacts", ("Data entry",)),
        Because("change all contacts", ("Data entry",)),
        Because("delete their own contacts", ("Data entry",)),
    ]


def test_an_explanation_is_empty_when_nothing_is_allowed() -> None:
    assert explain([], "contact") == []


def test_kinds_are_said_in_the_plural() -> None:
    assert [words_for(kind) for kind in ("*", "opportunity", "case", "saved_list")] == [
        "records",
        "opportunities",
        "cases",
        "saved lists",
    ]
