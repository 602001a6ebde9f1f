"""Statuses in the words of other systems."""

import pytest

from keen.orders.domain.choices import Paper, label, status_of, statuses

SAID = [
    ("order", "Teilgeliefert", "part_shipped"), ("order", "EXPÉDIÉE", "shipped"), ("order", "cancelado", "cancelled"),
    ("order", "Backorder", "ordered"), ("order", "partially shipped", "part_shipped"), ("invoice", "überfällig", "open"),
    ("invoice", "Bezahlt", "paid"), ("invoice", "pagado parcialmente", "part_paid"), ("invoice", "credit note", "credited"),
    ("purchase_order", "bestätigt", "confirmed"), ("payment", "Rücklastschrift", "returned"), ("order", "Blue", ""), ("order", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "said", "meant"), SAID)
def test_words_of_four_languages_are_understood(kind: str, said: str, meant: str) -> None:
    assert status_of(kind, said) == meant


@pytest.mark.parametrize("kind", list(Paper))
def test_every_status_is_understood_by_its_key_and_its_label(kind: str) -> None:
    for key, told in statuses(kind):
        assert status_of(kind, key) == status_of(kind, told) == key
        assert label(key) == told
