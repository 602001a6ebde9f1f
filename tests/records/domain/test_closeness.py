"""How well a record answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain import closeness
from keen.records.domain.asking import parse
from keen.records.domain.closeness import EXACT, MISTYPED, PIECE, START, Nearness, Shown, match, weight

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AMIRA = Shown(
    "Amira Haddad",
    "Buyer, Vela",
    {"emails": ["amira@vela.com"], "phones": ["+4930555010"], "tags": ["Fair 2026"]},
)


def close(typed: str, shown: Shown = AMIRA) -> float:
    found = match(parse(typed, "DE"), shown)
    return found.closeness if found else 0.0


def test_exact_start_piece_and_slip_are_steps_apart() -> None:
    steps = [close("haddad"), close("hadda"), close("addad"), close("hadad"), close("zorro")]

    assert steps == sorted(steps, reverse=True)
    assert steps[0] >= EXACT > steps[1] >= START > steps[2] >= PIECE > steps[3] > 0 == steps[4]


def test_a_title_counts_more_than_what_stands_beside_it() -> None:
    assert (
        close("vela", Shown("Vela"))
        > close("vela", Shown("Ann", "Vela"))
        > close("vela", Shown("Ann", "", {"tags": ["Vela"]}))
    )


def test_the_reason_is_what_the_eye_does_not_see() -> None:
    def why(typed: str) -> tuple[str, str]:
        found = match(parse(typed, "DE"), AMIRA)
        assert found is not None
        return found.field, found.text

    assert why("amira") == ("", "")
    assert why("buyer") == ("", "")
    assert why("amira@v") == ("emails", "amira@vela.com")
    assert why("030 555010") == ("phones", "+4930555010")
    assert why("haddad fair") == ("tags", "Fair 2026")


@pytest.mark.parametrize("typed", ["amira zorro", "030 999999", "zorro@vela.com", "9999"])
def test_every_term_must_be_met(typed: str) -> None:
    assert close(typed) == 0


def test_two_slips_are_allowed_in_long_words_alone() -> None:
    assert 0 < close("schwartzeneger", Shown("Schwarzenegger")) < MISTYPED
    assert close("hxxad", Shown("Haddd")) == 0


def test_weight_never_makes_up_for_a_step() -> None:
    most = weight(Nearness(own=True, team=True, updated_at=NOW, opened_at=NOW), NOW)
    lowest = min(
        START - closeness.IN_FIELD - PIECE, EXACT - closeness.IN_FIELD - START - closeness.FIRST_WORD
    )

    assert most < lowest


def test_own_before_team_before_others_and_newer_before_older() -> None:
    own, team, other = Nearness(own=True, team=True), Nearness(team=True), Nearness()

    assert weight(own, NOW) > weight(team, NOW) > weight(other, NOW) == 0
    assert weight(Nearness(updated_at=NOW), NOW) > weight(Nearness(updated_at=NOW - timedelta(days=30)), NOW)
    assert weight(Nearness(opened_at=NOW), NOW) > weight(Nearness(opened_at=NOW - timedelta(days=30)), NOW)


@given(typed=st.text(max_size=60), title=st.text(max_size=60), value=st.text(max_size=60))
def test_any_text_can_be_compared(typed: str, title: str, value: str) -> None:
    match(parse(typed, "DE"), Shown(title, value, {"emails": [value], "phones": [value], "tags": [value]}))
