"""What a lead may turn out to be: the accounts, contacts and open deals that are there already, with the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from keen.core.domain.actor import Actor
from keen.people.domain.matching import LIKELY
from keen.people.models import Account, Contact
from keen.people.queries import Similar, similar_accounts, similar_contacts
from keen.records import declare
from keen.records.models import Record
from keen.sales.models import Involvement, Lead, Opportunity

MOST_DEALS = 8
MAKES: tuple[type[Record], ...] = (Account, Contact, Opportunity)


@dataclass(frozen=True)
class OpenDeal:
    """A deal that is not decided yet, where it stands, and whose it is."""

    id: int
    name: str
    stage: str
    account_id: int | None
    account_name: str


@dataclass(frozen=True)
class Found:
    """What is there already. `account` and `contact` are the ids of those that are sure; `may_add` names kinds."""

    accounts: Sequence[Similar] = ()
    contacts: Sequence[Similar] = ()
    deals: Sequence[OpenDeal] = ()
    account: int | None = None
    contact: int | None = None
    may_add: frozenset[str] = field(default_factory=frozenset)


def found_for(actor: Actor, lead: Lead) -> Found:
    """What the lead may be, as far as the actor sees both it and the lead.

    Cost: 7 queries and those of two searches.
    """
    seen = declare.get(Lead.KIND).as_read_by(actor, lead)
    assert isinstance(seen, Lead)  # noqa: S101  a copy of what was given
    contacts = _free(Contact, _contacts(actor, seen))
    contact = _sure(contacts)
    accounts = _free(Account, _accounts(actor, seen))
    account, at = _sure(accounts) or _namesake(accounts), _employer(actor, contact)
    if at is not None:
        accounts = [at, *(one for one in accounts if one.id != at.id)]
        account = at.id
    ids = [one.id for one in accounts]
    people = [one.id for one in contacts]
    may_add = frozenset(model.KIND for model in MAKES if actor.rights.scope(model.KIND, "add").reach)
    return Found(accounts, contacts, _deals(actor, ids, people), account, contact, may_add)


def _contacts(actor: Actor, lead: Lead) -> list[Similar]:
    typed: dict[str, Any] = {
        "first_name": lead.first_name, "last_name": lead.last_name, "emails": lead.emails, "phones": lead.phones,
        "account": f"new:{lead.company}" if lead.company else "",
    }  # fmt: skip
    return similar_contacts(actor, typed) if actor.rights.scope(Contact.KIND, "view").reach else []


def _accounts(actor: Actor, lead: Lead) -> list[Similar]:
    typed = {"name": lead.company, "website": lead.website, "emails": lead.emails, "phones": lead.phones}
    may = actor.rights.scope(Account.KIND, "view").reach and (lead.company or lead.emails or lead.website)
    return similar_accounts(actor, typed) if may else []


def _free(model: type[Account | Contact], found: Sequence[Similar]) -> list[Similar]:
    """Those to which something may be tied: nothing is added to what is restricted."""
    ids = [one.id for one in found]
    held = set(model.objects.filter(pk__in=ids, restricted_at__isnull=False).values_list("pk", flat=True))
    return [one for one in found if one.id not in held]


def _sure(found: Sequence[Similar]) -> int | None:
    """The one that is sure: likely enough, and no other one is."""
    likely = [one for one in found if one.score >= LIKELY]
    return likely[0].id if len(likely) == 1 else None


def _namesake(found: Sequence[Similar]) -> int | None:
    """The one company of this name: to make another one of the same name is what nobody wants by default."""
    same = [one for one in found if "same name" in one.reasons]
    return same[0].id if len(same) == 1 else None


def _employer(actor: Actor, contact_id: int | None) -> Similar | None:
    """The account at which the contact works, which then needs no other evidence."""
    if contact_id is None or actor.rights.hides(Contact.KIND, "account"):
        return None
    held = Contact.objects.filter(pk=contact_id).values("account_id")
    row = Account.objects.visible_to(actor).filter(pk__in=held, restricted_at__isnull=True).first()
    if row is None:
        return None
    seen = declare.get(Account.KIND).as_read_by(actor, row)
    return Similar(
        row.pk, seen.title, seen.subtitle, f"/accounts/{row.pk}/", 1.0, ("the contact works there",)
    )


def _deals(actor: Actor, accounts: Sequence[int], contacts: Sequence[int]) -> list[OpenDeal]:
    if not actor.rights.scope(Opportunity.KIND, "view").reach:
        return []
    rows = Opportunity.objects.visible_to(actor).filter(closed_at__isnull=True)
    mine = Involvement.objects.filter(contact_id__in=contacts).values("opportunity_id")
    at = rows.filter(account_id__in=accounts) | rows.filter(pk__in=mine)
    record_type = declare.get(Opportunity.KIND)
    seen = [record_type.as_read_by(actor, row) for row in at.order_by("-updated_at", "-pk")[:MOST_DEALS]]
    hides = actor.rights.hides(Opportunity.KIND, "stage")
    return [
        OpenDeal(row.pk, row.name, "" if hides else row.stage_name, row.account_id, row.account_name)
        for row in seen
        if isinstance(row, Opportunity)
    ]
