"""Whose a paper is, and when that is beyond doubt."""

from hypothesis import given
from hypothesis import strategies as st

from keen.orders.domain.facts import Party
from keen.orders.domain.matching import LIKELY, NEAR, SURE, Sign, handles_of, key_of, ranked, sure

SIGNS = st.dictionaries(st.integers(1, 6), st.sets(st.sampled_from(list(Sign)), min_size=1), max_size=6)


def test_a_customer_is_known_by_number_else_by_address_else_by_name() -> None:
    assert key_of(Party("K-1", "Vela", "a@vela.example")) == "n:k-1"
    assert key_of(Party("", "Vela", "A@vela.example")) == "e:a@vela.example"
    assert key_of(Party("", "Vela Foods GmbH", "")) == key_of(Party("", "VELA FOODS", "")) != ""
    assert key_of(Party()) == ""


def test_free_mail_and_shared_boxes_say_less() -> None:
    assert handles_of(Party(email="amira@gmail.com")) == {(Sign.EMAIL, "amira@gmail.com")}
    assert handles_of(Party(email="info@vela.example")) == {(Sign.DOMAIN, "vela.example")}


def test_a_number_or_an_address_is_enough_and_a_name_alone_is_not() -> None:
    assert sure(ranked({1: [Sign.NUMBER]}))
    assert sure(ranked({1: [Sign.EMAIL]}))
    assert sure(ranked({1: [Sign.NAME, Sign.DOMAIN]}))
    assert sure(ranked({1: [Sign.NAME]})) is None
    assert sure(ranked({1: [Sign.NAME]}), LIKELY)


def test_two_who_come_near_leave_a_doubt() -> None:
    assert sure(ranked({1: [Sign.NUMBER], 2: [Sign.NAME]})) is None


@given(SIGNS)
def test_nobody_is_tied_while_a_rival_comes_near(signs: dict[int, set[Sign]]) -> None:
    found = ranked(signs)
    best = sure(found)

    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    if best:
        assert best.score >= SURE
        assert all(one.score < NEAR for one in found if one is not best)


@given(SIGNS, st.sampled_from(list(Sign)))
def test_more_evidence_never_makes_an_account_less_likely(signs: dict[int, set[Sign]], more: Sign) -> None:
    before = {one.account_id: one.score for one in ranked(signs)}
    after = {one.account_id: one.score for one in ranked({pk: seen | {more} for pk, seen in signs.items()})}

    assert all(after[pk] >= score for pk, score in before.items())
