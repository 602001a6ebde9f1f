"""What the pages about personal data show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from keen.activities.models import Activity
from keen.people.models import Account, Contact
from keen.privacy.models import Erasure, Freeze, Request, RetentionRule
from keen.privacy.queries.subjects import CONTACT, Person, needles_for

MOST = 100


@dataclass(frozen=True)
class Asked:
    """A request with the contact it is about, None for one who was erased."""

    request: Request
    contact: Contact | None
    late: bool


def open_requests(today: date) -> list[Asked]:
    """The requests that wait for an answer, the most urgent first.

    Cost: 2 queries.
    """
    rows = list(Request.objects.filter(done_at__isnull=True).order_by("due_on", "pk")[:MOST])
    contacts = Contact.objects.in_bulk([row.record_id for row in rows if row.record_kind == CONTACT])
    return [Asked(row, contacts.get(row.record_id), row.due_on < today) for row in rows]


def requests_of(person: Person) -> QuerySet[Request]:
    """The requests of the person, the latest first.

    Cost: 1 query.
    """
    found = Request.objects.filter(record_kind=person.kind, record_id__in=person.ids)
    return found.select_related("done_by").order_by("-asked_on", "-pk")


def freezes_of(person: Person) -> dict[str, Freeze]:
    """The restriction and the hold in force, by what they are.

    Cost: 1 query.
    """
    found = Freeze.objects.filter(record_kind=person.kind, record_id__in=person.ids, lifted_at__isnull=True)
    return {one.what: one for one in found.select_related("set_by")}


def erasures() -> QuerySet[Erasure]:
    """The erasures, the latest first.

    Cost: 1 query.
    """
    return Erasure.objects.select_related("by").order_by("-at")[:MOST]


def rules() -> QuerySet[RetentionRule]:
    """The rules of retention by name.

    Cost: 1 query.
    """
    return RetentionRule.objects.select_related("set_by").order_by("name")


@dataclass(frozen=True)
class Reach:
    """What an erasure would reach: how many entries, and what somebody should look at themselves."""

    activities: int
    merged: int
    namesakes: Sequence[str]


def reach_of(person: Person) -> Reach:
    """What erasing the contact would reach.

    Cost: about 8 queries.
    """
    about = Activity.objects.filter(links__record_kind=CONTACT, links__record_id__in=person.ids)
    weak = [one for one in needles_for(person).weak if len(one) > 3]
    accounts: list[str] = []
    for name in weak[:4]:
        accounts += Account.objects.living().filter(name__icontains=name).values_list("name", flat=True)[:3]
    return Reach(about.distinct().count(), len(person.ids) - 1, tuple(dict.fromkeys(accounts))[:5])
