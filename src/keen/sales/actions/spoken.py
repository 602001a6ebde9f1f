"""Amounts of money that somebody wrote in a line: taken over by a deal of whom the line is about, or by a new one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from keen.activities.models import Activity
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.lib import money
from keen.lib.errors import ForbiddenError, RuleError
from keen.lib.ids import id_of
from keen.people.models import Account, Contact
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import for_change
from keen.records.actions.values import InvalidError
from keen.records.models import Record
from keen.sales.actions.made import made_of
from keen.sales.actions.people import tie
from keen.sales.models import Opportunity
from keen.sales.queries import people

NEW: Final = "new"
MOST: Final = 4
MODELS: Final[Mapping[str, type[Record]]] = {model.KIND: model for model in (Contact, Account, Opportunity)}


class DealAmount:
    """The amount of a deal, as keen.site.wiring offers it to lines."""

    key = "deal"

    def offered(self, actor: Actor, about: tuple[str, int] | None) -> list[tuple[str, str]]:
        """The open deals with whom the line is about, and a new one, as far as the actor may say what they are worth.

        Cost: 2 queries, none where the line is about nobody.
        """
        if not actor.may_write or actor.rights.locks(Opportunity.KIND, "amount"):
            return []
        record = _seen(actor, about)
        if record is None:
            return []
        options = [(str(deal.pk), _label(actor, deal)) for deal in _deals(actor, record)]
        if isinstance(record, Contact | Account) and actor.rights.scope(Opportunity.KIND, "add").reach:
            options.append((NEW, "New deal"))
        return options

    def take(self, work: Work, activity: Activity, choice: str, amount: str, currency: str) -> str:
        """What the deal is worth now, for the receipt.

        Raises: RuleError, NotVisibleError, ForbiddenError for a deal that cannot take it.
        """
        worth = {"amount": amount, "currency": currency}
        if choice == NEW:
            made = _new(work, activity, worth)
            return f"{made.called} is a new deal of {money.in_words(Decimal(amount), currency)}"
        record_type, pk = declare.get(Opportunity.KIND), id_of(choice)
        deal = for_change(record_type, work.actor, pk or 0)
        assert isinstance(deal, Opportunity)  # noqa: S101  the declaration says so
        if work.actor.rights.locks(deal.KIND, "amount"):
            raise ForbiddenError("field_forbidden", "You cannot change what deals are worth.", "amount")
        if refused := deal.refuses({"amount": worth}):
            raise RuleError("follows", refused["amount"], "amount")
        alteration = store.Alteration(deal, {"amount": worth})
        store.alter(work, record_type, [alteration])
        name, said = record_type.told_to(work.actor, deal), money.in_words(Decimal(amount), currency)
        was = money.told(alteration.before.get("amount"))
        return f"{name} is worth {said} now" + (f", it was {was}" if was and was != said else "")


def _seen(actor: Actor, about: tuple[str, int] | None) -> Record | None:
    """Whom the line is about, as far as the actor sees them and something may be tied to them."""
    model = MODELS.get(about[0]) if about else None
    if model is None or about is None or not actor.rights.scope(Opportunity.KIND, "view").reach:
        return None
    found: Record | None = model.objects.visible_to(actor).filter(pk=about[1]).first()
    return None if found is None or found.is_restricted else found


def _deals(actor: Actor, record: Record) -> list[Opportunity]:
    """The open deals that may take an amount: those with lines follow from them."""
    found = [record] if isinstance(record, Opportunity) else _with(actor, record)
    return [deal for deal in found if deal.is_open and not deal.lines and deal.allows(actor, "edit")][:MOST]


def _with(actor: Actor, record: Record) -> list[Opportunity]:
    """The deals that the person has to do with; where there is none, those of the company."""
    rows = people.deals_of(actor, record.KIND, record).filter(closed_at__isnull=True)[:MOST]
    if not rows and isinstance(record, Contact) and not actor.rights.hides(Contact.KIND, "account"):
        account = Account.objects.visible_to(actor).filter(pk=record.account_id or 0).first()
        return _with(actor, account) if account else []
    return list(rows)


def _label(actor: Actor, deal: Opportunity) -> str:
    seen: Any = declare.get(deal.KIND).as_read_by(actor, deal)
    known = money.told(seen.amount)
    return f"{seen.title}, now {known}" if known else str(seen.title)


def _new(work: Work, activity: Activity, worth: dict[str, str]) -> Opportunity:
    """A new deal with the company or the person of the line, tied to what took place.

    Raises: RuleError where the company asks more of new deals.
    """
    whom = activity.account_name or activity.contact_name
    if not whom:
        raise RuleError("nobody", "Say whom it is about, or leave the amount in the note.", "amount")
    given = {"name": f"Deal with {whom}"[:200], "account": activity.account_id, "amount": worth}
    try:
        made = made_of(work, Opportunity, given, work.actor.user_id)
    except InvalidError as error:
        raise RuleError("asked", " ".join(error.errors.values()), "amount") from None
    assert isinstance(made, Opportunity)  # noqa: S101  asked for
    if activity.contact is not None:
        tie(work, made, activity.contact)
    return made
