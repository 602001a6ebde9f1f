"""What joins the packages: who listens to what, what runs when, what stands in the menu."""

from collections.abc import Callable
from datetime import timedelta

from keen.activities import api as activity_api
from keen.activities import panels as activity_panels
from keen.activities.actions.links import bring_along, follow
from keen.activities.actions.verdicts import undo_verdicts
from keen.activities.events import ActivityCompleted
from keen.activities.jobs import remind
from keen.activities.queries.notices import told
from keen.activities.records import ACTIVITY
from keen.adoption import panels as adoption_panels
from keen.adoption.actions.messages import undo_messages
from keen.adoption.actions.policies import undo_policies
from keen.adoption.actions.questions import undo_choices, undo_polls, undo_replies
from keen.adoption.actions.reviews import undo_reviews
from keen.adoption.jobs import ask_questions, gather_facts, tend_facts
from keen.core.actions import calendars, takeback
from keen.core.domain.timings import At, Every
from keen.core.events import Event
from keen.core.health import Vital
from keen.core.jobs.upkeep import forget_ended_sessions, forget_finished_tasks
from keen.core.menu import Entry, Panel
from keen.core.wiring import Amount, Handler, Schedule
from keen.integrations.actions.endpoints import undo_webhooks
from keen.integrations.events import WebhookSwitchedOff
from keen.integrations.handlers import mail_of_switched_off, tell_webhooks, tell_webhooks_of_completion
from keen.integrations.jobs import forget_old_webhooks, wake_late_webhooks
from keen.orders import panels as order_panels
from keen.orders.actions.customers import undo_customers
from keen.orders.actions.milestones import follow as follow_papers
from keen.orders.jobs import read_drop_folder, tell_overdue
from keen.orders.queries.feeds import feeds_vital
from keen.orders.queries.timeline import lines as order_lines
from keen.orders.queries.today import suggest as suggest_invoices
from keen.orders.records import INVOICE, ORDER, PAYMENT, PURCHASE_ORDER
from keen.people import api as people_api
from keen.people import panels as people_panels
from keen.people.actions import undo_relations
from keen.people.domain.matching import company_similarity, similarity
from keen.people.queries import facts_of_account, facts_of_contact, similar_accounts, similar_contacts
from keen.people.records import ACCOUNT, CONTACT
from keen.privacy import jobs as privacy_jobs
from keen.privacy import panels as privacy_panels
from keen.privacy.actions.consent import follow_flags
from keen.processes import jobs as process_jobs
from keen.processes.actions.automations import undo_automations
from keen.processes.handlers import note_completions, note_deals, note_records
from keen.records.actions.fields import undo_fields
from keen.records.actions.lists import undo_views
from keen.records.events import (
    FieldsChanged,
    RecordChanged,
    RecordCreated,
    RecordDeleted,
    RecordRestored,
    RecordsMerged,
)
from keen.records.handlers import follow_fields
from keen.records.jobs import (
    count_field_fills,
    forget_api_answers,
    forget_import_files,
    keep_field_indexes,
    tidy_search,
    wake_stalled_imports,
)
from keen.records.rest import merging
from keen.records.rest.parts import Part
from keen.records.rest.verbs import Verb
from keen.sales import api as sales_api
from keen.sales import jobs as sales_jobs
from keen.sales import panels as sales_panels
from keen.sales.actions.answers import undo_moments
from keen.sales.actions.carried import undo_carried
from keen.sales.actions.catalogue import undo_paper, undo_taxes
from keen.sales.actions.entries import undo_entries
from keen.sales.actions.forms import undo_forms
from keen.sales.actions.people import undo_involved
from keen.sales.actions.pipelines import undo_pipelines
from keen.sales.actions.quotas import undo_targets
from keen.sales.actions.rates import undo_rates
from keen.sales.actions.scores import undo_points
from keen.sales.actions.spoken import DealAmount
from keen.sales.actions.stays import follow as follow_stays
from keen.sales.actions.steps import follow as follow_steps
from keen.sales.events import OpportunityLost, OpportunityMoved, OpportunityWon
from keen.sales.handlers import forget_sent
from keen.sales.queries import leads as lead_queries
from keen.sales.queries.alike import facts_of_lead, similar_leads
from keen.sales.queries.quotes import lines as quote_lines
from keen.sales.queries.today import suggest as suggest_deals
from keen.sales.queries.today import suggest_leads, suggest_quotes
from keen.sales.records import LEAD, OPPORTUNITY, PRICE, PRICE_BOOK, PRODUCT, QUOTE
from keen.site import today
from keen.site.jobs import forget_exports, make_daily_backup
from keen.telemetry.health import usage
from keen.telemetry.jobs import count_usage, take_in_usage, tend_usage

