"""When teams hold their reviews."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from keen.adoption.models import TeamReview
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.calendars import led_teams
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.domain.worktime import WEEKDAYS
from keen.core.models import Change, Team
from keen.lib.errors import ForbiddenError, RuleError

KIND = "team_review"


def set_review(*, actor: Actor, team: Team, weekday: int | None, minute: int = 0, once: str = "") -> Receipt:
    """The receipt of saying when the team holds its weekly review; None takes it away.

    Raises: ForbiddenError for teams that the actor does not lead; RuleError for a time that is none; AlreadyDoneError.
    """
    _require(actor, team)
    if weekday is not None and not (0 <= weekday < len(WEEKDAYS) and 0 <= minute < 24 * 60):
        raise RuleError("review", "Choose a weekday and a time of the day.", "weekday")
    with transaction.atomic():
        work = start(actor=actor, verb="set review", once=once)
        _write(work, team, None if weekday is None else (weekday, minute))
        when = (
            "no review"
            if weekday is None
            else f"its review on {WEEKDAYS[weekday]} at {minute // 60}:{minute % 60:02}"
        )
        told = Receipt(
            "saved",
            f"{team.name} holds {when}.",
            object=Link(team.name, reverse("team-list") + f"#team-{team.pk}"),
            nothing_next="It counts from the next night on.",
        )
        return finish(work, told)


def undo_reviews(work: Work, changes: Sequence[Change]) -> None:
    """Reviews are again as they were; what was set again since stays.

    Raises: ForbiddenError; RuleError when one was set again since, or the team is gone.
    """
    for change in changes:
        team = Team.objects.filter(pk=change.record_id).first()
        if team is None:
            raise RuleError("changed_since", "This team is gone.")
        _require(work.actor, team)
        row = TeamReview.objects.filter(team=team).first()
        if _told(row) != change.after:
            raise RuleError("changed_since", "The review was set again since. Set it by hand.")
        was = change.before
        _write(work, team, (was["weekday"], was["minute"]) if was else None)


def _require(actor: Actor, team: Team) -> None:
    leads = actor.rights.has("users.manage") or team.pk in led_teams(actor)
    if not actor.may_write or not leads:
        raise ForbiddenError("reviews", "Reviews are set by who leads the team.")


def _told(row: TeamReview | None) -> dict[str, int]:
    return {"weekday": row.weekday, "minute": row.minute} if row else {}


def _write(work: Work, team: Team, when: tuple[int, int] | None) -> None:
    row = TeamReview.objects.select_for_update().filter(team=team).first()
    before = _told(row)
    if when is None:
        if row is not None:
            row.delete()
        after: dict[str, int] = {}
    else:
        row = row or TeamReview(team=team)
        row.weekday, row.minute = when
        row.save()
        after = _told(row)
    if before != after:
        verb = "updated" if before and after else "created" if after else "deleted"
        note(work, Entry(KIND, team.pk, 0, verb, dict(before), dict(after)))
