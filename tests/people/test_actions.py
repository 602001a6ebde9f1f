"""Relations: noted, taken off, taken back."""

from typing import Any

import pytest

from keen.core.models import Change
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people import actions
from keen.people.actions import RelationWish
from keen.people.models import Account, Contact, Relation
from tests.factories.people import make_account, make_contact
from tests.factories.records import browser, html, undo
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


def relate(user: Any, contact: Contact, account: Account, role: str = "Board") -> Any:
    wish = RelationWish("contact", contact.pk, "account", account.pk, role)
    return actions.relate(actor=user.actor(), wish=wish)


def columns() -> list[tuple[Any, ...]]:
    return sorted(Relation.objects.values_list(*actions.COLUMNS))


def test_a_relation_is_noted_once_and_taken_back(owner: Any, contact: Contact, account: Account) -> None:
    receipt = relate(owner, contact, account, "  Board  member ")
    assert receipt.text == "Vela Foods GmbH is Board member of Amira Haddad."
    assert columns() == [("contact", contact.pk, "account", account.pk, "Board member")]
    assert not relate(owner, contact, account, "Board member").undo
    undone = undo(owner, receipt)
    assert columns() == []
    undo(owner, undone)
    assert columns() == [("contact", contact.pk, "account", account.pk, "Board member")]


def test_a_relation_is_taken_off_from_either_end_and_taken_back(
    owner: Any, contact: Contact, account: Account
) -> None:
    for kind, record in (("contact", contact), ("account", account)):
        relate(owner, contact, account)
        before = columns()
        relation = Relation.objects.get()
        receipt = actions.unrelate(
            actor=owner.actor(), kind=kind, record_id=record.pk, relation_id=relation.pk
        )
        assert columns() == []
        undo(owner, receipt)
        assert columns() == before


def test_undo_of_what_somebody_else_took_off_changes_nothing(
    owner: Any, colleague: Any, contact: Contact, account: Account
) -> None:
    receipt = relate(owner, contact, account)
    relation = Relation.objects.get()
    actions.unrelate(actor=colleague.actor(), kind="contact", record_id=contact.pk, relation_id=relation.pk)
    undo(owner, receipt)
    assert columns() == []


def test_a_relation_is_on_the_history_of_the_record(owner: Any, contact: Contact, account: Account) -> None:
    undo(owner, relate(owner, contact, account))
    noted = Change.objects.filter(kind="contact", record_id=contact.pk, verb="related").order_by("pk")
    assert [change.after["relation"] for change in noted] == ["Board", ""]
    page = html(browser(owner).get(f"/contacts/{contact.pk}/history/"))
    assert "changed a relation" in page
    assert "Board" in page


@pytest.mark.parametrize(
    ("role", "says"),
    [("", "Say what they are"), (" \u200b", "Say what they are"), ("x" * 81, "80 characters fit")],
)
def test_a_relation_needs_a_role(
    owner: Any, contact: Contact, account: Account, role: str, says: str
) -> None:
    with pytest.raises(RuleError, match=says):
        relate(owner, contact, account, role)


def test_nothing_is_related_to_itself(owner: Any, contact: Contact) -> None:
    wish = RelationWish("contact", contact.pk, "contact", contact.pk, "Twin")
    with pytest.raises(RuleError, match="cannot stand to itself"):
        actions.relate(actor=owner.actor(), wish=wish)


def test_a_relation_ends_where_sight_ends(
    owner: Any, stranger: Any, reader: Any, contact: Contact, account: Account
) -> None:
    hidden = make_account("Secret partner", owner=stranger, team=stranger.team)
    with pytest.raises(NotVisibleError):
        relate(owner, contact, hidden)
    with pytest.raises(NotVisibleError):
        relate(stranger, contact, hidden)
    with pytest.raises(ForbiddenError):
        relate(reader, contact, account)
    with pytest.raises(NotVisibleError):
        actions.relate(
            actor=owner.actor(), wish=RelationWish("contact", contact.pk, "user", owner.pk, "Friend")
        )
    assert not Relation.objects.exists()


