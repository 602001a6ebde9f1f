"""The deals that ask for something today: no next step, longer than usual at their stage, closing soon or past it."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from keen.activities.domain.marks import Times
from keen.activities.domain.ranking import CLOSING_DAYS, ENDING_DAYS, NO_TIMES, Candidate, Moment
from keen.activities.domain.suggestions import Act, Suggestion
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.lib import money
from keen.records import declare
from keen.sales.domain import quotes
from keen.sales.domain.attention import step_mark
from keen.sales.domain.leads import Status
from keen.sales.models import Lead, Opportunity, Quote
from keen.sales.models.pipelines import pipelines
from keen.sales.queries.quotes import won_href

MOST = 60
MOST_LEADS = 10
MOST_QUOTES = 10
# For so long it is news that a quote was opened again.
FRESH = timedelta(days=3)
COLUMNS = (
    "id", "name", "account_name", "stage", "amount", "value", "probability", "close_date", "next_step_on", "stage_since",
    "stale_on",
)  # fmt: skip
BEHIND = {"account": "account_name", "probability_by_hand": "probability"}


def suggest(actor: Actor, moment: Moment, about: Collection[tuple[str, int]]) -> list[Suggestion]:
    """The actor's own open deals that ask for something, and those for which something is planned.

    Cost: 1 query, none for who sees no deals.
    """
    if actor.rights.scope(Opportunity.KIND, "view") is Scope.NONE:
        return []
    today = moment.today
    planned = [pk for kind, pk in about if kind == Opportunity.KIND]
    hidden = hidden_columns(actor)
    asks = _asks(hidden, today)
    rows = Opportunity.objects.living().filter(
        Q(pk__in=planned) | asks, owner_id=actor.user_id, closed_at__isnull=True
    )
    may = actor.may_write and actor.rights.scope(Opportunity.KIND, "edit") is not Scope.NONE
    return [
        _suggestion({name: None if name in hidden else value for name, value in row.items()}, moment, may=may)
        for row in rows.order_by("-weighted", "pk").values(*COLUMNS)[:MOST]
    ]


def _asks(hidden: frozenset[str], today: date) -> Q:
    """What makes a deal ask for something, as far as the reader may know of it."""
    found = Q(pk__in=[])
    if not {"next_step_on", "stage_since"} & hidden:
        found |= Q(next_step_on__isnull=True)
    if "stale_on" not in hidden:
        found |= Q(stale_on__lte=today)
    if "close_date" not in hidden:
        found |= Q(close_date__lte=today + timedelta(days=CLOSING_DAYS))
    return found


def hidden_columns(actor: Actor) -> frozenset[str]:
    """The columns of fields that are kept from the actor."""
    hides = declare.get(Opportunity.KIND).hidden(actor)
    amounts = {"amount", "value"} if {"amount", "value"} & hides else set[str]()
    steps = {"stage_since"} if "next_step_on" in hides else set[str]()
    return frozenset({BEHIND.get(name, name) for name in hides} | amounts | steps)


def candidate(row: Mapping[str, Any], moment: Moment) -> Candidate:
    """The deal as Today ranks it; what is None is not known or not shown to its reader."""
    since, value = row["stage_since"], row["value"]
    waits = row["next_step_on"] is None and since is not None
    return Candidate(
        id=row["id"],
        of=Opportunity.KIND,
        value=value,
        chance=row["probability"] or 0,
        worth=money.told(row["amount"]),
        closes_on=row["close_date"],
        waits_since=moment.day(since) if waits else None,
        stale_on=row["stale_on"],
    )


def _suggestion(row: Mapping[str, Any], moment: Moment, *, may: bool) -> Suggestion:
    found, today = candidate(row, moment), moment.today
    asks = (
        found.waits_since
        or (found.stale_on and found.stale_on <= today)
        or (found.closes_on and (found.closes_on - today).days <= CLOSING_DAYS)
    )
    stage = pipelines().stages.get(row["stage"] or "")
    parts = (row["account_name"], found.worth, stage.name if stage else "")
    told = step_mark(row["next_step_on"], today)
    href = f"/opportunities/{row['id']}/"
    return Suggestion(
        found,
        title=row["name"] or "A deal",
        href=href,
        sub=", ".join(part for part in parts if part),
        icon="briefcase",
        state=told.state,
        mark=told.text,
        plans=may and found.waits_since is not None,
        acts=(Act("Open the deal", href),),
        only_adds=not asks,
    )


def suggest_quotes(actor: Actor, moment: Moment, about: Collection[tuple[str, int]]) -> list[Suggestion]:
    """Quotes of the actor's open deals that ask for something: accepted, about to end, or opened again.

    Cost: 1 query and 1 for each accepted one, none for who sees no quotes or not what deals are worth.
    """
    del about  # what a customer did is news whatever is planned
    hides = actor.rights.hides(Opportunity.KIND, "amount") or actor.rights.hides(
        Opportunity.KIND, "closed_at"
    )
    if hides or Scope.NONE in {actor.rights.scope(kind, "view") for kind in (Quote.KIND, Opportunity.KIND)}:
        return []
    today = moment.today
    sent = Q(status=quotes.Status.SENT.value, valid_until__gte=today)
    ends = Q(valid_until__lte=today + timedelta(days=ENDING_DAYS))
    lately = Q(looks__gte=quotes.OFTEN, looked_at__gte=moment.now - FRESH)
    accepted = Q(status=quotes.Status.ACCEPTED.value)
    rows = Quote.objects.living().filter(
        accepted | (sent & (ends | lately)),
        opportunity__owner_id=actor.user_id,
        opportunity__closed_at__isnull=True,
        opportunity__deleted_at__isnull=True,
    )
    return [_of_quote(row, moment) for row in rows.order_by("-gross", "pk")[:MOST_QUOTES]]


def _of_quote(row: Quote, moment: Moment) -> Suggestion:
    accepted = row.status == quotes.Status.ACCEPTED
    again = row.looks >= quotes.OFTEN and row.looked_at is not None and row.looked_at >= moment.now - FRESH
    found = Candidate(
        id=row.pk,
        of=Quote.KIND,
        quote_accepted=moment.day(row.decided_at) if accepted and row.decided_at else None,
        quote_ends=None if accepted else row.valid_until,
        quote_opened=moment.day(row.looked_at) if again and not accepted and row.looked_at else None,
        quote_looks=row.looks,
    )
    href = f"/quotes/{row.pk}/"
    act = Act("Mark the deal won", won_href(row)) if accepted else Act("Open the quote", href)
    parts = (row.account_name, money.in_words(row.gross, row.currency))
    return Suggestion(
        found,
        title=f"Quote {row.title}: {row.opportunity_name}",
        href=href,
        sub=", ".join(part for part in parts if part),
        icon="file",
        state="none",
        mark="Accepted" if accepted else "Waits for an answer",
        acts=(act,),
    )


def suggest_leads(actor: Actor, moment: Moment, about: Collection[tuple[str, int]]) -> list[Suggestion]:
    """The actor's own leads with whom nobody has spoken yet, those with the oldest promise first.

    Cost: 1 query, none for who sees no leads.
    """
    hides = actor.rights.hidden.get(Lead.KIND, frozenset())
    if actor.rights.scope(Lead.KIND, "view") is Scope.NONE or {"status", "created_at"} & hides:
        return []
    planned = [pk for kind, pk in about if kind == Lead.KIND]
    rows = Lead.objects.living().filter(
        owner_id=actor.user_id,
        status=Status.NEW.value,
        first_touch_at__isnull=True,
        next_step_on__isnull=True,
        restricted_at__isnull=True,
    )
    may = actor.may_write and actor.rights.scope(Lead.KIND, "edit") is not Scope.NONE
    told = declare.get(Lead.KIND)
    return [
        Suggestion(
            _of_lead(lead, moment, told_of=not {"promised_at", "first_touch_at"} & hides),
            title=told.told_to(actor, lead),
            href=f"/leads/{lead.pk}/",
            sub="" if "company" in hides else lead.company,
            icon="user-plus",
            state="none",
            mark="New lead",
            plans=may,
            acts=(Act("Open the lead", f"/leads/{lead.pk}/"),),
        )
        for lead in rows.exclude(pk__in=planned).order_by("promised_at", "pk")[:MOST_LEADS]
    ]


def _of_lead(lead: Lead, moment: Moment, *, told_of: bool) -> Candidate:
    """The lead as Today ranks it: what a form promised is a promise to a customer."""
    promised = lead.promised_at if told_of else None
    times = Times(due_at=promised) if promised else NO_TIMES
    return Candidate(
        id=lead.pk,
        of=Lead.KIND,
        times=times,
        promised=promised is not None,
        lead_since=moment.day(lead.created_at),
    )
