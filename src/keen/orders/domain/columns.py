"""What the columns of a file become, found by their names in four languages."""

from collections.abc import Sequence
from typing import Final

from keen.orders.domain.choices import Paper
from keen.records.domain import mapping
from keen.records.domain.mapping import Mapping
from keen.records.domain.targets import TargetField

LINE: Final = "line."
AMOUNTS: Final = frozenset(
    {"net", "tax", "gross", "open_amount", "line.quantity", "line.price", "line.amount"}
)
DAYS: Final = frozenset({"on", "due_on", "shipped_on", "paid_on"})

_NUMBERS: Final = {
    Paper.ORDER: (
        "Order number",
        (
            "order|order no|order number|order id|sales order|sales order number|so number|document number|number|"
            "auftrag|auftragsnummer|auftragsnr|auftrag nr|bestellnummer|belegnummer|beleg nr|vorgangsnummer|"
            "commande|numero de commande|no commande|n commande|pedido|numero de pedido|num pedido|n pedido"
        ),
    ),
    Paper.INVOICE: (
        "Invoice number",
        (
            "invoice|invoice no|invoice number|invoice id|bill number|rechnung|rechnungsnummer|rechnungsnr|rechnung nr|"
            "re nr|facture|numero de facture|no facture|n facture|factura|numero de factura|num factura|n factura"
        ),
    ),
    Paper.PURCHASE_ORDER: (
        "Purchase order number",
        (
            "purchase order|purchase order number|po|po number|po no|customer po|kundenbestellung|kundenbestellnummer|"
            "bestellnummer des kunden|bon de commande|numero de bon de commande|orden de compra|numero de orden de compra"
        ),
    ),
    Paper.PAYMENT: (
        "Payment number",
        (
            "payment|payment no|payment number|payment id|receipt number|transaction id|zahlung|zahlungsnummer|zahlungsnr|"
            "buchungsnummer|paiement|numero de paiement|pago|numero de pago"
        ),
    ),
}
_DAY: Final = {
    Paper.ORDER: ("Ordered", ("order date|ordered|ordered on|date|document date|auftragsdatum|bestelldatum|belegdatum|datum|"
                  "date de commande|fecha de pedido|fecha")),
    Paper.INVOICE: ("Invoiced", ("invoice date|invoiced|invoiced on|date|document date|rechnungsdatum|belegdatum|datum|"
                    "date de facture|fecha de factura|fecha")),
    Paper.PURCHASE_ORDER: ("Received", ("received|received on|order date|date|po date|bestelldatum|eingangsdatum|datum|"
                           "date de commande|fecha")),
    Paper.PAYMENT: ("Received", ("payment date|paid on|date paid|received|date|value date|zahlungsdatum|valuta|buchungsdatum|"
                    "datum|date de paiement|fecha de pago|fecha")),
}  # fmt: skip
_DUE: Final = {
    Paper.ORDER: ("Promised for", ("delivery date|promised date|requested date|due date|due|liefertermin|lieferdatum|wunschtermin|"
                  "date de livraison|fecha de entrega")),
    Paper.INVOICE: ("Due", ("due date|due|due on|payable by|falligkeit|falligkeitsdatum|fallig am|zahlbar bis|faellig am|"
                    "date d echeance|echeance|vencimiento|fecha de vencimiento")),
    Paper.PURCHASE_ORDER: ("Wanted for", ("requested date|delivery date|due date|wunschtermin|liefertermin|"
                           "date de livraison|fecha de entrega")),
}  # fmt: skip
_COMMON: Final = (
    ("status", "Status", "text", "status|state|order status|invoice status|zustand|auftragsstatus|rechnungsstatus|etat|statut|estado"),
    ("customer_number", "Customer number", "text",
     ("customer number|customer no|customer id|customer code|account number|debtor|debtor number|kundennummer|kundennr|"
     "kunden nr|kdnr|debitor|debitorennummer|debitor nr|numero client|code client|numero de cliente|codigo de cliente")),
    ("customer_name", "Customer", "text",
     ("customer|customer name|company|company name|bill to|sold to|account name|kunde|kundenname|firma|client|nom du client|"
     "raison sociale|cliente|nombre del cliente|razon social")),
    ("email", "E-mail", "email",
     ("e mail|email|mail|email address|customer email|billing email|contact email|e mail adresse|mailadresse|"
     "courriel|adresse e mail|correo|correo electronico")),
    ("reference", "Customer's number or reference", "text",
     ("reference|your reference|customer reference|customer po|po number|purchase order|ihr zeichen|kundenreferenz|referenz|"
     "bestellnummer kunde|votre reference|su referencia|referencia")),
    ("currency", "Currency", "text", "currency|currency code|wahrung|waehrung|devise|monnaie|moneda|divisa"),
    ("net", "Net", "number", "net|net amount|subtotal|total net|total excl tax|netto|nettobetrag|nettosumme|montant ht|total ht|neto|base imponible"),
    ("tax", "Tax", "number", "tax|vat|tax amount|vat amount|steuer|mwst|ust|umsatzsteuer|steuerbetrag|tva|montant tva|iva|impuesto"),
    ("gross", "Total", "number",
     ("total|gross|amount|grand total|gross amount|total amount|total incl tax|invoice total|order total|brutto|"
     "bruttobetrag|gesamt|gesamtbetrag|summe|betrag|montant ttc|total ttc|montant|importe|importe total|total con iva")),
    ("changed_at", "Changed there", "text",
     ("changed at|changed|modified|last modified|modified on|updated|updated at|last change|geandert|geandert am|"
     "anderungsdatum|letzte anderung|modifie le|date de modification|modificado|fecha de modificacion")),
    ("system", "System", "text", "system|source|source system|mandant|quelle|quellsystem|origine|origen"),
)  # fmt: skip
_LINES: Final = (
    ("line.position", "Line: position", "text", "position|pos|line|line no|line number|zeile|ligne|linea|posicion"),
    ("line.article", "Line: article", "text",
     ("article|article number|item|item number|item no|sku|product|product code|material|artikel|artikelnummer|artikelnr|"
     "artikel nr|reference article|articulo|codigo de articulo")),
    ("line.text", "Line: text", "text",
     "description|item description|text|product name|bezeichnung|beschreibung|artikelbezeichnung|designation|libelle|descripcion|concepto"),
    ("line.quantity", "Line: quantity", "number", "quantity|qty|pieces|menge|anzahl|stuck|quantite|qte|cantidad|unidades"),
    ("line.price", "Line: price", "number", "price|unit price|price each|preis|einzelpreis|stuckpreis|prix|prix unitaire|precio|precio unitario"),
    ("line.amount", "Line: amount", "number",
     "line amount|line total|amount line|position total|zeilenbetrag|positionsbetrag|positionswert|gesamtpreis|montant ligne|importe linea|total linea"),
)  # fmt: skip
_ORDER_ONLY: Final = (
    ("shipped_on", "Shipped", "text",
     "shipped|shipped on|ship date|shipping date|dispatch date|versanddatum|versendet am|lieferdatum ist|date d expedition|fecha de envio"),
    ("carrier", "Carrier", "text", "carrier|shipper|shipping method|ship via|spediteur|versandart|versanddienst|transporteur|transportista"),
    ("tracking", "Tracking number", "text",
     "tracking|tracking number|tracking no|parcel number|sendungsnummer|paketnummer|trackingnummer|numero de suivi|numero de seguimiento"),
    ("tracking_url", "Tracking address", "text", "tracking url|tracking link|sendungslink|lien de suivi|enlace de seguimiento"),
)  # fmt: skip
_INVOICE_ONLY: Final = (
    ("paid_on", "Paid", "text", "paid|paid on|payment date|date paid|bezahlt am|zahlungsdatum|zahldatum|date de paiement|fecha de pago"),
    ("open_amount", "Open", "number",
     ("open|open amount|balance|balance due|amount due|outstanding|outstanding amount|offen|offener betrag|restbetrag|"
     "saldo|solde|reste a payer|pendiente|saldo pendiente|importe pendiente")),
    ("order_number", "Order number", "text", _NUMBERS[Paper.ORDER][1].replace("|number|", "|")),
)  # fmt: skip
_PO_ONLY: Final = (("order_number", "Our order", "text", _NUMBERS[Paper.ORDER][1].replace("|number|", "|")),)
_PAYMENT_ONLY: Final = (
    ("invoice_number", "Invoice number", "text", _NUMBERS[Paper.INVOICE][1]),
    (
        "method",
        "Method",
        "text",
        "method|payment method|paid by|zahlungsart|zahlweise|mode de paiement|forma de pago",
    ),
)
_ONLY: Final = {
    Paper.ORDER: _ORDER_ONLY,
    Paper.INVOICE: _INVOICE_ONLY,
    Paper.PURCHASE_ORDER: _PO_ONLY,
    Paper.PAYMENT: _PAYMENT_ONLY,
}


