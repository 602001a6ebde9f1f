from datetime import date

from keen.adoption.domain.ladder import Step, ladder, next_step

START = date(2026, 3, 2)


def test_the_first_steps_come_in_their_order_with_their_day() -> None:
    rungs = ladder(START, {Step.CONSULTED: date(2026, 3, 9), Step.SIGNED_IN: date(2026, 2, 27)})

    assert [(rung.step, rung.day) for rung in rungs] == [
        (Step.SIGNED_IN, 1),
        (Step.OWN_RECORD, None),
        (Step.WHOLE_PROCESS, None),
        (Step.CONSULTED, 8),
        (Step.FULL_WEEK, None),
    ]
    assert next_step(rungs).words == "entered a record of your own"


def test_who_reached_everything_has_no_next_step() -> None:
    assert next_step(ladder(START, dict.fromkeys(Step, START))) is None
