"""Rows that are read with SQL that was written once."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from keen.core.models import User
from keen.core.prepared import Prepared
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db


def test_a_row_is_the_one_that_the_query_gives() -> None:
    people = [make_user(zone="Europe/Berlin"), make_user()]
    by_id = Prepared(lambda pk: User.objects.annotate(mark=Value("m")).filter(pk=pk), sample=-1)
    for person in people:
        found: Any = by_id.first(person.pk)
        assert vars(found) | {"_state": 0} == vars(User.objects.get(pk=person.pk)) | {
            "_state": 0,
            "mark": "m",
        }
    assert by_id.first(0) is None


def test_each_reading_is_one_query_and_its_row_can_be_saved() -> None:
    person = make_user(name="Ada")
    by_id = Prepared(lambda pk: User.objects.filter(pk=pk), sample=-1)
    with CaptureQueriesContext(connection) as queries:
        found = by_id.first(person.pk)
    assert len(queries) == 1
    assert found is not None
    found.name = "Ada Byron"
    found.save()
    assert User.objects.get(pk=person.pk).name == "Ada Byron"
