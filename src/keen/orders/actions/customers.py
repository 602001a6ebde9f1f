"""Customers of another system: met on papers, tied to accounts, set aside, and taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work, note
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.orders.domain.facts import Party
from keen.orders.domain.matching import LIKELY, sure
from keen.orders.models import MATCH, MODELS, Customer, Document
from keen.orders.queries import matching
from keen.people.models import Account
from keen.people.records import ACCOUNT
from keen.records import declare
from keen.records.actions import store
from keen.records.queries.sets import among, among_ids

KIND = "order_customer"
HAND = "Said by hand"
BATCH = 500
Key = tuple[str, str]


def feeder(actor: Actor) -> Actor:
    """Who writes papers: the house itself, in the name of whoever brought them."""
    return replace(SYSTEM, user_id=actor.user_id, name=actor.name, via="orders")


def meet(parties: Mapping[Key, Party]) -> dict[Key, Customer]:
    """The customers of these keys (system and key), made where they are new; those in no doubt are tied at once.

    Shape: called inside the transaction of the papers. What is known of a customer is never emptied.
    Cost: 1 query for each system, 2 more where some are new, and those of the matching for those without an account.
    """
    now = timezone.now()
    found = _known(parties)
    missing = [
        Customer(
            system=key[0],
            key=key[1],
            number=party.number,
            name=party.name,
            email=party.email,
            created_at=now,
            seen_at=now,
        )
        for key, party in parties.items()
        if key not in found
    ]
    if missing:
        Customer.objects.bulk_create(missing, ignore_conflicts=True)
        found = _known(parties)
    _learn(found, parties)
    _lead_on(found.values())
    _let_go(found.values())
    if waiting := {one.pk: one for one in found.values() if one.state == Customer.WAITING}:
        _recognise(waiting)
    return found


def _known(parties: Mapping[Key, Party]) -> dict[Key, Customer]:
    systems: dict[str, list[str]] = {}
    for system, key in parties:
        systems.setdefault(system, []).append(key)
    found: dict[Key, Customer] = {}
    for system, keys in systems.items():
        rows = Customer.objects.select_for_update().filter(system=system, key__in=among(keys))
        found |= {(row.system, row.key): row for row in rows}
    return found


def _learn(found: Mapping[Key, Customer], parties: Mapping[Key, Party]) -> None:
    """What a system calls its customer now; what it does not say stays."""
    changed = []
    for key, party in parties.items():
        customer = found[key]
        told = {name: getattr(party, name) for name in ("number", "name", "email") if getattr(party, name)}
        if any(getattr(customer, name) != value for name, value in told.items()):
            for name, value in told.items():
                setattr(customer, name, value)
            changed.append(customer)
    if changed:
        Customer.objects.bulk_update(changed, ["number", "name", "email"], batch_size=BATCH)


def _recognise(customers: Mapping[int, Customer]) -> None:
    """Tie those who are an account beyond doubt."""
    found = matching.beyond_doubt({pk: party_of(customer) for pk, customer in customers.items()})
    tied = []
    for pk, best in found.items():
        customer = customers[pk]
        customer.account_id, customer.state, customer.why = (
            best.account_id,
            Customer.TIED,
            best.why.capitalize(),
        )
        tied.append(customer)
    if tied:
        Customer.objects.bulk_update(tied, ["account", "state", "why"], batch_size=BATCH)
        for customer in tied:
            _carry(customer, feeder(SYSTEM))


def _lead_on(customers: Iterable[Customer]) -> None:
    """In memory: an account that was merged since is the one that took it in."""
    tied = [one for one in customers if one.account_id]
    places = matching.now_called({one.account_id for one in tied if one.account_id})
    for customer in tied:
        customer.account_id = places.get(customer.account_id or 0, customer.account_id)


def _let_go(customers: Iterable[Customer]) -> None:
    """Put those back among the waiting whose account is in the trash: what comes for them would be seen by nobody."""
    tied = [one for one in customers if one.account_id]
    ids = {one.account_id for one in tied if one.account_id}
    living = (
        set(Account.objects.living().filter(pk__in=among_ids(ids)).values_list("pk", flat=True))
        if tied
        else set()
    )
    gone = [one for one in tied if one.account_id not in living]
    for customer in gone:
        customer.account_id, customer.state, customer.why = None, Customer.WAITING, ""
    if gone:
        Customer.objects.bulk_update(gone, ["account", "state", "why"], batch_size=BATCH)


def hold(systems: Iterable[str]) -> None:
    """Until the end of the transaction nobody else writes papers or customers of these systems.

    Shape: before any of their rows is locked, and in one order, so that nobody waits for the other.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for system in sorted(set(systems)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('keen.orders'), hashtext(%s))", [system])


