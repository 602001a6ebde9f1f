"""A company of a given size to measure with: written through the same road as everything else, once, and kept."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.core.actions import operations
from keen.core.actions.operations import Work
from keen.core.actions.rights import ensure_roles, refresh_rights
from keen.core.domain.receipts import Receipt
from keen.core.models import Team, User
from keen.people.models import Account, Contact
from keen.people.records import ACCOUNT, CONTACT
from keen.records import search
from keen.records.actions import store
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.site.demo.words import BRITAIN, CALL_NOTES, FRANCE, GERMANY, JOBS, STEMS, TOPICS, TRADES

TEAMS = 10
PEOPLE = 200
BATCH = 2000
LANDS = (GERMANY, FRANCE, BRITAIN)


def fill(contacts: int, accounts: int, activities: int) -> float:
    """The seconds that writing took: nothing when the company is there already."""
    if Contact.objects.exists():
        return 0.0
    began = time.perf_counter()
    chance = random.Random(7)
    users = _people()
    start = timezone.now() - timedelta(days=400)
    made = write(ACCOUNT, users[0], start, (_account(chance, users, n) for n in range(accounts)))
    firms = [(row.pk, row.name, row.owner_id, row.team_id, row.city, row.country) for row in made]
    del made
    made = write(CONTACT, users[0], start, (_contact(chance, firms, n) for n in range(contacts)))
    people = [
        (row.pk, row.title, row.account_id, row.account_name, row.owner_id, row.team_id) for row in made
    ]
    del made
    write(ACTIVITY, users[0], start, (_activity(chance, people, n) for n in range(activities)))
    search.tidy()  # as every night
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.perf_counter() - began


def _people() -> list[User]:
    roles = ensure_roles()
    teams = [Team.objects.create(name=f"Team {n}") for n in range(TEAMS)]
    users = []
    for n in range(PEOPLE):
        user = User.objects.create(
            email=f"p{n}@bench.example",
            name=f"Person {n}",
            team=teams[n % TEAMS],
            password="!",  # noqa: S106  nobody can sign in with it
        )
        user.roles.set([roles["sales_rep"]])
        users.append(user)
    refresh_rights(users)
    return list(User.objects.order_by("pk"))


def write(record_type: RecordType, user: User, at: datetime, records: Iterator[Record]) -> list[Any]:
    """The records, written in batches as an import writes them."""
    written: list[Any] = []
    while batch := list(islice(records, BATCH)):
        with transaction.atomic():
            work = Work(actor=user.actor(via="import"), verb="created", at=at, bulk=True)
            store.insert(work, record_type, batch)
            operations.finish(work, Receipt("saved", f"{len(batch)} records brought in."))
        written += batch
    return written


def _account(chance: random.Random, users: Sequence[User], n: int) -> Account:
    land = LANDS[n % 3]
    city, postal_code, area = chance.choice(land.cities)
    name = f"{chance.choice(STEMS)} {TRADES[n % len(TRADES)][0]} {n}"
    owner = chance.choice(users)
    return Account(
        name=name,
        type=chance.choice(("customer", "prospect")),
        industry=TRADES[n % len(TRADES)][1],
        website=f"https://www.firm{n}.example",
        phones=[{"raw": f"+49{area}{n:07}", "e164": f"+49{area}{n:07}", "label": "work"}],
        addresses=[
            {
                "street": "Dock 1",
                "city": city,
                "postal_code": postal_code,
                "country": land.code,
                "region": "",
                "label": "work",
            }
        ],
        owner=owner,
        team_id=owner.team_id,
        source="bench",
    )


def _contact(chance: random.Random, firms: Sequence[Any], n: int) -> Contact:
    firm, name, owner_id, team_id, city, country = chance.choice(firms)
    land = LANDS[n % 3]
    first, last = chance.choice(land.first_names), chance.choice(land.last_names)
    return Contact(
        first_name=first,
        last_name=f"{last}{chance.choice(('', '', 'ski', 'son', 'mann'))}",
        job_title=chance.choice(JOBS),
        account_id=firm,
        account_name=name,
        emails=[{"address": f"contact{n}@firm{firm}.example", "label": "work"}],
        phones=[{"raw": f"+4917{n:09}", "e164": f"+4917{n:09}", "label": "mobile"}],
        addresses=[
            {
                "street": "Dock 1",
                "city": city,
                "postal_code": "",
                "country": country,
                "region": "",
                "label": "work",
            }
        ],
        owner_id=owner_id,
        team_id=team_id,
        source="bench",
    )


def _activity(chance: random.Random, people: Sequence[Any], n: int) -> Activity:
    pk, title, account_id, account_name, owner_id, team_id = (
        people[n % len(people)] if n % 4 else people[n % 50]
    )
    at = timezone.now() - timedelta(minutes=chance.randrange(1, 500_000))
    done = chance.random() < 0.9
    kind = chance.choice(("call", "task", "email", "meeting"))
    return Activity(
        kind=kind,
        subject=f"About {chance.choice(TOPICS)}",
        body=chance.choice(CALL_NOTES).format(topic=chance.choice(TOPICS), n=1) if done else "",
        status="done" if done else "open",
        done_at=at if done else None,
        plan_on=(timezone.now() + timedelta(days=chance.randrange(-3, 30))).date() if not done else None,
        contact_id=pk,
        contact_name=title[:200],
        account_id=account_id,
        account_name=account_name,
        owner_id=owner_id,
        team_id=team_id,
        source="bench",
    )
