from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keen.adoption.domain.counting import (
    Catalogue,
    Trace,
    before_review,
    consults,
    counts_of,
    day_facts,
    features_used,
    is_born_late,
    quarter_points,
    recorded_in_order,
    unanswered,
    window_start,
)
from keen.adoption.domain.counts import Counts, Share
from keen.adoption.domain.policy import Window
from keen.adoption.domain.score import rhythm, score
from tests.adoption.domain.people import GOOD, case

MONDAY = date(2026, 3, 2)
DAYS = [MONDAY + timedelta(days=index) for index in range(28)]
SCHEDULED = frozenset(day for day in DAYS if day.weekday() < 5)
KNOWN = Catalogue(
    value=frozenset({"call_logged", "stage_moved"}),
    attempt=frozenset({"form_opened", "call_logged"}),
    struggle=frozenset({"stuck"}),
    consult=frozenset({"looked_up"}),
    features={"call_logged": "calls", "stage_moved": "board"},
)
NAMES = ["call_logged", "stage_moved", "form_opened", "stuck", "looked_up", "signed_in", "page_viewed"]
traces = st.lists(st.builds(Trace, st.sampled_from(DAYS), st.sampled_from(NAMES)), max_size=60)
few = settings(max_examples=60, deadline=None)


def counted(happened: list[Trace], scheduled: frozenset[date] = SCHEDULED) -> Counts:
    return counts_of(day_facts(happened, scheduled, KNOWN).values(), GOOD)


@few
@given(traces, st.sampled_from(DAYS))
def test_what_is_no_value_event_never_raises_the_score(happened: list[Trace], day: date) -> None:
    more = [*happened, Trace(day, "signed_in"), Trace(day, "page_viewed")]

    assert score(case(counted(more))) == score(case(counted(happened)))


@few
@given(traces, st.sampled_from(DAYS), st.integers(1, 50))
def test_doubling_what_is_done_on_a_day_never_raises_rhythm(
    happened: list[Trace], day: date, times: int
) -> None:
    doubled = happened + [trace for trace in happened if trace.day == day] * times

    assert rhythm(case(counted(doubled))) == rhythm(case(counted(happened)))
    assert score(case(counted(doubled))).value == score(case(counted(happened))).value


@few
@given(traces.flatmap(lambda one: st.tuples(st.just(one), st.permutations(one))))
def test_the_order_of_events_does_not_matter(both: tuple[list[Trace], list[Trace]]) -> None:
    first, second = both

    assert counted(first) == counted(second)


@few
@given(traces)
def test_work_on_a_day_off_counts_for_nothing(happened: list[Trace]) -> None:
    at_work = [trace for trace in happened if trace.day in SCHEDULED]

    assert counted(happened) == counted(at_work)


@few
@given(traces, st.integers(5, 20))
def test_who_is_on_leave_is_not_penalised(happened: list[Trace], away_from: int) -> None:
    """The same work before leave gives at least the rhythm it gives without the leave."""
    away = frozenset(day for day in SCHEDULED if day >= DAYS[away_from])
    worked = [trace for trace in happened if trace.day not in away]

    with_leave, without = counted(worked, SCHEDULED - away), counted(worked)

    assert (rhythm(case(with_leave)).value or 0) >= (rhythm(case(without)).value or 0)
    assert score(case(with_leave)).gate >= score(case(without)).gate


def test_a_week_of_work_is_counted_by_days() -> None:
    happened = [Trace(DAYS[0], "call_logged")] * 5 + [
        Trace(DAYS[0], "looked_up"),
        Trace(DAYS[1], "looked_up"),
        Trace(DAYS[2], "stuck"),
        Trace(DAYS[5], "call_logged"),
    ]

    found = counted(happened)

    assert (found.scheduled, found.active, found.value_events) == (20, 1, 5)
    assert (found.attempt_days, found.struggle_days, found.consult_days) == (2, 1, 1)


def test_a_feature_is_used_on_days_and_due_by_its_occasion() -> None:
    happened = [Trace(DAYS[0], "call_logged"), Trace(DAYS[0], "call_logged"), Trace(DAYS[1], "stage_moved")]

    found = features_used(happened, {"calls", "quotes"}, KNOWN)

    assert {name: (use.due, use.days) for name, use in found.items()} == {
        "board": (False, 1),
        "calls": (True, 1),
        "quotes": (True, 0),
    }


def test_the_window_is_four_weeks_for_who_works_every_day() -> None:
    assert window_start(DAYS[-1], lambda day: day.weekday() < 5, Window()) == DAYS[0]


@pytest.mark.parametrize(("weekdays", "weeks"), [({0}, 12), ({0, 1}, 6), ({0, 1, 2}, 4), (set(), 12)])
def test_the_window_reaches_back_for_who_works_little(weekdays: set[int], weeks: int) -> None:
    found = window_start(DAYS[-1], lambda day: day.weekday() in weekdays, Window())

    assert (DAYS[-1] - found).days + 1 == 7 * weeks


def days(pattern: str) -> list[tuple[date, bool]]:
    return [(MONDAY + timedelta(days=index), letter == "x") for index, letter in enumerate(pattern)]


@pytest.mark.parametrize(
    ("pattern", "left_out"),
    [
        ("xxxx....", 0),
        ("xxxx.....", 5),
        ("xxxx.......", 7),
        ("xxxx..........", 0),
        ("x.....xxxx", 5),
        ("x.....xxxxx", 0),
        ("....x....x....", 0),
    ],
)
def test_a_run_without_anything_is_asked_about_before_it_is_scored(pattern: str, left_out: int) -> None:
    assert len(unanswered(days(pattern), 5)) == left_out


def test_a_day_that_was_answered_for_is_scored() -> None:
    assert len(unanswered(days("xxxx....."), 5, {MONDAY + timedelta(days=4)})) == 4


STEPS = ("called", "offered", "won")


@pytest.mark.parametrize(
    ("recorded", "holds"),
    [
        ([("called", 0), ("offered", 1), ("won", 2)], True),
        ([("called", 0), ("noted", 0), ("called", 1), ("offered", 1), ("won", 1)], True),
        ([("called", 0), ("offered", 0), ("won", 0)], False),
        ([("offered", 0), ("called", 1), ("won", 2)], False),
        ([("called", 0), ("won", 2)], False),
        ([], False),
    ],
)
def test_a_process_counts_when_its_steps_are_recorded_as_it_goes_on(
    recorded: list[tuple[str, int]], holds: bool
) -> None:
    assert recorded_in_order(STEPS, [(name, DAYS[day]) for name, day in recorded]) is holds


def test_what_is_entered_in_the_last_quarter_is_born_late() -> None:
    assert is_born_late(DAYS[0], DAYS[9], usual_days=40)
    assert not is_born_late(DAYS[0], DAYS[10], usual_days=40)


def test_quality_comes_in_quarters() -> None:
    assert quarter_points(complete=True, valid=True, unique=False, fresh=True) == 0.75


NOON = datetime(2026, 3, 2, 12)  # noqa: DTZ001  only differences matter


def minutes(*after: int) -> list[datetime]:
    return [NOON + timedelta(minutes=one) for one in after]


def test_a_look_up_counts_when_something_follows_within_the_hour() -> None:
    assert consults(minutes(0, 30, 200), minutes(60, -5)) == minutes(0, 30)
    assert consults(minutes(0), minutes(61)) == []


def test_entries_just_before_the_review_are_told_apart() -> None:
    assert before_review(minutes(-300, -241, -240, -10, 0, 5), minutes(0)) == Share(2, 6)
    assert before_review(minutes(1), []) == Share()
