"""Fields of one's own that are demanded when an activity is done."""

from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.close import complete
from keen.activities.actions.log import Call, log_call
from keen.activities.actions.plan import Plan, plan_task
from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.lib.errors import RuleError
from keen.records.actions.save import Wish, save
from keen.records.actions.values import InvalidError
from tests.factories.api import program
from tests.factories.fields import make_field
from tests.factories.people import make_contact
from tests.factories.records import browser, html

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


@pytest.fixture
def demand(owner: Any) -> None:
    """Activities that are done need a code."""
    make_field(
        "Result code", kind="activity", asked="equals", required=True, decision="What we charge",
        when_field="status", when_value="Done",
    )  # fmt: skip


@pytest.mark.usefixtures("demand")
def test_a_call_is_logged_with_what_is_demanded_of_it(owner: Any) -> None:
    contact = make_contact("Ann Abel", owner=owner)
    today = Plan(kind="call", on=timezone.localdate())
    plan_task(actor=owner.actor(), about=About("contact", contact.pk), plan=today)
    for about in (About("contact", contact.pk), About("activity", Activity.objects.get().pk)):
        with pytest.raises(InvalidError) as refused:
            log_call(actor=owner.actor(), about=about, call=Call())
        assert "What we charge" in refused.value.errors["x_result_code"]
    log_call(actor=owner.actor(), about=About("contact", contact.pk), call=Call(own={"x_result_code": " A "}))
    done = Activity.objects.get()
    assert (done.status, done.x_result_code) == ("done", "A")


@pytest.mark.usefixtures("demand")
def test_the_sheet_asks_for_it_and_keeps_what_was_typed(owner: Any) -> None:
    contact = make_contact("Ann Abel", owner=owner)
    page = browser(owner)
    said = {"kind": "contact", "id": contact.pk, "outcome": "reached", "note": "Price is fine"}
    asked = page.post("/calls/log/", said, headers={"HX-Request": "true"})
    assert asked.status_code == 422
    assert asked["HX-Retarget"] == "#call-asked"
    assert 'name="x_result_code"' in html(asked)
    assert not Activity.objects.exists()
    whole = html(page.post("/calls/new/", said))
    assert 'name="x_result_code"' in whole
    assert "Price is fine</textarea>" in whole
    assert 'name="x_result_code"' in html(page.get(f"/calls/new/?kind=contact&id={contact.pk}"))
    assert (
        page.post("/calls/log/", {**said, "x_result_code": "A"}, headers={"HX-Request": "true"}).status_code
        == 200
    )
    assert Activity.objects.get().x_result_code == "A"


@pytest.mark.usefixtures("demand")
def test_a_program_logs_a_call_with_it(owner: Any) -> None:
    api = program(owner)
    contact = make_contact("Ann Abel", owner=owner)
    refused = api.post("activities/log-call", {"contact": contact.pk})
    assert refused.status_code == 422
    assert "x_result_code" in refused.content.decode()
    assert api.post("activities/log-call", {"contact": contact.pk, "x_result_code": "A"}).status_code == 201
    assert Activity.objects.get().x_result_code == "A"
