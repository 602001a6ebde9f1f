"""Fields of one's own that are demanded when an activity is done."""

from typing import Any

import pytest

from keen.activities.actions.close import complete
from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.lib.errors import RuleError
from keen.records.actions.save import Wish, save
from tests.factories.fields import make_field

pytestmark = pytest.mark.django_db


def test_an_activity_is_not_done_before_what_is_demanded_then_is_filled(owner: Any) -> None:
    make_field(
        "Result code", kind="activity", asked="equals", required=True, decision="What we charge",
        when_field="status", when_value="Done",
    )  # fmt: skip
    made = save(
        ACTIVITY, actor=owner.actor(), wish=Wish({"subject": "Visit", "kind": "task", "x_result_code": ""})
    )
    with pytest.raises(RuleError, match="What we charge"):
        complete(actor=owner.actor(), activity_id=made.record.pk)
    assert Activity.objects.get(pk=made.record.pk).status != "done"
    save(ACTIVITY, actor=owner.actor(), wish=Wish({"x_result_code": "A"}, made.record.pk))
    complete(actor=owner.actor(), activity_id=made.record.pk)
    assert Activity.objects.get(pk=made.record.pk).status == "done"
