"""Papers of another system on their way into the house: compared with what is known, then written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from keen.core.actions.operations import Work
from keen.core.events import publish_many
from keen.orders.actions.customers import contact_at, meet
from keen.orders.domain.choices import Paper
from keen.orders.domain.facts import Facts, Party
from keen.orders.events import OrderArrived
from keen.orders.models import MODELS, Customer
from keen.orders.queries import matching
from keen.orders.queries.compare import CREATED, UPDATED, Decision, decide
from keen.records import declare
from keen.records.actions import store
from keen.records.queries.tombstones import erased_among


def take_in(work: Work, papers: Sequence[Facts]) -> tuple[Counter[str], list[Decision]]:
    """How many papers were new, changed, unchanged or older than what is known, and what became of each.

    Shape: what is unchanged is not written; papers of one number are taken one after the other.
    Raises: RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Take papers in inside the transaction that notes how far the file was read.")
    counts: Counter[str] = Counter()
    done: list[Decision] = []
    for some in _once_each(_without_erased(papers)):
        decisions = decide(some, lock=True)
        _write(work, decisions)
        counts.update(one.outcome for one in decisions)
        done += decisions
    return counts, done


def _once_each(papers: Sequence[Facts]) -> Iterable[list[Facts]]:
    """The papers in rounds, in each of which every number stands once."""
    rest = list(papers)
    while rest:
        seen: set[tuple[str, str, str]] = set()
        now: list[Facts] = []
        later: list[Facts] = []
        for facts in rest:
            name = (facts.kind, facts.system, facts.number)
            (later if name in seen else now).append(facts)
            seen.add(name)
        yield now
        rest = later


def _without_erased(papers: Sequence[Facts]) -> list[Facts]:
    """The papers without the addresses of people who were erased on request: their source may still have them."""
    handles = {("email", facts.party.email) for facts in papers if facts.party.email}
    erased = {address for _, address in erased_among("contact", handles)} if handles else set()
    if not erased:
        return list(papers)
    return [_forgotten(facts) if facts.party.email in erased else facts for facts in papers]


def _forgotten(facts: Facts) -> Facts:
    party = Party(facts.party.number, facts.party.name if facts.party.number else "", "")
    return Facts(
        facts.kind, facts.system, facts.number, facts.values, party, facts.lines, facts.changed_at, facts.rows
    )


def _write(work: Work, decisions: Sequence[Decision]) -> None:
    changing = [one for one in decisions if one.outcome in {CREATED, UPDATED}]
    whose = _whose(changing)
    by_kind: dict[str, list[Decision]] = defaultdict(list)
    for place, one in enumerate(changing):
        one.columns |= whose[place]
        by_kind[one.facts.kind].append(one)
    for kind, some in by_kind.items():
        _insert(work, kind, [one for one in some if one.record is None])
        altered = [store.Alteration(one.record, one.columns) for one in some if one.record is not None]
        if altered:
            store.alter(work, declare.get(kind), altered)


def _whose(changing: Sequence[Decision]) -> list[dict[str, Any]]:
    """The customer, the account and the contact of each paper."""
    keys = {}
    for one in changing:
        party = _party(one)
        if key := matching.kept_key(party):
            keys[one.facts.system, key] = party
    customers = meet(keys) if keys else {}
    people = matching.people_called(_party(one).email for one in changing)
    found: list[dict[str, Any]] = []
    for one in changing:
        party = _party(one)
        customer: Customer | None = customers.get((one.facts.system, matching.kept_key(party)))
        account_id = customer.account_id if customer else None
        contact_id = contact_at(people.get(party.email.lower(), []), account_id)
        found.append(
            {
                "customer_id": customer.pk if customer else None,
                "account_id": account_id,
                "contact_id": contact_id,
            }
        )
    return found


def _party(one: Decision) -> Party:
    """What is said of the customer, with what was said before where nothing is now."""
    said, known = one.facts.party, one.record
    if known is None:
        return said
    return Party(
        said.number or known.customer_number, said.name or known.customer_name, said.email or known.email
    )


def _insert(work: Work, kind: str, some: Sequence[Decision]) -> None:
    if not some:
        return
    model = MODELS[kind]
    rows = []
    for one in some:
        row = model(system=one.facts.system, number=one.facts.number, source=one.facts.system, **one.columns)
        one.record = row
        rows.append(row)
    store.insert(work, declare.get(kind), list(rows))
    if kind == Paper.ORDER:
        publish_many(
            OrderArrived(
                order_id=row.pk, account_id=row.account_id, gross=row.gross, currency=row.currency, at=work.at
            )
            for row in rows
        )
