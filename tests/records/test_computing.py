"""Formulas of records, worked out whenever a record is written."""

from decimal import Decimal
from typing import Any

import pytest

from keen.core.domain.actor import SYSTEM, Actor
from keen.lib.errors import RuleError
from keen.people.models import Contact
from keen.records.actions import fields, life
from keen.records.declare import get
from keen.records.domain.fieldrules import FieldWish
from keen.records.models import OwnField
from tests.factories.core import make_role, make_user
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


def refield(made: OwnField, formula: str, actor: Actor = SYSTEM) -> str:
    """The formula of the field is another one now; the operation that changed it."""
    wish = FieldWish(made.label, type="formula", formula=formula)
    return fields.save_field(actor=actor, kind="contact", wish=wish, field_id=made.pk).operation


def test_what_reads_a_hidden_field_by_way_of_a_changed_formula_is_hidden_too() -> None:
    make_field("Salary", type="number")
    make_field("Plain", type="number")
    middle = make_field("Middle", type="formula", formula="[Plain] + 1")
    make_field("Outer", type="formula", formula="[Middle] + 0")
    refield(middle, "[Salary] + 1")
    role = make_role(records={"contact": {"view": "all"}}, hidden={"contact": ["x_salary"]})
    readable = [field.name for field in get("contact").readable(make_user(role).actor()) if field.own]
    assert readable == ["x_plain"]


def test_a_formula_that_would_read_itself_is_refused_with_the_way_it_would_take() -> None:
    make_field("Plain", type="number")
    first = make_field("First", type="formula", formula="[Plain] + 1")
    make_field("Second", type="formula", formula="[First] + 1")
    third = make_field("Third", type="formula", formula="[Plain] + 2")
    refield(first, "[Third] + 1")
    said = "itself: Third reads Second, Second reads First, First reads Third."
    with pytest.raises(RuleError, match=said):
        refield(third, "[Second] + 1")
    third.refresh_from_db()
    assert third.formula == "[x_plain] + 2"


def test_taking_a_formula_back_makes_no_circle_either() -> None:
    make_field("Plain", type="number")
    other = make_field("Other", type="formula", formula="[Plain] + 2")
    first = make_field("First", type="formula", formula="[Other] + 1")
    admin = make_user("administrator").actor()
    changed = refield(first, "[Plain] + 1", admin)
    refield(other, "[First] + 1")
    with pytest.raises(RuleError, match="First reads Other, Other reads First"):
        life.undo(actor=admin, operation_id=changed)


def test_a_new_field_that_a_formula_reads_by_now_is_not_taken_back() -> None:
    admin = make_user("administrator").actor()
    made = fields.save_field(actor=admin, kind="contact", wish=FieldWish("Price", type="number"))
    make_field("Twice", type="formula", formula="[Price] * 2")
    with pytest.raises(RuleError, match="Twice is computed from Price"):
        life.undo(actor=admin, operation_id=made.operation)
    assert OwnField.objects.get(name="x_price").archived_at is None


def test_formulas_are_worked_out_after_those_that_they_read_however_these_changed(owner: Any) -> None:
    for label in "PQR":
        make_field(label, type="number")
    under = make_field("Under", type="formula", formula="[P] + 1")
    make_field("Above", type="formula", formula="[Under] + 100")
    refield(under, "[P] + [Q] + [R]")
    record = create(owner, x_p="1", x_q="1", x_r="1").record
    assert (record.x_under, record.x_above) == (3, 103)


def test_no_label_is_the_name_of_another_field() -> None:
    make_field("Salary", type="number")
    with pytest.raises(RuleError, match="There is a field “x_salary” already"):
        make_field("x_salary", type="number")


def test_a_name_that_no_page_could_have_written_reaches_no_statement() -> None:
    field = make_field()
    OwnField.objects.filter(pk=field.pk).update(name="x_a') --")
    with pytest.raises(ValueError, match="a name that cannot be"):
        OwnField.objects.get(pk=field.pk).definition()
