"""The plain reckoning of a window."""

from datetime import date

from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.windows import as_data, read_counts, window_of
from keen.adoption.facts.tables import TABLES
from tests.factories.facts import Rows

END = date(2026, 11, 20)  # a Friday
LAST = END.toordinal()


def facts(days: int, *, shares: tuple[float, ...] = (1, 1, 1, 1, 1, 0, 0), role: str = "sales_rep") -> Rows:
    rows: Rows = {name: [] for name in TABLES}
    for back in range(days):
        day = LAST - back
        share = shares[date.fromordinal(day).weekday()]
        rows["person_day"].append((1, day, None, role, share, False, False, True))
    return rows


def test_a_window_of_four_weeks_reaches_further_back_for_who_works_little() -> None:
    full, part = facts(100), facts(100, shares=(1, 0, 0, 0, 0, 0, 0))

    assert (window_of(1, END, full, Policy()).days, window_of(1, END, part, Policy()).days) == (28, 84)
    assert window_of(1, END, part, Policy()).counts.scheduled == 12 - 0
    assert window_of(2, END, full, Policy()) is None


def test_a_day_counts_once_however_much_was_done_and_a_day_off_not_at_all() -> None:
    rows = facts(28)
    sunday = LAST - 5
    rows["deed"] += [(1, LAST, "call_logged", 9), (1, LAST, "deal_moved", 1), (1, sunday, "call_logged", 1)]
    rows["deed"] += [(1, LAST - 1, "team_set_up", 1)]

    counts = window_of(1, END, rows, Policy()).counts

    assert (counts.active, counts.value_events, counts.attempt_days) == (1, 10, 2)


def test_a_week_without_anything_is_left_out_until_it_is_known_whether_they_were_away() -> None:
    rows = facts(28)
    for back in range(28):
        if back >= 7:
            rows["deed"].append((1, LAST - back, "call_logged", 1))

    counts = window_of(1, END, rows, Policy()).counts

    assert (counts.scheduled, counts.active) == (15, 15)


def test_leave_shrinks_what_is_expected_and_nothing_else() -> None:
    rows, away = facts(28), facts(28)
    away["person_day"] = [
        row if LAST - row[1] >= 14 else (*row[:4], 0.0, False, True, True) for row in away["person_day"]
    ]
    for one in (rows, away):
        one["deed"] = [(1, LAST - back, "call_logged", 1) for back in range(14, 28)]

    assert window_of(1, END, away, Policy()).counts.active == 10
    assert window_of(1, END, away, Policy()).counts.on_leave


def test_counts_come_back_as_they_were_kept() -> None:
    counts = Counts(
        scheduled=20,
        active=3.5,
        features={"deals": FeatureUse(True, 2)},
        depth=Share(1, 2),
        earlier_rhythm=(0.5, 1.0),
    )

    assert read_counts(as_data(counts)) == counts
