"""Made-up counts for the tests of the score."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from keen.adoption.domain.counts import Counts, FeatureUse, Share
from keen.adoption.domain.policy import Policy
from keen.adoption.domain.score import Case

POLICY = Policy()

GOOD = Counts(
    scheduled=20,
    active=15,
    attempt_days=16,
    struggle_days=1,
    features={"lists": FeatureUse(due=True, days=5), "board": FeatureUse(due=True, days=1)},
    depth=Share(5, 7),
    timely=Share(16, 20),
    quality=Share(16, 20),
    consult_days=5,
    tasks=Share(30, 32),
    before_review=Share(4, 20),
    notes_rate=Share(10, 20),
    self_started=True,
    usefulness=6,
)


def case(counts: Counts = GOOD, role: str = "sales_rep", **changes: Any) -> Case:
    """A person of one role, by default somebody who does well."""
    return Case(replace(counts, **changes), POLICY.of(role), POLICY)


def shares(most: int = 60) -> st.SearchStrategy[Share]:
    """Any share."""
    return st.tuples(st.integers(0, most), st.integers(0, most)).map(lambda two: Share(min(two), max(two)))


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    """The counts of anybody."""
    scheduled = draw(st.integers(1, 60))
    attempts = draw(st.integers(0, scheduled))
    active = draw(st.integers(0, scheduled))
    return Counts(
        scheduled=scheduled,
        active=active,
        attempt_days=attempts,
        struggle_days=draw(st.integers(0, attempts)),
        features={name: FeatureUse(due=draw(st.booleans()), days=draw(st.integers(0, 4))) for name in "abcd"},
        depth=draw(shares()),
        timely=draw(shares()),
        quality=draw(shares()),
        consult_days=draw(st.integers(0, active)),
        tasks=draw(shares()),
        before_review=draw(shares()),
        notes_rate=draw(shares()),
        self_started=draw(st.none() | st.booleans()),
        usefulness=draw(st.none() | st.integers(1, 7)),
        days_since_start=draw(st.integers(0, 400)),
        role_changed_days_ago=draw(st.none() | st.integers(0, 400)),
    )
