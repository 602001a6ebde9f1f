"""The history of stages follows every write."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.lib.errors import RuleError
from keen.records.actions.save import Wish, save
from keen.sales.actions.pipelines import ensure
from keen.sales.actions.stays import follow
from keen.sales.models import Stage, StageStay
from keen.sales.models.pipelines import pipelines
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


@pytest.mark.postgres
def test_no_deal_goes_to_a_stage_that_is_archived_at_the_same_moment(deal: Any, colleague: Any) -> None:
    ensure()
    assert "proposal" in pipelines().stages
    # As somebody else archives it whose mark this request has not seen.
    Stage.objects.filter(key="proposal").update(archived_at=timezone.now())

    with pytest.raises(RuleError, match="archived just now"):
        save(OPPORTUNITY, actor=colleague.actor(), wish=Wish({"stage": "proposal"}, deal.pk))
