"""The customers of the demo company, as the old system left them: two thousand companies, and most of their people."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import cycle, product

from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.domain.actor import Actor
from keen.lib import text
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import store
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.site.demo.hire import Hired
from keen.site.demo.oldsystem import note_import
from keen.site.demo.truth import cause_of, model_of
from keen.site.demo.words import BRITAIN, FRANCE, GERMANY, JOBS, LANDS, STEMS, TAGS, TRADES, Land

HOME = {
    "Sales North": (GERMANY,),
    "Sales West": (FRANCE, BRITAIN),
    "Inside Sales": (BRITAIN,),
    "Key Accounts": (FRANCE, GERMANY, BRITAIN),
}
BROUGHT = 0.7
"""The share of the people who came with the import; colleagues have added the others since."""
TWICE = 0.07
"""The share of the records of a team with dirty data that stand there twice."""
BATCH = 10_000
SOURCE = "Import: old-system.csv"
BY_CODE = {land.code: land for land in LANDS}


@dataclass
class Customers:
    """Companies and people, and those that stand there twice."""

    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    to_come: list[Contact] = field(default_factory=list)
    twice: list[tuple[Record, Record]] = field(default_factory=list)


def take_over(
    chance: random.Random, hired: Sequence[Hired], sizes: tuple[int, int], at: datetime, able: set[int]
) -> Customers:
    """So many companies and people, the first part of the people stored with the companies, the rest still to be met.

    Shape: `sizes` counts the companies and the people; `able` are those who meet people at all.
    """
    found = Customers()
    sellers = [one for one in hired if model_of(one.colleague.team) in HOME and not one.colleague.leads]
    found.accounts = _accounts(chance, sellers, sizes[0], found)
    steward = next(one for one in hired if one.colleague.role == "data_steward").user.actor(via="import")
    _insert(steward, ACCOUNT, found.accounts, at)
    _people(chance, found, sizes[1], {one.user.pk for one in sellers if _is_dirty(one)}, able)
    _insert(steward, CONTACT, found.contacts, at)
    return found


def _accounts(chance: random.Random, sellers: Sequence[Hired], count: int, found: Customers) -> list[Account]:
    named = _names(chance)
    made: list[Account] = []
    for seller in cycle(sellers):
        if len(made) >= count:
            return made
        name, industry = next(named)
        land = chance.choice(HOME[model_of(seller.colleague.team)])
        account = _account(chance, (name, industry), land, seller)
        made.append(account)
        if _is_dirty(seller) and chance.random() < TWICE and len(made) < count:
            twin = _account_again(chance, account)
            made.append(twin)
            found.twice.append((account, twin))
    return made


def _is_dirty(seller: Hired) -> bool:
    return cause_of(seller.colleague.team).key == "dirty_data"


def _names(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Names with their industries, short ones first, without end."""
    short = [(f"{stem} {trade}", industry) for stem, (trade, industry) in product(STEMS, TRADES)]
    chance.shuffle(short)
    yield from short
    for shift in range(1, len(STEMS)):
        for place, (trade, industry) in product(range(len(STEMS)), TRADES):
            yield f"{STEMS[place]} {STEMS[(place + shift) % len(STEMS)]} {trade}", industry


def _account(chance: random.Random, named: tuple[str, str], land: Land, owner: Hired) -> Account:
    name, industry = named
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
        addresses=[_address(street, city, postal_code, land)],
        account_number=f"K{chance.randrange(100000, 999999)}",
        number_of_employees=int(chance.paretovariate(0.9) * 12) % 9000 + 3,
        tags=sorted(chance.sample(TAGS, chance.choices((0, 1, 2), (60, 30, 10))[0])),
        owner=owner.user,
        team=owner.user.team,
        source=SOURCE,
    )


