"""Which stages had to be recorded, and how long a process usually takes."""

from keen.adoption.domain.processes import required_steps, usual_days

STAGES = ["first", "second", "third"]


def test_what_was_won_went_through_every_stage() -> None:
    assert required_steps(STAGES, ["first", "won"], won=True) == STAGES


def test_what_was_lost_went_as_far_as_it_went() -> None:
    assert required_steps(STAGES, ["first", "second", "first", "lost"], won=False) == ["first", "second"]
    assert required_steps(STAGES, ["lost"], won=False) == []


def test_fewer_than_ten_make_no_usual_cycle() -> None:
    assert usual_days([30.0] * 9) == 0.0
    assert usual_days([30.0] * 9 + [90.0]) == 30.0
