"""One working day of somebody in Keen: a clock, and the sentences that what they do leaves in the usage events."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from keen.people.models import Account, Contact
from keen.site.demo.history import Deed
from keen.site.demo.person import Person
from keen.site.demo.words import TOPICS
from keen.telemetry.domain.catalogue import Draft
from keen.telemetry.domain.lines import Subject
from keen.telemetry.domain.properties import count_class

START, LUNCH = time(8), timedelta(minutes=45)


class Day:
    """A day of a person. Whatever is said or done takes its time on the clock."""

    def __init__(self, person: Person, on: date) -> None:
        self.person = person
        self.on = on
        self.chance = person.chance
        self.habit = person.habit(on)
        minutes = person.hired.user.worktime.minutes(on)
        self.start = datetime.combine(on, START, tzinfo=person.hired.zone) + timedelta(
            minutes=self.chance.randrange(45)
        )
        self.end = self.start + timedelta(minutes=minutes) + (LUNCH if minutes > 300 else timedelta())
        self.clock = self.start
        self._subject = Subject(person.id, f"{person.id} {on}", *person.device)
        self._signed_in = False

    # The clock --------------------------------------------------------------------------------------

    def wait(self, least: int, most: int) -> None:
        """Some seconds go by."""
        self.clock += timedelta(seconds=self.chance.uniform(least, most))

    def until(self, at: datetime) -> None:
        """It is not before the moment."""
        self.clock = max(self.clock, at)

    def sometime(self, share: float = 0.9) -> datetime:
        """A moment of the day."""
        return self.start + (self.end - self.start) * self.chance.uniform(0.02, share)

    # What is recorded of use ------------------------------------------------------------------------

    def say(self, event: str, kind: str = "", outcome: str = "", **props: Any) -> None:
        """A usage event, now."""
        ms = self.chance.randrange(12, 160) if event in TIMED else None
        person, chance = self.person, self.chance.randbytes(10)
        person.world.ledger.add(
            self.clock, Draft(event, kind, ms, outcome, props), self._subject, person.place, chance
        )

    def sign_in(self) -> None:
        """Come in, and look at what is to be done."""
        if self._signed_in:
            return
        self._signed_in = True
        self.say("signed_in", by="password")
        self.say("page_viewed", screen="today")
        self.wait(5, 40)

    def look_at_list(self, kind: str, rows: int, *, saved: bool = False, filtered: bool = False) -> None:
        """A list of records."""
        self.say("page_viewed", screen=f"{kind}-list")
        self.say("list_viewed", kind, saved=saved, filtered=filtered, searched=False, rows=count_class(rows))
        self.wait(4, 25)

    def look_up(self, contact: Contact) -> None:
        """The page of somebody, by the search or from a list."""
        after = "search" if self.chance.random() < 0.6 else "list"
        if after == "search":
            hits = count_class(self.chance.randrange(1, 12))
            self.say("search_made", outcome="found", place="palette", hits=hits)
            self.wait(2, 6)
            self.say("search_result_opened", "contact", place="palette")
        else:
            self.look_at_list("contact", len(self.person.known), filtered=self.chance.random() < 0.3)
        self._see(contact, after)
        if contact.account is not None and self.chance.random() < self.habit.looks * 0.5:
            self._see(contact.account, "record")

    def _see(self, record: Contact | Account, after: str) -> None:
        """The page of a person or a company, and the time to read it."""
        self.say("page_viewed", screen=record.KIND)
        days = (self.clock - record.updated_at).days
        untouched = next((str(most) for most in (30, 90, 180) if days <= most), "older")
        own = record.owner_id == self.person.id
        self.say("record_viewed", record.KIND, own=own, after=after, beside=False, untouched=untouched)
        self.wait(15, 90)

    def search_in_vain(self) -> None:
        """A search that finds nothing, and now and then another one."""
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            self.say("search_made", outcome="nothing", place="palette", hits="0")
            self.wait(5, 20)

    def open_form(self, form: str, kind: str = "", *, whole: bool = True) -> None:
        """A form, and the time it takes to fill it in."""
        if whole:
            self.say("page_viewed", screen=form)
        self.say("form_opened", kind, form=form, whole=whole)
        self.wait(18, 70)

    def rejected(self, form: str, kind: str, fields: Sequence[str], rules: Sequence[str]) -> None:
        """The form comes back, with marks."""
        self.say("form_rejected", kind, "invalid", form=form, fields=list(fields), rules=list(rules))
        self.wait(20, 80)

    def leave_form(self, form: str, kind: str, fields: Sequence[str]) -> None:
        """The form is given up."""
        self.wait(10, 60)
        seconds = self.chance.randrange(20, 240)
        self.say("form_abandoned", kind, form=form, fields=list(fields), seconds=seconds)

    def saved(self, deed: str, kind: str = "", *, road: str = "page") -> datetime:
        """The moment at which something was saved: the audit trail has the same one."""
        at = self.clock
        self.say("save_made", kind, "saved", deed=deed, road=road, undoable=True)
        self.say("receipt_shown", kind, "saved", next=True, undo=True)
        if self.chance.random() < 0.15:
            self.wait(2, 6)
            self.say("receipt_followed", kind, choice="next")
        self.wait(3, 15)
        return at

    # What is done -----------------------------------------------------------------------------------

    def deed(self, at: datetime, verb: str, told: str, *, via: str = "page") -> Deed:
        """What the person did at the moment, for the audit trail."""
        return Deed(self.person.id, at, verb, told, via)

    def touch(self, deed: Deed, contact: Contact | None, at: datetime) -> None:
        """The last contact of the person and the company, as the real deed keeps it."""
        if contact is None:
            return
        account: Account | None = contact.account
        for record in (contact, account):
            if record is not None and (record.last_contact_at is None or record.last_contact_at < at):
                self.person.world.history.alter(record, deed, "contacted", last_contact_at=at)

    def about(self, words: Sequence[str]) -> str:
        """A sentence with a topic."""
        said = self.chance.choice(words).format(
            topic=self.chance.choice(TOPICS), n=self.chance.randrange(1, 6)
        )
        return said[0].upper() + said[1:]


TIMED = frozenset(
    (
        "page_viewed",
        "record_viewed",
        "list_viewed",
        "search_made",
        "form_opened",
        "form_rejected",
        "save_made",
        "import_step",
    )
)
