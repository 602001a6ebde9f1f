"""The audit trail over everything, within the reader's rights."""

import re
from typing import Any

import pytest

from keen.people.models import Contact
from keen.records.queries import audit
from keen.records.queries.audit import AuditWish
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import browser, change, html

pytestmark = pytest.mark.django_db
POWERS = ["audit.view"]


def read(user: Any, wish: AuditWish | None = None) -> list[audit.AuditLine]:
    return audit.lines(user.actor(), wish or AuditWish())[0]


@pytest.fixture
def auditor(team: Any) -> Any:
    """Somebody who may read the trail of what their team has, without job titles."""
    role = make_role(records={"*": {"view": "team"}}, powers=POWERS, hidden={"contact": ["job_title"]})
    return make_user(role, team)


def test_every_change_is_told_in_words(owner: Any, auditor: Any, contact: Contact) -> None:
    other = make_account("Orbit Labs", owner=owner, team=owner.team)
    change(owner, contact, account=other.pk, department="Sales")
    newest = read(auditor)[0]
    assert (newest.who, newest.did, newest.title) == (owner.name, "changed", "Amira Haddad")
    assert set(newest.rows) == {("Account", "Vela Foods", "Orbit Labs"), ("Department", "", "Sales")}
    assert newest.href == f"/contacts/{contact.pk}/history/"


def test_nothing_is_told_of_what_one_cannot_see(
    owner: Any, auditor: Any, stranger: Any, contact: Contact
) -> None:
    secret = make_contact("Zoe Secret", owner=stranger, team=stranger.team, job_title="Spy")
    change(stranger, secret, department="Hidden")
    change(owner, contact, job_title="Hidden title")
    told = str(read(auditor))
    assert "Zoe Secret" not in told
    assert "Hidden" not in told


def test_the_trail_is_paged_without_gaps(owner: Any, auditor: Any, contact: Contact) -> None:
    for number in range(120):
        change(owner, contact, department=f"Sales {number}")
    ids, before = [], 0
    while True:
        lines, before = audit.lines(auditor.actor(), AuditWish(before=before))
        ids += [line.id for line in lines]
        if not before:
            break
    assert len(ids) == len(set(ids)) == 122
    assert ids == sorted(ids, reverse=True)


def test_the_trail_is_narrowed_to_a_kind_and_a_person(
    owner: Any, colleague: Any, auditor: Any, contact: Contact
) -> None:
    change(colleague, contact, department="Sales")
    assert {line.who for line in read(auditor, AuditWish(user_id=colleague.pk))} == {colleague.name}
    assert len(read(auditor, AuditWish(kind="account"))) == 1


def test_a_page_of_the_trail_asks_as_many_questions_as_a_line(
    owner: Any, auditor: Any, contact: Contact, account: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        change(owner, contact, account=account.pk if number % 2 else "", department=f"{number}")
    # The changes; the contacts and the accounts, and for each of the two people, teams and accounts that links lead to.
    with django_assert_max_num_queries(8):
        read(auditor)


def test_the_page_is_for_those_who_may(owner: Any, auditor: Any, contact: Contact) -> None:
    assert browser(owner).get("/audit/").status_code == 403
    assert "Amira Haddad" in html(browser(auditor).get("/audit/"))


def test_what_a_new_record_holds_is_folded_and_a_small_change_is_not(
    owner: Any, auditor: Any, contact: Contact
) -> None:
    change(owner, contact, department="Sales")
    page = html(browser(auditor).get("/audit/?kind=contact"))
    assert re.search(r"<summary>.{0,200}\d+ fields</summary>", page, re.DOTALL)
    folded = "".join(re.findall(r"<details.*?</details>", page, re.DOTALL))
    assert "Amira" in folded
    assert "Sales" not in folded
    assert "added this" not in page
