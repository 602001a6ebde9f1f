"""Products, price books and quotes for tests, written as the app writes them."""

import re
from datetime import timedelta
from typing import Any, TypeVar

from django.core import mail
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Receipt
from keen.core.jobs.mail import send_mail
from keen.records.actions import store
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.sales.actions import lines, quotes, sending
from keen.sales.models import Opportunity, Price, PriceBook, Product, Quote
from keen.sales.records import PRICE, PRICE_BOOK, PRODUCT

R = TypeVar("R", bound=Record)


def _made(record_type: RecordType, row: R) -> R:
    with transaction.atomic():
        work = operations.start(actor=SYSTEM, verb="created")
        store.insert(work, record_type, [row])
        operations.finish(work, Receipt("saved", "Saved."))
    return row


def make_book(
    name: str = "Standard", *, currency: str = "EUR", standard: bool = True, **fields: Any
) -> PriceBook:
    """A price book."""
    return _made(PRICE_BOOK, PriceBook(name=name, currency=currency, standard=standard, **fields))


def make_product(
    name: str = "Sensor", *, price: str = "", book: PriceBook | None = None, **fields: Any
) -> Product:
    """A product: number=, unit=, tax_class=, and price= in book=."""
    product = _made(PRODUCT, Product(name=name, **fields))
    if price and book:
        _made(PRICE, Price(book=book, product=product, price=price))
    return product


def row(text: str = "Sensor", quantity: str = "2", price: str = "100", **parts: Any) -> dict[str, Any]:
    """A row of inputs of the lines form."""
    return {"text": text, "quantity": quantity, "price": price, "tax": "19", **parts}


def make_quote(actor: Actor, deal: Opportunity, *rows: dict[str, Any]) -> Quote:
    """A draft of the deal, which gets these lines first."""
    lines.set_lines(actor=actor, deal_id=deal.pk, wish=lines.Wish(rows or (row(),)))
    receipt = quotes.draft(actor=actor, deal_id=deal.pk)
    assert receipt.object
    return Quote.objects.get(pk=int(receipt.object.href.split("/")[2]))


def send(actor: Actor, quote: Quote, email: str = "amira@vela.example") -> Quote:
    """The quote after it was sent."""
    sending.send(
        actor=actor, quote_id=quote.pk, letter=sending.Letter(email, f"Quote {quote.title}", "Here it is.")
    )
    quote.refresh_from_db()
    return quote


def token_of_mail() -> str:
    """The token of the link in the latest mail."""
    found = re.search(r"/q/([\w-]+)/", str(mail.outbox[-1].body))
    assert found
    return found[1]


def run_mail_tasks() -> None:
    """What the worker does with the mail that waits."""
    for task in DBTaskResult.objects.filter(task_path=send_mail.module_path):
        send_mail.func(**task.args_kwargs["kwargs"])
    DBTaskResult.objects.filter(task_path=send_mail.module_path).delete()


def later(quote: Quote, minutes: int = 1) -> Any:
    """So many minutes after it was sent."""
    assert quote.sent_at
    return quote.sent_at + timedelta(minutes=minutes)
