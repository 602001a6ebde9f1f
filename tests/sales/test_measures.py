"""The usual time of a stage comes from the company's own history once there is enough."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.sales.actions import measures, pipelines
from keen.sales.models import StageStay
from keen.sales.models.pipelines import pipelines as now

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("count", "usual"), [(19, 14), (20, 4)])
def test_twenty_finished_stays_say_more_than_the_number_that_was_set(
    deal: Any, count: int, usual: int
) -> None:
    pipelines.ensure()
    at = timezone.now()
    StageStay.objects.bulk_create(
        StageStay(
            opportunity=deal, pipeline="sales", stage="qualification", entered_at=at - timedelta(days=4 + place),
            left_at=at - timedelta(days=place),
        )
        for place in range(count)
    )  # fmt: skip

    assert measures.measure_stages() == 1

    deal.refresh_from_db()
    assert now().stages["qualification"].usual == usual
    assert deal.stale_on == timezone.localdate(deal.stage_since) + timedelta(days=usual + 1)
    assert measures.measure_stages() == 0
