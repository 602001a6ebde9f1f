"""Orders, invoices, purchase orders and payments of another system, whose they are, and the files they came in."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from keen.core.domain.actor import Actor
from keen.core.domain.rights import WRITES, Scope
from keen.orders.domain import choices, numbers
from keen.orders.domain.choices import Paper, Status
from keen.people.models import Account, Contact
from keen.records.models import Record

ALIVE = Q(deleted_at__isnull=True)
MATCH, FEED = "orders.match", "orders.feed"


def amount() -> "models.DecimalField[Any, Any]":
    """A column for an amount: fifteen digits are what both databases keep exactly."""
    return models.DecimalField(max_digits=15, decimal_places=3, null=True)


class Customer(models.Model):
    """A customer as another system knows them, and the account that they are here.

    Shape: `key` is the customer number, or what stands for it where the system gives none: an e-mail, a folded name.
    """

    WAITING, TIED, ASIDE = "waiting", "tied", "aside"
    STATES = ((WAITING, "Waiting"), (TIED, "Tied"), (ASIDE, "Not a customer of ours"))

    system = models.CharField(max_length=40)
    key = models.CharField(max_length=210)
    number = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    why = models.CharField(max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("system", "key"), name="orders_customer_once"),)
        indexes = (
            models.Index(
                fields=("-seen_at", "id"), condition=Q(state="waiting"), name="orders_customer_waiting"
            ),
        )

    def __str__(self) -> str:
        return self.name or self.number or self.email


class Document(Record):
    """What every paper says. It belongs to whoever its account belongs to; owner and team stay empty."""

    TITLE_FIELDS: ClassVar[tuple[str, ...]] = ("number",)
    SUBTITLE_FIELDS: ClassVar[tuple[str, ...]] = ("account", "customer_name")
    WORD_FIELDS: ClassVar[tuple[str, ...]] = (
        "number",
        "customer_number",
        "reference",
        "tracking",
        "order_number",
    )
    REPEATS: ClassVar[tuple[str, ...]] = ("contact_id", "contact_name", "email", "customer_name")
    NOUN: ClassVar[str] = ""

    system = models.CharField(max_length=40)
    number = models.CharField(max_length=60)
    number_key = models.CharField(max_length=60)
    status = models.CharField(max_length=20)
    status_said = models.CharField(max_length=60, blank=True)
    on = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    net = amount()
    tax = amount()
    gross = amount()
    reference = models.CharField(max_length=120, blank=True)
    lines = models.JSONField(default=list)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", db_index=False)
    customer_number = models.CharField(max_length=60, blank=True)
    customer_name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+", db_index=False)
    account_name = models.CharField(max_length=200, blank=True)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", db_index=False)
    contact_name = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @classmethod
    def allowed(cls, actor: Actor, action: str) -> Q:
        """What belongs to an account that the actor may see, as far as their right to such papers reaches.

        Shape: what is nobody's yet is seen by those who say whose it is.
        """
        if action in WRITES and cls.KIND in actor.rights.mirrors:
            return Q(pk__in=[])
        scope = actor.rights.scope(cls.KIND, action)
        of_account = "export" if action == "export" else "view"
        if scope is Scope.NONE:
            return Q(pk__in=[])
        accounts = Account.objects.visible_to(actor, of_account).filter(pk=OuterRef("account_id"))
        if scope is not Scope.ALL:
            mine = Q(owner_id=actor.user_id)
            if scope is Scope.TEAM:
                mine |= Q(team_id__in=sorted(actor.rights.teams))
            accounts = accounts.filter(mine)
        seen = Q(Exists(accounts))
        return seen | Q(account__isnull=True) if actor.rights.has(MATCH) else seen

    def allows(self, actor: Actor, action: str) -> bool:
        """The same rule for this one paper."""
        return type(self).objects.filter(type(self).allowed(actor, action), pk=self.pk).exists()

    @property
    def title(self) -> str:
        """What it is and its number."""
        return f"{self.NOUN} {self.number}".strip()

    @property
    def subtitle(self) -> str:
        """Whose it is."""
        return self.account_name or self.customer_name

    @property
    def total(self) -> Any:
        """The amount that it is about."""
        return self.gross if self.gross is not None else self.net

    @property
    def status_label(self) -> str:
        """How it stands, in a word."""
        return choices.label(self.status)

    def derive(self) -> None:
        """The number as it is compared."""
        self.number_key = numbers.key(self.number)

    def handles(self) -> set[tuple[str, str]]:
        """The number as it is compared."""
        return {("number", self.number_key)}

    def search_words(self) -> dict[str, list[str]]:
        """The number in every way of saying it, the customer's own number for it, and who ordered."""
        return {
            "number": numbers.spoken(self.number),
            "reference": numbers.spoken(self.reference) if self.reference else [],
            "customer_number": [self.customer_number],
        }

    @classmethod
    def indexes_called(cls, name: str) -> tuple[models.Index, ...]:
        """The indexes that every kind of paper has."""
        return (
            models.Index(fields=("number_key",), name=f"orders_{name}_number"),
            models.Index(fields=("account", "-on", "-id"), condition=ALIVE, name=f"orders_{name}_account"),
            models.Index(fields=("contact", "-on", "-id"), condition=ALIVE, name=f"orders_{name}_contact"),
            models.Index(fields=("-on", "-id", "account"), condition=ALIVE, name=f"orders_{name}_by_day"),
            models.Index(
                fields=("status", "-on", "-id", "account"), condition=ALIVE, name=f"orders_{name}_by_status"
            ),
            models.Index(fields=("customer", "id"), name=f"orders_{name}_customer"),
        )


