"""Orders, invoices, purchase orders and payments as the workbench knows them: looked at, and written by nobody here."""

from keen.orders.domain.choices import WAITING, Paper, statuses
from keen.orders.models import Invoice, Order, Payment, PurchaseOrder
from keen.records.declare import Field, Kind, RecordType

EMPTY = "They are read from the system in which you write them, as soon as somebody with the power for it connects it."
_WHOSE = (
    Field("account", "Account", Kind.REFERENCE, to="account", shadow="account_name", listed=True, sorts=True),
    Field("contact", "Contact", Kind.REFERENCE, to="contact", shadow="contact_name", sorts=True),
)
_SENT = (
    Field("customer_name", "Customer as sent", section="As sent", most=200),
    Field("customer_number", "Customer number", section="As sent", most=60),
    Field("email", "E-mail as sent", section="As sent", most=254),
)
_FROM = (
    Field("system", "From", section="Who", most=40),
    Field("changed_at", "Changed there", Kind.DATETIME, section="Who", sorts=True),
    Field("status_said", "Status as sent", section="As sent", most=60),
    Field("lines", "Lines", Kind.LINES, filtered=False),
    Field("created_at", "Came in", Kind.DATETIME, section="Who", editable=False, sorts=True),
    Field("updated_at", "Updated", Kind.DATETIME, section="Who", editable=False, sorts=True),
)
_SUMS = (
    Field("net", "Net", Kind.AMOUNT, section="Amounts", currency="currency"),
    Field("tax", "Tax", Kind.AMOUNT, section="Amounts", currency="currency"),
    Field("currency", "Currency", section="Amounts", most=3),
)


def _number(label: str) -> Field:
    return Field("number", label, most=60)


def _status(kind: Paper) -> Field:
    return Field("status", "Status", Kind.CHOICE, listed=True, choices=statuses(kind))


def _day(label: str) -> Field:
    return Field("on", label, Kind.DATE, listed=True, sorts=True)


def _gross(label: str = "Total") -> Field:
    return Field("gross", label, Kind.AMOUNT, section="Amounts", listed=True, sorts=True, currency="currency")


ORDER = RecordType(
    kind=Paper.ORDER.value,
    model=Order,
    label="Order",
    plural="Orders",
    icon="package",
    code="S",
    path="orders",
    order="-on",
    name_field="number",
    mirror=True,
    tabs=(
        ("Open orders", f"status={','.join(WAITING)}"),
        ("Shipped this week", "shipped_on.last=7"),
    ),
    empty=f"What your customers ordered, and where it is. {EMPTY}",
    declared=(
        _number("Order number"), _status(Paper.ORDER), *_WHOSE, _day("Ordered"),
        Field("due_on", "Promised for", Kind.DATE, sorts=True),
        Field("shipped_on", "Shipped", Kind.DATE, listed=True, sorts=True),
        Field("carrier", "Carrier", most=60), Field("tracking", "Tracking number", most=80),
        Field("tracking_url", "Tracking", Kind.URL, most=300),
        Field("reference", "Customer's number", most=120),
        _gross(), *_SUMS, *_SENT, *_FROM,
    ),
)  # fmt: skip
INVOICE = RecordType(
    kind=Paper.INVOICE.value,
    model=Invoice,
    label="Invoice",
    plural="Invoices",
    icon="receipt",
    code="I",
    path="invoices",
    order="-on",
    name_field="number",
    mirror=True,
    tabs=(
        ("Unpaid", "open_amount.min=0.01"),
        ("Overdue", "open_amount.min=0.01&due_on.filled=1&due_on.before_last=0"),
    ),
    empty=f"What was invoiced, what is paid and what is not. {EMPTY}",
    declared=(
        _number("Invoice number"), _status(Paper.INVOICE), *_WHOSE, _day("Invoiced"),
        Field("due_on", "Due", Kind.DATE, listed=True, sorts=True),
        Field("paid_on", "Paid", Kind.DATE, sorts=True),
        Field("order_number", "Order", most=60),
        Field("reference", "Customer's number", most=120),
        _gross(),
        Field("open_amount", "Open", Kind.AMOUNT, section="Amounts", listed=True, sorts=True, currency="currency"),
        *_SUMS, *_SENT, *_FROM,
    ),
)  # fmt: skip
PURCHASE_ORDER = RecordType(
    kind=Paper.PURCHASE_ORDER.value,
    model=PurchaseOrder,
    label="Purchase order",
    plural="Purchase orders",
    icon="clipboard-list",
    code="P",
    path="purchase-orders",
    order="-on",
    name_field="number",
    mirror=True,
    empty=f"What customers sent to order something, under their own numbers. {EMPTY}",
    declared=(
        _number("Purchase order number"), _status(Paper.PURCHASE_ORDER), *_WHOSE, _day("Received"),
        Field("due_on", "Wanted for", Kind.DATE, sorts=True),
        Field("order_number", "Our order", listed=True, most=60),
        Field("reference", "Reference", most=120),
        _gross(), *_SUMS, *_SENT, *_FROM,
    ),
)  # fmt: skip
PAYMENT = RecordType(
    kind=Paper.PAYMENT.value,
    model=Payment,
    label="Payment",
    plural="Payments",
    icon="circle-check",
    code="Y",
    path="payments",
    order="-on",
    name_field="number",
    mirror=True,
    empty=f"Money that came, and for which invoice. {EMPTY}",
    declared=(
        _number("Payment number"), _status(Paper.PAYMENT), *_WHOSE, _day("Received"),
        Field("invoice_number", "Invoice", listed=True, most=60),
        Field("method", "Method", most=40), Field("reference", "Reference", most=120),
        _gross("Amount"), *_SUMS, *_SENT, *_FROM,
    ),
)  # fmt: skip
TYPES = (ORDER, INVOICE, PURCHASE_ORDER, PAYMENT)
BY_KIND = {one.kind: one for one in TYPES}
