"""One row on its way in: what a field itself refuses stays out, and is said."""

import pytest

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.records.domain.problems import Severity
from keen.records.importing.lines import Line, record_from


def read(rule: str) -> tuple[Activity, Line]:
    line = Line(2, [], values={"subject": "Count the stock", "kind": "task", "recurrence": rule})
    made = record_from(ACTIVITY, line)
    assert isinstance(made, Activity)
    return made, line


def test_a_rule_comes_in_as_its_field_writes_it() -> None:
    made, line = read("rrule:freq=weekly;interval=1;byday=mo")
    assert (made.recurrence, line.problems) == ("FREQ=WEEKLY;BYDAY=MO", [])


@pytest.mark.parametrize("rule", ["every full moon", "FREQ=SECONDLY", "FREQ=WEEKLY;BYDAY=XX"])
def test_a_rule_that_is_none_stays_out_and_the_report_says_what_to_mend(rule: str) -> None:
    made, line = read(rule)
    assert made.recurrence == ""
    (problem,) = line.problems
    assert (problem.kind, problem.found, problem.severity) == ("refused_value", rule, Severity.WARN)
    assert problem.repair.startswith("Repeats: This repetition is not possible. ")
