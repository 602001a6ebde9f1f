"""Whoever was erased is erased again where a backup brought them back."""

from pathlib import Path
from typing import Any

import pytest

from keen.privacy.actions.again import reapply_erasures
from keen.privacy.actions.erasure import erase_stand_in
from keen.sales.models import Lead
from tests.factories.core import make_user
from tests.factories.sales import make_lead

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lead_that_came_back_is_erased_again_and_somebody_else_of_its_id_is_not(
    owner: Any, data: Path
) -> None:
    lead = make_lead("Ida Quux", email="ida@quux.example", owner=owner, team=owner.team)
    other = make_lead("Jana Roth", email="jana@nord.example", owner=owner, team=owner.team)
    kept = {"first_name": "Ida", "last_name": "Quux", "emails": lead.emails, "deleted_at": None}
    for one in (lead, other):
        erase_stand_in(
            actor=make_user("administrator").actor(), kind="lead", record_id=one.pk, confirmed=one.title
        )
    back = {**kept, "erased_at": None, "restricted_at": None}
    Lead.objects.filter(pk=lead.pk).update(**back)
    Lead.objects.filter(pk=other.pk).update(
        **{**back, "created_at": lead.created_at, "last_name": "Else", "emails": []}
    )

    assert reapply_erasures() == 1

    assert Lead.objects.get(pk=lead.pk).last_name == ""
    assert Lead.objects.get(pk=other.pk).last_name == "Else"
