"""Who may already be here, who belongs where, and nothing that one cannot see."""

from typing import Any

import pytest

from keen.people import queries
from keen.people.models import Account, Contact, Relation
from keen.people.queries import Similar
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life
from keen.records.actions.merge import merge
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact

pytestmark = pytest.mark.django_db


def alike(user: Any, **typed: Any) -> list[Similar]:
    return queries.similar_contacts(user.actor(), typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"emails": [{"address": "AMIRA@vela.example"}], "last_name": "Haddad"}, "e-mail"),
        ({"first_name": "Amira", "last_name": "Hadad", "account": "new:Vela Foods"}, "name"),
        ({"first_name": "Amira", "last_name": "Haddad", "phones": [{"raw": "+49 30 5550101"}]}, "name"),
    ],
)
def test_a_person_is_recognised_with_the_reason(
    owner: Any, contact: Contact, typed: dict[str, Any], reason: str
) -> None:
    (found,) = alike(owner, **typed)
    assert (found.id, found.title, found.subtitle) == (contact.pk, "Amira Haddad", "Vela Foods GmbH")
    assert found.href == f"/contacts/{contact.pk}/"
    assert any(reason in told.lower() for told in found.reasons)


def test_other_people_are_not_taken_for_one(owner: Any, contact: Contact) -> None:
    assert (
        alike(owner, first_name="Jonas", last_name="Brandt", emails=[{"address": "jonas@orbit.example"}])
        == []
    )
    assert alike(owner) == []


def test_a_stranger_is_told_nothing(stranger: Any, contact: Contact, account: Account) -> None:
    assert (
        alike(stranger, first_name="Amira", last_name="Haddad", emails=[{"address": "amira@vela.example"}])
        == []
    )
    assert queries.similar_accounts(stranger.actor(), {"name": "Vela Foods"}) == []


def test_the_name_of_a_hidden_company_makes_nobody_alike(stranger: Any, account: Account) -> None:
    make_contact("Amira Haddad", owner=stranger, team=stranger.team)
    facts = queries.person_facts({"last_name": "Haddad", "account": str(account.pk)}, stranger.actor())
    assert facts.company == ""


def test_what_is_in_the_trash_or_merged_is_not_alike(owner: Any, contact: Contact) -> None:
    life.delete(CONTACT, actor=owner.actor(), record_id=contact.pk)
    assert (
        alike(owner, first_name="Amira", last_name="Haddad", emails=[{"address": "amira@vela.example"}]) == []
    )


def test_a_record_is_not_like_itself(owner: Any, contact: Contact) -> None:
    typed = {"first_name": "Amira", "last_name": "Haddad", "emails": contact.emails}
    assert queries.similar_contacts(owner.actor(), typed, contact.pk) == []


def test_the_likeliest_comes_first_among_many_of_the_same_name(owner: Any, contact: Contact) -> None:
    for number in range(45):
        make_contact("Amira Haddad", owner=owner, team=owner.team, emails=[f"other{number}@orbit.example"])
    found = alike(owner, first_name="Amira", last_name="Haddad", emails=[{"address": "amira@vela.example"}])
    assert found[0].id == contact.pk


def test_what_is_alike_does_not_tell_hidden_fields(team: Any, contact: Contact) -> None:
    everything = dict.fromkeys(("view", "add", "edit"), "all")
    role = make_role(records={"*": everything}, hidden={"contact": ["account"]})
    (found,) = alike(
        make_user(role, team),
        first_name="Amira",
        last_name="Haddad",
        emails=[{"address": "amira@vela.example"}],
    )
    assert found.subtitle == ""


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "Vela Foods"},
        {"name": "Vela Foods AG", "website": "vela.example"},
        {"name": "VELA FOODS", "addresses": []},
    ],
)
def test_a_company_is_recognised_without_its_legal_form(
    owner: Any, account: Account, typed: dict[str, Any]
) -> None:
    (found,) = queries.similar_accounts(owner.actor(), typed)
    assert (found.id, found.href) == (account.pk, f"/accounts/{account.pk}/")
    assert found.reasons


def test_another_company_is_another(owner: Any, account: Account) -> None:
    assert queries.similar_accounts(owner.actor(), {"name": "Orbit Labs"}) == []


def test_the_people_of_a_company_are_those_that_one_sees(
    owner: Any, stranger: Any, contact: Contact, account: Account
) -> None:
    make_contact("Zoe Secret", owner=stranger, team=stranger.team, account=account)
    colleague = make_contact("Bo Berg", owner=owner, team=owner.team, account=account)
    assert list(queries.contacts_of(owner.actor(), account)) == [colleague, contact]
    assert list(queries.colleagues(owner.actor(), contact)) == [colleague]


def related(user: Any, record: Any) -> set[tuple[str, str]]:
    return {(found.title, found.role) for found in queries.relations(user.actor(), record.KIND, record)}


@pytest.fixture
def board(contact: Contact, account: Account) -> Relation:
    """The contact is a board member of the company."""
    return Relation.objects.create(
        from_kind="account",
        from_id=account.pk,
        to_kind="contact",
        to_id=contact.pk,
        role="Board",
        created_at=contact.created_at,
    )


def test_a_relation_is_seen_from_both_ends_by_whoever_sees_both(
    owner: Any, stranger: Any, contact: Contact, account: Account, board: Relation
) -> None:
    assert related(owner, account) == {("Amira Haddad", "Board")}
    assert related(owner, contact) == {("Vela Foods GmbH", "Board")}
    assert related(stranger, account) == set()


def test_a_relation_follows_a_merge_at_either_end(
    owner: Any, contact: Contact, account: Account, board: Relation
) -> None:
    person = make_contact("A. Haddad", owner=owner, team=owner.team)
    company = make_account("Vela Group", owner=owner, team=owner.team)
    merge(CONTACT, actor=owner.actor(), keep_id=person.pk, lose_id=contact.pk, chosen={})
    merge(ACCOUNT, actor=owner.actor(), keep_id=company.pk, lose_id=account.pk, chosen={})
    person, company = Contact.objects.get(pk=person.pk), Account.objects.get(pk=company.pk)
    assert related(owner, person) == {("Vela Group", "Board")}
    assert related(owner, company) == {("A. Haddad", "Board")}


def test_few_questions_are_asked(
    owner: Any, contact: Contact, board: Relation, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        queries.relations(owner.actor(), "contact", contact)
    with django_assert_max_num_queries(4):
        alike(owner, first_name="Amira", last_name="Haddad", emails=[{"address": "amira@vela.example"}])
