"""What joins the packages: who listens to what, what runs when, what stands in the menu."""

from keen.core.domain.timings import At
from keen.core.jobs.upkeep import forget_finished_tasks
from keen.core.menu import Entry, Panel
from keen.core.wiring import Schedule
from keen.people import panels as people_panels
from keen.people.domain.matching import company_similarity, similarity
from keen.people.queries import facts_of_account, facts_of_contact, similar_accounts, similar_contacts
from keen.people.records import ACCOUNT, CONTACT

RECORD_TYPES = [CONTACT, ACCOUNT]
HANDLERS = []
SCHEDULES = [Schedule("forget-finished-tasks", forget_finished_tasks, At(3, 30))]
NAV = [
    Entry("Today", "today", "sun-high", key="T"),
    Entry("Contacts", "contact-list", "users", "contact.view", key="G P"),
    Entry("Accounts", "account-list", "building", "account.view", key="G A"),
]
COMMANDS = [
    Entry("New contact", "contact-new", "user", "contact.add", key="C", group="Create"),
    Entry("New account", "account-new", "building", "account.add", group="Create"),
]
PANELS = [
    Panel(("account",), "side", people_panels.people),
    Panel(("contact",), "side", people_panels.colleagues),
    Panel(("contact", "account"), "side", people_panels.relations),
]
LOOKALIKES = [("contact", similar_contacts), ("account", similar_accounts)]
FOLLOWERS = []
COMPARERS = [("contact", facts_of_contact, similarity), ("account", facts_of_account, company_similarity)]
