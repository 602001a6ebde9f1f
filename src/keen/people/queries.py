"""Questions about people and companies: who may already be here, who belongs where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Case, Q, QuerySet, When

from keen.core.domain.actor import Actor
from keen.lib import phones
from keen.lib.addresses import Address
from keen.people.domain import matching
from keen.people.domain.matching import POSSIBLE, CompanyFacts, Match, PersonFacts
from keen.people.models import Account, Contact, Relation
from keen.records import declare, search
from keen.records.domain.fieldvalues import id_of
from keen.records.models import Handle, Record

MOST_CANDIDATES = 40
MOST_SHOWN = 5
# Few records share one of these; a name or a domain may be that of many.
RARE = frozenset({"email", "phone", "number"})
CONTACT_PAGE, ACCOUNT_PAGE = "contacts", "accounts"


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
    found: QuerySet[Contact] = Contact.objects.visible_to(actor).filter(
        account_id__in=[account.pk, *account.absorbed]
    )
    return found.order_by("sort_name", "pk")


def similar_contacts(actor: Actor, typed: Mapping[str, Any], but: int = 0) -> list[Similar]:
    """The contacts that the typed one may be, the likeliest first.

    Cost: 2 queries, those of a search when there is a name, and 1 for the company when it was chosen by its id.
    """
    facts = person_facts(typed, actor)
    keys = handle_keys(matching.blocking_keys(facts))
    rows = alike(actor, Contact, keys, f"{facts.first} {facts.last}", but)
    return ranked(
        actor, CONTACT_PAGE, [(row, matching.similarity(facts, facts_of_contact(row))) for row in rows]
    )


def similar_accounts(actor: Actor, typed: Mapping[str, Any], but: int = 0) -> list[Similar]:
    """The accounts that the typed one may be, the likeliest first.

    Cost: 2 queries, and those of a search when there is a name.
    """
    facts = company_facts(typed)
    keys = handle_keys(matching.company_blocking_keys(facts))
    rows = alike(actor, Account, keys, facts.name, but)
    scored = [(row, matching.company_similarity(facts, facts_of_account(row))) for row in rows]
    return ranked(actor, ACCOUNT_PAGE, scored)


def handle_keys(keys: Iterable[str]) -> set[tuple[str, str]]:
    """Blocking keys as the handles that records are stored under."""
    kinds = {
        "company": "name",
        "name": "name",
        "email": "email",
        "domain": "domain",
        "number": "number",
        "sound": "sound",
    }
    found = set()
    for key in keys:
        kind, _, value = key.partition(":")
        if kind == "phone":
            found.add(("phone", f"+{value}"))
        elif kind in kinds and value:
            found.add((kinds[kind], value))
    return found


def alike(
    actor: Actor, model: type[Record], keys: set[tuple[str, str]], name: str, but: int
) -> Sequence[Any]:
    """The records that share a handle, or whose name is found by the search: those with a rare handle in common first."""
    wanted, rare = Q(pk__in=[]), Q(pk__in=[])
    for handle_kind in sorted({kind for kind, _ in keys}):
        values = sorted(value for found, value in keys if found == handle_kind)
        handles = Handle.objects.filter(kind=handle_kind, value__in=values, record_kind=model.KIND)
        shared = Q(pk__in=handles.values("record_id"))
        wanted |= shared
        rare = rare | shared if handle_kind in RARE else rare
    if len(name.strip()) > 3:
        found = [hit.record_id for hit in search.find(actor, name, kinds=(model.KIND,), most=10)]
        wanted |= Q(pk__in=found)
        rare |= Q(pk__in=found)
    rows = model.objects.visible_to(actor).filter(wanted).exclude(pk=but)
    first = Case(When(rare, then=0), default=1)
    return list(rows.order_by(first, "-updated_at", "-pk")[:MOST_CANDIDATES])


def ranked(actor: Actor, path: str, scored: Sequence[tuple[Any, Match]]) -> list[Similar]:
    """The records that are possibly the same, the likeliest first, as the actor reads them."""
    likely = sorted((pair for pair in scored if pair[1].score >= POSSIBLE), key=lambda pair: -pair[1].score)
    found = []
    for row, match in likely[:MOST_SHOWN]:
        seen = declare.get(row.KIND).as_read_by(actor, row)
        found.append(
            Similar(row.pk, seen.title, seen.subtitle, f"/{path}/{row.pk}/", match.score, match.reasons)
        )
    return found


def person_facts(typed: Mapping[str, Any], actor: Actor) -> PersonFacts:
    """What was typed of a person, as it is compared.

    Cost: 1 query when the company was chosen by its id.
    """
    landlines, mobiles = _numbers(typed.get("phones"))
    return PersonFacts(
        first=str(typed.get("first_name") or ""),
        last=str(typed.get("last_name") or ""),
        company=_company(typed.get("account"), actor),
        emails=_addresses(typed.get("emails")),
        mobiles=mobiles,
        phones=landlines,
        place=_place(typed.get("addresses")),
    )


def facts_of_contact(row: Contact) -> PersonFacts:
    """What is compared of a contact."""
    return facts_of_person(row, row.account_name)


def facts_of_person(row: Any, company: str) -> PersonFacts:
    """What is compared of somebody who works at the company."""
    landlines, mobiles = _numbers(row.phones)
    return PersonFacts(
        first=row.first_name,
        last=row.last_name,
        company=company,
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
    return tuple(
        str(entry.get("address") if isinstance(entry, Mapping) else entry).lower() for entry in given
    )


def _numbers(entries: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Landlines and mobiles in E.164."""
    landlines: list[str] = []
    mobiles: list[str] = []
    for entry in entries if isinstance(entries, list) else []:
        number = entry.get("e164") or phones.parse(str(entry.get("raw") or ""), settings.KEEN.region).e164
        if number:
            (mobiles if entry.get("label") == "mobile" else landlines).append(number)
    return tuple(landlines), tuple(mobiles)


