"""One row on its way in: what a field itself refuses stays out, and is said."""

from typing import Any

import pytest

from keen.activities.models import Activity
from keen.activities.records import ACTIVITY
from keen.people.models import Contact
from keen.people.records import CONTACT
from keen.records.domain.problems import Severity
from keen.records.importing.lines import Line, completed, record_from


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


def test_an_address_that_says_less_than_one_that_is_there_is_no_second_one() -> None:
    whole = {
        "street": "Hauptstraße 1",
        "city": "Berlin",
        "postal_code": "10115",
        "region": "",
        "country": "DE",
    }
    other = {"street": "", "city": "Hamburg", "postal_code": "", "region": "", "country": "DE"}
    held = Contact(addresses=[whole])

    def wanted(*given: dict[str, str]) -> dict[str, Any]:
        return completed(CONTACT, held, Contact(addresses=list(given)), {"addresses"}, overwrite=False)

    assert wanted({"city": "berlin", "label": "work"}) == {}
    assert wanted({"city": "Berlin", "country": "FR"}) != {}
    assert wanted({"city": "Berlin"}, other) == {"addresses": [whole, other]}
