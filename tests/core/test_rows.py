"""Many rows at once: the same rows as saving them one by one, with ids that nobody else has."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone

from keen.core.actions import rows
from keen.core.models import Change, Notice, Operation, Team
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, 30, 15, 123456, tzinfo=UTC)


def changes(operation: Operation, count: int) -> list[Change]:
    return [
        Change(
            operation_id=operation.pk,
            at=AT,
            kind="contact",
            record_id=number,
            version=1,
            verb="created",
            after={"name": f"Zoë “{number}”", "list": [1, None, True], "city": None},
        )
        for number in range(count)
    ]


@pytest.fixture
def operation() -> Operation:
    """Something that changes belong to."""
    return Operation.objects.create(id=uuid.uuid4(), verb="saved", label="x", at=AT, via="page")


@pytest.mark.parametrize("count", [1, rows.FEW - 1, rows.FEW, 500])
def test_rows_are_read_as_they_were_given_and_know_their_ids(operation, count):
    made = changes(operation, count)

    rows.insert(made)

    found = list(Change.objects.order_by("pk"))
    assert [row.pk for row in found] == [row.pk for row in made]
    assert [(row.record_id, row.at, row.after, row.before, row.operation_id) for row in found] == [
        (row.record_id, AT, row.after, {}, operation.pk) for row in made
    ]
    made[0].verb = "updated"
    made[0].save()
    assert Change.objects.count() == count


def test_ids_go_on_after_those_that_were_given_before_and_leave_room_for_the_next(operation):
    Change.objects.bulk_create(changes(operation, 3))

    rows.insert(changes(operation, 30))
    rows.insert(changes(operation, 30))
    last = changes(operation, 1)[0]
    last.save()

    ids = list(Change.objects.order_by("pk").values_list("pk", flat=True))
    assert len(set(ids)) == 64
    assert ids[-1] == last.pk


def test_values_alone_are_written_with_ids_of_the_database():
    user = make_user()

    rows.write(
        Notice, ("user_id", "kind", "text", "detail", "href", "at"), [(user.pk, "x", "Hallo", "", "", AT)] * 3
    )

    assert (
        list(Notice.objects.values_list("text", "at", "read_at", "once")) == [("Hallo", AT, None, None)] * 3
    )
    assert Notice.objects.create(user=user, kind="y", text="", at=timezone.now()).pk


def test_nothing_is_written_of_nothing():
    rows.insert([])
    rows.write(Notice, ("kind",), [])

    assert Notice.objects.count() == 0


def test_what_is_rolled_back_leaves_nothing(operation):
    with transaction.atomic():
        rows.insert(changes(operation, 50))
        transaction.set_rollback(True)

    assert Change.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_ids_could_be_given_twice_so_it_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        rows.insert([Team(name=f"Team {number}") for number in range(rows.FEW)])