def _hold_those_of(customer_ids: Iterable[int]) -> None:
    hold(Customer.objects.filter(pk__in=among_ids(set(customer_ids))).values_list("system", flat=True))


def party_of(customer: Customer) -> Party:
    """What is known of the customer."""
    return Party(customer.number, customer.name, customer.email)


def tie(*, actor: Actor, customer_id: int, account_id: int) -> Receipt:
    """The receipt of saying which account a customer of another system is, for all their papers, now and later.

    Raises: ForbiddenError; NotVisibleError; RuleError when no account is chosen.
    """
    _require(actor)
    with transaction.atomic():
        customer = _locked(customer_id)
        account = Account.objects.visible_to(actor).filter(pk=account_id).first()
        if account is None:
            raise RuleError("missing", "Choose an account from the list.", "account")
        work = operations.start(actor=actor, verb="tied")
        count = _decide(work, customer, Customer.TIED, account.pk, HAND)
        told = ACCOUNT.told_to(actor, account)
        link = Link(told, f"/{ACCOUNT.path}/{account.pk}/")
        return operations.finish(work, _told(customer, f"{customer} is {told}.", count, link))


def tie_likely(*, actor: Actor, customer_ids: Sequence[int]) -> Receipt:
    """The receipt of tying all of these customers for whom one account alone is likely.

    Raises: ForbiddenError.
    """
    _require(actor)
    with transaction.atomic():
        _hold_those_of(customer_ids)
        rows = (
            Customer.objects.select_for_update()
            .filter(pk__in=customer_ids, state=Customer.WAITING)
            .order_by("pk")
        )
        customers = {row.pk: row for row in rows}
        found = matching.candidates({pk: party_of(row) for pk, row in customers.items()})
        best = {pk: one for pk, ranked in found.items() if (one := sure(ranked, LIKELY))}
        ids = {one.account_id for one in best.values()}
        seen = set(Account.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))
        work = operations.start(actor=actor, verb="tied", bulk=True)
        papers = tied = 0
        for pk, one in best.items():
            if one.account_id in seen:
                papers += _decide(work, customers[pk], Customer.TIED, one.account_id, one.why.capitalize())
                tied += 1
        text = (
            "1 customer is tied to an account."
            if tied == 1
            else f"{tied} customers are tied to their accounts."
        )
        return operations.finish(
            work, Receipt("saved", text, also=(_papers(papers),), next=Link("Orders", reverse("order-list")))
        )


def set_aside(*, actor: Actor, customer_id: int) -> Receipt:
    """The receipt of saying that a customer of another system is none of ours: their papers are not asked about again.

    Raises: ForbiddenError; NotVisibleError.
    """
    _require(actor)
    with transaction.atomic():
        customer = _locked(customer_id)
        work = operations.start(actor=actor, verb="set aside")
        count = _decide(work, customer, Customer.ASIDE, None, HAND)
        return operations.finish(work, _told(customer, f"{customer} is not a customer of ours.", count, None))


