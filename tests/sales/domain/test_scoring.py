"""The score of leads: open rules whose points add up, between 0 and 100."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from keen.sales.domain.scoring import MOST, RULES, LeadFacts, reasons, score

words = st.text(max_size=30)
facts = st.builds(
    LeadFacts,
    company=words,
    job_title=words | st.sampled_from(["Head of Logistics", "Geschäftsführerin", "clerk"]),
    email=st.sampled_from(["", "a@nord.example", "a@gmail.com"]),
    phone=st.sampled_from(["", "+493012345678"]),
    source=words | st.sampled_from(["Referral", "Empfehlung"]),
    description=st.text(max_size=120),
    came_by_form=st.booleans(),
    touches=st.integers(0, 5),
)


@given(facts)
def test_the_score_is_what_its_reasons_add_up_to_within_bounds(known: LeadFacts) -> None:
    total = sum(rule.points for rule in reasons(known))
    assert score(known) == min(max(total, 0), MOST)


@given(facts)
def test_knowing_how_to_reach_them_and_being_in_touch_never_lowers_it(known: LeadFacts) -> None:
    assert score(replace(known, phone="+493012345678")) >= score(replace(known, phone=""))
    assert score(replace(known, touches=known.touches + 1)) >= score(known)
    assert score(replace(known, email="a@nord.example")) >= score(replace(known, email=""))


def test_every_rule_can_hold_and_the_best_lead_has_all_points() -> None:
    best = LeadFacts(
        "Nord", "Managing director", "j@nord.example", "+493012345678", "Recommended", "x" * 80, True, 2
    )
    assert {rule.sign for rule in reasons(best)} == {rule.sign for rule in RULES if rule.points > 0}
    assert score(best) == MOST
    assert [rule.sign for rule in reasons(LeadFacts())] == ["out_of_reach"]
    assert score(LeadFacts()) == 0


def test_titles_are_read_in_four_languages_and_private_addresses_say_nothing() -> None:
    for title in ("Chief Operating Officer", "Geschäftsführer", "Directrice des achats", "Jefe de compras"):
        assert "decides" in {rule.sign for rule in reasons(LeadFacts(job_title=title))}
    assert "company_address" not in {rule.sign for rule in reasons(LeadFacts(email="jana@gmail.com"))}
