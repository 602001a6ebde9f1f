"""What is spam, what is only late, and what is taken."""

from hypothesis import given
from hypothesis import strategies as st

from keen.sales.domain.spam import LONGEST_SECONDS, SHORTEST_SECONDS, Fate, Sent, judge

ages = st.none() | st.floats(-10, 200_000)


@given(ages, st.text(max_size=5), st.lists(st.text(max_size=30), max_size=3))
def test_what_is_kept_back_says_why_and_nothing_else_does(
    age: float | None, trap: str, texts: list[str]
) -> None:
    judged = judge(Sent(age, trap, tuple(texts)))
    assert (judged.fate is Fate.KEEP) == bool(judged.why)
    if trap.strip():
        assert judged.fate is Fate.KEEP


def test_time_and_links_decide() -> None:
    assert judge(Sent(SHORTEST_SECONDS)).fate is Fate.TAKE
    assert judge(Sent(LONGEST_SECONDS + 1)).fate is Fate.AGAIN
    assert judge(Sent(None)).fate is Fate.AGAIN
    assert judge(Sent(60, texts=("see https://a.example and www.b.example",))).fate is Fate.TAKE
    assert judge(Sent(60, texts=("https://a", "http://b <a href=c>"))).why == ("Holds 3 links",)
