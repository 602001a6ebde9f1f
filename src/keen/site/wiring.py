"""What joins the packages: who listens to what, what runs when, what stands in the menu."""

from keen.core.domain.timings import At
from keen.core.jobs.upkeep import forget_finished_tasks
from keen.core.menu import Entry
from keen.core.wiring import Schedule
from keen.people.records import ACCOUNT, CONTACT

RECORD_TYPES = [CONTACT, ACCOUNT]
HANDLERS = []
SCHEDULES = [Schedule("forget-finished-tasks", forget_finished_tasks, At(3, 30))]
NAV = [
    Entry("Today", "today", "sun-high", key="T"),
    Entry("Contacts", "contact-list", "users", "contact.view", key="G P"),
    Entry("Accounts", "account-list", "building", "account.view", key="G A"),
]
COMMANDS = []
PINNED = []
PANELS = []
REFERENCES = []
