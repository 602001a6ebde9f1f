from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from keen.activities.domain.marks import Times
from keen.activities.domain.ranking import Candidate, Moment, rank, score

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=BERLIN)
MOMENT = Moment(NOW, BERLIN)
TODAY = date(2026, 11, 24)
_near = st.one_of(
    st.none(), st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda distance: NOW + distance)
)


def candidates() -> st.SearchStrategy[Candidate]:
    times = st.builds(
        Times,
        plan_on=st.one_of(st.none(), st.dates(date(2026, 10, 1), date(2027, 1, 1))),
        due_at=_near,
        starts_at=_near,
    )
    return st.builds(
        Candidate,
        id=st.integers(1, 10_000),
        times=times,
        promised=st.booleans(),
        priority=st.sampled_from(["high", "normal", "low"]),
        reminder_at=_near,
        last_contact_at=_near,
        person=st.sampled_from(["", "Amira"]),
    )


def one(pk: int = 1, **times: Any) -> Candidate:
    return Candidate(pk, Times(**times))


@settings(max_examples=30, deadline=None)
@given(st.lists(candidates(), max_size=8, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_the_order_depends_on_the_things_and_not_on_how_they_came(
    found: list[Candidate], random: Any
) -> None:
    shuffled = [*found]
    random.shuffle(shuffled)

    assert rank(found, MOMENT) == rank(shuffled, MOMENT)


@given(candidates(), candidates())
def test_nothing_passes_a_broken_promise_to_a_customer(other: Candidate, late: Candidate) -> None:
    broken = replace(late, promised=True, times=replace(late.times, due_at=NOW - timedelta(minutes=1)))
    harmless = replace(other, promised=False)

    assert score(broken, MOMENT).score > score(harmless, MOMENT).score


@given(candidates())
def test_a_higher_priority_never_lowers_the_place(found: Candidate) -> None:
    low, normal, high = (
        score(replace(found, priority=name), MOMENT).score for name in ("low", "normal", "high")
    )

    assert low < normal < high


@given(candidates())
def test_every_score_has_a_reason_that_can_be_printed(found: Candidate) -> None:
    ranked = score(found, MOMENT)

    assert ranked.reasons
    assert ranked.why
    assert [reason.points for reason in ranked.reasons] == sorted(
        (reason.points for reason in ranked.reasons), reverse=True
    )


@given(candidates(), st.integers(1, 20))
def test_a_promise_gets_more_pressing_with_every_day_it_is_late(found: Candidate, days: int) -> None:
    def late(by: int) -> int:
        times = replace(found.times, due_at=NOW - timedelta(days=by))
        return score(replace(found, promised=True, times=times), MOMENT).score

    assert late(days + 1) > late(days)


def test_the_order_of_a_usual_morning() -> None:
    broken = replace(one(1, due_at=NOW - timedelta(days=1)), promised=True)
    meeting = one(2, starts_at=NOW + timedelta(minutes=20))
    promised = replace(one(3, due_at=NOW + timedelta(hours=4)), promised=True)
    late = one(4, due_at=NOW - timedelta(days=1))
    due = one(5, due_at=NOW + timedelta(hours=6))
    reminded = replace(one(6, plan_on=date(2026, 12, 1)), reminder_at=NOW - timedelta(minutes=1))
    planned = one(7, plan_on=TODAY)
    someday = one(8)

    ranked = rank([someday, planned, reminded, due, late, promised, meeting, broken], MOMENT)

    assert [found.candidate.id for found in ranked] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_two_strongest_reasons_are_printed() -> None:
    found = replace(
        one(1, plan_on=TODAY, due_at=datetime(2026, 11, 24, 10, 0, tzinfo=BERLIN)),
        promised=True,
        last_contact_at=datetime(2026, 10, 1, tzinfo=UTC),
        person="Amira",
    )

    assert score(found, MOMENT).why == "promised to the customer for today 10:00; planned for today"


def test_words_say_how_late_and_since_when() -> None:
    assert score(one(due_at=NOW - timedelta(days=1)), MOMENT).why == "late since yesterday"
    assert score(one(plan_on=date(2026, 11, 20)), MOMENT).why == "planned since Fri 20 Nov"
    assert score(one(starts_at=NOW + timedelta(minutes=20)), MOMENT).why == "starts in 20 min"
    assert (
        score(one(starts_at=NOW - timedelta(days=3)), MOMENT).why == "was on Sat 21 Nov and is not closed yet"
    )
    assert score(one(), MOMENT).why == "it is next in your list"


def test_staleness_counts_days_without_contact_and_names_the_person() -> None:
    stale = Candidate(1, Times(), last_contact_at=NOW - timedelta(days=40), person="Amira")

    assert score(stale, MOMENT).why == "no contact with Amira for 40 days"
    assert score(replace(stale, last_contact_at=NOW - timedelta(days=3)), MOMENT).score == 0
