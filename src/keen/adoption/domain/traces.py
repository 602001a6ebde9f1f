"""What somebody's change to a record is called when use is measured: one name for each change, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

ATTEMPT: Final = "attempt"
CONSULT: Final = "consulted"
STRUGGLE: Final = "struggle:"
TRIED: Final = "task_tried"
COMPLETED: Final = "task_completed"
LIST_WORKED: Final = "list_worked"


@dataclass(frozen=True, slots=True)
class Deed:
    """One change to one record, as the audit trail has it. `deed` is what was done as a whole, `verb` what to the record."""

    person: int
    at: datetime
    kind: str
    record: int
    verb: str
    deed: str = ""
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


LOGGED: Final = {
    "call": "call_logged",
    "meeting": "meeting_logged",
    "email": "email_logged",
    "note": "note_written",
    "task": "task_done",
}
ADDED: Final = {
    "contact": "contact_added",
    "account": "account_added",
    "lead": "lead_added",
    "opportunity": "deal_opened",
    "quote": "quote_made",
}
KEPT: Final = {
    "contact": "contact_kept",
    "account": "account_kept",
    "lead": "lead_kept",
    "opportunity": "deal_kept",
    "quote": "quote_made",
}
RULES: Final = {
    "user": "person_set_up",
    "invitation": "person_set_up",
    "team": "team_set_up",
    "role": "rights_set_up",
    "field": "field_set_up",
    "pipeline": "pipeline_set_up",
    "stage": "pipeline_set_up",
    "web_form": "form_set_up",
    "webhook": "connection_set_up",
    "exchange_rate": "prices_set_up",
    "tax_rate": "prices_set_up",
    "price_book": "prices_set_up",
    "price": "prices_set_up",
    "product": "prices_set_up",
    "quote_paper": "prices_set_up",
    "quota": "targets_set",
    "company_calendar": "calendar_set_up",
    "day_off": "calendar_set_up",
    "order_customer": "order_tied",
    "view": "list_kept",
    "relation": "relation_kept",
    "involvement": "relation_kept",
}
OF_DEEDS: Final = {"merged": "records_merged", "exported": "list_exported", "handed out": "request_answered"}
CONTACTS: Final = frozenset(LOGGED.values()) | {"step_done"}
PLANS: Final = frozenset({"step_planned", "plan_changed", "handed_over"})
FOLLOWS: Final = CONTACTS | PLANS
"""What a look-up has to be followed by to have been of use: a customer contact, a plan, an assignment."""
SILENT: Final = frozenset(
    {"undone", "restored", "deleted", "looked as", "looked no longer", "signed out elsewhere"}
)


def trace_of(deed: Deed) -> str:
    """What the change is called, "" for one that no measure knows."""
    if deed.deed in OF_DEEDS:
        return OF_DEEDS[deed.deed]
    if deed.verb in SILENT or deed.deed in SILENT:
        return ""
    if deed.kind == "activity":
        return _activity(deed)
    if deed.verb == "created" and deed.kind in ADDED:
        return ADDED[deed.kind]
    return _changed(deed)


def _changed(deed: Deed) -> str:
    if deed.kind == "opportunity":
        return _deal(deed)
    if deed.kind == "lead" and "status" in deed.after:
        return "lead_converted" if deed.after["status"] == "converted" else "lead_worked"
    if deed.kind == "quote" and "status" in deed.after:
        return "quote_sent" if deed.deed == "sent" else "quote_answered"
    return KEPT.get(deed.kind) or RULES.get(deed.kind, "")


def _activity(deed: Deed) -> str:
    if deed.verb == "created":
        done = deed.after.get("status") == "done" or deed.after.get("kind") == "note"
        return LOGGED.get(str(deed.after.get("kind")), "") if done else "step_planned"
    if deed.after.get("status") == "done":
        return "step_done"
    if {"owner", "owner_id"} & deed.after.keys():
        return "handed_over"
    if {"plan_on", "due_at", "starts_at", "status"} & deed.after.keys():
        return "plan_changed"
    return "note_written" if deed.after.get("body") else ""


def _deal(deed: Deed) -> str:
    if {"closed_at"} & deed.after.keys() and deed.after["closed_at"]:
        return "deal_decided"
    if "stage" in deed.after:
        return "deal_moved"
    return (
        "deal_kept" if {"amount", "close_date", "value", "reason", "description"} & deed.after.keys() else ""
    )


RE_EDITS: Final = 3
RE_EDIT_MINUTES: Final = 10


def edits_again(deeds: Sequence[Deed]) -> set[int]:
    """The people who edited a record again three times within ten minutes of saving it. The deeds may come in any order."""
    times: dict[tuple[int, str, int], list[datetime]] = {}
    for deed in deeds:
        if deed.verb in {"created", "updated"}:
            times.setdefault((deed.person, deed.kind, deed.record), []).append(deed.at)
    return {key[0] for key, found in times.items() if _bursts(sorted(found))}


def _bursts(times: Sequence[datetime]) -> bool:
    within = timedelta(minutes=RE_EDIT_MINUTES)
    return any(last - first <= within for first, last in zip(times, times[RE_EDITS:], strict=False))
