"""Which accounts the customers of another system may be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q

from keen.orders.domain.facts import Party
from keen.orders.domain.matching import Candidate, Sign, handles_of, key_of, ranked
from keen.people.models import Account, Contact
from keen.records.models import Handle
from keen.records.queries.sets import among
from keen.records.queries.tombstones import hash_of

KINDS: Mapping[Sign, tuple[str, ...]] = {
    Sign.NUMBER: ("number", "external"),
    Sign.EMAIL: ("email",),
    Sign.DOMAIN: ("domain",),
    Sign.NAME: ("name",),
}
SIGN_OF = {kind: sign for sign, kinds in KINDS.items() for kind in kinds}


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
    found: dict[int, list[Candidate]] = {}
    for place, pairs in wanted.items():
        signs: dict[int, set[Sign]] = defaultdict(set)
        for pair in pairs:
            for account_id in holders.get(pair, ()):
                signs[account_id].add(pair[0])
        found[place] = ranked(signs)
    return found


def _holders(pairs: set[tuple[Sign, str]]) -> dict[tuple[Sign, str], set[int]]:
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
    found: dict[tuple[Sign, str], set[int]] = defaultdict(set)
    for kind, value, record_kind, pk in rows:
        account_id = employers.get(pk) if record_kind == "contact" else pk
        if account_id:
            found[SIGN_OF[kind], value.casefold() if kind == "external" else value].add(account_id)
    living = set(
        Account.objects.living().filter(pk__in=set().union(*found.values())).values_list("pk", flat=True)
    )
    return {pair: ids & living for pair, ids in found.items()}


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
