"""What is sold and for how much: products, price books, the prices in them, and the tax rates."""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from keen.core import stamps
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.core.models.exact import ExactField
from keen.records.models import Record
from keen.sales.domain.taxes import TaxClass, defaults

ALIVE = Q(deleted_at__isnull=True)
MANAGE = "prices.manage"


class Catalogue(Record):
    """What everybody who sees any of it sees alike, and what those change who look after prices."""

    class Meta:
        abstract = True

    @classmethod
    def allowed(cls, actor: Actor, action: str) -> Q:
        """Everything, for who sees any of it; changed by those who look after prices."""
        return Q(pk__in=[]) if actor.rights.scope(cls.KIND, action) is Scope.NONE else Q()

    def allows(self, actor: Actor, action: str) -> bool:
        """The same rule for this one record."""
        return actor.rights.scope(self.KIND, action) is not Scope.NONE


class Product(Catalogue):
    """Something that is sold. What it costs stands in price books."""

    KIND: ClassVar[str] = "product"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("name",)
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("number", "family")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = ("number", "external_id")

    name = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    tax_class = models.CharField(max_length=20, default="standard")
    family = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    description = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("name", "id"), condition=ALIVE, name="product_by_name"),
            models.Index(fields=("-updated_at", "-id"), condition=ALIVE, name="product_by_update"),
            models.Index(fields=("external_id",), condition=~Q(external_id=""), name="product_by_external"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name

    @property
    def subtitle(self) -> str:
        """Its number and its family."""
        return ", ".join(part for part in (self.number, self.family) if part)

    def handles(self) -> set[tuple[str, str]]:
        """Its number, and the id in another system."""
        found = {("number", self.number.casefold())} if self.number else set()
        return found | {("external", self.external_id)} if self.external_id else found

    def search_words(self) -> dict[str, list[str]]:
        """The number and the id elsewhere."""
        return {"number": [self.number], "external_id": [self.external_id]}


class PriceBook(Catalogue):
    """Prices in one currency, for a time."""

    KIND: ClassVar[str] = "price_book"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("name",)
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("currency",)
    WORD_FIELDS: ClassVar[tuple[str, ...]] = ("external_id",)

    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    # Written by the one action that moves it from book to book.
    standard = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("standard",), condition=Q(standard=True) & ALIVE, name="price_book_one_standard"
            ),
        )
        indexes = (
            models.Index(fields=("name", "id"), condition=ALIVE, name="price_book_by_name"),
            models.Index(fields=("-updated_at", "-id"), condition=ALIVE, name="price_book_by_update"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """What it is called."""
        return self.name

    @property
    def subtitle(self) -> str:
        """Its currency, and whether it is the one that is used where nothing else is said."""
        return f"{self.currency}{', standard' if self.standard else ''}"

    def holds_on(self, day: date) -> bool:
        """Whether its prices hold on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def handles(self) -> set[tuple[str, str]]:
        """The id in another system."""
        return {("external", self.external_id)} if self.external_id else set()

    def search_words(self) -> dict[str, list[str]]:
        """The id elsewhere."""
        return {"external_id": [self.external_id]}


class Price(Catalogue):
    """What one unit of a product costs in a price book, without tax."""

    KIND: ClassVar[str] = "price"
    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("product",)
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("book",)

    book = models.ForeignKey(PriceBook, models.PROTECT, related_name="+", db_index=False)
    book_name = models.CharField(max_length=200, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False)
    product_name = models.CharField(max_length=210, blank=True)
    price = ExactField(places=4)

    class Meta:
        indexes = (
            models.Index(fields=("book", "product"), condition=ALIVE, name="price_in_book"),
            models.Index(fields=("product",), condition=ALIVE, name="price_of_product"),
            models.Index(fields=("-updated_at", "-id"), condition=ALIVE, name="price_by_update"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The product."""
        return self.product_name

    @property
    def subtitle(self) -> str:
        """The book."""
        return self.book_name

    def derive(self) -> None:
        """Keep the digits that the column holds."""
        if self.price is not None:
            self.price = Decimal(self.price).quantize(Decimal("0.0001"))


class TaxRate(models.Model):
    """What a tax class takes, in percent."""

    key = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    percent = ExactField(places=3)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="sales_tax_percent"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def facts(self) -> dict[str, Any]:
        """What was decided about it, as the audit trail keeps it."""
        return {"key": self.key, "name": self.name, "percent": f"{Decimal(self.percent).normalize():f}"}


def taxes() -> tuple[TaxClass, ...]:
    """The tax classes as this request or job sees them; those of the country until somebody changes one.

    Cost: none; 1 query in a process that sees this state for the first time.
    """
    mark = stamps.current()
    usual = defaults(settings.KEEN.region)
    return _taxes(mark) or usual if mark else usual


@lru_cache(maxsize=4)
def _taxes(mark: str) -> tuple[TaxClass, ...]:
    del mark
    rows = TaxRate.objects.order_by("position", "pk")
    return tuple(TaxClass(row.key, row.name, row.percent) for row in rows)


def percent_of(key: str) -> Decimal:
    """What the tax class takes; nothing for one that is not known any more."""
    return next((one.percent for one in taxes() if one.key == key), Decimal(0))
