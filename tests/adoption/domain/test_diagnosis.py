from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.causes import BY_NUMBER, CAUSES, LOVE_HATE, Link
from keen.adoption.domain.diagnosis import (
    Cell,
    Reach,
    Reading,
    conditions,
    diagnose,
    kill_review,
    may_replace,
    rescue,
    scope_of,
    weighed,
)
from keen.adoption.domain.segments import Segment
from keen.adoption.domain.signs import MEASURES

TODAY = date(2026, 3, 30)
few = settings(max_examples=60, deadline=None)


def readings(people: int = 20, **values: float) -> dict[str, Reading]:
    return {name: Reading(value, people) for name, value in values.items()}


NO_REASON = {"value": 0.1, "rhythm": 0.6, "lookups": 0.4, "exports": 22.0, "usefulness": 3.0, "ease": 5.0}
COMPLEX = {"required_fields": 14.0, "rejected_saves": 0.2, "rejected_people": 0.7, "save_seconds": 130.0}
QUIET = {
    "duplicates": 0.01,
    "bounces": 0.01,
    "stale_views": 0.05,
    "goals_set": 4.0,
    "kudos": 9.0,
    "bursts": 0.1,
}


@pytest.mark.parametrize("wrong", ["moods > 3", "value = 3"])
def test_a_condition_of_something_else_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is no condition"):
        conditions(wrong)


def test_a_planted_cause_comes_first_with_its_evidence_for_and_against() -> None:
    found = diagnose(readings(**NO_REASON, **QUIET)).findings[0]

    assert found.cause.name == "no reason to be there"
    assert found.strength == 1
    assert found.speaks_for[0].words == (
        "value drawn (look-ups that lead to something) 10 % (a sign below 25 %); rhythm 60 % (a sign from 50 %)"
    )
    assert found.people == 20

    partly = diagnose(readings(**{**NO_REASON, "exports": 2.0})).findings[0]
    assert [one.words for one in partly.speaks_against] == [
        "exports for every 100 value events 2 (a sign above 10)"
    ]
    assert partly.strength == 0.75


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_every_cause_is_found_when_it_is_planted(cause) -> None:
    """Each condition is met by a hair, and nothing else is read."""
    nudge = {"<": -1e-6, ">": 1e-6, "<=": 0.0, ">=": 0.0}
    planted = {
        part.measure: Reading(part.limit + nudge[part.sign], 20)
        for signal in cause.signals
        for part in conditions(signal.when)
        if part.measure != "cheaper_causes"
    }

    assert cause in [one.cause for one in diagnose(planted).findings[:2]]


def test_one_signal_is_no_diagnosis() -> None:
    assert diagnose(readings(exports=40.0)).findings == ()
    assert diagnose(readings(value=0.1, rhythm=0.6, lookups=0.2)).findings == ()  # one kin


def test_a_survey_alone_is_no_diagnosis_but_for_love_and_hate() -> None:
    asked = readings(usefulness=3.0, ease=5.0, not_as_expected=0.6, nominations=1.0)
    split = readings(lovers=0.3, haters=0.4)

    assert diagnose(asked).findings == ()
    assert [one.cause.number for one in diagnose(split).findings] == [LOVE_HATE]


def test_few_people_and_few_answers_are_not_read() -> None:
    assert diagnose(readings(4, **COMPLEX)).findings == ()
    assert diagnose(readings(9, lovers=0.3, haters=0.4)).findings == ()
    assert diagnose(readings(5, **COMPLEX)).findings != ()


def test_what_could_not_be_read_is_said() -> None:
    found = diagnose(readings(**COMPLEX))

    assert "training gap" in found.unread
    assert found.findings[0].unknown == (
        "required fields that no report uses",
        "variants that cover 80 % of cases",
    )


def test_the_first_link_that_fails_is_where_to_begin() -> None:
    both = diagnose(readings(**NO_REASON, **COMPLEX, failed_sign_ins=0.3, without_role=2.0))

    assert both.begin_with.cause.link is Link.ACCESS
    assert {one.cause.number for one in both.findings} == {1, 6, 19}


@few
@given(st.dictionaries(st.sampled_from(sorted(MEASURES)), st.floats(0, 200), max_size=30))
def test_strength_is_a_share_and_three_causes_are_shown_at_most(values: dict[str, float]) -> None:
    found = diagnose(readings(**values))

    assert len(found.findings) <= 3
    assert all(0 < one.strength <= 1 for one in found.findings)
    assert (found.begin_with is None) == (found.findings == ())