RECORD_TYPES = [CONTACT, ACCOUNT, ACTIVITY, LEAD, OPPORTUNITY]
RECORD_TYPES += [ORDER, INVOICE, PURCHASE_ORDER, PAYMENT]
RECORD_TYPES += [PRODUCT, PRICE_BOOK, PRICE, QUOTE]
HANDLERS: list[tuple[type[Event], Handler]] = [
    (RecordCreated, tell_webhooks),
    (RecordChanged, tell_webhooks),
    (RecordDeleted, tell_webhooks),
    (RecordDeleted, forget_sent),
    (RecordRestored, tell_webhooks),
    (RecordsMerged, tell_webhooks),
    (FieldsChanged, follow_fields),
    (ActivityCompleted, tell_webhooks_of_completion),
    (WebhookSwitchedOff, mail_of_switched_off),
    (RecordCreated, note_records),
    (RecordChanged, note_records),
    (OpportunityMoved, note_deals),
    (OpportunityWon, note_deals),
    (OpportunityLost, note_deals),
    (ActivityCompleted, note_completions),
]
SCHEDULES = [
    Schedule("finish-erasures", privacy_jobs.finish_erasures, Every(timedelta(minutes=10))),
    Schedule("keep-retention-rules", privacy_jobs.keep_rules, At(2, 20)),
    Schedule("end-consents", privacy_jobs.end_consents, At(0, 20)),
    Schedule("measure-stages", sales_jobs.measure_stages, At(1, 40)),
    Schedule("expire-quotes", sales_jobs.expire_quotes, At(0, 15)),
    Schedule("keep-deal-values", sales_jobs.keep_values, At(0, 10)),
    Schedule("tell-missed-promises", sales_jobs.tell_missed_promises, Every(timedelta(minutes=5))),
    Schedule("ask-questions", ask_questions, Every(timedelta(minutes=20))),
    Schedule("forget-spam", sales_jobs.forget_spam, At(3, 30)),
    Schedule("daily-backup", make_daily_backup, At(2, 30)),
    Schedule("forget-exports", forget_exports, At(3, 45)),
    Schedule("take-in-usage", take_in_usage, Every(timedelta(minutes=5))),
    Schedule("count-usage", count_usage, Every(timedelta(hours=1))),
    Schedule("tend-usage", tend_usage, At(3, 50)),
    Schedule("gather-facts", gather_facts, Every(timedelta(hours=1))),
    Schedule("tend-facts", tend_facts, At(4, 20)),
    Schedule("forget-finished-tasks", forget_finished_tasks, At(3, 30)),
    Schedule("forget-ended-sessions", forget_ended_sessions, At(3, 35)),
    Schedule("forget-import-files", forget_import_files, At(3, 40)),
    Schedule("count-field-fills", count_field_fills, At(3, 45)),
    Schedule("keep-field-indexes", keep_field_indexes, At(3, 55)),
    Schedule("tidy-search", tidy_search, At(3, 50)),
    Schedule("forget-api-answers", forget_api_answers, At(3, 50)),
    Schedule("wake-stalled-imports", wake_stalled_imports, Every(timedelta(minutes=1))),
    Schedule("wake-late-webhooks", wake_late_webhooks, Every(timedelta(minutes=1))),
    Schedule("forget-old-webhooks", forget_old_webhooks, At(3, 50)),
    Schedule("read-drop-folder", read_drop_folder, Every(timedelta(seconds=30))),
    Schedule("tell-overdue", tell_overdue, At(5, 10)),
    Schedule("watch-clock", process_jobs.watch_clock, Every(timedelta(minutes=5))),
    Schedule("look-daily", process_jobs.look_daily, At(6, 0)),
    Schedule("forget-old-runs", process_jobs.forget_old_runs, At(3, 50)),
    Schedule("remind", remind, Every(timedelta(minutes=1))),
]
NAV = [
    Entry("Today", "today", "sun-high", key="T"),
    Entry("Contacts", "contact-list", "users", "contact.view", key="G P"),
    Entry("Accounts", "account-list", "building", "account.view", key="G A"),
    Entry("Leads", "lead-list", "user-plus", "lead.view", key="G L"),
    Entry("Deals", "opportunity-list", "briefcase", "opportunity.view", key="G D", query="?board=1"),
    Entry("Orders", "order-list", "package", "order.view", key="G O"),
    Entry("Activities", "activity-list", "checklist", "activity.view", key="G T"),
    Entry("People and teams", "person-list", "users-group", "power:users.manage", end=True),
    Entry("Adoption", "adoption", "chart-bar", "power:adoption.view", end=True),
    Entry("Jobs and health", "jobs", "heart-rate-monitor", "power:system.view", end=True),
    Entry("Audit trail", "audit", "history", "power:audit.view", end=True),
]
COMMANDS = [
    Entry("New contact", "contact-new", "user", "contact.add", key="C", group="Create"),
    Entry("New account", "account-new", "building", "account.add", group="Create"),
    Entry("New lead", "lead-new", "user-plus", "lead.add", group="Create"),
    Entry("New deal", "opportunity-new", "briefcase", "opportunity.add", group="Create"),
    Entry("Log in one line", "quick", "pencil", "activity.add", group="Create"),
    Entry("Log a call", "call-new", "phone", "activity.add", group="Create"),
    Entry("New task", "activity-plan", "checklist", "activity.add", group="Create"),
    Entry(
        "New meeting", "activity-plan", "calendar-plus", "activity.add", group="Create", query="?what=meeting"
    ),
    Entry("Import a file", "import-start", "upload", "power:import"),
    Entry("Invoices", "invoice-list", "receipt", "invoice.view"),
    Entry("Orders without an account", "orders-unmatched", "inbox", "power:orders.match"),
    Entry("Bring in orders", "orders-drop", "upload", "power:orders.feed"),
    Entry("Search everything", "search", "search", key="/"),
    Entry("Settings", "settings", "settings"),
    Entry("Quotes", "quote-list", "file", "quote.view"),
    Entry("Products", "product-list", "category", "product.view"),
    Entry("Prices and quotes", "price-settings", "tag", "power:prices.manage"),
    Entry("Pipelines", "pipelines", "route", "power:pipelines.manage"),
    Entry("Targets", "targets", "target-arrow", "power:targets.set"),
    Entry("Review of deals", "deal-review", "clipboard-list", "opportunity.view"),
    Entry("Web forms", "form-list", "clipboard-list", "power:forms.manage"),
    Entry("Score of leads", "lead-score", "adjustments-horizontal", "power:forms.manage"),
    Entry("Webhooks", "webhook-list", "plug", "power:integrations.manage"),
    Entry("Automations", "automation-list", "bolt", "power:automations.manage"),
    Entry("Simplicity of forms and processes", "complexity", "list-check", "power:automations.manage"),
    Entry("Backups and export of everything", "backups", "database", "power:system.view"),
    Entry("I am away", "calendar", "sun"),
    Entry("Personal data", "privacy-house", "shield-lock", "power:privacy.manage"),
    Entry("Who is away", "team-calendar", "calendar-event"),
    Entry("My recent changes", "changes", "history"),
    Entry("Notices", "notices", "bell"),
    Entry("My adoption", "adoption-me", "chart-bar"),
    Entry("Say something about Keen", "voice-say", "message-circle"),
    Entry("Who sees figures about people", "adoption-mode", "shield-lock"),
    Entry("What is recorded about me", "usage-mine", "shield-lock"),
    Entry("Help", "help", "help"),
]
WITH_TIMELINE = (*activity_panels.WITH_TIMELINE, "opportunity", "lead")
PANELS = [
    Panel(WITH_TIMELINE, "acts", activity_panels.acts),
    Panel(WITH_TIMELINE, "lit", activity_panels.next_step),
    Panel(("opportunity",), "main", sales_panels.stage_bar),
    Panel(("opportunity",), "main", sales_panels.quotes),
    Panel(("quote",), "main", sales_panels.quote),
    Panel(("price_book", "product"), "main", sales_panels.prices),
    Panel(("lead",), "main", sales_panels.lead_bar),
    Panel(WITH_TIMELINE, "main", activity_panels.timeline_box),
    Panel(("opportunity",), "side", sales_panels.people),
    Panel(("activity",), "lit", activity_panels.activity_box),
    Panel(("activity",), "main", activity_panels.brief),
    Panel(activity_panels.WITH_TIMELINE, "row", activity_panels.row_marks),
    Panel(privacy_panels.KINDS, "lit", privacy_panels.band),
    Panel(("account", "contact"), "side", order_panels.box),
    Panel(order_panels.KINDS, "main", order_panels.paper),
    Panel(order_panels.KINDS, "list", order_panels.list_head),
    Panel(("today",), "today-lead", sales_panels.lead),
    Panel(("today",), "today-lead", today.lead),
    Panel(("today",), "today", adoption_panels.question),
    Panel(("today",), "today", sales_panels.quarter),
    Panel(("today",), "today", sales_panels.changes),
    Panel(("today",), "today", order_panels.panel),
    Panel(("account", "contact"), "brief", sales_panels.brief),
    Panel(("account", "contact"), "brief", order_panels.brief),
    Panel(("account",), "side", people_panels.people),
    Panel(("contact",), "side", people_panels.colleagues),
    Panel(("account", "contact"), "side", sales_panels.deals),
    Panel(("contact", "account"), "side", people_panels.relations),
    Panel(privacy_panels.KINDS, "side", privacy_panels.consent),
    Panel(("lead",), "side", privacy_panels.stand_in),
]
VERBS: list[Part | Verb] = [*activity_api.VERBS, *sales_api.VERBS]
VERBS += people_api.VERBS
VERBS += [merging.verb(one) for one in RECORD_TYPES if one.mergeable]
TIMELINES = [order_lines, lead_queries.lines, quote_lines]
SUGGESTERS = [suggest_deals, suggest_quotes, suggest_leads, suggest_invoices]
AMOUNTS: list[Amount] = [DealAmount()]
LOOKALIKES = [("contact", similar_contacts), ("account", similar_accounts), ("lead", similar_leads)]
FOLLOWERS = [
    *((kind, follow_papers) for kind in order_panels.KINDS),
    ("activity", follow),
    ("activity", follow_steps),
    ("contact", follow_flags),
    ("opportunity", follow_stays),
]
JOINERS = [bring_along]
UNDOERS = [
    ("relation", undo_relations),
    ("order_customer", undo_customers),
    ("field", undo_fields),
    ("view", undo_views),
    ("webhook", undo_webhooks),
    ("automation", undo_automations),
    ("verdict", undo_verdicts),
    ("involvement", undo_involved),
    ("web_form", undo_forms),
    ("carried_consent", undo_carried),
    ("form_entry", undo_entries),
    ("pipeline", undo_pipelines),
    ("stage", undo_pipelines),
    ("exchange_rate", undo_rates),
    ("tax_rate", undo_taxes),
    ("quote_paper", undo_paper),
    ("quote_moment", undo_moments),
    ("score_points", undo_points),
    ("quota", undo_targets),
    ("team_review", undo_reviews),
    ("voice_message", undo_messages),
    ("voice_reply", undo_replies),
    ("voice_poll", undo_polls),
    ("voice_choice", undo_choices),
    ("adoption_policy", undo_policies),
    ("user", takeback.undo_users),
    ("team", takeback.undo_teams),
    ("role", takeback.undo_roles),
    *((kind, calendars.undo_calendars) for kind in calendars.KINDS),
]
COMPARERS = [
    ("contact", facts_of_contact, similarity),
    ("account", facts_of_account, company_similarity),
    ("lead", facts_of_lead, similarity),
]
TELLERS = [told, lead_queries.told]
VITALS: list[Callable[[], Vital]] = [usage]
SLOW_VITALS: list[Callable[[], Vital]] = [feeds_vital]
