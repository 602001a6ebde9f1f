"""Questions about people and companies: who may already be here, who belongs where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from keen.core.domain.actor import Actor
from keen.lib import phones
from keen.lib.addresses import Address
from keen.people.domain import matching
from keen.people.domain.matching import POSSIBLE, CompanyFacts, Match, PersonFacts
from keen.people.models import Account, Contact, Relation
from keen.records import search
from keen.records.models import Handle, Record

MOST_CANDIDATES = 40
MOST_SHOWN = 5


@dataclass(frozen=True)
class Similar:
    """A record that may be the same, with the reasons in words."""

    id: int
    title: str
    subtitle: str
    href: str
    score: float
    reasons: tuple[str, ...]


def contacts_of(actor: Actor, account: Account) -> QuerySet[Contact]:
    """The people at the account that the actor may see, by name.

    Cost: 1 query.
    """
    found: QuerySet[Contact] = Contact.objects.visible_to(actor).filter(account_id__in=[account.pk, *account.absorbed])
    return found.order_by("sort_name", "pk")


def similar_contacts(actor: Actor, typed: Mapping[str, Any], but: int = 0) -> list[Similar]:
    """The contacts that the typed one may be, the likeliest first.

    Cost: 2 queries, and those of a search when there is a name.
    """
    facts = person_facts(typed)
    keys = handle_keys(matching.blocking_keys(facts))
    found = Contact.objects.visible_to(actor).filter(_either("contact", keys, actor, f"{facts.first} {facts.last}"))
    scored = [(row, matching.similarity(facts, facts_of_contact(row))) for row in found.exclude(pk=but)[:MOST_CANDIDATES]]
    return _ranked(scored, "contacts")


def similar_accounts(actor: Actor, typed: Mapping[str, Any], but: int = 0) -> list[Similar]:
    """The accounts that the typed one may be, the likeliest first.

    Cost: 2 queries, and those of a search when there is a name.
    """
    facts = company_facts(typed)
    keys = handle_keys(matching.company_blocking_keys(facts))
    found = Account.objects.visible_to(actor).filter(_either("account", keys, actor, facts.name))
    scored = [
        (row, matching.company_similarity(facts, facts_of_account(row))) for row in found.exclude(pk=but)[:MOST_CANDIDATES]
    ]
    return _ranked(scored, "accounts")


def handle_keys(keys: Iterable[str]) -> set[tuple[str, str]]:
    """Blocking keys as the handles that records are stored under."""
    kinds = {"company": "name", "name": "name", "email": "email", "domain": "domain", "number": "number", "sound": "sound"}
    found = set()
    for key in keys:
        kind, _, value = key.partition(":")
        if kind == "phone":
            found.add(("phone", f"+{value}"))
        elif kind in kinds and value:
            found.add((kinds[kind], value))
    return found


def _either(kind: str, keys: set[tuple[str, str]], actor: Actor, name: str) -> Q:
    """The records that share a handle, or whose name is found by the search."""
    wanted = Q(pk__in=[])
    for handle_kind in {kind for kind, _ in keys}:
        values = [value for found, value in keys if found == handle_kind]
        handles = Handle.objects.filter(kind=handle_kind, value__in=values, record_kind=kind)
        wanted |= Q(pk__in=handles.values("record_id"))
    if len(name.strip()) > 3:
        wanted |= Q(pk__in=[hit.record_id for hit in search.find(actor, name, kinds=(kind,), most=10)])
    return wanted


def _ranked(scored: Sequence[tuple[Any, Match]], path: str) -> list[Similar]:
    likely = sorted((pair for pair in scored if pair[1].score >= POSSIBLE), key=lambda pair: -pair[1].score)
    return [
        Similar(row.pk, row.title, row.subtitle, f"/{path}/{row.pk}/", match.score, match.reasons)
        for row, match in likely[:MOST_SHOWN]
    ]


def person_facts(typed: Mapping[str, Any]) -> PersonFacts:
    """What was typed of a person, as it is compared."""
    landlines, mobiles = _numbers(typed.get("phones"))
    return PersonFacts(
        first=str(typed.get("first_name") or ""),
        last=str(typed.get("last_name") or ""),
        company=_company(typed.get("account")),
        emails=_addresses(typed.get("emails")),
        mobiles=mobiles,
        phones=landlines,
        place=_place(typed.get("addresses")),
    )


def facts_of_contact(row: Contact) -> PersonFacts:
    """What is compared of a contact."""
    landlines, mobiles = _numbers(row.phones)
    return PersonFacts(
        first=row.first_name,
        last=row.last_name,
        company=row.account_name,
        emails=_addresses(row.emails),
        mobiles=mobiles,
        phones=landlines,
        place=_place(row.addresses),
    )


def company_facts(typed: Mapping[str, Any]) -> CompanyFacts:
    """What was typed of a company, as it is compared."""
    unsaved = Account(
        name=str(typed.get("name") or ""),
        website=str(typed.get("website") or ""),
        emails=[{"address": address} for address in _addresses(typed.get("emails"))],
        account_number=str(typed.get("account_number") or ""),
    )
    landlines, mobiles = _numbers(typed.get("phones"))
    return CompanyFacts(
        name=unsaved.name,
        domains=tuple(sorted(unsaved.domains())),
        phones=landlines + mobiles,
        place=_place(typed.get("addresses")),
        numbers=(unsaved.account_number,) if unsaved.account_number else (),
    )


def facts_of_account(row: Account) -> CompanyFacts:
    """What is compared of an account."""
    landlines, mobiles = _numbers(row.phones)
    return CompanyFacts(
        name=row.name,
        domains=tuple(sorted(row.domains())),
        phones=landlines + mobiles,
        place=_place(row.addresses),
        city=row.city,
        numbers=(row.account_number,) if row.account_number else (),
    )


def _addresses(entries: Any) -> tuple[str, ...]:
    given = entries if isinstance(entries, list) else [entries] if entries else []
    return tuple(str(entry.get("address") if isinstance(entry, Mapping) else entry).lower() for entry in given)


def _numbers(entries: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Landlines and mobiles in E.164."""
    landlines, mobiles = [], []
    for entry in entries if isinstance(entries, list) else []:
        number = entry.get("e164") or phones.parse(str(entry.get("raw") or ""), settings.KEEN.region).e164
        if number:
            (mobiles if entry.get("label") == "mobile" else landlines).append(number)
    return tuple(landlines), tuple(mobiles)


