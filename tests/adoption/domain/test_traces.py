"""What a change is called when use is measured."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keen.adoption.domain.traces import Deed, edits_again, trace_of

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def deed(kind: str, verb: str = "updated", *, minute: int = 0, **told: Any) -> Deed:
    return Deed(
        1, AT + timedelta(minutes=minute), kind, 7, verb, told.pop("deed", ""), {}, told.pop("after", told)
    )


@pytest.mark.parametrize(
    ("made", "called"),
    [
        (deed("activity", "created", after={"kind": "call", "status": "done"}), "call_logged"),
        (deed("activity", "created", after={"kind": "call", "status": "open"}), "step_planned"),
        (deed("activity", "created", after={"kind": "note"}), "note_written"),
        (deed("activity", status="done"), "step_done"),
        (deed("activity", owner_id=3), "handed_over"),
        (deed("activity", plan_on="2026-11-21"), "plan_changed"),
        (deed("activity", priority="high"), ""),
        (deed("opportunity", "created", name="New"), "deal_opened"),
        (deed("opportunity", stage="proposal"), "deal_moved"),
        (deed("opportunity", stage="closed_won", closed_at="2026-11-20"), "deal_decided"),
        (deed("opportunity", amount=None), "deal_kept"),
        (deed("opportunity", next_step="Call"), ""),
        (deed("lead", status="converted"), "lead_converted"),
        (deed("lead", status="working"), "lead_worked"),
        (deed("quote", status="sent", deed="sent"), "quote_sent"),
        (deed("contact", email="a@b.example"), "contact_kept"),
        (deed("contact", "created", last_name="Roth"), "contact_added"),
        (deed("contact", deed="merged"), "records_merged"),
        (deed("contact", "deleted"), ""),
        (deed("contact", deed="undone"), ""),
        (deed("team", name="North"), "team_set_up"),
        (deed("user", "looked as"), ""),
        (deed("something", name="else"), ""),
    ],
)
def test_each_change_has_one_name_or_none(made: Deed, called: str) -> None:
    assert trace_of(made) == called


def test_three_more_edits_within_ten_minutes_are_a_struggle() -> None:
    quick = [deed("contact", minute=minute) for minute in (0, 3, 6, 10)]

    assert edits_again(quick) == {1}
    assert edits_again(quick[:3]) == set()
    assert edits_again([*quick[:3], deed("contact", minute=11)]) == set()
