"""Which accounts the customers of another system may be."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.db.models import Q

from keen.core.models import Change, User
from keen.orders.domain.facts import Party
from keen.orders.domain.matching import SURE, Candidate, Sign, handles_of, key_of, ranked, sure
from keen.orders.models import MATCH
from keen.people.models import Account, Contact
from keen.records.models import Handle
from keen.records.queries.sets import among, among_ids
from keen.records.queries.tombstones import hash_of

KINDS: Mapping[Sign, tuple[str, ...]] = {
    Sign.NUMBER: ("number", "external"),
    Sign.EMAIL: ("email",),
    Sign.DOMAIN: ("domain",),
    Sign.NAME: ("name",),
}
SIGN_OF = {kind: sign for sign, kinds in KINDS.items() for kind in kinds}
# The columns from which each kind of handle is made.
WRITTEN_IN: Mapping[str, tuple[str, ...]] = {
    "number": ("account_number",),
    "external": ("external_id",),
    "email": ("emails", "account_id"),
    "domain": ("website", "emails"),
    "name": ("name",),
}


class Carrier(NamedTuple):
    """The record on which a handle stands, and the account that it speaks for."""

    handle: str
    kind: str
    record_id: int
    account_id: int


Holders = Mapping[tuple[Sign, str], Collection[Carrier]]


def kept_key(party: Party) -> str:
    """What a customer is stored under: their number, or a keyed hash of what stands for it, as an e-mail names a person."""
    found = key_of(party)
    return found if not found or found.startswith("n:") else f"h:{hash_of('order_customer', ('key', found))}"


def candidates(parties: Mapping[int, Party]) -> dict[int, list[Candidate]]:
    """The accounts that each customer may be, the likeliest first.

    Cost: 2 queries, 1 more when people have an e-mail; none when nothing is said of anybody.
    """
    wanted = {place: handles_of(party) for place, party in parties.items()}
    holders = _holders({pair for pairs in wanted.values() for pair in pairs})
    return {place: _ranked(pairs, holders) for place, pairs in wanted.items()}


def beyond_doubt(parties: Mapping[int, Party]) -> dict[int, Candidate]:
    """The one account that each customer is, where nobody else comes near and who may say so wrote what speaks for it.

    Shape: what anybody may write on an account of their own is no proof, or papers would go to whoever claims them.
    Cost: that of `candidates`, and 3 more where some are sure.
    """
    wanted = {place: handles_of(party) for place, party in parties.items()}
    holders = _holders({pair for pairs in wanted.values() for pair in pairs})
    likely = {place: one for place, pairs in wanted.items() if (one := sure(_ranked(pairs, holders)))}
    pairs_of = {place: wanted[place] for place in likely}
    ids = {one.account_id for one in likely.values()}
    speaking = {
        carrier
        for pairs in pairs_of.values()
        for pair in pairs
        for carrier in holders.get(pair, ())
        if carrier.account_id in ids
    }
    vouched = _vouched(speaking)
    proved = {pair: [one for one in found if one in vouched] for pair, found in holders.items()}
    found = {}
    for place, pairs in pairs_of.items():
        best = [one for one in _ranked(pairs, proved) if one.account_id == likely[place].account_id]
        if best and best[0].score >= SURE:
            found[place] = best[0]
    return found


def _ranked(pairs: Iterable[tuple[Sign, str]], holders: Holders) -> list[Candidate]:
    signs: dict[int, set[Sign]] = defaultdict(set)
    for pair in pairs:
        for carrier in holders.get(pair, ()):
            signs[carrier.account_id].add(pair[0])
    return ranked(signs)


def _vouched(carriers: Collection[Carrier]) -> set[Carrier]:
    """Those of the handles that were last written by the house itself, or by somebody who says whose papers are."""
    writers: dict[tuple[str, int, str], int | None] = {}
    for kind in {one.kind for one in carriers}:
        names = {name for one in carriers if one.kind == kind for name in WRITTEN_IN[one.handle]}
        ids = among_ids({one.record_id for one in carriers if one.kind == kind})
        rows = Change.objects.filter(kind=kind, record_id__in=ids, after__has_any_keys=sorted(names))
        for pk, actor_id, after in rows.order_by("id").values_list("record_id", "actor_id", "after"):
            writers |= {(kind, pk, name): actor_id for name in names & set(after)}
    people = User.objects.filter(pk__in={one for one in writers.values() if one is not None})
    trusted = {None, *(one.pk for one in people if one.given.has(MATCH))}

    def is_trusted(one: Carrier) -> bool:
        told = [
            writers[key]
            for name in WRITTEN_IN[one.handle]
            if (key := (one.kind, one.record_id, name)) in writers
        ]
        return bool(told) and trusted.issuperset(told)

    return {one for one in carriers if is_trusted(one)}


def _holders(pairs: set[tuple[Sign, str]]) -> Holders:
    """The living accounts that are stored under each of these, themselves or through their people."""
    if not pairs:
        return {}
    asked = Q(pk__in=[])
    for sign in {sign for sign, _ in pairs}:
        values = sorted({value for one, value in pairs if one == sign})
        kinds = ("account", "contact") if sign is Sign.EMAIL else ("account",)
        asked |= Q(kind__in=KINDS[sign], value__in=among(values), record_kind__in=kinds)
    rows = list(Handle.objects.filter(asked).values_list("kind", "value", "record_kind", "record_id"))
    employers = _employers({pk for _, _, kind, pk in rows if kind == "contact"})
    found: dict[tuple[Sign, str], set[Carrier]] = defaultdict(set)
    for kind, value, record_kind, pk in rows:
        account_id = employers.get(pk) if record_kind == "contact" else pk
        if account_id:
            pair = SIGN_OF[kind], value.casefold() if kind == "external" else value
            found[pair].add(Carrier(kind, record_kind, pk, account_id))
    ids = {one.account_id for some in found.values() for one in some}
    living = set(Account.objects.living().filter(pk__in=among_ids(ids)).values_list("pk", flat=True))
    return {pair: [one for one in some if one.account_id in living] for pair, some in found.items()}


def _employers(contacts: set[int]) -> dict[int, int]:
    if not contacts:
        return {}
    rows = Contact.objects.living().filter(pk__in=contacts, account__isnull=False)
    return dict(rows.values_list("pk", "account_id"))


def people_called(addresses: Iterable[str]) -> dict[str, list[tuple[int, int | None]]]:
    """The living contacts with each e-mail, with the account of each.

    Cost: 2 queries, none without addresses.
    """
    values = sorted({address.lower() for address in addresses if address})
    if not values:
        return {}
    held = Handle.objects.filter(kind="email", value__in=among(values), record_kind="contact")
    pairs = list(held.values_list("value", "record_id"))
    rows = Contact.objects.living().filter(pk__in={pk for _, pk in pairs})
    accounts = dict(rows.values_list("pk", "account_id"))
    found: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for address, pk in pairs:
        if pk in accounts:
            found[address].append((pk, accounts[pk]))
    return found


def now_called(account_ids: Iterable[int]) -> dict[int, int]:
    """Where each account is by now: itself, or the one that took it in.

    Cost: 1 query a step of merging.
    """
    ids = set(account_ids)
    found = {pk: pk for pk in ids}
    pending = ids
    while pending:
        into = dict(
            Account.objects.filter(pk__in=pending, merged_into__isnull=False).values_list(
                "pk", "merged_into_id"
            )
        )
        found = {pk: into.get(at, at) for pk, at in found.items()}
        pending = set(into.values())
    return found