def _place(entries: Any) -> str:
    first = entries[0] if isinstance(entries, list) and entries else None
    return Address.from_dict(first).key() if first else ""


def _company(value: Any, actor: Actor) -> str:
    """The name of the company: typed, or of the account with this id where the actor can see it."""
    found = id_of(value) if value else None
    if found is None:
        return str(value or "").removeprefix("new:")
    return str(
        Account.objects.visible_to(actor).filter(pk=found).values_list("name", flat=True).first() or ""
    )


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
    kind: str
    record_id: int


def relations(actor: Actor, kind: str, record: Record) -> list[Related]:
    """How the record stands to others that the actor may see; to a merged one means to the one that took it in.

    Cost: 1 query, and 2 for each kind at the other end.
    """
    own = {(kind, pk) for pk in (record.pk, *record.absorbed)}
    ids = [pk for _, pk in own]
    met = Q(from_kind=kind, from_id__in=ids) | Q(to_kind=kind, to_id__in=ids)
    ends = []
    for row in Relation.objects.filter(met).order_by("role", "pk"):
        near, far = (row.from_kind, row.from_id), (row.to_kind, row.to_id)
        ends.append((row, far if near in own else near))
    seen: dict[tuple[str, int], Record] = {}
    for other in sorted({end for _, (end, _) in ends}):
        seen |= {
            (other, pk): found
            for pk, found in _standing(actor, other, [pk for _, (end, pk) in ends if end == other])
        }
    return [
        Related(
            row.pk,
            seen[end].title,
            seen[end].subtitle,
            f"/{end[0]}s/{seen[end].pk}/",
            row.role,
            end[0],
            seen[end].pk,
        )
        for row, end in ends
        if end in seen
    ]


def _standing(actor: Actor, kind: str, ids: Sequence[int]) -> list[tuple[int, Record]]:
    """The visible records of these ids, or those that took them in."""
    record_type = declare.get(kind)
    into = record_type.model.objects.filter(pk__in=ids).values_list("pk", "merged_into_id")
    places = {pk: merged or pk for pk, merged in into}
    found = {
        row.pk: row for row in record_type.model.objects.visible_to(actor).filter(pk__in=places.values())
    }
    return [
        (pk, record_type.as_read_by(actor, found[place])) for pk, place in places.items() if place in found
    ]
