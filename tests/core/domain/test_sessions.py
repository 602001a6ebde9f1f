"""When a session is over, and when its use is written down."""

import pytest

from keen.core.domain.sessions import Limits, Marks, has_ended, is_to_note

LIMITS = Limits(idle=600, whole=3600)


@pytest.mark.parametrize(
    ("since", "seen", "now", "ended"),
    [
        (0, 0, 0, False),
        (0, 0, 599, False),
        (0, 0, 600, True),
        (0, 500, 1099, False),
        (0, 500, 1100, True),
        (0, 3599, 3599, False),
        (0, 3599, 3600, True),
    ],
)
def test_a_session_ends_when_nobody_uses_it_and_after_its_time(
    since: int, seen: int, now: int, ended: bool
) -> None:
    assert has_ended(Marks(since, seen), now, LIMITS) is ended


def test_use_is_written_down_twenty_times_within_the_idle_limit() -> None:
    assert [now for now in range(91) if is_to_note(Marks(0, 0), now, LIMITS)] == list(range(30, 91))
