import pytest

from keen.activities.domain.choices import CALL_OUTCOMES, KINDS, OUTCOMES, is_contact, outcome_words


@pytest.mark.parametrize(
    ("kind", "outcome", "expected"),
    [
        ("call", "reached", True),
        ("call", "voicemail", False),
        ("call", "no_answer", False),
        ("call", "wrong_number", False),
        ("meeting", "held", True),
        ("meeting", "no_show", False),
        ("email", "", True),
        ("task", "", False),
        ("note", "", False),
    ],
)
def test_contact_is_what_reached_somebody(kind: str, outcome: str, expected: bool) -> None:
    assert is_contact(kind, outcome) is expected


def test_every_outcome_and_kind_has_its_words() -> None:
    assert all(outcome_words(outcome) for outcome in CALL_OUTCOMES)
    assert all(label for _, label in (*KINDS, *OUTCOMES))
    assert outcome_words("") == ""
