"""Rows that are read with SQL that was written once."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from keen.core.models import User
from keen.core.prepared import Prepared
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db


def test_a_row_is_the_one_that_the_query_gives() -> None:
    people = [make_user(zone="Europe/Berlin"), make_user()]
    by_id = Prepared(lambda mark, pk: User.objects.annotate(mark=Value(mark)).filter(pk=pk))
    for person in people:
        found: Any = by_id.first("m", person.pk)
        assert vars(found) | {"_state": 0} == vars(User.objects.get(pk=person.pk)) | {
            "_state": 0,
            "mark": "m",
        }
    assert by_id.first("m", 0) is None


def test_each_reading_is_one_query_and_its_row_can_be_saved() -> None:
    person = make_user(name="Ada")
    by_id = Prepared(lambda _, pk: User.objects.filter(pk=pk))
    with CaptureQueriesContext(connection) as queries:
        found = by_id.first(None, person.pk)
    assert len(queries) == 1
    assert found is not None
    found.name = "Ada Byron"
    found.save()
    assert User.objects.get(pk=person.pk).name == "Ada Byron"


def test_rows_bring_what_they_point_to_and_every_number_of_ids_has_its_query() -> None:
    people = [make_user(team=make_team(name=f"Team {n}")) for n in range(40)]
    named = Prepared(
        lambda order, *ids: User.objects.filter(pk__in=ids).select_related("team").order_by(order)
    )
    for count in (1, 2, 40):
        ids = [person.pk for person in people[:count]]
        with CaptureQueriesContext(connection) as queries:
            found = [person.team.name for person in named.rows("-pk", *ids) if person.team]
        assert found == [f"Team {n}" for n in range(count)][::-1]
        assert len(queries) == 1


def test_a_shape_that_can_hold_nothing_asks_nothing() -> None:
    nobody = Prepared(lambda _, pk: User.objects.filter(pk=pk).none())
    with CaptureQueriesContext(connection) as queries:
        assert nobody.rows(None, 1) == []
        assert nobody.first(None, 2) is None
    assert len(queries) == 0


def test_values_are_read_as_well_and_shapes_are_kept_apart() -> None:
    make_user(name="Ada")
    person = make_user(name="Bo")
    column: Prepared[Any] = Prepared(lambda name, pk: User.objects.filter(pk=pk).values_list("pk", name))
    assert column.rows("name", person.pk) == [(person.pk, "Bo")]
    assert column.rows("email", person.pk) == [(person.pk, person.email)]
