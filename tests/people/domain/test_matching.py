from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.people.domain import matching
from keen.people.domain.matching import CompanyFacts, Grade, PersonFacts, similarity

ANNA = PersonFacts(
    first="Anna",
    last="Berg",
    company="Nord GmbH",
    emails=("anna.berg@nord.example",),
    mobiles=("+491711234567",),
    phones=("+4930555010",),
    place="hauptstr 1|10115|berlin",
)
HANS = replace(ANNA, first="Hans", emails=("hans.berg@nord.example",), mobiles=("+491727654321",))

# Labelled by hand: what a careful assistant would say.
SAME = [
    (ANNA, ANNA),
    (ANNA, PersonFacts(first="anna", last="BERG", emails=("Anna.Berg@nord.example",))),
    (ANNA, PersonFacts(first="Anna", last="Berg", company="NORD", phones=("+4930555010",))),
    (ANNA, PersonFacts(first="A.", last="Berg", mobiles=("+491711234567",))),
    (ANNA, PersonFacts(first="Berg", last="Anna", company="Nord AG")),
    (ANNA, PersonFacts(first="Anna", last="Müller", emails=("anna.berg@nord.example",))),
    (ANNA, PersonFacts(first="Anna", last="Berg", company="Süd AG", mobiles=("+491711234567",))),
    (ANNA, PersonFacts(emails=("anna.berg@nord.example",))),
    (ANNA, PersonFacts(first="Anna", last="Bergg", company="Nord")),
    (
        PersonFacts(first="Bill", last="Mayer", company="Acme Inc."),
        PersonFacts(first="William", last="Meyer", company="ACME"),
    ),
    (
        PersonFacts(first="Eva", last="Lang-Müller", company="Süd AG", place="x"),
        PersonFacts(first="Eva", last="Müller", company="Süd", place="x"),
    ),
]
OTHERS = [
    (ANNA, HANS),
    (ANNA, replace(HANS, first="Annette")),
    (ANNA, PersonFacts(first="Otto", last="Kurz", company="Nord GmbH", phones=("+4930555010",))),
    (ANNA, PersonFacts(first="Anna", last="Kurz", company="Nord GmbH", emails=("anna.kurz@nord.example",))),
    (ANNA, PersonFacts(first="Anna", last="Berg", company="Süd AG", emails=("a.berg@sued.example",))),
    (ANNA, PersonFacts(company="Nord GmbH")),
    (ANNA, PersonFacts()),
    (PersonFacts(), PersonFacts()),
    (
        PersonFacts(first="Otto", last="Kurz", emails=("info@nord.example",), company="Nord"),
        PersonFacts(first="Eva", last="Lang", emails=("info@nord.example",), company="Nord"),
    ),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_person_is_at_least_likely_enough_to_ask(a: PersonFacts, b: PersonFacts):
    assert similarity(a, b).score >= matching.POSSIBLE


@pytest.mark.parametrize(("a", "b"), OTHERS)
def test_other_people_are_not_asked_about(a: PersonFacts, b: PersonFacts):
    assert similarity(a, b).grade is Grade.NONE


def test_two_colleagues_of_one_name_at_one_site_are_not_a_match():
    match = similarity(ANNA, HANS)

    assert match.score < 0.01
    assert "first names differ" in match.reasons


def test_a_daniela_is_not_merged_with_a_daniel_of_the_same_place():
    daniel = replace(ANNA, first="Daniel", emails=(), mobiles=())

    assert similarity(daniel, replace(daniel, first="Daniela")).grade is Grade.POSSIBLE


def test_the_same_name_at_one_place_without_an_address_of_its_own_is_left_to_somebody():
    bare = replace(ANNA, emails=(), mobiles=())

    assert similarity(bare, bare).grade is Grade.LIKELY


def test_a_shared_mailbox_alone_is_no_match_and_a_personal_address_is():
    couple = PersonFacts(first="Hans", last="Berg", emails=ANNA.emails)

    assert similarity(ANNA, couple).grade is Grade.POSSIBLE
    assert similarity(ANNA, replace(couple, first="Anna")).grade is Grade.EXACT


def test_the_reasons_are_said_in_plain_words_the_strongest_first():
    assert similarity(ANNA, ANNA).reasons == (
        "same e-mail",
        "same mobile",
        "name and company alike",
        "same company, same phone",
    )
    assert similarity(ANNA, PersonFacts(first="Anna", last="Berg")).reasons == ("same name",)
    assert similarity(ANNA, PersonFacts(first="Hana", last="Berg", company="Süd AG")).reasons == (
        "same last name",
        "different companies",
        "first names differ",
    )


NAMES = st.sampled_from(
    ["", "Anna", "Anne", "Berg", "Bergg", "Hans", "A", "Müller", "Daniel", "Daniela", "Jo", "Otto"]
)
COMPANIES = st.sampled_from(["", "Nord GmbH", "Nord", "Nordd", "Süd AG", "Acme"])
ADDRESSES = st.sets(
    st.sampled_from(["a@nord.example", "b@nord.example", "info@nord.example", "a@gmail.com"]), max_size=2
)
NUMBERS = st.sets(st.sampled_from(["+491", "+492", "+493"]), max_size=2)
PEOPLE = st.builds(
    lambda first, last, company, emails, mobiles, phones, place: PersonFacts(
        first=first, last=last, company=company, emails=tuple(sorted(emails)), mobiles=tuple(sorted(mobiles)),
        phones=tuple(sorted(phones)), place=place,
    ),
    NAMES, NAMES, COMPANIES, ADDRESSES, NUMBERS, NUMBERS, st.sampled_from(["", "x", "y"]),
)  # fmt: skip


@given(PEOPLE, PEOPLE)
def test_matching_does_not_depend_on_who_comes_first(a: PersonFacts, b: PersonFacts):
    forth, back = similarity(a, b), similarity(b, a)

    assert forth.score == pytest.approx(back.score)
    assert set(forth.reasons) == set(back.reasons)


@given(PEOPLE, PEOPLE)
def test_nobody_is_more_alike_than_oneself(a: PersonFacts, b: PersonFacts):
    assert 0.0 <= similarity(a, b).score <= similarity(a, a).score + 1e-9


@given(PEOPLE, PEOPLE, st.sampled_from(["company", "emails", "mobiles", "phones", "place"]))
def test_more_agreement_never_lowers_the_score(a: PersonFacts, b: PersonFacts, part: str):
    closer = replace(b, **{part: getattr(a, part)}) if getattr(a, part) else b

    assert similarity(a, closer).score >= similarity(a, b).score - 1e-9


@given(PEOPLE, PEOPLE)
def test_taking_over_the_whole_name_never_lowers_the_score(a: PersonFacts, b: PersonFacts):
    if a.first and a.last:
        assert similarity(a, replace(b, first=a.first, last=a.last)).score >= similarity(a, b).score - 1e-9


@given(PEOPLE, PEOPLE)
def test_likely_duplicates_share_a_key(a: PersonFacts, b: PersonFacts):
    if similarity(a, b).score >= matching.LIKELY and len(a.first) != 1 and len(b.first) != 1:
        assert matching.blocking_keys(a) & matching.blocking_keys(b)


@given(PEOPLE)
def test_a_match_that_may_merge_by_itself_rests_on_something_personal(a: PersonFacts):
    if similarity(a, a).grade is Grade.EXACT:
        assert a.emails or a.mobiles


def test_no_facts_give_no_keys():
    assert matching.blocking_keys(PersonFacts()) == set()
    assert matching.company_blocking_keys(CompanyFacts()) == set()


def test_keys_of_a_person_are_said_in_full():
    assert matching.blocking_keys(ANNA) == {
        "email:anna.berg@nord.example",
        "phone:491711234567",
        "phone:4930555010",
        "name:anna berg",
        "sound:ana berg",
        "site:a|nord",
        "site:b|nord",
    }


MUELLER = CompanyFacts(
    name="Müller GmbH", domains=("mueller.example",), phones=("+4930555010",), city="Ulm", place="x"
)


@pytest.mark.parametrize(
    ("other", "grade"),
    [
        (MUELLER, Grade.EXACT),
        (CompanyFacts(name="MÜLLER Gesellschaft mbH", domains=("mueller.example",)), Grade.EXACT),
        (CompanyFacts(name="Müller KG", city="Ulm"), Grade.LIKELY),
        (CompanyFacts(name="Mueller", city="Ulm"), Grade.POSSIBLE),
        (CompanyFacts(name="Müller AG"), Grade.POSSIBLE),
        (CompanyFacts(name="Müller Logistik AG", domains=("mueller.example",)), Grade.POSSIBLE),
        (CompanyFacts(name="Otto AG", domains=("mueller.example",)), Grade.POSSIBLE),
        (CompanyFacts(name="Müller AG", domains=("other.example",), city="Bonn"), Grade.NONE),
        (CompanyFacts(name="Otto AG", city="Ulm", phones=("+4930555010",)), Grade.NONE),
        (CompanyFacts(), Grade.NONE),
    ],
)
def test_companies_are_matched_by_name_and_place(other: CompanyFacts, grade: Grade):
    assert matching.company_similarity(MUELLER, other).grade is grade


def test_a_register_number_decides_between_companies():
    one = CompanyFacts(name="Müller GmbH", numbers=("DE 123",), city="Ulm")

    assert matching.company_similarity(one, replace(one, numbers=("de123", "DE 123"))).grade is Grade.EXACT
    assert matching.company_similarity(one, replace(one, numbers=("DE 999",))).grade is not Grade.EXACT
    assert (
        matching.company_similarity(one, CompanyFacts(name="Otto", numbers=("DE 123",))).grade
        is Grade.POSSIBLE
    )


FIRMS = st.builds(
    lambda name, domains, phones, place, city, numbers: CompanyFacts(
        name=name, domains=tuple(sorted(domains)), phones=tuple(sorted(phones)), place=place, city=city,
        numbers=tuple(sorted(numbers)),
    ),
    st.sampled_from(["", "Nord GmbH", "Nord", "Nordd AG", "Nord Bau", "Süd", "Sud Ltd"]),
    st.sets(st.sampled_from(["nord.example", "sued.example"])), NUMBERS, st.sampled_from(["", "x", "y"]),
    st.sampled_from(["", "Ulm", "Bonn"]), st.sets(st.sampled_from(["1", "2"]), max_size=1),
)  # fmt: skip


@given(FIRMS, FIRMS)
def test_matching_companies_is_symmetric_and_greatest_with_oneself(a: CompanyFacts, b: CompanyFacts):
    forth, back = matching.company_similarity(a, b), matching.company_similarity(b, a)

    assert forth.score == pytest.approx(back.score)
    assert 0.0 <= forth.score <= matching.company_similarity(a, a).score + 1e-9


@given(FIRMS, FIRMS, st.sampled_from(["name", "domains", "phones", "place", "city", "numbers"]))
def test_more_agreement_between_companies_never_lowers_the_score(a: CompanyFacts, b: CompanyFacts, part: str):
    closer = replace(b, **{part: getattr(a, part)}) if getattr(a, part) else b

    assert matching.company_similarity(a, closer).score >= matching.company_similarity(a, b).score - 1e-9


@given(FIRMS, FIRMS)
def test_likely_duplicate_companies_share_a_key(a: CompanyFacts, b: CompanyFacts):
    if matching.company_similarity(a, b).score >= matching.LIKELY:
        assert matching.company_blocking_keys(a) & matching.company_blocking_keys(b)


def test_umlauts_may_be_written_out() -> None:
    held, typed = PersonFacts(first="Jürgen", last="Müller"), PersonFacts(first="Juergen", last="Mueller")
    assert similarity(held, typed) == similarity(held, held)
    assert matching.blocking_keys(held) & matching.blocking_keys(typed)
    assert (
        similarity(replace(held, last="Baur"), replace(held, last="Bauer")).score
        < similarity(held, held).score
    )


@pytest.mark.parametrize(
    "facts",
    [
        PersonFacts(emails=("info@nord.example",), phones=("+4930555010",)),
        PersonFacts(first="Test", last="Test"),
        PersonFacts(first="Test", last="Test", company="Nord GmbH"),
    ],
)
def test_two_that_nothing_tells_apart_are_asked_about(facts: PersonFacts) -> None:
    assert similarity(facts, facts).grade in {Grade.LIKELY, Grade.EXACT}
    assert similarity(facts, replace(facts, phones=("+4930555099",))).score <= similarity(facts, facts).score
    assert similarity(PersonFacts(), PersonFacts()).grade == Grade.NONE
