"""Columns of files, recognised by their names."""

import pytest

from keen.orders.domain.choices import Paper
from keen.orders.domain.columns import propose, targets

FILES = [
    ("order", ["Auftragsnummer", "Kundennummer", "Kunde", "Datum", "Status", "Pos", "Artikel", "Menge", "Einzelpreis", "Gesamtbetrag"],
     ["number", "customer_number", "customer_name", "on", "status", "line.position", "line.article", "line.quantity", "line.price", "gross"]),
    ("invoice", ["Invoice number", "Order number", "Customer", "Due date", "Total", "Balance due"],
     ["number", "order_number", "customer_name", "due_on", "gross", "open_amount"]),
    ("invoice", ["N° facture", "Client", "Date d'échéance", "Montant TTC", "Reste à payer"],
     ["number", "customer_name", "due_on", "gross", "open_amount"]),
    ("order", ["Número de pedido", "Cliente", "Fecha", "Importe total"], ["number", "customer_name", "on", "gross"]),
    ("purchase_order", ["PO number", "Customer", "Date", "Total"], ["number", "customer_name", "on", "gross"]),
    ("payment", ["Payment ID", "Invoice no", "Date", "Amount"], ["number", "invoice_number", "on", "gross"]),
    ("order", ["Number", "Customer", "Total"], ["number", "customer_name", "gross"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "headers", "expected"), FILES, ids=lambda one: one[0] if isinstance(one, list) else one
)
def test_a_file_is_known_by_the_names_of_its_columns(
    kind: str, headers: list[str], expected: list[str]
) -> None:
    found, made = propose(headers, [[""] * len(headers)])

    assert (found, [column.target for column in made.columns]) == (kind, expected)


@pytest.mark.parametrize("kind", list(Paper))
def test_no_two_targets_of_a_kind_go_by_the_same_word(kind: str) -> None:
    seen: dict[str, str] = {}
    for target in targets(kind):
        for word in target.synonyms:
            if word in seen:
                # An order's number may be called what the customer calls theirs; the first one declared holds.
                assert {seen[word], target.name} & {"number", "reference", "on", "paid_on", "line.article"}, (
                    word,
                    target.name,
                )
            seen.setdefault(word, target.name)
