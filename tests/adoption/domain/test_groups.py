"""Groups: fives and more, and nobody by subtraction."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.groups import Member, figures, phase_of


def crew(sizes: dict[str, int], score: float | None = 60.0) -> list[Member]:
    people = [(team, number) for team, size in sizes.items() for number in range(size)]
    return [
        Member(at, (("all", ""), ("team", team)), "steady", score, 0.1, 0.5, {"rhythm": 0.5})
        for at, (team, _) in enumerate(people)
    ]


def test_a_group_of_four_is_not_shown_and_the_next_one_goes_with_it() -> None:
    found = figures(crew({"a": 4, "b": 6, "c": 12}))

    assert sorted(found) == [("all", ""), ("team", "c")]
    assert (found["team", "c"].people, found["team", "c"].score) == (12, 60.0)


def test_figures_of_fewer_than_ten_are_rounded_to_fives() -> None:
    few = figures([Member(at, (("all", ""),), "steady", 61.0 + at) for at in range(7)])["all", ""]

    assert (few.people, few.scored, few.score) == (5, 7 // 5 * 5, 65.0)


def test_a_mean_of_four_is_not_shown_though_the_group_is() -> None:
    members = crew({"a": 20}, None)[4:] + crew({"a": 4})

    found = figures(members)["team", "a"]

    assert (found.people, found.scored, found.score) == (20, 0, None)


def test_a_segment_of_one_is_hidden_with_others() -> None:
    members = [Member(at, (("all", ""),), "idle" if at == 0 else "steady", 50.0) for at in range(20)]

    assert figures(members)["all", ""].segments == {}


@settings(max_examples=40)
@given(st.lists(st.integers(0, 14), min_size=1, max_size=7), st.integers(0, 9))
def test_no_sum_less_what_is_shown_tells_of_fewer_than_five(sizes: list[int], seed: int) -> None:
    chance = Random(seed)  # noqa: S311  made-up people
    members = [
        Member(
            at,
            (("all", ""), ("team", str(team))),
            chance.choice("abc"),
            50.0 if chance.random() < 0.7 else None,
        )
        for at, team in enumerate(team for team, size in enumerate(sizes) for _ in range(size))
    ]
    found = figures(members)
    teams = {key: figure for key, figure in found.items() if key[0] == "team"}
    if ("all", "") in found:
        rest = sum(("team", one.places[1][1]) not in teams for one in members)
        assert rest == 0 or rest >= 5
    if found.get(("all", "")) and found["all", ""].score is not None:
        seen = {key for key, figure in teams.items() if figure.score is not None}
        rest = sum(one.score is not None and one.places[1] not in seen for one in members)
        assert rest == 0 or rest >= 5


def test_phases_follow_the_ramp() -> None:
    assert [phase_of(day, new=28, settled=84) for day in (0, 27, 28, 84, 85)] == [
        "new", "new", "settling", "settling", "settled",
    ]  # fmt: skip
