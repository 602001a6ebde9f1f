"""What products cost: by the standard book, else by another one in the currency of the deal."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from keen.core.domain.actor import Actor
from keen.lib import numbers
from keen.sales.domain.pricing import said
from keen.sales.models import Price, PriceBook, Product
from keen.sales.models.products import percent_of


@dataclass(frozen=True)
class Offered:
    """A product as a line starts with it. `price` is None where no book says one in the currency."""

    product: Product
    price: Decimal | None
    tax: Decimal


def books_for(currency: str, on: date) -> list[PriceBook]:
    """The books whose prices hold in the currency on that day, the one to take first: the standard, then the newest.

    Cost: 1 query.
    """
    rows = PriceBook.objects.living().filter(
        Q(valid_from=None) | Q(valid_from__lte=on),
        Q(valid_until=None) | Q(valid_until__gte=on),
        currency=currency,
    )
    return list(rows.order_by("-standard", "-created_at", "-pk"))


def offered(actor: Actor, ids: Collection[int], currency: str, on: date) -> dict[int, Offered]:
    """The products that the actor can see, each with its price of the day.

    Cost: 3 queries.
    """
    products = Product.objects.visible_to(actor).filter(pk__in=ids)
    order = {book.pk: place for place, book in enumerate(books_for(currency, on))}
    prices: dict[int, tuple[int, Decimal]] = {}
    for row in Price.objects.living().filter(book_id__in=order, product_id__in=ids).order_by("pk"):
        found = (order[row.book_id], row.price)
        if row.product_id not in prices or found[0] <= prices[row.product_id][0]:
            prices[row.product_id] = found
    return {
        one.pk: Offered(one, prices[one.pk][1] if one.pk in prices else None, percent_of(one.tax_class))
        for one in products
    }


def default_currency() -> str:
    """The currency of the standard book; "" without one.

    Cost: 1 query.
    """
    found = PriceBook.objects.living().filter(standard=True).values_list("currency", flat=True).first()
    return str(found or "")


def as_typed(one: Offered, currency: str) -> dict[str, str]:
    """What the inputs of a line start with for the product."""
    return {
        "text": one.product.name,
        "article": one.product.number,
        "unit": one.product.unit,
        "price": "" if one.price is None else numbers.again(said(one.price, currency)),
        "tax": said(one.tax),
    }
