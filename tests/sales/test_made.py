"""Records that come of something else: within the rights of their writer, refused by the name of their part."""

from typing import Any

import pytest
from django.db import transaction

from keen.core.actions import operations
from keen.core.domain.receipts import Receipt
from keen.lib.errors import ForbiddenError
from keen.people.models import Account
from keen.records.actions.values import InvalidError
from keen.records.models import Record
from keen.sales.actions.made import made_of
from keen.sales.models import Opportunity
from tests.factories.core import make_role, make_user

pytestmark = pytest.mark.django_db


def make(actor: Any, model: type[Record], given: dict[str, Any], owner_id: int | None = None) -> Record:
    with transaction.atomic():
        work = operations.start(actor=actor, verb="created")
        made = made_of(work, model, given, owner_id)
        operations.finish(work, Receipt("saved", "Saved."))
    return made


def test_it_belongs_to_who_is_named_else_to_its_writer(owner: Any, colleague: Any) -> None:
    given = {"name": "Nord", "website": ""}

    assert make(owner.actor(), Account, given, colleague.pk).owner_id == colleague.pk
    assert make(owner.actor(), Account, given).owner_id == owner.pk


def test_what_its_writer_may_not_set_stays_blank_and_refusals_name_the_part(owner: Any) -> None:
    rights = {"account": {"view": "team", "add": "team"}}
    clerk = make_user(make_role(records=rights, hidden={"account": ["website"]}), owner.team)

    made = make(clerk.actor(), Account, {"name": "Nord", "website": "https://nord.example"})
    with pytest.raises(ForbiddenError) as refused:
        make(clerk.actor(), Opportunity, {"name": "Gates"})
    with pytest.raises(InvalidError) as invalid:
        make(owner.actor(), Opportunity, {"name": "Gates", "amount": "ten"})

    assert getattr(made, "website", None) == ""
    assert refused.value.field == "deal"
    assert set(invalid.value.errors) == {"deal_amount"}
