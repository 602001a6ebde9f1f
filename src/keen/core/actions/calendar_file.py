"""Taking in what a calendar file names: days off of the company, or days on which somebody is away."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse

from keen.core.actions.absence_list import mark_days, tell_marked
from keen.core.actions.calendars import DAY_OFF, check_may_set
from keen.core.actions.operations import Entry, finish, note, start
from keen.core.actions.people import require
from keen.core.actions.worktimes import refresh_worktimes
from keen.core.domain.actor import Actor
from keen.core.domain.calendar_file import MOST_DAYS, Days
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Absence, CompanyDayOff, User
from keen.lib.errors import RuleError


def take_days_off(*, actor: Actor, chosen: Sequence[Days], site: str = "") -> Receipt:
    """The receipt of days on which a site or the whole company rests; those that are there stay as they are.

    Raises: ForbiddenError; RuleError when nothing was chosen, or too much.
    """
    require(actor, "users.manage")
    _check(chosen)
    with transaction.atomic():
        work = start(actor=actor, verb="brought days off", bulk=True)
        wanted = {on: one.name or "Day off" for one in chosen for on in one}
        there = set(
            CompanyDayOff.objects.select_for_update()
            .filter(site=site, on__in=wanted)
            .values_list("on", flat=True)
        )
        new = [on for on in sorted(wanted) if on not in there]
        if len(wanted) > MOST_DAYS:
            raise RuleError("too_many", f"At most {MOST_DAYS:,} days come in at once. Choose fewer.", "day")
        for on in new:
            row = CompanyDayOff(site=site, on=on, name=wanted[on][:80])
            row.save(force_insert=True)
            facts: dict[str, object] = {"site": site, "on": f"{on}", "name": row.name, "half": False}
            note(work, Entry(DAY_OFF, row.pk, 0, "created", {}, facts))
        refresh_worktimes()
        noun = "day off came in" if len(new) == 1 else "days off came in"
        return finish(
            work,
            Receipt(
                "saved" if new else "kept",
                f"{len(new)} {noun} for {site or 'everybody'}.",
                object=Link("Company calendar", reverse("company-calendar")),
                also=_there(len(there)),
                nothing_next="Reminders and “tomorrow” keep to them from now on.",
            ),
            undoable=bool(new),
        )


def take_days_away(*, actor: Actor, user: User, chosen: Sequence[Days]) -> Receipt:
    """The receipt of days on which the person is away. What the file calls them is not kept; days that are marked stay.

    Raises: ForbiddenError unless it is one's own, one's team's or an administrator's; RuleError as for days off.
    """
    check_may_set(actor, user)
    _check(chosen)
    with transaction.atomic():
        work = start(actor=actor, verb="brought days away", bulk=True)
        User.objects.select_for_update().get(pk=user.pk)
        taken = list(Absence.objects.filter(user=user).values_list("first", "last"))
        made: list[Absence] = []
        for first, last in sorted((one.first, one.last) for one in chosen):
            if any(first <= until and last >= since for since, until in taken):
                continue
            taken.append((first, last))
            made.append(mark_days(work, user, first, last))
        refresh_worktimes([user.pk])
        tell_marked(work, made)
        own = user.pk == actor.user_id
        address = reverse("calendar") if own else reverse("calendar-of", args=[user.pk])
        new = len(made)
        noun = "entry" if new == 1 else "entries"
        return finish(
            work,
            Receipt(
                "saved" if new else "kept",
                f"{new} {noun} of days away came in.",
                object=Link("Your calendar" if own else f"{user.first_name}'s calendar", address),
                also=_there(len(chosen) - new),
                nothing_next="Reminders wait, and colleagues see until when.",
            ),
            undoable=bool(new),
        )


def _check(chosen: Sequence[Days]) -> None:
    if not chosen:
        raise RuleError("missing", "Choose at least one day.", "day")
    if len(chosen) > MOST_DAYS:
        raise RuleError("too_many", f"At most {MOST_DAYS:,} days come in at once. Choose fewer.", "day")


def _there(count: int) -> tuple[str, ...]:
    return (f"{count} {'was' if count == 1 else 'were'} there already",) if count else ()
