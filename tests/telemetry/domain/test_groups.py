"""Nobody is written down in a group of fewer than five."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from keen.telemetry.domain.groups import Label, Member, labels

teams = st.integers(1, 8)
trees = st.dictionaries(teams, st.one_of(st.none(), teams), max_size=8).map(
    lambda tree: {team: above if above in tree and above < team else None for team, above in tree.items()}
)
people = st.dictionaries(
    st.integers(1, 60),
    st.builds(Member, st.one_of(st.none(), teams), st.sampled_from(["rep", "lead", ""])),
    max_size=40,
)


@given(people, trees)
def test_every_written_group_holds_five_or_all_there_are(members, parents):
    written = labels(members, parents)

    assert set(written) == set(members)
    sizes = Counter(written.values())
    by_team = Counter(label.team for label in written.values())
    if len(members) >= 5:
        assert all(count >= 5 for count in by_team.values())
    assert all(count >= 5 for label, count in sizes.items() if label.role)
    for team, count in by_team.items():
        unsaid = sizes.get(Label(team, ""), 0)
        assert unsaid == 0 or unsaid >= min(5, count)


def test_a_team_that_is_large_enough_is_written_with_its_roles():
    members = (
        {n: Member(1, "rep") for n in range(6)}
        | {n: Member(2, "rep") for n in range(6, 9)}
        | {n: Member(3, "agent") for n in range(9, 15)}
    )

    written = labels(members, {1: 3, 2: 3, 3: None})

    assert written[0] == Label(1, "rep")
    assert written[7] == Label(
        3, ""
    )  # the small team counts for the one above it, and its role would tell it apart
    assert written[9] == Label(3, "")  # else the three would be those without a role


def test_who_is_left_over_without_a_team_is_not_known_by_that():
    members = {n: Member(1, "rep") for n in range(6)} | {99: Member(None, "executive")}

    written = labels(members, {1: None})

    assert set(written.values()) == {Label(None, "")}
