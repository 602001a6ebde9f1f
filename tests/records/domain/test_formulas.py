"""Formulas over the fields of one record."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keen.lib.errors import RuleError
from keen.records.domain import formulas
from keen.records.domain.formulas import Usable

FIELDS = (
    Usable("x_price", "Price", "number"),
    Usable("x_pieces", "Pieces", "number"),
    Usable("x_start", "Start", "date"),
    Usable("x_end", "End", "date"),
    Usable("x_tier", "Tier", "text"),
    Usable("x_ok", "Agreed", "checkbox"),
)
VALUES: dict[str, Any] = {
    "x_price": Decimal("2.50"),
    "x_pieces": Decimal(4),
    "x_start": date(2026, 1, 31),
    "x_end": date(2026, 3, 1),
    "x_tier": "Gold",
    "x_ok": True,
}


def come_to(formula: str, **values: Any) -> Any:
    return formulas.value(formulas.parse(formula, FIELDS), {**VALUES, **values}.get)


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 2 - 3", 5),
        ("-[Price] * 2", -5),
        ("[Price] * [Pieces]", 10),
        ("x_price * x_pieces", 10),
        ("[End] - [Start]", 29),
        ("days([End], [Start])", 29),
        ("year([End])", 2026),
        ("[Start] + 1", date(2026, 2, 1)),
        ('[Tier] & " " & [Pieces]', "Gold 4"),
        ('if([Price] > 2 and [Agreed], "big", "small")', "big"),
        ('if(not [Agreed] or [Pieces] <= 3, "a", "b")', "b"),
        ("round(10 / 3, 2)", Decimal("3.33")),
        ("min([Price], [Pieces]) + max(1, 2)", Decimal("4.5")),
        ('upper([Tier]) = "GOLD"', True),
        ("1 / 0", None),
        ("blank([Tier])", False),
    ],
)
def test_a_formula_comes_to(formula: str, result: Any) -> None:
    assert come_to(formula) == result


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("[Price] * 2", None),
        ("[Price] > 1", False),
        ("blank([Price])", True),
        ('if(blank([Price]), "none", "some")', "none"),
        ('"a" & [Price]', "a"),
    ],
)
def test_a_blank_makes_a_calculation_blank_and_a_comparison_no(formula: str, result: Any) -> None:
    assert come_to(formula, x_price=None) == result


@pytest.mark.parametrize(
    ("formula", "says"),
    [
        ("", "Write a formula"),
        ("[Nothing] + 1", "no field [Nothing]"),
        ("1 +", "ends too early"),
        ("(1 + 2", "not closed"),
        ("1 2", "one too many"),
        ("[Tier] * 2", "does not go between a text and a number"),
        ("[Start] + [End]", "does not go between a date and a date"),
        ("if([Price], 1, 2)", "with a comparison"),
        ("if([Agreed], 1, [Tier])", "two values of one type"),
        ("exec(1)", "is no function"),
        ("__import__", "is no function"),
        ("a.b", "cannot be read"),
        ("1; 2", "cannot be read"),
        ("(" * 40 + "1" + ")" * 40, "too many parts"),
        ("1" * 501, "500 fit"),
        ("round(1)", "wants a number and a number"),
    ],
)
def test_what_cannot_be_read_says_what_to_mend(formula: str, says: str) -> None:
    with pytest.raises(RuleError, match=r".*") as refused:
        formulas.parse(formula, FIELDS)
    assert says in refused.value.message


def test_a_number_that_grows_beyond_all_bounds_is_blank() -> None:
    assert come_to("999999999999999 * 999999999999999 * 999999999999999") is None
    assert come_to("[Start] + 999999999") is None


def test_a_formula_keeps_names_and_shows_labels() -> None:
    kept = formulas.stored('[price] * 2 & "[Price]"', FIELDS)
    assert kept == '[x_price] * 2 & "[Price]"'
    assert formulas.shown(kept, FIELDS) == '[Price] * 2 & "[Price]"'


def test_a_field_that_is_named_without_brackets_is_kept_by_its_name_too() -> None:
    """Else another field that takes the label later would be read unseen."""
    kept = formulas.stored('price * 2 & "price" & upper(tier) and not agreed', FIELDS)
    assert kept == '[x_price] * 2 & "price" & upper([x_tier]) and not [x_ok]'


def test_what_is_kept_reads_what_was_typed_where_a_label_is_the_name_of_another_field() -> None:
    odd = (Usable("x_salary", "Salary", "number"), Usable("x_other", "x_salary", "number"))
    kept = formulas.stored("[x_salary] + 1", odd)
    assert formulas.uses(formulas.parse(kept, odd)) == formulas.uses(formulas.parse("[x_salary] + 1", odd))


def test_a_formula_tells_what_it_reads() -> None:
    assert formulas.uses(formulas.parse("if([Agreed], [Price], 1) + [Pieces]", FIELDS)) == {
        "x_ok",
        "x_price",
        "x_pieces",
    }


@given(st.text(alphabet='01.+-*/&=<>()[],"Ppriceifandnot ', max_size=120))
def test_whatever_is_typed_is_a_formula_or_a_sentence(typed: str) -> None:
    try:
        node = formulas.parse(typed, FIELDS)
    except RuleError:
        return
    found = formulas.value(node, VALUES.get)
    assert found is None or isinstance(found, (Decimal, str, date, bool))
