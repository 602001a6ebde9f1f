"""Which traces count as value for which role: eight to fifteen each, published, never log-ins, page views or hovers."""

from typing import Final

CUSTOMER: Final = (
    "call_logged",
    "meeting_logged",
    "email_logged",
    "note_written",
    "step_done",
    "step_planned",
)
SELLING: Final = (
    *CUSTOMER,
    "deal_opened",
    "deal_moved",
    "deal_decided",
    "quote_sent",
    "lead_worked",
    "lead_converted",
    "list_worked",
    "consulted",
)
LEADING: Final = (
    *CUSTOMER,
    "handed_over",
    "deal_moved",
    "deal_decided",
    "deal_kept",
    "quote_sent",
    "targets_set",
    "review_held",
    "list_worked",
    "consulted",
)
LOOKING: Final = (
    "review_held",
    "deal_looked_up",
    "customer_looked_up",
    "call_logged",
    "meeting_logged",
    "email_logged",
    "note_written",
    "step_planned",
    "handed_over",
    "targets_set",
    "consulted",
)
SETTING_UP: Final = (
    "person_set_up",
    "team_set_up",
    "rights_set_up",
    "field_set_up",
    "pipeline_set_up",
    "form_set_up",
    "connection_set_up",
    "prices_set_up",
    "calendar_set_up",
    "targets_set",
    "import_loaded",
    "request_answered",
    "step_planned",
    "step_done",
    "note_written",
)
KEEPING: Final = (
    "records_merged",
    "contact_kept",
    "account_kept",
    "lead_kept",
    "contact_added",
    "account_added",
    "relation_kept",
    "order_tied",
    "field_set_up",
    "import_loaded",
    "request_answered",
    "list_worked",
    "list_kept",
)
USUAL: Final = (
    *CUSTOMER,
    "handed_over",
    "contact_added",
    "account_added",
    "records_merged",
    "list_worked",
    "consulted",
)
ROLES: Final[dict[str, tuple[str, ...]]] = {
    "": USUAL,
    "sales_rep": SELLING,
    "field_sales": SELLING,
    "power_user": SELLING,
    "sales_manager": LEADING,
    "executive": LOOKING,
    "administrator": SETTING_UP,
    "data_steward": KEEPING,
    "data_entry": KEEPING,
    # Looks over what is agreed and keeps no records: nothing is expected, and nothing counted.
    "staff_council": (),
    "another_crm": ("done_elsewhere",),
}
MEANINGS: Final[dict[str, str]] = {
    "done_elsewhere": "Something was done in another CRM that left a trace",
    "call_logged": "A call was logged",
    "meeting_logged": "A meeting was logged",
    "email_logged": "An e-mail was logged",
    "note_written": "A note was written",
    "step_planned": "A next step was planned",
    "step_done": "A planned step was done",
    "handed_over": "A step was given to a colleague",
    "deal_opened": "A deal was opened",
    "deal_moved": "A deal moved to another stage",
    "deal_decided": "A deal was won or lost",
    "deal_kept": "A deal was kept up to date",
    "quote_sent": "A quote was sent",
    "lead_worked": "A lead was worked on",
    "lead_converted": "A lead was converted",
    "list_worked": "A list was worked through",
    "consulted": "A look-up was followed by a contact, a plan or an assignment",
    "targets_set": "Targets were set",
    "review_held": "The review of deals was opened",
    "deal_looked_up": "A deal was looked up",
    "customer_looked_up": "A customer was looked up",
    "person_set_up": "A person was set up",
    "team_set_up": "A team was set up",
    "rights_set_up": "Rights were set up",
    "field_set_up": "A field was set up",
    "pipeline_set_up": "A pipeline was set up",
    "form_set_up": "A web form was set up",
    "connection_set_up": "A connection was set up",
    "prices_set_up": "Prices were set up",
    "calendar_set_up": "A calendar was set up",
    "import_loaded": "A file was brought in",
    "request_answered": "A request about personal data was answered",
    "records_merged": "Duplicates were merged",
    "contact_kept": "A contact was kept up to date",
    "account_kept": "An account was kept up to date",
    "lead_kept": "A lead was kept up to date",
    "contact_added": "A contact was added",
    "account_added": "An account was added",
    "relation_kept": "Who knows whom was kept up to date",
    "order_tied": "An order was tied to its account",
    "list_kept": "A list was saved for others",
}


def valued(role: str) -> frozenset[str]:
    """The traces that count for the role; of several, written with a plus, those of all.

    Shape: a role without a list of its own has that of everybody; nothing for one of which nothing is expected.
    """
    known = [ROLES[part] for part in role.split("+") if part in ROLES]
    return frozenset(trace for traces in known for trace in traces) if known else frozenset(USUAL)
