from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from keen.privacy.domain.consents import CHANNELS, State, flags, standings

TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Line:
    channel: str
    granted: bool
    given_on: date
    expires_on: date | None
    pk: int


lines = st.builds(
    Line,
    st.sampled_from([channel for channel, _ in CHANNELS]),
    st.booleans(),
    st.integers(-400, 0).map(lambda days: TODAY + timedelta(days=days)),
    st.none() | st.integers(-100, 100).map(lambda days: TODAY + timedelta(days=days)),
    st.integers(1, 10_000),
)


@given(st.lists(lines, unique_by=lambda line: line.pk))
def test_the_newest_entry_of_a_channel_decides(entries: list[Line]) -> None:
    for standing in standings(entries, TODAY):
        own = [line for line in entries if line.channel == standing.channel]
        if not own:
            assert standing.state is State.UNKNOWN
            continue
        newest = max(own, key=lambda line: (line.given_on, line.pk))
        entry: object = standing.entry
        assert entry == newest
        expired = newest.expires_on is not None and newest.expires_on < TODAY
        assert (standing.state is State.GRANTED) == (newest.granted and not expired)


@given(st.lists(lines, unique_by=lambda line: line.pk))
def test_nobody_is_reached_without_a_yes_that_holds(entries: list[Line]) -> None:
    found = standings(entries, TODAY)

    told = flags(found)

    by_channel = {standing.channel: standing.state for standing in found}
    assert told.get("email_opt_out", False) == (by_channel["email"] in {State.WITHDRAWN, State.EXPIRED})
    assert told.get("do_not_call", False) == (by_channel["phone"] in {State.WITHDRAWN, State.EXPIRED})


def test_what_was_never_said_changes_nothing() -> None:
    assert flags(standings([], TODAY)) == {}
