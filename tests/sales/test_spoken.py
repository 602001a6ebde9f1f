"""The amount in a line: a deal of whom it is about takes it, within one's rights, with the same undo."""

from typing import Any

import pytest

from keen.activities.actions.about import About
from keen.activities.actions.quick import Entry, Wanted, write_down
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.people.models import Account, Contact
from keen.sales.actions.lines import Wish, set_lines
from keen.sales.actions.spoken import DealAmount
from keen.sales.models import Involvement, Opportunity
from tests.factories.activities import client_of, words
from tests.factories.core import make_role, make_user
from tests.factories.offers import row
from tests.factories.people import make_contact
from tests.factories.records import undo
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.django_db
taker = DealAmount()


@pytest.fixture
def amira(owner: Any, account: Account) -> Contact:
    """The owner's contact at the company of the deal."""
    return make_contact("Amira Haddad", owner=owner, team=owner.team, account=account)


def say(actor: Any, contact: Contact, choice: str, amount: str = "12000") -> Receipt:
    main = Wanted(what="note")
    entry = Entry(
        main=main, about=About("contact", contact.pk), note="12k", amount=("deal", choice, amount, "EUR")
    )
    return write_down(actor=actor, entry=entry)


def test_the_deals_of_a_person_or_their_company_are_offered_and_a_new_one(
    me: Any, owner: Any, deal: Opportunity, amira: Contact, stranger: Any
) -> None:
    other = make_opportunity("Gates", owner=owner, team=owner.team, account=amira.account, actor=me)
    set_lines(actor=me, deal_id=other.pk, wish=Wish([row()]))
    make_opportunity("Won", owner=owner, team=owner.team, account=amira.account, stage="closed_won", actor=me)

    offers = [(str(deal.pk), "Cold chain, now €48,000"), ("new", "New deal")]
    assert taker.offered(me, ("contact", amira.pk)) == offers
    assert taker.offered(me, ("account", deal.account_id or 0)) == offers
    assert taker.offered(me, ("opportunity", deal.pk)) == offers[:1]
    assert taker.offered(me, None) == []
    assert taker.offered(stranger.actor(), ("contact", amira.pk)) == []


def test_a_deal_takes_the_amount_and_undo_gives_it_back(
    me: Any, owner: Any, deal: Opportunity, amira: Contact
) -> None:
    receipt = say(me, amira, str(deal.pk))

    deal.refresh_from_db()
    assert (deal.amount, deal.value) == ({"amount": "12000", "currency": "EUR"}, 12000)
    assert "Cold chain is worth €12,000 now, it was €48,000" in receipt.also
    undo(owner, receipt)
    deal.refresh_from_db()
    assert (deal.amount or {})["amount"] == "48000"


def test_a_new_deal_is_tied_to_both_and_goes_with_the_line(me: Any, owner: Any, amira: Contact) -> None:
    receipt = say(me, amira, "new")

    made = Opportunity.objects.get()
    assert (made.name, made.account, made.owner, made.value) == (
        "Deal with Vela Foods",
        amira.account,
        owner,
        12000,
    )
    assert Involvement.objects.get().contact == amira
    assert "Deal with Vela Foods is a new deal of €12,000" in receipt.also
    undo(owner, receipt)
    assert not Opportunity.objects.living().exists()


def test_nobody_takes_an_amount_where_they_may_not(
    me: Any, owner: Any, deal: Opportunity, amira: Contact, stranger: Any, reader: Any
) -> None:
    blind = make_user(
        make_role(
            records={"*": {"view": "all", "edit": "all", "add": "own"}}, hidden={"opportunity": ["amount"]}
        ),
        owner.team,
    )
    assert taker.offered(blind.actor(), ("contact", amira.pk)) == []
    assert taker.offered(reader.actor(), ("contact", amira.pk)) == []
    with pytest.raises(ForbiddenError):
        say(blind.actor(), amira, str(deal.pk))
    hers = make_contact("Ida", owner=stranger, team=stranger.team)
    with pytest.raises(NotVisibleError):
        say(stranger.actor(), hers, str(deal.pk))
    set_lines(actor=me, deal_id=deal.pk, wish=Wish([row()]))
    with pytest.raises(RuleError, match="follows from 1 line"):
        say(me, amira, str(deal.pk))


def test_the_sheet_shows_where_the_amount_may_go(owner: Any, deal: Opportunity, amira: Contact) -> None:
    page = words(client_of(owner).get("/quick/", {"text": "spoke to Amira Haddad, 12k"}))

    assert deal.name in page
    assert "Cold chain, now €48,000" in page
    assert "New deal" in page
