"""The features that breadth is about: what tells that one was used, and what makes it due."""

from dataclasses import dataclass
from typing import Final

ALWAYS: Final = "always"
PLANNED: Final = "planned"
OWNS_DEAL: Final = "owns_deal"
OWNS_LEAD: Final = "owns_lead"
OWNS_CUSTOMER: Final = "owns_customer"
OWNS_MANY: Final = "owns_many"
LATE_DEAL: Final = "late_deal"
LEADS: Final = "leads_team"


@dataclass(frozen=True, slots=True)
class Feature:
    """A part of Keen that somebody uses or not. `occasion` is what has to be there for it to be expected."""

    key: str
    label: str
    traces: tuple[str, ...]
    occasion: str


FEATURES: Final = (
    Feature(
        "timeline",
        "Log calls, meetings and notes",
        ("call_logged", "meeting_logged", "email_logged", "note_written"),
        OWNS_CUSTOMER,
    ),
    Feature("steps", "Plan next steps", ("step_planned", "plan_changed"), OWNS_CUSTOMER),
    Feature("day", "Work off what is planned", ("step_done", "handed_over"), PLANNED),
    Feature("deals", "Keep deals up to date", ("deal_moved", "deal_kept", "deal_decided"), OWNS_DEAL),
    Feature("leads", "Work on leads", ("lead_worked", "lead_converted", "lead_kept"), OWNS_LEAD),
    Feature("quotes", "Make and send quotes", ("quote_made", "quote_sent", "quote_answered"), LATE_DEAL),
    Feature("search", "Search", ("search_used",), OWNS_MANY),
    Feature("lists", "Lists", ("list_used", "list_worked", "list_kept"), OWNS_MANY),
    Feature("review", "Review of deals", ("review_held",), LEADS),
)
BY_KEY: Final = {feature.key: feature for feature in FEATURES}
MANY: Final = 20
"""Whoever owns so many customers, leads and deals needs lists and search to find them."""
