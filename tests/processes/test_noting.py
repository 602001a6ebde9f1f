"""What sets automations off, and what does not."""

from typing import Any

import pytest

from keen.core.models import Change
from keen.processes.domain.rules import When
from keen.processes.models import Run
from tests.factories.processes import act, change, deal_of, make_automation, move
from tests.factories.records import undo
from tests.factories.sales import make_opportunity

pytestmark = pytest.mark.django_db


def test_another_stage_an_import_and_what_is_taken_back_set_nothing_off(admin: Any, rep: Any) -> None:
    make_automation(admin, When.MOVED, after="proposal")
    make_automation(admin, When.CREATED)
    deal = make_opportunity(actor=rep.actor(via="import"), owner=rep, team=rep.team, stage="proposal")
    moved = move(rep, deal, "qualification")
    undo(rep, moved.receipt)

    assert act() == []


def test_a_change_from_one_value_to_another_is_told_from_others(admin: Any, rep: Any) -> None:
    make_automation(admin, When.CHANGED, field="type", before="new", after="renewal")
    first, second = deal_of(rep, type="new"), deal_of(rep, type="existing")
    act()
    for deal in (first, second):
        change(rep, deal, type="renewal")
        change(rep, deal, name="Other")

    assert [run.record_id for run in act()] == [first.pk]


def test_the_same_event_twice_does_it_once(admin: Any, rep: Any) -> None:
    from keen.processes.handlers import note_records
    from keen.records.events import RecordCreated

    make_automation(admin)
    deal = deal_of(rep)
    act()
    change_ = Change.objects.get(kind="opportunity", record_id=deal.pk, verb="created")
    event = RecordCreated(kind="opportunity", record_id=deal.pk, at=change_.at)
    for _ in range(2):
        note_records([event])
    act()

    assert Run.objects.filter(key=event.event_id.hex).count() == 1