def ask_again(*, actor: Actor, customer_id: int) -> Receipt:
    """The receipt of putting a customer back among those whose account is not known.

    Raises: ForbiddenError; NotVisibleError.
    """
    _require(actor)
    with transaction.atomic():
        customer = _locked(customer_id)
        work = operations.start(actor=actor, verb="asked again")
        count = _decide(work, customer, Customer.WAITING, None, "")
        return operations.finish(
            work, _told(customer, f"{customer} waits for an account again.", count, None)
        )


def undo_customers(work: Work, changes: Sequence[Change]) -> None:
    """Take back whose customers are, as far as nobody said anything else since.

    Raises: ForbiddenError.
    """
    _require(work.actor)
    _hold_those_of(change.record_id for change in changes)
    for change in changes:
        customer = Customer.objects.select_for_update().get(pk=change.record_id)
        if customer.state == change.after["state"] and customer.account_id == change.after["account"]:
            before = change.before
            _decide(work, customer, before["state"], before["account"], before["why"])


def _require(actor: Actor) -> None:
    if not actor.rights.has(MATCH) or not actor.may_write:
        raise ForbiddenError(
            "forbidden", "Your role may not say whose orders these are. Ask an administrator."
        )


def _locked(customer_id: int) -> Customer:
    _hold_those_of([customer_id])
    customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise NotVisibleError
    return customer


def _decide(work: Work, customer: Customer, state: str, account_id: int | None, why: str) -> int:
    """How many papers follow the customer to the account, or away from one."""
    before: dict[str, object] = {"state": customer.state, "account": customer.account_id, "why": customer.why}
    after: dict[str, object] = {"state": state, "account": account_id, "why": why}
    customer.state, customer.account_id, customer.why = state, account_id, why
    customer.decided_by_id, customer.decided_at = work.actor.user_id, work.at
    customer.version += 1
    customer.save()
    note(work, Entry(KIND, customer.pk, customer.version, "updated", before, after))
    return _carry(customer, feeder(work.actor))


def _carry(customer: Customer, actor: Actor) -> int:
    """How many papers of the customer went to the account that they are now. An operation of its own for the trail."""
    account_id = (
        matching.now_called([customer.account_id])[customer.account_id] if customer.account_id else None
    )
    work = operations.start(actor=actor, verb="tied", bulk=True)
    count = 0
    for record_type in map(declare.get, MODELS):
        rows = record_type.model.objects.select_for_update().filter(customer_id=customer.pk).order_by("pk")
        moved = [row for row in rows if row.account_id != account_id]
        for start in range(0, len(moved), BATCH):
            some = moved[start : start + BATCH]
            people = contacts_for([(row, account_id) for row in some])
            wanted = [
                store.Alteration(row, {"account_id": account_id, "contact_id": people.get(row.pk)})
                for row in some
            ]
            store.alter(work, record_type, wanted)
        count += len(moved)
    if count:
        operations.finish(work, Receipt("saved", f"{customer}: {_papers(count)}"), undoable=False)
    return count


def contacts_for(papers: Sequence[tuple[Document, int | None]]) -> dict[int, int]:
    """The contact of each paper, by the e-mail that it came with: the one person at the account who has it.

    Cost: 2 queries, none without e-mails.
    """
    named = matching.people_called(row.email for row, _ in papers)
    found = {}
    for row, account_id in papers:
        contact_id = contact_at(named.get(row.email.lower(), []), account_id)
        if contact_id:
            found[row.pk] = contact_id
    return found


def contact_at(people: Sequence[tuple[int, int | None]], account_id: int | None) -> int | None:
    """The one of these people who is at the account."""
    there = [pk for pk, at in people if account_id and at == account_id]
    return there[0] if len(there) == 1 else None


def _papers(count: int) -> str:
    return "1 paper went along" if count == 1 else f"{count:,} papers went along"


def _told(customer: Customer, text: str, count: int, link: Link | None) -> Receipt:
    return Receipt(
        "saved",
        text,
        object=link,
        also=(
            _papers(count),
            *(("remembered for what comes later",) if customer.state == Customer.TIED else ()),
        ),
        next=Link("Who is next", reverse("orders-unmatched")),
    )