def test_a_foreign_relation_is_not_taken_off_through_ones_own_record(
    owner: Any, stranger: Any, contact: Contact, account: Account
) -> None:
    theirs = make_contact("Zoe Secret", owner=stranger, team=stranger.team)
    company = make_account("Secret partner", owner=stranger, team=stranger.team)
    relate(stranger, theirs, company)
    hidden_end = Relation.objects.create(
        from_kind="contact",
        from_id=contact.pk,
        to_kind="account",
        to_id=company.pk,
        role="Spy",
        created_at=contact.created_at,
    )
    for relation in Relation.objects.all():
        with pytest.raises(NotVisibleError):
            actions.unrelate(
                actor=owner.actor(), kind="contact", record_id=contact.pk, relation_id=relation.pk
            )
    assert Relation.objects.count() == 2
    assert "Secret partner" not in html(browser(owner).get(f"/panels/contact/{contact.pk}/relations/"))
    assert hidden_end.pk


# Pages


def test_a_relation_is_added_by_its_page(owner: Any, contact: Contact, account: Account) -> None:
    client = browser(owner)
    at = f"/relations/contact/{contact.pk}/add/"
    assert client.get(at).status_code == 200
    answer = client.post(at, {"to_account": account.pk, "role": "Board"})
    assert_receipt(answer, undo=True, says="Vela Foods GmbH is Board of Amira Haddad.")
    panel = html(client.get(f"/panels/contact/{contact.pk}/relations/"))
    assert "Vela Foods GmbH" in panel
    relation = Relation.objects.get()
    assert_receipt(client.post(f"/relations/contact/{contact.pk}/{relation.pk}/delete/"), undo=True)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose a contact or an account"),
        ({"to_account": "²", "role": "x"}, "Choose a contact"),
        ({"to_account": "1"}, "Say what they are"),
    ],
)
def test_a_relation_that_is_not_whole_comes_back_with_what_was_typed(
    owner: Any, contact: Contact, account: Account, sent: dict[str, str], says: str
) -> None:
    answer = browser(owner).post(f"/relations/contact/{contact.pk}/add/", {"to_account_text": "Vela", **sent})
    assert answer.status_code == 422
    assert says in html(answer)
    assert 'value="Vela"' in html(answer)
    assert "data-focus" in html(answer)


def test_relations_are_closed_to_readers_and_strangers(
    owner: Any, reader: Any, stranger: Any, contact: Contact, account: Account
) -> None:
    relate(owner, contact, account)
    at = f"/relations/contact/{contact.pk}"
    relation = Relation.objects.get()
    for user, status in ((reader, 403), (stranger, 404)):
        client = browser(user)
        assert client.get(f"{at}/add/").status_code == status
        assert client.post(f"{at}/add/", {"to_account": account.pk, "role": "x"}).status_code == status
        assert client.post(f"{at}/{relation.pk}/delete/").status_code == status
    assert browser(stranger).get(f"/panels/contact/{contact.pk}/relations/").status_code == 404
    assert browser(reader).get(f"/panels/contact/{contact.pk}/relations/").status_code == 200
    assert browser(owner).get(f"/panels/user/{owner.pk}/relations/").status_code == 404


def test_the_panels_of_a_company_and_a_person_show_who_else_is_there(
    owner: Any, stranger: Any, contact: Contact, account: Account
) -> None:
    make_contact("Bo Berg", owner=owner, team=owner.team, account=account)
    make_contact("Zoe Secret", owner=stranger, team=stranger.team, account=account)
    people = html(browser(owner).get(f"/panels/account/{account.pk}/people/"))
    assert "Amira Haddad" in people
    assert "Zoe Secret" not in people
    assert "Bo Berg" in html(browser(owner).get(f"/panels/contact/{contact.pk}/colleagues/"))
    for at in (f"/panels/account/{account.pk}/people/", f"/panels/contact/{contact.pk}/colleagues/"):
        assert browser(stranger).get(at).status_code == 404
