"""Whose data it is: a contact with those merged into it, or somebody who signs in; and what they are known by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from urllib.parse import quote, quote_plus

from django.db.models import Q

from keen.activities.models import Activity
from keen.core.models import Change, User
from keen.lib import text
from keen.people.models import Account, Contact
from keen.privacy.domain.scrub import Names, Needles, needles_of
from keen.records import declare
from keen.records.models import Handle, Record
from keen.records.queries.tombstones import hash_of

CONTACT, ACCOUNT, USER = "contact", "account", "user"
PARTIES: Mapping[str, type[Contact | Account]] = {CONTACT: Contact, ACCOUNT: Account}
NAMED = {ACCOUNT: ("name", "emails", "phones")}
PERSON_NAMED = ("first_name", "last_name", "emails", "phones")
USER_NAMED = ("name", "email")


def parties() -> dict[str, type[Any]]:
    """The kinds of records that may be one person: contacts, companies, and what stands for a contact, such as leads."""
    others = {one.kind: one.model for one in declare.types() if one.stands_for == CONTACT}
    return {**PARTIES, **others}


@dataclass(frozen=True)
class Person:
    """A person with all ids under which the house knew them."""

    kind: str
    id: int
    ids: tuple[int, ...]


def person_of(contact: Record) -> Person:
    """The contact, or the company that may be one person, with all that were merged into it."""
    return Person(contact.KIND, contact.pk, tuple(sorted({contact.pk, *contact.absorbed})))


def marks_of(kind: str, row: Any) -> set[str]:
    """Keyed hashes by which the row is known again together with its id: when it was made, and its name while it has one."""
    made = row.created_at.astimezone(UTC).isoformat(timespec="microseconds")
    name = row.name if isinstance(row, Account | User) else f"{row.first_name} {row.last_name}"
    folded = text.fold(" ".join(name.split()))
    told = [("made", f"{row.pk} {made}"), *([("called", f"{row.pk} {folded}")] if folded else ())]
    return {hash_of(kind, one) for one in told}


def marks_for(person: Person) -> set[str]:
    """The marks of all rows of the person.

    Cost: 1 query.
    """
    rows = parties().get(person.kind, User).objects.filter(pk__in=person.ids)
    return set[str]().union(*(marks_of(person.kind, row) for row in rows))


def subjects_of(person: Person) -> list[str]:
    """The subjects of all that was planned and done with them.

    Cost: 1 query.
    """
    about = Activity.objects.filter(links__record_kind=person.kind, links__record_id__in=person.ids)
    return list(about.exclude(subject="").values_list("subject", flat=True).distinct())


def needles_for(person: Person) -> Needles:
    """All by which the person is found in texts: as they are called now, and as they were called before.

    Shape: what somebody else here is called, too, finds nobody for sure and is left out.
    Cost: 2 queries, and 3 for what is shared with others.
    """
    facts = list(_facts(person))
    found = needles_of(_names(facts))
    return _without_shared(person, found)


def _facts(person: Person) -> Iterable[dict[str, Any]]:
    """The plain values of the person's rows, and all earlier ones."""
    if model := parties().get(person.kind):
        columns = NAMED.get(person.kind, PERSON_NAMED)
        yield from model.objects.filter(pk__in=person.ids).values(*columns)
    else:
        yield from User.objects.filter(pk__in=person.ids).values(*USER_NAMED)
    trail = Change.objects.filter(kind=person.kind, record_id__in=person.ids).values_list("before", "after")
    for before, after in trail:
        yield before
        yield after


def _names(facts: Sequence[dict[str, Any]]) -> Names:
    def every(name: str) -> tuple[str, ...]:
        return tuple({str(one[name]).strip() for one in facts if one.get(name)})

    emails = {entry["address"] for one in facts for entry in one.get("emails") or () if "address" in entry}
    phones = {
        entry[part]
        for one in facts
        for entry in one.get("phones") or ()
        for part in ("e164", "raw")
        if entry.get(part)
    }
    whole = [one["name"].split(" ", 1) for one in facts if one.get("name")]
    return Names(
        first=(*every("first_name"), *(parts[0] for parts in whole if len(parts) > 1)),
        last=(*every("last_name"), *(parts[-1] for parts in whole if len(parts) > 1)),
        emails=(*sorted(emails), *every("email")),
        phones=tuple(sorted(phones)),
    )


def _without_shared(person: Person, needles: Needles) -> Needles:
    """The needles without what other living people here are recognised by as well."""
    lowered = {needle.casefold(): needle for needle in needles.strong}
    others = Handle.objects.filter(
        kind__in=("email", "phone", "external", "outside"), value__in=[*needles.strong, *lowered]
    )
    if person.kind in parties():
        others = others.exclude(record_kind=person.kind, record_id__in=person.ids)
    # A lead with the same address is no other person.
    others = others.exclude(
        record_kind__in=[one.kind for one in declare.types() if one.stands_for == person.kind]
    )
    shared = {value.casefold() for value in others.values_list("value", flat=True)}
    shared |= {title.casefold() for title in _namesakes(person, needles)}
    shared |= _of_users(person, needles) | _of_accounts(person, needles)
    strong = tuple(one for one in needles.strong if not any(held in one.casefold() for held in shared))
    return Needles(strong, needles.weak)


def _of_users(person: Person, needles: Needles) -> set[str]:
    """The addresses with which somebody else signs in."""
    sought = Q()
    for needle in needles.strong:
        if "@" in needle:
            sought |= Q(email__iexact=needle)
    users = User.objects.filter(sought, is_active=True) if sought else User.objects.none()
    users = users.exclude(pk__in=person.ids) if person.kind == USER else users
    return {email.casefold() for email in users.values_list("email", flat=True)}


def _of_accounts(person: Person, needles: Needles) -> set[str]:
    """The names that a company bears as well."""
    sought = Q()
    for needle in needles.strong:
        if "@" not in needle:
            sought |= Q(name__iexact=needle)
    accounts = Account.objects.living().filter(sought) if sought else Account.objects.none()
    accounts = accounts.exclude(pk__in=person.ids) if person.kind == ACCOUNT else accounts
    names = [name.casefold() for name in accounts.values_list("name", flat=True)]
    return {form for name in names for form in (name, quote(name), quote_plus(name), name.replace(" ", "+"))}


def _namesakes(person: Person, needles: Needles) -> set[str]:
    """The full names that somebody else here bears as well, in every order."""
    found: set[str] = set()
    pairs = Q()
    for needle in needles.strong:
        first, _, last = needle.partition(" ")
        if last and "@" not in needle:
            pairs |= Q(first_name__iexact=first, last_name__iexact=last)
    if not pairs:
        return found
    contacts = Contact.objects.living().filter(pairs)
    contacts = contacts.exclude(pk__in=person.ids) if person.kind == CONTACT else contacts
    names = set(contacts.values_list("first_name", "last_name"))
    users = User.objects.filter(name__in=needles.strong, is_active=True)
    users = users.exclude(pk__in=person.ids) if person.kind == USER else users
    for name in users.values_list("name", flat=True):
        first, _, last = name.partition(" ")
        names.add((first, last))
    for first, last in names:
        found |= {f"{first} {last}", f"{last}, {first}", f"{last} {first}"}
    return found