def targets(kind: str) -> list[TargetField]:
    """What a column of such papers may become."""
    paper = Paper(kind)
    given = [
        ("number", *_one(_NUMBERS[paper], "id")),
        ("on", *_one(_DAY[paper], "text")),
        *([("due_on", *_one(_DUE[paper], "text"))] if paper in _DUE else []),
        *_ONLY[paper],
        *_COMMON,
        *(_LINES if paper is not Paper.PAYMENT else ()),
    ]
    return [TargetField(name, label, holds, tuple(words.split("|"))) for name, label, holds, words in given]


def _one(told: tuple[str, str], holds: str) -> tuple[str, str, str]:
    return told[0], holds, told[1]


def propose(headers: Sequence[str], sample: Sequence[Sequence[str]], kind: str = "") -> tuple[str, Mapping]:
    """Which kind of papers a file holds, and what its columns become.

    Shape: the kind whose number has a column by name, the one with the most other columns among several.
    """
    made = [
        (one, mapping.propose(headers, sample, targets(one))) for one in ([Paper(kind)] if kind else Paper)
    ]
    best = max(made, key=lambda pair: _fit(pair[1]))
    return best[0].value, best[1]


def _fit(made: Mapping) -> tuple[float, int]:
    number = max((column.confidence for column in made.columns if column.target == "number"), default=0.0)
    exact = any(
        column.target == "number" and "number" not in _plain(column.column) for column in made.columns
    )
    return number, len(made.targets()) + exact


def _plain(header: str) -> tuple[str, ...]:
    return tuple(header.casefold().split()) if header.casefold().strip() == "number" else ()
