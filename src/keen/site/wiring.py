"""What joins the packages: who listens to what, what runs when, what stands in the menu."""

from keen.core.menu import Entry
from keen.people.records import ACCOUNT, CONTACT

RECORD_TYPES = [CONTACT, ACCOUNT]
HANDLERS = []
SCHEDULES = []
NAV = [
    Entry("Today", "today", "sun-high", key="T"),
    Entry("Contacts", "contact-list", "users", "contact.view", key="G P"),
    Entry("Accounts", "account-list", "building", "account.view", key="G A"),
]
COMMANDS = []
PINNED = []
PANELS = []
REFERENCES = []