def _place(entries: Any) -> str:
    first = entries[0] if isinstance(entries, list) and entries else None
    return Address.from_dict(first).key() if first else ""


def _company(value: Any) -> str:
    if isinstance(value, int):
        return str(Account.objects.filter(pk=value).values_list("name", flat=True).first() or "")
    text = str(value or "")
    if text.isdigit():
        return _company(int(text))
    return text.removeprefix("new:")



def colleagues(actor: Actor, contact: Contact) -> QuerySet[Contact]:
    """The others at the contact's company that the actor may see, by name.

    Cost: 1 query.
    """
    found: QuerySet[Contact] = Contact.objects.visible_to(actor).filter(account_id=contact.account_id)
    return found.exclude(pk=contact.pk).order_by("sort_name", "pk")


@dataclass(frozen=True)
class Related:
    """A record at the other end of a relation, and what it is to this one."""

    id: int
    title: str
    subtitle: str
    href: str
    role: str


def relations(actor: Actor, kind: str, record: Record) -> list[Related]:
    """How the record stands to others that the actor may see.

    Cost: 1 query, and 1 for each kind at the other end.
    """
    ids = [record.pk, *record.absorbed]
    from_here = Q(from_kind=kind, from_id__in=ids)
    found = list(Relation.objects.filter(from_here | Q(to_kind=kind, to_id__in=ids)).order_by("role", "pk"))
    ends = [
        (row, row.to_kind, row.to_id) if row.from_kind == kind and row.from_id in ids else (row, row.from_kind, row.from_id)
        for row in found
    ]
    seen = {
        (other, row.pk): row
        for other, model in (("contact", Contact), ("account", Account))
        for row in _visible(actor, model, [pk for _, end, pk in ends if end == other])
    }
    return [
        Related(row.pk, seen[end, pk].title, seen[end, pk].subtitle, f"/{end}s/{pk}/", row.role)
        for row, end, pk in ends
        if (end, pk) in seen
    ]


def _visible(actor: Actor, model: type[Contact | Account], ids: Sequence[int]) -> QuerySet[Any]:
    return model.objects.visible_to(actor).filter(pk__in=ids) if ids else model.objects.none()
