"""The history of stages follows every write."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.records.actions.save import Wish, save
from keen.sales.actions.stays import follow
from keen.sales.models import StageStay
from keen.sales.records import OPPORTUNITY

pytestmark = pytest.mark.django_db


def test_a_form_that_changes_the_stage_leaves_the_same_history_as_a_drag(deal: Any, colleague: Any) -> None:
    save(OPPORTUNITY, actor=colleague.actor(), wish=Wish({"stage": "proposal"}, deal.pk))

    deal.refresh_from_db()
    left, now = StageStay.objects.filter(opportunity=deal).order_by("pk")
    assert (left.stage, now.stage, now.moved_by_id) == ("qualification", "proposal", colleague.pk)
    assert left.left_at == now.entered_at == deal.stage_since
    assert deal.stale_on == timezone.localdate(deal.stage_since) + timedelta(days=22)


def test_what_does_not_move_leaves_no_history(deal: Any, owner: Any) -> None:
    save(OPPORTUNITY, actor=owner.actor(), wish=Wish({"name": "Colder chain"}, deal.pk))
    follow([deal])

    assert StageStay.objects.filter(opportunity=deal).count() == 1
