"""What an automation may be."""

from dataclasses import replace

import pytest

from keen.lib.errors import RuleError
from keen.processes.domain.rules import (
    CONTACT,
    MOST_STEPS,
    TURN,
    Definition,
    Do,
    Step,
    Trigger,
    When,
    check_steps,
    check_trigger,
    matches,
    offered,
    tidy,
)

TASK = Step(Do.TASK, line="Call")


def field_at_fault(steps: tuple[Step, ...]) -> str | None:
    with pytest.raises(RuleError) as refused:
        check_steps(steps)
    return refused.value.field


def test_what_is_kept_as_plain_data_comes_back_the_same() -> None:
    trigger = Trigger("opportunity", When.MOVED, before="proposal", after="negotiation", days=-3)
    step = Step(Do.ASSIGN, to=TURN, people=(3, 5), days=2)
    assert Trigger.from_json(trigger.to_json()) == trigger
    assert Step.from_json(step.to_json()) == step


def test_only_deals_move_and_only_activities_are_overdue() -> None:
    assert When.MOVED in offered("opportunity")
    assert When.MOVED not in offered("contact")
    assert When.OVERDUE in offered("activity")
    with pytest.raises(RuleError):
        check_trigger(Trigger("contact", When.WON))


@pytest.mark.parametrize(
    ("trigger", "field"),
    [
        (Trigger("contact", When.CHANGED), "field"),
        (Trigger("contact", When.CHANGED, "city", "a", "a"), "after"),
        (Trigger("contact", When.DATE, "birthday", days=366), "days"),
        (Trigger("contact", When.DAILY, again=0), "again"),
    ],
)
def test_a_trigger_that_is_not_whole_names_the_input(trigger: Trigger, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        check_trigger(trigger)
    assert refused.value.field == field


def test_a_step_that_is_not_whole_names_its_input() -> None:
    assert field_at_fault(()) == "steps"
    assert field_at_fault((TASK,) * (MOST_STEPS + 1)) == "steps"
    assert field_at_fault((TASK, Step(Do.TASK))) == "step-1-line"
    assert field_at_fault((replace(TASK, to=TURN, people=(1,)),)) == "step-0-people"
    assert field_at_fault((replace(TASK, days=-1),)) == "step-0-days"
    assert field_at_fault((Step(Do.EMAIL, line="Hello"),)) == "step-0-body"
    assert field_at_fault((Step(Do.FIELD),)) == "step-0-field"
    assert field_at_fault((Step(Do.WEBHOOK),)) == "step-0-endpoint"
    assert field_at_fault((Step(Do.ASSIGN, to=CONTACT),)) == "step-0-to"
    check_steps((TASK, Step(Do.EMAIL, line="Hello", body="World")))


def test_people_stay_only_where_they_take_turns() -> None:
    given = Definition(
        "  A  name ", Trigger("lead", When.CREATED), "", (Step(Do.TASK, people=(1, 2), line=" Call "),)
    )
    made = tidy(given)
    assert (made.name, made.steps[0].people, made.steps[0].line) == ("A name", (), "Call")


def test_a_change_is_told_by_what_it_was_and_what_it_is() -> None:
    trigger = Trigger("opportunity", When.CHANGED, "type", before="new", after="renewal")
    assert matches(trigger, {"type": "new"}, {"type": "renewal"}, "type")
    assert not matches(trigger, {"type": "existing"}, {"type": "renewal"}, "type")
    assert not matches(trigger, {"type": "new"}, {"type": "existing"}, "type")
    assert not matches(trigger, {"name": "a"}, {"name": "b"}, "type")
    anything = Trigger("opportunity", When.CHANGED, "type")
    assert matches(anything, {"type": ""}, {"type": "new"}, "type")
    assert not matches(anything, {"type": "new"}, {"type": "new"}, "type")


def test_yes_lists_and_nothing_are_compared_as_they_are_kept() -> None:
    ticked = Trigger("contact", When.CHANGED, "do_not_call", after="yes")
    assert matches(ticked, {"x": False}, {"x": True}, "x")
    assert not matches(ticked, {"x": True}, {"x": False}, "x")
    tagged = Trigger("contact", When.CHANGED, "tags", after="vip")
    assert matches(tagged, {"x": []}, {"x": ["vip", "fair"]}, "x")
    owner = Trigger("contact", When.CHANGED, "owner", after="7")
    assert matches(owner, {"x": None}, {"x": 7}, "x")
