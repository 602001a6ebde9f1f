"""What happens to opportunities."""

from dataclasses import dataclass
from decimal import Decimal

from keen.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OpportunityMoved(Event):
    """An opportunity stands at another stage. Winning, losing and reopening are told besides."""

    name = "sales.opportunity_moved"

    opportunity_id: int
    pipeline: str
    before: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class OpportunityWon(Event):
    """An opportunity was won. `value` is in the company's currency, None where no rate was known."""

    name = "sales.opportunity_won"

    opportunity_id: int
    reason: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class OpportunityLost(Event):
    """An opportunity was lost."""

    name = "sales.opportunity_lost"

    opportunity_id: int
    reason: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class OpportunityReopened(Event):
    """An opportunity that was decided is open again."""

    name = "sales.opportunity_reopened"

    opportunity_id: int
    stage: str


@dataclass(frozen=True, kw_only=True)
class LeadCame(Event):
    """Somebody sent a web form, and it became a lead."""

    name = "sales.lead_came"

    lead_id: int
    form: str


@dataclass(frozen=True, kw_only=True)
class LeadConverted(Event):
    """A lead became an account, a contact or a deal, or was tied to those that were there."""

    name = "sales.lead_converted"

    lead_id: int
    account_id: int | None = None
    contact_id: int | None = None
    opportunity_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class QuoteSent(Event):
    """A quote went to the customer."""

    name = "sales.quote_sent"

    quote_id: int
    opportunity_id: int


@dataclass(frozen=True, kw_only=True)
class QuoteAccepted(Event):
    """A quote was accepted. `by_customer` says whether by the private link."""

    name = "sales.quote_accepted"

    quote_id: int
    opportunity_id: int
    by_customer: bool


@dataclass(frozen=True, kw_only=True)
class QuoteRefused(Event):
    """A quote was refused."""

    name = "sales.quote_refused"

    quote_id: int
    opportunity_id: int
    by_customer: bool
