"""Formulas of records, worked out whenever a record is written."""

from decimal import Decimal
from typing import Any

import pytest

from keen.core.domain.actor import SYSTEM
from keen.people.models import Contact
from keen.records.actions import fields
from keen.records.models import OwnField
from tests.factories.fields import make_field
from tests.factories.records import change, create

pytestmark = pytest.mark.django_db


def test_a_formula_is_worked_out_with_each_write(owner: Any) -> None:
    make_field("Pieces", type="number")
    make_field("Price", type="money")
    make_field("Total", type="formula", formula="[Price] * [Pieces]")
    make_field("Size", type="formula", formula='if([Total] > 10, "big", "small") & " " & [Last name]')
    record = create(owner, x_pieces="4", x_price="2.60 EUR").record
    assert (record.x_total, record.x_size) == (Decimal("10.4"), "big Haddad")
    change(owner, record, x_pieces="1")
    kept = Contact.objects.get(pk=record.pk)
    assert (kept.x_total, kept.x_size) == (Decimal("2.6"), "small Haddad")


def test_a_formula_whose_field_lost_its_meaning_is_blank(owner: Any) -> None:
    make_field("Pieces", type="number")
    make_field("Double", type="formula", formula="[Pieces] * 2")
    OwnField.objects.filter(name="x_pieces").update(archived_at="2026-01-01T00:00Z")
    fields.move(actor=SYSTEM, field_id=OwnField.objects.get(name="x_double").pk, down=True)
    make_field("Other")
    assert create(owner).record.x_double is None


def test_a_name_that_no_page_could_have_written_reaches_no_statement() -> None:
    field = make_field()
    OwnField.objects.filter(pk=field.pk).update(name="x_a') --")
    with pytest.raises(ValueError, match="a name that cannot be"):
        OwnField.objects.get(pk=field.pk).definition()
