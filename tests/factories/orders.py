"""Orders and invoices for tests, brought in as another system brings them."""

from collections.abc import Sequence
from itertools import count
from typing import Any

from django.db import transaction

from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM
from keen.core.domain.receipts import Receipt
from keen.orders.actions import ingest
from keen.orders.actions.customers import feeder
from keen.orders.domain import sent
from keen.orders.models import Document

_numbers = count(1000)
SYSTEM_NAME = "ERP"


def bring(*papers: dict[str, Any], system: str = SYSTEM_NAME) -> Any:
    """How many papers were new, changed, unchanged or older."""
    return _bring(papers, system)[0]


def _bring(papers: Sequence[dict[str, Any]], system: str) -> Any:
    with transaction.atomic():
        work = operations.start(actor=feeder(SYSTEM), verb="brought in", bulk=True)
        counts, done = ingest.take_in(work, [sent.paper(one, system) for one in papers])
        operations.finish(work, Receipt("saved", "Brought in."), undoable=False)
    return counts, done


def make_paper(kind: str = "order", account: Any = None, **values: Any) -> Any:
    """A paper of the account, or of nobody yet."""
    if account is not None and not {"customer_number", "customer_name", "email"} & values.keys():
        number = f"K-{account.pk}"
        if account.account_number != number:
            _number(account, number)
        values["customer_number"] = number
    number = values.pop("number", f"{kind[:2].upper()}-{next(_numbers)}")
    (_, done) = _bring(
        [{"kind": kind, "number": number, "currency": "EUR", **values}], values.pop("system", SYSTEM_NAME)
    )
    found: Document = done[0].record
    found.refresh_from_db()
    return found


def _number(account: Any, number: str) -> None:
    """Give the account the customer number by which the other system knows it."""
    from keen.people.records import ACCOUNT
    from keen.records.actions import store

    with transaction.atomic():
        work = operations.start(actor=SYSTEM, verb="saved")
        store.alter(work, ACCOUNT, [store.Alteration(account, {"account_number": number})])
        operations.finish(work, Receipt("saved", "Saved."))
