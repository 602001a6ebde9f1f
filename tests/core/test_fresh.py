"""Rows made fast are the rows that their models make."""

from keen.core.models import Change
from keen.core.models.fresh import fresh
from keen.people.models import Account, Contact


def attributes(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name not in {"_state", "id"}}


def test_a_fresh_row_is_the_one_that_its_model_makes() -> None:
    given = {"first_name": "Ana", "emails": [{"address": "a@x.example"}], "owner_id": 7}

    made = fresh(Contact, given)

    assert attributes(made) == attributes(Contact(**given))
    assert made._state.adding
    assert "id" in vars(made)


def test_fresh_rows_share_no_lists() -> None:
    first, second = fresh(Account, {}), fresh(Account, {})
    first.tags.append("mine")

    assert second.tags == []


def test_columns_that_are_worked_out_are_so_for_each_row() -> None:
    made_by_hand = {field.attname for field in Change._meta.concrete_fields}

    assert set(vars(fresh(Change, {}))) == made_by_hand | {"_state"}
