"""Converting a lead: into an account, a contact and a deal, each new or one that is there, in one write."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from django.db import transaction

from keen.activities.models import Activity
from keen.core.actions import operations
from keen.core.actions.operations import AlreadyDoneError, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.records import declare
from keen.records.actions import store
from keen.records.actions.save import address
from keen.records.actions.values import InvalidError
from keen.records.domain.fieldvalues import is_empty
from keen.records.models import Record
from keen.sales.actions.carried import carry_consent
from keen.sales.actions.leads import lead_for_change, own_type
from keen.sales.actions.made import made_of
from keen.sales.actions.people import tie
from keen.sales.domain.leads import Status
from keen.sales.events import LeadConverted
from keen.sales.models import Lead, Opportunity

R = TypeVar("R", bound=Record)
NEW: Final = "new"
NONE: Final = "none"
# What the contact gets of the lead; what is there is filled in where it is blank.
OF_LEAD: Final = (
    "first_name",
    "last_name",
    "job_title",
    "emails",
    "phones",
    "addresses",
    "website",
    "tags",
    "external_ids",
    "source",
)
FILLED_IN: Final = ("job_title", "emails", "phones", "addresses", "website")


@dataclass(frozen=True)
class ConvertWish:
    """What the lead becomes: for each of the three the id of one that is there, "new" or "none"."""

    account: int | str = NONE
    contact: int | str = NEW
    deal: int | str = NONE
    account_name: str = ""
    deal_values: Mapping[str, Any] | None = None
    once: str = ""


@dataclass
class Became:
    """What the lead became, and what the receipt says of it."""

    account: Account | None = None
    contact: Contact | None = None
    deal: Opportunity | None = None
    lines: tuple[str, ...] = ()


def convert(*, actor: Actor, lead_id: int, wish: ConvertWish) -> Receipt:
    """The receipt of a lead that was converted; all that came of it is taken back by one undo.

    Raises: InvalidError with what is to be mended in which part; ForbiddenError named after the part that the actor may
    not add; RuleError for a lead that was converted before; NotVisibleError.
    """
    # The mark of a page holds for its lead alone.
    once = f"{lead_id}:{wish.once}" if wish.once else ""
    try:
        with transaction.atomic():
            work = operations.start(actor=actor, verb="converted", once=once)
            return _convert(work, lead_for_change(actor, lead_id), wish)
    except AlreadyDoneError as before:
        return before.receipt()


def _convert(work: Work, lead: Lead, wish: ConvertWish) -> Receipt:
    if lead.status == Status.CONVERTED:
        name = own_type().told_to(work.actor, lead)
        raise RuleError("converted", f"{name} was converted before. Its page says what it became.")
    # The order is that of undo turned round: what leads to something is taken back before it.
    became = Became()
    became.account = _account(work, lead, wish, became)
    became.contact = _contact(work, lead, wish, became)
    became.deal = _deal(work, lead, wish, became)
    _involve(work, became)
    _link_activities(work, lead, became)
    ends: dict[str, Any] = {
        "account_id": became.account.pk if became.account else None,
        "contact_id": became.contact.pk if became.contact else None,
        "opportunity_id": became.deal.pk if became.deal else None,
    }
    columns = {"status": Status.CONVERTED.value, "converted_at": work.at, **ends}
    store.alter(work, own_type(), [store.Alteration(lead, columns)])
    publish(LeadConverted(lead_id=lead.pk, actor_id=work.actor.user_id, at=work.at, **ends))
    return operations.finish(work, _told(work, lead, became))


def _seen(work: Work, lead: Lead) -> Lead:
    """The lead as the actor reads it: what is kept from them there does not come to light on what it becomes."""
    found = own_type().as_read_by(work.actor, lead)
    assert isinstance(found, Lead)  # noqa: S101  a copy of what was given
    return found


def _account(work: Work, lead: Lead, wish: ConvertWish, became: Became) -> Account | None:
    if wish.account == NONE:
        return None
    if wish.account == NEW:
        seen = _seen(work, lead)
        values = {"name": wish.account_name or seen.company, "website": seen.website}
        made = made_of(work, Account, values, lead.owner_id)
        assert isinstance(made, Account)  # noqa: S101  asked for
        became.lines += (f"account {made.called} is new",)
        return made
    return _there(work, Account, wish.account, "account")


def _contact(work: Work, lead: Lead, wish: ConvertWish, became: Became) -> Contact | None:
    if wish.contact == NONE:
        return None
    if wish.contact == NEW:
        seen = _seen(work, lead)
        values = {name: getattr(seen, name) for name in OF_LEAD}
        made = made_of(
            work, Contact, {**values, "account": became.account and became.account.pk}, lead.owner_id
        )
        assert isinstance(made, Contact)  # noqa: S101  asked for
        became.lines += (f"contact {made.called} is new",)
        carry_consent(work, lead, made)
        return made
    found = _there(work, Contact, wish.contact, "contact")
    became.lines += _fill_in(work, lead, found, became)
    if found.allows(work.actor, "edit"):
        carry_consent(work, lead, found)
    return found


def _fill_in(work: Work, lead: Lead, contact: Contact, became: Became) -> tuple[str, ...]:
    """What the contact did not say yet and the lead does; nothing that is there is replaced."""
    if not contact.allows(work.actor, "edit"):
        return (f"{contact.called} stays as it is, for it is not yours to change",)
    record_type, seen = declare.get(Contact.KIND), _seen(work, lead)
    writable = {one.name: one for one in record_type.writable(work.actor)}
    wanted: dict[str, Any] = {
        name: getattr(seen, name)
        for name in FILLED_IN
        if name in writable and is_empty(getattr(contact, name)) and not is_empty(getattr(seen, name))
    }
    if "account" in writable and contact.account_id is None and became.account is not None:
        wanted["account_id"] = became.account.pk
    if not wanted:
        return ()
    store.alter(work, record_type, [store.Alteration(contact, wanted)])
    labels = ", ".join(writable[name.removesuffix("_id")].label.lower() for name in wanted)
    return (f"{contact.called} got: {labels}",)


def _deal(work: Work, lead: Lead, wish: ConvertWish, became: Became) -> Opportunity | None:
    if wish.deal == NONE:
        return None
    if wish.deal == NEW:
        given = {
            **(wish.deal_values or {}),
            "account": became.account and became.account.pk,
            "source": _seen(work, lead).source,
        }
        made = made_of(work, Opportunity, given, lead.owner_id)
        assert isinstance(made, Opportunity)  # noqa: S101  asked for
        became.lines += (f"deal {made.called} is new",)
        return made
    found = _there(work, Opportunity, wish.deal, "deal")
    if not found.is_open:
        raise InvalidError({"deal": "This deal is decided. Choose an open one."})
    if became.account and found.account_id not in {None, became.account.pk}:
        raise InvalidError({"deal": f"This deal is that of another account than {became.account.called}."})
    return found


def _there(work: Work, model: type[R], pk: int | str, part: str) -> R:
    """The one that is there, as far as the actor sees it and something may be tied to it.

    Raises: InvalidError.
    """
    found: R | None = (
        model.objects.visible_to(work.actor).select_for_update().filter(pk=pk).first()
        if isinstance(pk, int)
        else None
    )
    if found is None or found.is_restricted:
        raise InvalidError({part: "Choose one from the list."})
    return found


def _involve(work: Work, became: Became) -> None:
    """The contact has to do with the deal, unless it is said already what."""
    deal, contact = became.deal, became.contact
    if deal is None or contact is None or not deal.allows(work.actor, "edit"):
        return
    tie(work, deal, contact)


def _link_activities(work: Work, lead: Lead, became: Became) -> None:
    """What was done and planned with the lead stands on the timelines of what it became, too."""
    rows = Activity.objects.living().select_for_update().filter(about_kind=Lead.KIND, about_id=lead.pk)
    made = []
    for row in rows:
        columns = {}
        if became.contact and row.contact_id is None:
            columns["contact_id"] = became.contact.pk
        if became.account and row.account_id is None:
            columns["account_id"] = became.account.pk
        if columns:
            made.append(store.Alteration(row, columns, "relinked"))
    store.alter(work, declare.get(Activity.KIND), made)


def _told(work: Work, lead: Lead, became: Became) -> Receipt:
    name = own_type().told_to(work.actor, lead)
    link = Link(name, address(own_type(), lead.pk))
    told = Receipt("saved", f"{name} is converted.", object=link, also=became.lines[:3])
    if became.deal is not None:
        deal = declare.get(Opportunity.KIND)
        called = deal.told_to(work.actor, became.deal)
        return replace(told, next=Link(f"Open {called}", address(deal, became.deal.pk)))
    onward = became.contact or became.account
    if onward is None or lead.next_step_on is not None:
        return replace(
            told,
            nothing_next="The next step is planned." if lead.next_step_on else "Nothing else to do here.",
        )
    return replace(told, next=Link("Plan the next step", f"/plan/?kind={onward.KIND}&id={onward.pk}"))
