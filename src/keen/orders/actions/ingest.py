"""Papers of another system on their way into the house: compared with what is known, then written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from keen.core.actions.operations import Work
from keen.core.events import publish_many
from keen.orders.actions.customers import contact_at, hold, meet
from keen.orders.domain.choices import Paper
from keen.orders.domain.facts import Facts, Party
from keen.orders.events import OrderArrived
from keen.orders.models import MODELS, Customer
from keen.orders.queries import matching
from keen.orders.queries.compare import CREATED, UPDATED, Decision, decide
from keen.privacy.domain.scrub import GONE
from keen.records import declare
from keen.records.actions import store
from keen.records.queries.sets import among
from keen.records.queries.tombstones import erased_among


def take_in(work: Work, papers: Sequence[Facts]) -> tuple[Counter[str], list[Decision]]:
    """How many papers were new, changed, unchanged or older than what is known, and what became of each.

    Shape: what is unchanged is not written; papers of one number are taken one after the other.
    Raises: RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Take papers in inside the transaction that notes how far the file was read.")
    hold(facts.system for facts in papers)
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
    """The papers without people who were erased on request: their source may still have them.

    Shape: of a customer who is such a person nothing stays but the number; of one for whom they wrote, the name does.
    Cost: 2 queries.
    """
    handles = {("email", facts.party.email) for facts in papers if facts.party.email}
    erased = {address for _, address in erased_among("contact", handles)} if handles else set()
    keys = [(facts.system, matching.kept_key(facts.party)) for facts in papers]
    rows = Customer.objects.filter(
        system__in={system for system, _ in keys}, key__in=among({key for _, key in keys if key})
    )
    names = {(system, key): name for system, key, name in rows.values_list("system", "key", "name")}
    found = []
    for facts, key in zip(papers, keys, strict=True):
        name, has_erased = names.get(key, ""), facts.party.email in erased
        is_person = GONE in name or (has_erased and not (name and facts.party.number))
        found.append(_forgotten(facts, is_person=is_person) if is_person or has_erased else facts)
    return found


def _forgotten(facts: Facts, *, is_person: bool) -> Facts:
    party = Party(facts.party.number, "" if is_person else facts.party.name)
    values = {name: value for name, value in facts.values.items() if name != "reference"}
    lines = facts.lines
    if is_person and lines is not None:
        lines = [{**line, "text": ""} for line in lines]
    return replace(facts, values=values, party=party, lines=lines)


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
        if one.record is not None and not matching.kept_key(party):
            found.append({})  # nothing is said of anybody: it stays whose it is
            continue
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
        said.number or known.customer_number,
        said.name or _left(known.customer_name),
        said.email or _left(known.email),
    )


def _left(known: str) -> str:
    """What is known, unless somebody in it was erased: nobody is recognised by what was put there instead."""
    return "" if GONE in known else known


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
