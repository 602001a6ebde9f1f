"""Makes the demo company: people, customers and half a year of work, the same on every machine for the same day."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.actions.rights import ensure_roles, refresh_rights
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import Team, User
from keen.lib import text
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import store
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.site.demo import diary
from keen.site.demo.staff import STAFF, TEAMS
from keen.site.demo.words import BRITAIN, FRANCE, GERMANY, JOBS, STEMS, TAGS, TRADES, Land

SEED = 20260
ACCOUNTS = 300
CONTACTS = 1500
MONTHS = 6
SALES = ("Sales North", "Sales West")
HOME = {"Sales North": (GERMANY,), "Sales West": (FRANCE, BRITAIN)}


def build_demo(today: date) -> None:
    """Fill an empty installation with the demo company, as if it had worked until yesterday evening."""
    chance = random.Random(SEED)  # noqa: S311  for made-up data
    with transaction.atomic():
        users = hire()
        start = _moment(today - timedelta(days=30 * MONTHS), 9)
        accounts = open_accounts(chance, users, start)
        contacts = meet_people(chance, accounts, users, start)
        diary.write(chance, users, contacts, today)


def hire() -> dict[str, User]:
    """The people of the demo company by name, with teams and roles. Nobody has a password."""
    roles = ensure_roles()
    teams: dict[str, Team] = {}
    for name, parent, site in TEAMS:
        teams[name] = Team.objects.create(name=name, parent=teams[parent] if parent else None, site=site)
    users = {}
    for one in STAFF:
        user = User(
            email=one.email,
            name=one.name,
            job_title=one.job_title,
            team=teams[one.team],
            leads_team=one.leads,
            zone=one.zone,
        )
        user.set_unusable_password()
        user.save()
        user.roles.set([roles[one.role]])
        users[one.name] = user
    refresh_rights(list(users.values()))
    return {user.name: user for user in User.objects.select_related("team")}


def open_accounts(chance: random.Random, users: dict[str, User], start: datetime) -> list[Account]:
    """The demo's customers, each owned by somebody in sales of their country."""
    names = [f"{stem} {trade}" for stem in STEMS for trade, _ in TRADES]
    chance.shuffle(names)
    industries = dict(TRADES)
    made = []
    for name in names[:ACCOUNTS]:
        team = chance.choice(SALES)
        land = chance.choice(HOME[team])
        owner = chance.choice([user for user in users.values() if user.team and user.team.name == team])
        made.append(_account(chance, name, industries[name.split(" ", 1)[1]], land, owner))
    steward = users["Daniel Cho"]
    _insert(steward.actor(via="import"), ACCOUNT, made, start, "300 accounts brought in from the old system.")
    return made


def _account(chance: random.Random, name: str, industry: str, land: Land, owner: User) -> Account:
    city, postal_code, area = chance.choice(land.cities)
    domain = text.fold(name).replace(" ", "-")
    street = _street(chance, land)
    return Account(
        name=f"{name} {chance.choice(land.forms)}",
        type=chance.choices(("customer", "prospect", "partner", "supplier"), (55, 35, 6, 4))[0],
        industry=industry,
        website=f"https://www.{domain}.{land.domain}",
        emails=[{"address": f"office@{domain}.{land.domain}", "label": "work"}],
        phones=[_phone(chance, land, area, "work")],
        addresses=[_address(street, city, postal_code, land, "billing")],
        account_number=f"K{chance.randrange(10000, 99999)}",
        number_of_employees=int(chance.paretovariate(0.9) * 12) % 9000 + 3,
        tags=sorted(chance.sample(TAGS, chance.choices((0, 1, 2), (60, 30, 10))[0])),
        owner=owner,
        team=owner.team,
        source="Import: old-system.csv",
    )


