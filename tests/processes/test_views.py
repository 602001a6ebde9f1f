"""The pages of automations, without script."""

from typing import Any

import pytest

from keen.processes.domain.rules import When
from keen.processes.models import Automation, State
from tests.factories.fields import make_field
from tests.factories.processes import act, make_automation
from tests.factories.records import browser, html
from tests.factories.sales import make_opportunity
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
NEW = "/settings/automations/new/?kind=opportunity&when=moved"


def form(**more: Any) -> dict[str, Any]:
    return {"name": "Follow up", "before": "", "after": "proposal", **more}


def task(place: int = 0) -> dict[str, Any]:
    at = f"step-{place}"
    return {"step-do": ["task"], f"{at}-to": "owner", f"{at}-days": "2", f"{at}-line": "Ask about {name}"}


def test_one_is_written_step_by_step_tried_and_switched_on(admin: Any) -> None:
    page = browser(admin)
    assert "moves to a stage" in html(page.get("/settings/automations/new/"))
    more = html(page.post(NEW, form(do="add-if", **{"add-field": "amount"})))
    assert 'name="if-field" value="amount"' in more
    ifs = {"if-field": ["amount"], "if-operator": ["min"], "if-value": ["5000"]}
    assert 'name="step-0-line"' in html(page.post(NEW, form(do="add-step:task", **ifs)))
    tried = html(page.post(NEW, form(do="try", **ifs, **task())))
    assert "Nothing of this kind happened in the last 30 days" in tried
    assert not Automation.objects.exists()

    saved = page.post(NEW, form(do="save-on", _once="abc", **ifs, **task()))
    assert_receipt(saved)
    row = Automation.objects.get()
    assert (row.state, row.conditions, row.trigger["after"]) == (State.ON, "amount.min=5000", "proposal")
    shown = html(page.get(row.get_absolute_url()))
    assert "a deal moves to Proposal" in shown
    assert "amount is at least 5,000" in shown

    page.post(NEW, form(do="save-on", _once="abc", **ifs, **task()))
    assert Automation.objects.count() == 1


def test_what_is_to_be_mended_is_named_and_nothing_is_lost(admin: Any) -> None:
    ifs = {"if-field": ["amount", "type"], "if-operator": ["min", "is"], "if-value": ["", "new"]}
    answer = browser(admin).post(NEW, form(do="save-on", name="Mine", **ifs, **task()))
    assert answer.status_code == 422
    shown = html(answer)
    assert "Say what it is compared with" in shown
    assert 'value="Mine"' in shown
    assert "Ask about {name}" in shown


def test_a_part_is_taken_out_again(admin: Any) -> None:
    ifs = {"if-field": ["amount", "type"], "if-operator": ["min", "is"], "if-value": ["1", "new"]}
    shown = html(browser(admin).post(NEW, form(do="drop-if:0", **ifs, **task())))
    assert 'name="if-field" value="type"' in shown
    assert 'name="if-field" value="amount"' not in shown
    assert 'name="step-0-line"' not in html(browser(admin).post(NEW, form(do="drop-step:0", **task())))


def test_a_field_is_asked_for_before_its_change_can_be_watched(admin: Any) -> None:
    page = browser(admin)
    asked = html(page.get("/settings/automations/new/?kind=lead&when=changed"))
    assert "Which field does it watch?" in asked
    assert "the status of a lead changes" in html(
        page.get("/settings/automations/new/?kind=lead&when=changed&field=status")
    )


def test_the_log_hides_records_that_the_reader_may_not_see(admin: Any, team: Any) -> None:
    from tests.factories.core import make_role, make_user

    row = make_automation(admin)
    make_opportunity("Secret deal", actor=admin.actor(), owner=admin)
    act()
    small = make_user(make_role(records={}, powers=["automations.manage"]), team)
    assert "Secret deal" in html(browser(admin).get(row.get_absolute_url()))
    shown = html(browser(small).get(row.get_absolute_url()))
    assert "Secret deal" not in shown
    assert "A record that you may not see" in shown


def test_what_a_run_did_is_taken_back_from_the_log(admin: Any, rep: Any) -> None:
    row = make_automation(admin)
    make_opportunity(actor=rep.actor(), owner=rep)
    (run,) = act()
    answer = browser(admin).post(f"{row.get_absolute_url()}runs/{run.pk}/undo/")
    assert "Taken back" in assert_receipt(answer).text


def test_switching_going_back_and_putting_away_answer_with_receipts(admin: Any) -> None:
    row = make_automation(admin, When.WON)
    page, here = browser(admin), row.get_absolute_url()
    assert "is off" in assert_receipt(page.post(f"{here}state/", {"on": "0"})).text
    assert "Go back to this" in html(page.get(here))
    assert "is put away" in assert_receipt(page.post(f"{here}archive/")).text


def test_nobody_without_the_power_comes_in(rep: Any) -> None:
    for address in ("/settings/automations/", "/settings/automations/new/", "/settings/simplicity/"):
        assert browser(rep).get(address).status_code == 403


def test_what_is_not_used_is_named_and_dropped_with_one_click(admin: Any) -> None:
    from keen.records.models import OwnField

    field = make_field("Shoe size", "contact", asked="always", required=True, decision="Which shoes to send.")
    OwnField.objects.update(filled=1, counted_of=100)
    page = browser(admin)
    shown = html(page.get("/settings/simplicity/"))
    assert "Shoe size" in shown
    assert "Filled on 1 % of contacts, and nothing asks for it" in shown
    assert_receipt(page.post("/settings/simplicity/cut/", {"deed": "optional", "id": field.pk}))
    field.refresh_from_db()
    assert not field.required
    answer = page.post("/settings/simplicity/cut/", {"deed": "archive", "id": field.pk})
    shown_receipt = assert_receipt(answer)
    assert "Shoe size is archived" in shown_receipt.text
    page.post(f"/undo/{shown_receipt.undo}/")
    field.refresh_from_db()
    assert field.archived_at is None


def test_why_nothing_was_done_tells_nothing_of_a_hidden_field(admin: Any, team: Any) -> None:
    from tests.factories.core import make_role, make_user

    row = make_automation(admin, conditions="amount.min=5000")
    make_opportunity(actor=admin.actor(), owner=admin, amount=10)
    act()
    role = make_role(
        records={"*": {"view": "all"}}, hidden={"opportunity": ["amount"]}, powers=["automations.manage"]
    )
    assert "Amount is below 5,000" in html(browser(admin).get(row.get_absolute_url()))
    shown = html(browser(make_user(role, team)).get(row.get_absolute_url()))
    assert "below" not in shown
    assert "A condition on what you may not see" in shown