@few
@given(st.sampled_from(CAUSES), st.integers(0, 3))
def test_more_that_speaks_for_a_cause_never_weakens_it(cause, index: int) -> None:
    signal = cause.signals[index % len(cause.signals)]
    base = readings(**QUIET)
    more = base | {
        part.measure: Reading(part.limit + (1 if ">" in part.sign else -1), 20)
        for part in conditions(signal.when)
    }

    assert weighed(cause, more).strength >= weighed(cause, base).strength


def cells(*hit: tuple[str, str, int, int]) -> list[Cell]:
    return [Cell(*one) for one in hit]


@pytest.mark.parametrize(
    ("hit", "reach", "names"),
    [
        ([("rep", "north", 10, 6), ("agent", "help", 10, 5)], Reach.SYSTEM, ("agent", "rep")),
        ([("rep", "north", 10, 6), ("rep", "south", 10, 7), ("agent", "help", 10, 1)], Reach.ROLE, ("rep",)),
        (
            [("rep", "north", 10, 0), ("rep", "south", 10, 7), ("agent", "help", 10, 1)],
            Reach.TEAM,
            ("south",),
        ),
        ([("rep", "north", 10, 2), ("rep", "south", 10, 3)], Reach.SINGLE, ()),
        ([("rep", "north", 20, 2), ("agent", "help", 4, 4)], Reach.SINGLE, ()),
        ([("rep", "north", 10, 6), ("rep", "south", 10, 6)], Reach.ROLE, ("rep",)),
    ],
)
def test_the_widest_scope_is_told_first(hit: list, reach: Reach, names: tuple) -> None:
    found = scope_of(cells(*hit))

    assert (found.reach, found.names) == (reach, names)
    assert found.points_at


def test_nobody_is_hit_where_nobody_is() -> None:
    assert scope_of([]).reach is Reach.SINGLE


BAD = {Segment.STRUGGLING: 3, Segment.MOTIONS: 1, Segment.STEADY: 6}


@pytest.mark.parametrize(
    ("weeks", "due"),
    [
        ([BAD] * 8, True),
        ([BAD] * 7, False),
        ([BAD] * 7 + [{Segment.STEADY: 10}], False),
        ([{Segment.STEADY: 10}] * 5 + [BAD] * 8, True),
        ([{Segment.IDLE: 4}] * 8, False),
        ([{Segment.NEVER_STARTED: 8, Segment.STEADY: 2}] * 8, False),
    ],
)
def test_a_rescue_is_due_after_eight_weeks_of_need(weeks: list, due: bool) -> None:
    decision = rescue(TODAY, "sales reps", weeks)

    assert bool(decision) is due
    assert not due or decision.reasons == (
        "For 8 weeks at least 40 % of sales reps were struggling, idle or going through the motions.",
    )


def test_loved_and_hated_at_once_is_a_rescue_too() -> None:
    decision = rescue(TODAY, "sales reps", [], diagnose(readings(lovers=0.3, haters=0.4)))

    assert (decision.kind, decision.on) == ("rescue", TODAY)


WRONG = {"failed_trials": 3.0, "umux_low_roles": 0.7, "completion_low_roles": 2.0}


def test_a_kill_review_is_due_only_after_three_measured_interventions() -> None:
    assert kill_review(TODAY, readings(**WRONG)).kind == "kill review"
    assert kill_review(TODAY, readings(**{**WRONG, "failed_trials": 2.0})) is None
    assert kill_review(TODAY, readings(failed_trials=3.0)) is None


def test_the_tool_is_not_replaced_before_two_cheaper_causes_were_tried() -> None:
    found = diagnose(readings(**NO_REASON, **COMPLEX)).findings

    assert (
        may_replace(found, tried=[])
        == (
            False,
            "Try first: process too complex, no reason to be there. Replacing costs more than finding out.",
        )
        or not may_replace(found, tried=[])[0]
    )
    assert may_replace(found, tried=[1, 6]) == (True, "")
    assert may_replace([], tried=[]) == (True, "")


def test_the_software_is_blamed_only_when_it_is_not_the_cause() -> None:
    blamed = readings(**NO_REASON, blamed_tool=0.8, friction=0.1)

    found = {one.cause.number for one in diagnose(blamed).findings}

    assert found == {1, 16}
    assert weighed(BY_NUMBER[16], readings(friction=0.1, ease=6.0)).enough is False
