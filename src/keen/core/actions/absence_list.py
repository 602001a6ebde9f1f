"""Bringing a list of days away in: what is there stays, what is new is marked, what is wrong is named."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from keen.core.actions.calendars import KINDS
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.actions.people import require
from keen.core.actions.worktimes import refresh_worktimes
from keen.core.domain.absence_list import rows
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Outcome, Receipt
from keen.core.models import Absence, Notice, User

MOST_NAMED = 20
ABSENCE = KINDS[0]


@dataclass(frozen=True)
class Brought:
    """The receipt, and the lines that stayed out with what is to be mended."""

    receipt: Receipt
    problems: tuple[str, ...]


def bring_absences(*, actor: Actor, pasted: str) -> Brought:
    """What became of a pasted list of days away. Only days are read; reasons are left where they were.

    Raises: ForbiddenError; RuleError for what is no list.
    """
    require(actor, "users.manage")
    given = rows(pasted)
    with transaction.atomic():
        work = start(actor=actor, verb="brought days away", bulk=True)
        people = {
            user.email.lower(): user for user in User.objects.select_for_update().filter(is_active=True)
        }
        problems, made, same = [], [], 0
        for row in given:
            user = people.get(row.email)
            if row.problem or user is None or row.first is None or row.last is None:
                said = row.problem or f"nobody signs in with {row.email}"
                problems.append(f"Line {row.line}: {said}.")
            elif Absence.objects.filter(user=user, first__lte=row.last, last__gte=row.first).exists():
                same += 1
            else:
                made.append(mark_days(work, user, row.first, row.last))
        refresh_worktimes({absence.user_id for absence in made})
        tell_marked(work, made)
        outcome: Outcome = "gap" if problems else "saved"
        also = [f"{same} were there already"] if same else []
        noun = "line is" if len(problems) == 1 else "lines are"
        also += [f"{len(problems)} {noun} to be mended"] if problems else []
        link = Link("Who is away", reverse("team-calendar"))
        noun = "entry" if len(made) == 1 else "entries"
        receipt = Receipt(
            outcome, f"{len(made)} {noun} of days away came in.", object=link, also=tuple(also), next=link
        )
        return Brought(finish(work, receipt), tuple(problems[:MOST_NAMED]))


def mark_days(work: Work, user: User, first: date, last: date) -> Absence:
    """Whole days away, written and noted."""
    absence = Absence(user=user, first=first, last=last, set_by_id=work.actor.user_id, set_at=work.at)
    absence.save(force_insert=True)
    facts = {
        "user_id": user.pk, "first": f"{first}", "last": f"{last}", "from_noon": False, "until_noon": False,
        "stand_in_id": None, "set_by_id": work.actor.user_id, "set_at": work.at.isoformat(),
    }  # fmt: skip
    note(work, Entry(ABSENCE, absence.pk, 0, "created", {}, facts))
    return absence


def tell_marked(work: Work, made: list[Absence]) -> None:
    """Everybody whose days came in sees it, once."""
    told = {absence.user_id for absence in made} - {work.actor.user_id}
    notices = [
        Notice(
            user_id=user_id, kind="calendar", text=f"{work.actor.name} brought in days away of yours"[:300],
            href=reverse("calendar"), by_id=work.actor.user_id, at=work.at, once=f"absences:{work.id}",
        )
        for user_id in sorted(told)
    ]  # fmt: skip
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
