"""Who has to do with a deal, and the deals of a person or a company."""

from typing import Any

import pytest
from django.utils import timezone

from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import merge
from keen.sales.actions.people import involve, release
from keen.sales.queries.people import deals_of, involved
from tests.factories.people import make_contact
from tests.factories.records import undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def amira(owner: Any, account: Any) -> Contact:
    return make_contact("Amira Haddad", owner=owner, team=owner.team, account=account)


def test_a_contact_has_a_role_in_a_deal_until_somebody_takes_it_off(
    deal: Any, owner: Any, amira: Any
) -> None:
    added = involve(actor=owner.actor(), deal_id=deal.pk, contact_id=amira.pk, role="decides")
    assert added.text == "Amira Haddad: decides, in Cold chain."
    assert [one.role for one in involved(owner.actor(), deal)] == ["Decides"]
    assert list(deals_of(owner.actor(), "contact", amira)) == [deal]

    taken = release(actor=owner.actor(), deal_id=deal.pk, involvement_id=involved(owner.actor(), deal)[0].id)
    assert involved(owner.actor(), deal) == []
    undo(owner, taken)
    assert [one.contact.pk for one in involved(owner.actor(), deal)] == [amira.pk]
    undo(owner, added)
    assert involved(owner.actor(), deal) == []


def test_a_merged_contact_keeps_its_deals(deal: Any, owner: Any, amira: Any, account: Any) -> None:
    twin = make_contact("A. Haddad", owner=owner, team=owner.team, account=account)
    involve(actor=owner.actor(), deal_id=deal.pk, contact_id=twin.pk, role="signs")
    merge.merge(CONTACT, actor=owner.actor(), keep_id=amira.pk, lose_id=twin.pk, chosen={})

    assert [(one.contact.pk, one.role) for one in involved(owner.actor(), deal)] == [(amira.pk, "Signs")]
    amira.refresh_from_db()
    assert list(deals_of(owner.actor(), "contact", amira)) == [deal]


def test_only_what_one_sees_is_joined(deal: Any, owner: Any, stranger: Any, amira: Any) -> None:
    hidden = make_contact("Noor Far", owner=stranger, team=stranger.team)
    with pytest.raises(NotVisibleError):
        involve(actor=owner.actor(), deal_id=deal.pk, contact_id=hidden.pk, role="decides")
    with pytest.raises(NotVisibleError):
        involve(actor=stranger.actor(), deal_id=deal.pk, contact_id=hidden.pk, role="decides")
    with pytest.raises(RuleError):
        involve(actor=owner.actor(), deal_id=deal.pk, contact_id=amira.pk, role="dances")


def test_somebody_restricted_by_now_is_not_put_back_by_undo(deal: Any, owner: Any, amira: Any) -> None:
    involve(actor=owner.actor(), deal_id=deal.pk, contact_id=amira.pk, role="decides")
    taken = release(actor=owner.actor(), deal_id=deal.pk, involvement_id=deal.involved.get().pk)
    Contact.objects.filter(pk=amira.pk).update(restricted_at=timezone.now())

    with pytest.raises(RuleError, match="restricted"):
        undo(owner, taken)

    assert not deal.involved.exists()
