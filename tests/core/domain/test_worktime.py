from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from keen.core.domain.holidays import public_holidays
from keen.core.domain.worktime import FULL_TIME, Away, DayOff, Pattern, Worktime, part_time_percent

START = date(2026, 1, 1)
public_holidays("DE", "", 2026)  # its package is slow to load, and examples are timed
days = st.integers(0, 700).map(lambda count: START + timedelta(days=count))
weeks = st.tuples(*[st.sampled_from([0, 240, 480]) for _ in range(7)]).filter(any)
patterns = st.lists(st.builds(Pattern, days, weeks), max_size=3).map(tuple)
absences = st.lists(
    st.builds(
        lambda first, length, noon, until: Away(first, first + timedelta(days=length), noon, until),
        days,
        st.integers(0, 20),
        st.booleans(),
        st.booleans(),
    ),
    max_size=4,
).map(tuple)
offs = st.lists(st.builds(DayOff, days, st.just("Inventory"), st.booleans()), max_size=4).map(tuple)
worktimes = st.builds(
    Worktime, patterns, st.sampled_from(["", "DE", "FR"]), st.sampled_from(["", "BY"]), offs, absences
)


@given(worktimes, days)
def test_the_next_working_day_is_the_first_that_is_worked_on(worktime: Worktime, day: date) -> None:
    found = worktime.next_working(day)

    assert found >= day
    assert worktime.works(found)
    assert not any(worktime.works(day + timedelta(days=n)) for n in range((found - day).days))


@given(worktimes, days, st.integers(0, 30))
def test_adding_working_days_passes_over_exactly_so_many(worktime: Worktime, day: date, count: int) -> None:
    found = worktime.add_days(day, count)

    first = day + timedelta(days=1) if worktime.works(day) else day
    passed = worktime.scheduled_days(first, found)
    assert passed == (count if worktime.works(day) else max(count, 1))


@given(worktimes, days, days, days)
def test_expected_days_add_up(worktime: Worktime, a: date, b: date, c: date) -> None:
    first, middle, last = sorted((a, b, c))

    whole = worktime.expected_days(first, last)
    parts = worktime.expected_days(first, middle) + worktime.expected_days(middle + timedelta(days=1), last)
    assert whole == parts
    assert 0 <= whole <= worktime.scheduled_days(first, last) <= (last - first).days + 1


@given(worktimes, absences, days, days)
def test_going_away_never_adds_work(worktime: Worktime, more: tuple[Away, ...], a: date, b: date) -> None:
    first, last = sorted((a, b))
    absent = Worktime(
        worktime.patterns, worktime.country, worktime.region, worktime.off, worktime.absences + more
    )

    assert absent.expected_days(first, last) <= worktime.expected_days(first, last)


@given(worktimes, days, st.integers(1, 60 * 100))
def test_adding_minutes_ends_on_the_day_that_uses_them_up(
    worktime: Worktime, day: date, minutes: int
) -> None:
    found = worktime.add_minutes(day, minutes)

    worked = [worktime.minutes(day + timedelta(days=n)) for n in range((found - day).days + 1)]
    assert sum(worked) >= minutes > sum(worked[:-1])


@given(worktimes)
def test_what_is_stored_comes_back(worktime: Worktime) -> None:
    assert Worktime.from_json(worktime.to_json()) == worktime


def test_full_time_is_assumed_and_said_so_where_nothing_is_known() -> None:
    known = Worktime((Pattern(date(2026, 3, 1), (0, 480, 480, 480, 0, 0, 0)),))

    assert Worktime().assumed(START)
    assert Worktime().week(START) == FULL_TIME
    assert known.assumed(date(2026, 2, 28))
    assert not known.assumed(date(2026, 3, 1))
    assert part_time_percent(known.week(date(2026, 3, 2))) == 60


def test_an_earlier_pattern_holds_for_earlier_days() -> None:
    half = (240, 240, 240, 240, 240, 0, 0)
    worktime = Worktime((Pattern(date(2026, 7, 1), half), Pattern(START, FULL_TIME)))

    assert worktime.minutes(date(2026, 6, 30)) == 480
    assert worktime.minutes(date(2026, 7, 1)) == 240


def test_half_days_away_count_as_halves() -> None:
    monday = date(2026, 11, 23)
    worktime = Worktime(absences=(Away(monday, monday + timedelta(days=2), from_noon=True),))

    assert worktime.expected_days(monday, monday + timedelta(days=4)) == Fraction(5, 2)
    assert worktime.works(monday)
    assert worktime.back_on(monday) is None
    assert worktime.back_on(date(2026, 11, 24)) == date(2026, 11, 26)
    assert worktime.why_not(date(2026, 11, 24)) == "away"


def test_two_halves_of_one_day_make_it_a_whole_one() -> None:
    monday = date(2026, 11, 23)
    worktime = Worktime(
        absences=(Away(monday, monday, until_noon=True), Away(monday, monday, from_noon=True))
    )

    assert not worktime.works(monday)


def test_why_somebody_does_not_work_is_told_in_words() -> None:
    worktime = Worktime(country="DE", off=(DayOff(date(2026, 12, 24), "Christmas party"),))

    assert worktime.why_not(date(2026, 12, 25)) == "Christmas Day"
    assert worktime.why_not(date(2026, 12, 24)) == "Christmas party"
    assert worktime.why_not(date(2026, 12, 27)) == "not a working day"
    assert worktime.why_not(date(2026, 12, 28)) == ""


def test_who_never_works_has_no_next_working_day() -> None:
    never = Worktime((Pattern(START, (0,) * 7),))

    assert never.next_working(date(2026, 5, 1)) == date(2026, 5, 1)
    assert never.expected_days(START, date(2026, 12, 31)) == 0
