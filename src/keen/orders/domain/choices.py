"""What papers are and how they stand, and the words by which other systems say so."""

from enum import StrEnum

from keen.lib import text


class Paper(StrEnum):
    """The kinds of papers. A purchase order is the customer's: what they sent before there was an order of ours."""

    ORDER = "order"
    INVOICE = "invoice"
    PURCHASE_ORDER = "purchase_order"
    PAYMENT = "payment"


class Status(StrEnum):
    """How a paper stands."""

    ORDERED = "ordered"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    INVOICED = "invoiced"
    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    CREDITED = "credited"
    RECEIVED = "received"
    CONFIRMED = "confirmed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


_LABELS = {
    Status.ORDERED: "Ordered",
    Status.PART_SHIPPED: "Part shipped",
    Status.SHIPPED: "Shipped",
    Status.DELIVERED: "Delivered",
    Status.INVOICED: "Invoiced",
    Status.OPEN: "Open",
    Status.PART_PAID: "Part paid",
    Status.PAID: "Paid",
    Status.CREDITED: "Credited",
    Status.RECEIVED: "Received",
    Status.CONFIRMED: "Confirmed",
    Status.RETURNED: "Returned",
    Status.CANCELLED: "Cancelled",
}
_OF = {
    Paper.ORDER: (
        Status.ORDERED,
        Status.PART_SHIPPED,
        Status.SHIPPED,
        Status.DELIVERED,
        Status.INVOICED,
        Status.CANCELLED,
    ),
    Paper.INVOICE: (Status.OPEN, Status.PART_PAID, Status.PAID, Status.CREDITED, Status.CANCELLED),
    Paper.PURCHASE_ORDER: (Status.RECEIVED, Status.CONFIRMED, Status.CANCELLED),
    Paper.PAYMENT: (Status.RECEIVED, Status.RETURNED),
}
# What a paper is as long as nobody says anything else.
FIRST = {
    Paper.ORDER: Status.ORDERED,
    Paper.INVOICE: Status.OPEN,
    Paper.PURCHASE_ORDER: Status.RECEIVED,
    Paper.PAYMENT: Status.RECEIVED,
}
# Orders that somebody still waits for.
WAITING = (Status.ORDERED, Status.PART_SHIPPED)
_WORDS = {
    Status.ORDERED: "ordered new open placed confirmed accepted processing pending released in progress backorder booked "
    "bestellt offen neu bestatigt bearbeitung freigegeben auftrag commande confirme nouveau cours pedido confirmado nuevo",
    Status.PART_SHIPPED: "partially shipped|part shipped|partly shipped|partial|partially delivered|teilgeliefert|"
    "teilweise geliefert|teillieferung|expedie partiellement|partiellement expedie|livre partiellement|enviado parcialmente|parcial",
    Status.SHIPPED: "shipped dispatched sent fulfilled versendet versandt verschickt ausgeliefert expedie expediee envoye enviado despachado",
    Status.DELIVERED: "delivered completed complete closed done geliefert zugestellt erledigt abgeschlossen livre livree termine entregado cerrado",
    Status.INVOICED: "invoiced billed fakturiert berechnet abgerechnet facture facturee facturado",
    Status.OPEN: "open unpaid due overdue outstanding sent posted issued draft offen fallig uberfallig unbezahlt gestellt impaye impayee "
    "ouvert echu pendiente vencida abierta",
    Status.PART_PAID: "partially paid|part paid|partly paid|partial|teilbezahlt|teilweise bezahlt|partiellement paye|paye partiellement|"
    "pagado parcialmente|parcial",
    Status.PAID: "paid settled closed cleared bezahlt beglichen ausgeglichen erledigt paye payee regle reglee pagado pagada cobrada",
    Status.CREDITED: "credited refunded|credit note|gutgeschrieben|gutschrift|erstattet|avoir|credite|rembourse|abonado|reembolsado",
    Status.RECEIVED: "received new open erhalten eingegangen neu offen recu recue recibido recibida booked posted gebucht",
    Status.CONFIRMED: "confirmed accepted acknowledged done bestatigt angenommen confirme acceptee confirmado aceptado",
    Status.RETURNED: "returned bounced reversed failed zuruckgebucht rucklastschrift storniert rejete retourne devuelto rechazado",
    Status.CANCELLED: "cancelled canceled void voided rejected deleted storniert annulliert abgelehnt annule annulee cancelado cancelada anulado",
}


def statuses(kind: str) -> tuple[tuple[str, str], ...]:
    """The statuses of a kind with their labels."""
    return tuple((status.value, _LABELS[status]) for status in _OF[Paper(kind)])


def label(status: str) -> str:
    """The status in a word."""
    return _LABELS[Status(status)] if status else ""


def status_of(kind: str, written: str) -> str:
    """The status that a word of another system means, "" when it means none.

    Shape: words of English, German, French and Spanish, in any case.
    """
    wanted = text.fold(written)
    if not wanted:
        return ""
    for status in _OF[Paper(kind)]:
        if wanted in {text.fold(status.value), text.fold(_LABELS[status])}:
            return status.value
    return next((status.value for status in _OF[Paper(kind)] if wanted in _words(status)), "")


def _words(status: Status) -> frozenset[str]:
    told = _WORDS[status]
    parts = [part.strip() for part in told.split("|")]
    single = {word for part in parts[:1] for word in part.split()} if "|" in told else set(told.split())
    return frozenset(single | set(parts))
