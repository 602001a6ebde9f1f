"""What follows from fields of one's own, made anew for records that are there already."""

from decimal import Decimal

import pytest
from django.db import transaction

from keen.core.domain.actor import SYSTEM
from keen.core.jobs.runs import run_ready
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.actions import fields, refreshing
from keen.records.domain.fieldrules import FieldWish
from keen.records.models import Handle, OwnField, SearchEntry
from tests.factories.fields import make_field
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db


def test_a_formula_is_worked_out_for_records_that_are_there_already() -> None:
    make_field("Pieces", type="number")
    rows = [make_contact(x_pieces=Decimal(n)) for n in (1, 2)]
    versions = [row.version for row in rows]
    make_field("Double", type="formula", formula="[Pieces] * 2")
    assert refreshing.refresh(CONTACT) == 2
    now = [Contact.objects.get(pk=row.pk) for row in rows]
    assert [row.x_double for row in now] == [2, 4]
    assert [row.version for row in now] == versions


def test_fills_are_counted() -> None:
    field = make_field(type="number")
    make_contact(x_price_list=Decimal(0))
    make_contact()
    refreshing.count_fills(CONTACT)
    row = OwnField.objects.get(pk=field.pk)
    assert (row.filled, row.counted_of) == (1, 2)


def test_use_in_a_list_is_remembered() -> None:
    field = make_field()
    refreshing.note_use([field.pk])
    assert OwnField.objects.get(pk=field.pk).used_at is not None


def test_use_that_was_rolled_back_is_noted_again() -> None:
    field = make_field()
    with transaction.atomic():
        refreshing.note_use([field.pk])
        transaction.set_rollback(True)
    assert OwnField.objects.get(pk=field.pk).used_at is None
    refreshing.note_use([field.pk])
    assert OwnField.objects.get(pk=field.pk).used_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_change_of_a_field_is_followed_in_the_background() -> None:
    make_field("Pieces", type="number")
    one = make_contact(x_pieces=Decimal(3))
    field = make_field("Double", type="formula", formula="[Pieces] * 2")
    run_ready()
    assert Contact.objects.get(pk=one.pk).x_double == 6
    row = OwnField.objects.get(pk=field.pk)
    assert (row.filled, row.counted_of) == (1, 1)
    assert row.indexed_at is not None


def test_refreshing_mends_handles_and_search() -> None:
    make_field("Motto")
    make_field("Interests", type="choices", choices=["Wine"])
    one = make_contact(x_motto="Zephyrine", x_interests=["wine"])
    Handle.objects.filter(kind="chosen").delete()
    SearchEntry.objects.all().delete()
    refreshing.refresh(CONTACT)
    assert Handle.objects.filter(kind="chosen", record_id=one.pk).exists()
    assert "Zephyrine" in SearchEntry.objects.get(record_id=one.pk).words


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("choices", "help_", "found"), [(["Silver"], "As signed", False), (["Silver", "Gold"], "", True)]
)
def test_records_are_gone_through_for_what_they_derive_alone(
    choices: list[str], help_: str, found: bool
) -> None:
    field = make_field("Tier", type="choice", choices=["Silver"])
    one = make_contact()
    run_ready()
    SearchEntry.objects.all().delete()
    keys = [(said.lower() if said == "Silver" else "", said) for said in choices]
    wish = FieldWish("Tier", "choice", choices=keys, help=help_)
    fields.save_field(actor=SYSTEM, kind="contact", wish=wish, field_id=field.pk)
    run_ready()
    assert SearchEntry.objects.filter(record_id=one.pk).exists() is found
