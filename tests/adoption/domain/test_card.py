from dataclasses import replace

import pytest

from keen.adoption.domain.experiments.card import Trial, Verdict, card, verdict
from keen.adoption.domain.experiments.result import Estimate, Grade

PANEL = Trial(
    "Order-history panel",
    "Score change",
    "points",
    least=5.0,
    people=96,
    teams=8,
    cost_days=9,
    by_age=(("weeks 1\N{EN DASH}4", 8.0), ("weeks 5\N{EN DASH}8", 5.0)),
)
METHOD = "teams that had it against teams still waiting"


def found(effect: float, se: float, p_value: float | None = 0.04, grade: Grade = Grade.A) -> Estimate:
    return Estimate(effect, se, p_value, 8, 8, grade, METHOD)


@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (found(6, 1.5, 0.001), Verdict.CLEAR_GAIN),
        (found(6, 1.5, 0.001, Grade.B), Verdict.PROBABLE_GAIN),
        (found(6, 3.1), Verdict.PROBABLE_GAIN),
        (found(0.5, 2.0, 0.8), Verdict.NO_CLEAR_EFFECT),
        (found(2, 8.0, 0.8), Verdict.TOO_SMALL),
        (found(-6, 3.0), Verdict.PROBABLE_HARM),
        (found(20, 1.0, None, Grade.C), Verdict.TOO_SMALL),
    ],
)
def test_each_outcome_has_its_fixed_word(estimate: Estimate, expected: Verdict) -> None:
    assert verdict(PANEL, estimate) is expected


def test_where_less_is_better_the_words_turn_round() -> None:
    friction = replace(PANEL, measure="Friction", unit="", least=0.05, higher_is_better=False)

    assert verdict(friction, found(-0.12, 0.03, 0.001)) is Verdict.CLEAR_GAIN
    assert verdict(friction, found(0.12, 0.03, 0.001)) is Verdict.PROBABLE_HARM
    assert verdict(friction, found(0.0, 0.02, 0.9)) is Verdict.NO_CLEAR_EFFECT


def test_a_gain_among_many_measures_is_not_clear() -> None:
    looked = replace(PANEL, other_p_values=(0.3, 0.6, 0.04))

    assert verdict(PANEL, found(6, 2.0, 0.02)) is Verdict.CLEAR_GAIN
    assert verdict(looked, found(6, 2.0, 0.02)) is Verdict.PROBABLE_GAIN


def test_the_card_of_the_model_is_printed_as_it_stands_there() -> None:
    text = card(PANEL, found(6, 3.12)).text.replace("\N{MINUS SIGN}", "-")

    assert text.startswith("Order-history panel, 8 teams, 96 people: drawn by lot (grade A).")
    assert (
        "Score change compared with teams still waiting: +6 points (80 % range +2 to +10; 95 % -0.12 to +12)."
        in text
    )
    assert "Chance it helped at all: 97 %; chance it reached +5: 63 %." in text
    assert "weeks 1\N{EN DASH}4 +8" in text
    assert "Cost 9 person-days. Check again in 90 days." in text
    assert text.endswith("Verdict: probable gain.")


def test_before_and_after_is_called_no_evidence_however_big() -> None:
    said = card(PANEL, Estimate(20, 1.0, None, 8, 0, Grade.C, "before and after of those who got it"))

    assert "not evidence (grade C)" in said.text
    assert "proves nothing" in said.text


def test_nothing_is_ever_told_as_certain() -> None:
    assert "helped at all: 99 %" in card(PANEL, found(60, 1.0, 0.0001)).chances


def test_who_was_left_out_and_what_else_was_looked_at_is_told() -> None:
    said = card(replace(PANEL, dropped=3, other_p_values=(0.5,)), found(6, 3.0)).text

    assert "3 left out" in said
    assert "2 measures were looked at" in said
    assert "Whether it lasts is not known yet" in said
