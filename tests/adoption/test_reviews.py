"""When teams hold their reviews, and what entries before them say."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from keen.adoption.actions.reviews import set_review
from keen.adoption.facts import tables
from keen.adoption.facts.extract import extract
from keen.adoption.queries.standings import reviews
from keen.core.models import Change
from keen.lib.errors import ForbiddenError, RuleError
from keen.records.actions.life import undo
from tests.adoption.facts.test_extract import rows, today
from tests.factories.activities import make_activity
from tests.factories.core import make_team, make_user

pytestmark = pytest.mark.django_db


def test_a_review_is_set_moved_and_taken_back() -> None:
    team = make_team()
    lead = make_user("sales_manager", team=team, leads_team=True)
    set_review(actor=lead.actor(), team=team, weekday=0, minute=540)
    moved = set_review(actor=lead.actor(), team=team, weekday=4, minute=600)
    assert reviews() == {team.pk: (4, 600)}

    undo(actor=lead.actor(), operation_id=Change.objects.latest("pk").operation_id)

    assert reviews() == {team.pk: (0, 540)}
    assert moved.text == f"{team.name} holds its review on Friday at 10:00."


def test_only_who_leads_the_team_sets_it() -> None:
    team = make_team()

    with pytest.raises(ForbiddenError):
        set_review(actor=make_user("sales_rep", team=team).actor(), team=team, weekday=0)
    with pytest.raises(RuleError, match="weekday"):
        set_review(actor=make_user("administrator").actor(), team=team, weekday=9)


def test_entries_in_the_hours_before_the_review_are_told_apart(usage: Path, by_person: datetime) -> None:
    team = make_team()
    rep = make_user(team=team)
    make_activity(rep, actor=rep.actor(), kind="call", status="done")
    at = timezone.localtime(timezone=timezone.get_default_timezone()).replace(hour=8, minute=0)
    for hours, hurried in ((3, True), (5, False)):
        Change.objects.update(at=at)
        when = at + timedelta(hours=hours)

        extract(usage / "facts", today(), today(), reviews={team.pk: (when.weekday(), when.hour * 60)})

        assert [row[-2:] for row in rows(usage, "entry")] == [(True, hurried)]
    assert tables.days(usage / "facts").keys() == {today()}
