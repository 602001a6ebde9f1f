"""A small office: who works in it, whom they know, and what Maya has to do today."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from keen.activities.models import Activity
from keen.core.models import Notice, User
from keen.people.models import Account, Contact
from keen.sales.models import Opportunity
from tests.factories.activities import make_activity, make_call
from tests.factories.core import make_team, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.sales import make_opportunity

STAFF = {
    "maya": ("Maya Lind", "sales_rep"),
    "jonas": ("Jonas Weber", "sales_rep"),
    "kofi": ("Kofi Mensah", "sales_manager"),
    "petra": ("Petra Vogel", "data_entry"),
    "daniel": ("Daniel Cho", "data_steward"),
    "sam": ("Sam Fischer", "administrator"),
}


def zone_of_the_morning(now: datetime) -> ZoneInfo:
    """A zone in which it is between ten and twelve now, so that the day of the office has a rest to plan in."""
    return ZoneInfo(f"Etc/GMT{min(now.astimezone(UTC).hour - 10, 12):+d}")


class Office:
    """The office by name: office.maya, office.contact("Amira Haddad")."""

    def __getattr__(self, name: str) -> User:
        if name not in STAFF:
            raise AttributeError(name)
        return User.objects.select_related("team").get(email=f"{name}@office.example")

    @staticmethod
    def contact(name: str) -> Contact:
        first, _, last = name.rpartition(" ")
        return Contact.objects.filter(deleted_at=None, first_name=first, last_name=last).earliest("pk")

    @staticmethod
    def account(name: str) -> Account:
        return Account.objects.get(name=name)

    @staticmethod
    def deal(name: str) -> Opportunity:
        return Opportunity.objects.get(name=name)

    @staticmethod
    def activity(subject: str) -> Activity:
        return Activity.objects.get(subject=subject)


@transaction.atomic
def open_office() -> None:
    """Fills an empty installation with the office."""
    house = make_team("Aurora Cooling")
    team = make_team("Sales North", parent=house)
    zone = zone_of_the_morning(timezone.now())
    people = {
        name: make_user(role, team, name=full, email=f"{name}@office.example", zone=zone.key)
        for name, (full, role) in STAFF.items()
    }
    maya = people["maya"]
    contacts = _meet(maya, people["jonas"])
    _plan(maya, contacts)
    mine: dict[str, Any] = {"owner": maya, "team": maya.team, "actor": maya.actor()}
    make_opportunity("Lab refit", account=contacts["brandt"].account, amount=12400, **mine)
    Notice.objects.create(
        user=maya,
        kind="mention",
        text="Kofi Mensah mentioned you",
        detail="Can you call Vela before Friday?",
        href=f"/contacts/{contacts['amira'].pk}/",
        by=people["kofi"],
        at=timezone.now() - timedelta(hours=2),
    )


def _meet(maya: User, jonas: User) -> dict[str, Contact]:
    mine: dict[str, Any] = {"owner": maya, "team": maya.team, "actor": maya.actor()}
    vela = make_account("Vela Foods", city="Berlin", phones=["030 5550 200"], type="customer", **mine)
    orbit = make_account("Orbit Labs", city="Hamburg", type="prospect", **mine)
    contacts = {
        "amira": make_contact(
            "Amira Haddad",
            account=vela,
            emails=["amira.haddad@velafoods.example"],
            phones=["+49 30 5550 100"],
            job_title="Head of Logistics",
            city="Berlin",
            tags=["key account"],
            **mine,
        ),
        "brandt": make_contact(
            "Jonas Brandt", account=orbit, emails=["jonas@orbit.example"], phones=["040 5550 77"], **mine
        ),
        "noor": make_contact("Noor El-Amin", account=orbit, job_title="Buyer", **mine),
        "selin": make_contact("Selin Kaya", account=vela, emails=["selin.kaya@velafoods.example"], **mine),
        "twin": make_contact(
            "Selin Kaya", emails=["selin.kaya@velafoods.example"], job_title="Plant lead", **mine
        ),
    }
    theirs: dict[str, Any] = {"owner": jonas, "team": jonas.team, "actor": jonas.actor()}
    for name in ("Zoë Åkesson", "Łukasz Nowak", "Bertrand de la Tour"):
        make_contact(name, account=orbit, phones=["+33 1 99 00 12 34"], **theirs)
    return contacts


def _plan(maya: User, contacts: dict[str, Contact]) -> None:
    zone = ZoneInfo(maya.zone)
    today = timezone.localdate(timezone=zone)
    amira, brandt = contacts["amira"], contacts["brandt"]
    make_call(maya, amira, days_ago=9, body="Wants delivery in May, asks for the price of two units.")
    make_call(maya, amira, days_ago=2, outcome="voicemail")
    about_amira = {"contact": amira, "account": amira.account, "about_kind": "contact", "about_id": amira.pk}
    make_activity(
        maya, actor=maya.actor(), kind="call", subject="Call about the quote", plan_on=today, promised_to_customer=True,
        due_at=datetime.combine(today, time(13), tzinfo=zone), **about_amira,
    )  # fmt: skip
    make_activity(
        maya, actor=maya.actor(), subject="Send the offer", plan_on=today, contact=brandt, account=brandt.account,
        about_kind="contact", about_id=brandt.pk,
    )  # fmt: skip
    make_activity(maya, actor=maya.actor(), subject="Tidy my list", plan_on=today)
    starts_at = datetime.combine(today, time(16), tzinfo=zone)
    make_activity(
        maya, actor=maya.actor(), kind="meeting", subject="Site visit", starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30), **about_amira,
    )  # fmt: skip