def _account_again(chance: random.Random, first: Account) -> Account:
    """The same company, brought in a second time by somebody who did not find it."""
    return Account(
        name=first.name.rpartition(" ")[0].replace(" ", "-", 1)
        if chance.random() < 0.5
        else first.name.upper(),
        type="prospect",
        website=first.website,
        phones=[dict(first.phones[0])],
        addresses=[dict(first.addresses[0])],
        owner=first.owner,
        team=first.team,
        source=SOURCE,
    )


def _people(chance: random.Random, found: Customers, count: int, dirty: set[int], able: set[int]) -> None:
    """Those who are in already, and those whom their owners will meet."""
    weights = [chance.paretovariate(1.2) for _ in found.accounts]
    others = max(0, count - len(found.accounts))
    for place, account in enumerate([*found.accounts, *chance.choices(found.accounts, weights, k=others)]):
        if place >= count:
            break
        contact = _contact(chance, account, BY_CODE[account.addresses[0]["country"]])
        comes = place >= count * BROUGHT and account.owner_id in able
        if not comes and account.owner_id in dirty and found.contacts and chance.random() < TWICE:
            first = found.contacts[-1]
            if first.owner_id in dirty:
                contact = _contact_again(chance, first)
                found.twice.append((first, contact))
        (found.to_come if comes else found.contacts).append(contact)
    chance.shuffle(found.to_come)


def _contact(chance: random.Random, account: Account, land: Land) -> Contact:
    first, last = chance.choice(land.first_names), chance.choice(land.last_names)
    domain = account.website.split("www.")[-1]
    box = f"{text.fold(first)}.{text.fold(last)}".replace(" ", "")
    city = account.addresses[0]["city"]
    _, _, area = next((place for place in land.cities if place[0] == city), land.cities[0])
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
        source=SOURCE,
    )


def _contact_again(chance: random.Random, first: Contact) -> Contact:
    """The same person once more: a letter off, another phone or none."""
    return Contact(
        first_name=first.first_name[:1] + "." if chance.random() < 0.4 else first.first_name,
        last_name=first.last_name.upper()
        if chance.random() < 0.3
        else text.fold(first.last_name).capitalize(),
        account=first.account,
        account_name=first.account_name,
        emails=[dict(entry) for entry in first.emails],
        phones=[dict(entry) for entry in first.phones[:1]] if chance.random() < 0.5 else [],
        language=first.language,
        owner_id=first.owner_id,
        team_id=first.team_id,
        source=SOURCE,
    )


def _street(chance: random.Random, land: Land) -> str:
    name, house = chance.choice(land.streets), chance.randrange(1, 140)
    return f"{name} {house}" if land.code == "DE" else f"{house} {name}"


def _address(street: str, city: str, postal_code: str, land: Land) -> dict[str, str]:
    parts = {"street": street, "city": city, "region": "", "postal_code": postal_code, "country": land.code}
    return {**parts, "label": "billing"}


def _phone(chance: random.Random, land: Land, area: str, label: str) -> dict[str, str]:
    """A number of the right length for the country and the place."""
    length = {"DE": 7, "FR": 8, "GB": 6 if len(area) == 4 else 7}[land.code]
    tail = "".join(str(chance.randrange(10)) for _ in range(length))
    prefix = {"DE": "49", "FR": "33", "GB": "44"}[land.code]
    return {"raw": f"+{prefix} {area} {tail}", "e164": f"+{prefix}{area}{tail}", "label": label}


def _insert(actor: Actor, record_type: RecordType, records: Sequence[Record], at: datetime) -> None:
    """Store them as one import, some thousands at a time."""
    work = Work(actor=actor, verb="imported", at=at, bulk=True)
    operations.open_bulk(
        work, f"{len(records):,} {record_type.plural.lower()} brought in from the old system."
    )
    for start in range(0, len(records), BATCH):
        store.insert(work, record_type, list(records[start : start + BATCH]))
        operations.write_changes(work.changes)
        work.changes.clear()
    if actor.user_id is not None:
        note_import(actor.user_id, record_type.kind, records, at, work.id)