def meet_people(
    chance: random.Random, accounts: Sequence[Account], users: dict[str, User], start: datetime
) -> list[Contact]:
    """The people at the accounts: two thirds came with the import, the rest were added by hand since."""
    lands = {land.code: land for land in (GERMANY, FRANCE, BRITAIN)}
    weights = [chance.paretovariate(1.2) for _ in accounts]
    met = [*accounts, *chance.choices(accounts, weights, k=CONTACTS - len(accounts))]
    made = [_contact(chance, account, lands[account.country]) for account in met]
    chance.shuffle(made)
    imported, later = made[:1000], made[1000:]
    _insert(
        users["Daniel Cho"].actor(via="import"),
        CONTACT,
        imported,
        start,
        "1,000 contacts brought in from the old system.",
    )
    by_owner: dict[int, list[Contact]] = {}
    for contact in later:
        by_owner.setdefault(contact.owner_id or 0, []).append(contact)
    people = {user.pk: user for user in users.values()}
    for owner_id, theirs in sorted(by_owner.items()):
        for at in range(0, len(theirs), 8):
            day = start + timedelta(days=chance.randrange(7, 30 * MONTHS - 7), hours=chance.randrange(0, 8))
            _insert(people[owner_id].actor(), CONTACT, theirs[at : at + 8], day, "Contacts added.")
    return made


def _contact(chance: random.Random, account: Account, land: Land) -> Contact:
    first, last = chance.choice(land.first_names), chance.choice(land.last_names)
    domain = account.website.split("www.")[-1]
    box = f"{text.fold(first)}.{text.fold(last)}".replace(" ", "")
    _, _, area = next((place for place in land.cities if place[0] == account.city), land.cities[0])
    numbers = [_phone(chance, land, area, "work")]
    if chance.random() < 0.7:
        numbers.append(_phone(chance, land, land.mobile, "mobile"))
    return Contact(
        first_name=first,
        last_name=last,
        salutation=chance.choice(("", "", "Dr.")) if chance.random() < 0.1 else "",
        job_title=chance.choice(JOBS),
        account=account,
        account_name=account.name,
        emails=[{"address": f"{box}@{domain}", "label": "work"}] if chance.random() < 0.92 else [],
        phones=numbers if chance.random() < 0.9 else [],
        addresses=[{**account.addresses[0], "label": "work"}] if chance.random() < 0.6 else [],
        language=land.language,
        birthday=date(chance.randrange(1958, 2001), chance.randrange(1, 13), chance.randrange(1, 29))
        if chance.random() < 0.15
        else None,
        tags=sorted(chance.sample(TAGS, chance.choices((0, 1, 2), (75, 20, 5))[0])),
        email_opt_out=chance.random() < 0.04,
        do_not_call=chance.random() < 0.02,
        owner_id=account.owner_id,
        team_id=account.team_id,
        source="Import: old-system.csv",
    )


def _street(chance: random.Random, land: Land) -> str:
    name, house = chance.choice(land.streets), chance.randrange(1, 140)
    return f"{name} {house}" if land.code == "DE" else f"{house} {name}"


def _address(street: str, city: str, postal_code: str, land: Land, label: str) -> dict[str, str]:
    parts = {"street": street, "city": city, "region": "", "postal_code": postal_code, "country": land.code}
    return {**parts, "label": label}


def _phone(chance: random.Random, land: Land, area: str, label: str) -> dict[str, str]:
    """A number of the right length for the country and the place."""
    length = {"DE": 7, "FR": 8, "GB": 6 if len(area) == 4 else 7}[land.code]
    tail = "".join(str(chance.randrange(10)) for _ in range(length))
    prefix = {"DE": "49", "FR": "33", "GB": "44"}[land.code]
    return {"raw": f"+{prefix} {area} {tail}", "e164": f"+{prefix}{area}{tail}", "label": label}


def _insert(
    actor: Actor, record_type: RecordType, records: Sequence[Record], at: datetime, told: str
) -> None:
    work = Work(actor=actor, verb="created", at=at, bulk=True)
    store.insert(work, record_type, list(records))
    operations.finish(work, Receipt("saved", told))


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo("Europe/Berlin"))
