"""Wishes that hold for one version of a record and for no other."""

from typing import Any

import pytest

from keen.people.records import CONTACT
from keen.records.actions.conflicts import ConflictError
from keen.records.actions.save import Wish, save
from tests.factories.records import change

pytestmark = pytest.mark.django_db


def exactly(user: Any, record: Any, version: int, **values: Any) -> Any:
    return save(CONTACT, actor=user.actor(), wish=Wish(values, record.pk, version, exact=True))


def test_a_wish_for_the_version_that_is_there_is_granted(owner: Any, contact: Any) -> None:
    assert exactly(owner, contact, 1, job_title="Buyer").record.version == 2


def test_a_wish_for_another_version_is_refused_with_what_was_written_since(
    owner: Any, colleague: Any, contact: Any
) -> None:
    change(colleague, contact, 1, job_title="Head of purchasing")

    with pytest.raises(ConflictError) as refused:
        exactly(owner, contact, 1, job_title="Buyer", department="Purchasing")

    (clash,) = refused.value.clashes
    assert (clash.field, clash.base, clash.theirs, clash.mine) == (
        "job_title",
        "",
        "Head of purchasing",
        "Buyer",
    )
    assert clash.who == colleague.name


def test_it_is_refused_also_where_other_fields_were_written(owner: Any, colleague: Any, contact: Any) -> None:
    change(colleague, contact, 1, department="Sales")

    with pytest.raises(ConflictError) as refused:
        exactly(owner, contact, 1, job_title="Buyer")

    assert refused.value.clashes == []
    contact.refresh_from_db()
    assert contact.job_title == ""


def test_a_version_that_never_was_is_refused(owner: Any, contact: Any) -> None:
    with pytest.raises(ConflictError):
        exactly(owner, contact, 99, job_title="Buyer")