def once(name: str) -> tuple[models.UniqueConstraint, ...]:
    """A system gives each number once."""
    return (models.UniqueConstraint(fields=("system", "number"), name=f"orders_{name}_once"),)


class Order(Document):
    """An order of a customer, with what became of it."""

    KIND: ClassVar[str] = Paper.ORDER.value
    NOUN: ClassVar[str] = "Order"

    due_on = models.DateField(null=True)
    shipped_on = models.DateField(null=True)
    carrier = models.CharField(max_length=60, blank=True)
    tracking = models.CharField(max_length=80, blank=True)
    tracking_url = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = once("order")
        indexes = (
            *Document.indexes_called("order"),
            models.Index(
                fields=("-shipped_on", "-id", "account"), condition=ALIVE, name="orders_order_by_shipping"
            ),
        )

    def search_words(self) -> dict[str, list[str]]:
        """The document's, and the number of the parcel."""
        return {**super().search_words(), "tracking": [self.tracking]}


class Invoice(Document):
    """An invoice to a customer, and what of it is open."""

    KIND: ClassVar[str] = Paper.INVOICE.value
    NOUN: ClassVar[str] = "Invoice"

    due_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)
    open_amount = amount()
    order_number = models.CharField(max_length=60, blank=True)
    overdue_told = models.DateField(null=True)

    class Meta:
        constraints = once("invoice")
        indexes = (
            *Document.indexes_called("invoice"),
            models.Index(
                fields=("due_on", "id", "account"),
                condition=ALIVE & Q(open_amount__gt=0),
                name="orders_invoice_unpaid",
            ),
            models.Index(
                fields=("order_number",), condition=~Q(order_number=""), name="orders_invoice_order"
            ),
        )

    def days_overdue(self, today: date) -> int:
        """For how many days it should have been paid; nought or less while it is not due."""
        is_open = self.open_amount is not None and self.open_amount > 0
        return (
            (today - self.due_on).days if is_open and self.due_on and self.status != Status.CANCELLED else 0
        )


class PurchaseOrder(Document):
    """What a customer sent to order something: the number that they say on the phone."""

    KIND: ClassVar[str] = Paper.PURCHASE_ORDER.value
    NOUN: ClassVar[str] = "Purchase order"

    due_on = models.DateField(null=True)
    order_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = once("po")
        indexes = (
            *Document.indexes_called("po"),
            models.Index(fields=("order_number",), condition=~Q(order_number=""), name="orders_po_order"),
        )


class Payment(Document):
    """Money that came for an invoice."""

    KIND: ClassVar[str] = Paper.PAYMENT.value
    NOUN: ClassVar[str] = "Payment"

    invoice_number = models.CharField(max_length=60, blank=True)
    method = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = once("payment")
        indexes = (
            *Document.indexes_called("payment"),
            models.Index(
                fields=("invoice_number",), condition=~Q(invoice_number=""), name="orders_payment_invoice"
            ),
        )


MODELS: dict[str, type[Document]] = {model.KIND: model for model in (Order, Invoice, PurchaseOrder, Payment)}


class Milestone(models.Model):
    """Something that happened to a paper on a day: it stands on the timelines of its account and its contact.

    Derived from the paper's own row by every write.
    """

    kind = models.CharField(max_length=20)
    record_id = models.BigIntegerField()
    what = models.CharField(max_length=20)
    at = models.DateTimeField()
    number = models.CharField(max_length=60)
    amount = amount()
    currency = models.CharField(max_length=3)
    detail = models.CharField(max_length=200, blank=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+", db_index=False)

    class Meta:
        indexes = (
            models.Index(fields=("kind", "record_id"), name="orders_milestone_of"),
            models.Index(fields=("account", "-at", "-id"), name="orders_milestone_account"),
            models.Index(fields=("contact", "-at", "-id"), name="orders_milestone_contact"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.what}"


class Intake(models.Model):
    """One file or one call of a program by which papers came in. `cursor` counts the papers that are written."""

    UPLOADS: ClassVar[str] = "path"
    CHECKED, READING, DONE, FAILED, UNDONE = "checked", "reading", "done", "failed", "undone"
    STATES = (
        (CHECKED, "Checked"), (READING, "Being read"), (DONE, "Read"), (FAILED, "Failed"), (UNDONE, "Taken back"),
    )  # fmt: skip
    PAGE, FOLDER, API = "page", "folder", "api"
    ROADS = ((PAGE, "Dropped"), (FOLDER, "Folder"), (API, "Program"))

    system = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    road = models.CharField(max_length=10, choices=ROADS)
    name = models.CharField(max_length=200, blank=True)
    path = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    headers = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES)
    message = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    refused = models.JSONField(default=list)
    operation = models.ForeignKey("core.Operation", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("system", "-created_at"), name="orders_intake_of"),
            models.Index(fields=("sha256",), condition=~Q(sha256=""), name="orders_intake_file"),
        )

    def __str__(self) -> str:
        return self.name or self.system

    def get_absolute_url(self) -> str:
        return f"/orders/drop/{self.pk}/"
