"""Operations: the changes they made, the receipt they answered, once and no twice."""

from datetime import timedelta

import pytest
from django.db import transaction

from keen.core.actions import operations
from keen.core.actions.operations import AlreadyDoneError, Entry
from keen.core.domain.receipts import Receipt
from keen.core.models import Change, Operation

pytestmark = pytest.mark.django_db


def done(actor, once="", changes=1, **options):
    with transaction.atomic():
        work = operations.start(actor=actor, verb="tried", once=once, bulk=options.pop("bulk", False))
        for number in range(changes):
            operations.note(work, Entry("contact", number + 1, 1, "updated", {"city": ""}, {"city": "Kiel"}))
        return operations.finish(work, Receipt("saved", "Tried."), **options)


def test_an_operation_keeps_its_changes_and_its_receipt(owner):
    receipt = done(owner.actor(), changes=2)

    operation = Operation.objects.get(pk=receipt.operation)
    assert (operation.actor, operation.verb, operation.label) == (owner, "tried", "Tried.")
    assert Receipt.from_json(operation.receipt) == receipt
    changes = Change.objects.filter(operation=operation).order_by("record_id")
    assert [(change.record_id, change.actor, change.at) for change in changes] == [
        (1, owner, operation.at),
        (2, owner, operation.at),
    ]


def test_an_operation_can_be_undone_for_a_day_and_a_large_one_for_a_month(owner):
    small = Operation.objects.get(pk=done(owner.actor()).undo)
    large = Operation.objects.get(pk=done(owner.actor(), bulk=True).undo)

    assert small.undo_until - small.at == timedelta(hours=24)
    assert large.undo_until - large.at == timedelta(days=30)


def test_what_changed_nothing_or_cannot_be_undone_offers_no_undo(owner):
    nothing = done(owner.actor(), changes=0)
    final = done(owner.actor(), undoable=False)

    assert (nothing.undo, final.undo) == ("", "")
    assert Operation.objects.get(pk=nothing.operation).undo_until is None


def test_a_wish_that_came_before_is_answered_with_the_receipt_of_then(owner):
    first = done(owner.actor(), once="form-1")

    with pytest.raises(AlreadyDoneError) as refused:
        done(owner.actor(), once="form-1")

    assert refused.value.receipt() == first
    assert Operation.objects.count() == 1


def test_a_wish_that_was_taken_back_is_granted_again(owner):
    first = done(owner.actor(), once="form-1")
    undo = done(owner.actor())
    Operation.objects.filter(pk=first.operation).update(undone_by=undo.operation)

    again = done(owner.actor(), once="form-1")

    assert again.operation != first.operation
    with pytest.raises(AlreadyDoneError) as refused:
        done(owner.actor(), once="form-1")
    assert refused.value.receipt() == again


def test_a_wish_whose_undo_was_taken_back_is_done(owner):
    first, undo, redo = done(owner.actor(), once="form-1"), done(owner.actor()), done(owner.actor())
    Operation.objects.filter(pk=first.operation).update(undone_by=undo.operation)
    Operation.objects.filter(pk=undo.operation).update(undone_by=redo.operation)

    with pytest.raises(AlreadyDoneError) as refused:
        done(owner.actor(), once="form-1")

    assert refused.value.receipt() == first


def test_two_people_may_use_the_same_mark_for_their_wishes(owner, colleague):
    done(owner.actor(), once="form-1")
    done(colleague.actor(), once="form-1")

    assert Operation.objects.count() == 2


def test_wishes_without_a_mark_are_never_the_same(owner):
    done(owner.actor())
    done(owner.actor())

    assert Operation.objects.count() == 2


def test_a_long_job_adds_its_changes_to_an_operation_that_is_there_already(owner):
    with transaction.atomic():
        work = operations.start(actor=owner.actor(), verb="imported", bulk=True)
        operation = operations.open_bulk(work, "Import of people.csv")
    operations.note(work, Entry("contact", 1, 1, "created", {}, {"last_name": "Haddad"}))
    operations.write_changes(work.changes)

    assert operation.receipt["undo"] == str(operation.pk)
    assert list(operation.changes.values_list("verb", flat=True)) == ["created"]
