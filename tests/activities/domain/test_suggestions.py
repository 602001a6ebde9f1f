from decimal import Decimal

from keen.activities.domain.ranking import Candidate
from keen.activities.domain.suggestions import Suggestion, joined, standing_alone


def deal(pk: int, *, only_adds: bool = False) -> Suggestion:
    found = Candidate(pk, of="opportunity", value=Decimal(48000), chance=50, worth="€48,000")
    return Suggestion(found, "Cold chain", f"/opportunities/{pk}/", only_adds=only_adds)


def test_a_deal_for_which_something_is_planned_speaks_for_that_and_stands_once() -> None:
    planned = joined(Candidate(1), deal(7))

    assert (planned.of, planned.value, planned.worth) == ("activity", Decimal(48000), "€48,000")
    assert [
        one.key for one in standing_alone([deal(7), deal(8), deal(9, only_adds=True)], {("opportunity", 7)})
    ] == [("opportunity", 8)]
