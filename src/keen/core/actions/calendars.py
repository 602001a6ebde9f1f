"""Setting when people work: weekly hours, days away, calendars of sites, company days off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.core import calendars
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.actions.people import require
from keen.core.actions.worktimes import refresh_worktimes
from keen.core.domain.actor import Actor
from keen.core.domain.holidays import regions, supported
from keen.core.domain.receipts import Link, Receipt
from keen.core.domain.worktime import MOST_MINUTES, WEEK, part_time_percent
from keen.core.models import Absence, Change, CompanyDayOff, Notice, SiteCalendar, User, WorkPattern
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

LONGEST = 730
ABSENCE, PATTERN, SITE, DAY_OFF = "absence", "work pattern", "site calendar", "day off"
KINDS = (ABSENCE, PATTERN, SITE, DAY_OFF)
_ABSENCE = ("user_id", "first", "last", "from_noon", "until_noon", "stand_in_id", "set_by_id", "set_at")
_PATTERN = ("user_id", "valid_from", "minutes", "country", "region")
_DAY_OFF = ("site", "on", "name", "half")


@dataclass(frozen=True, kw_only=True)
class Week:
    """The minutes of work by weekday, Monday first, from a day on, and whose holidays hold ("" for the site's)."""

    valid_from: date
    minutes: tuple[int, ...]
    country: str = ""
    region: str = ""


@dataclass(frozen=True, kw_only=True)
class Leave:
    """Days away, both included. Only days: there is no place for a reason."""

    first: date
    last: date
    from_noon: bool = False
    until_noon: bool = False
    stand_in_id: int | None = None


def set_week(*, actor: Actor, user: User, week: Week) -> Receipt:
    """The receipt of a weekly pattern that holds from a day on; earlier ones stay for earlier days.

    Raises: ForbiddenError unless it is one's own, one's team's or an administrator's; RuleError for a week without hours.
    """
    check_may_set(actor, user)
    if len(week.minutes) != WEEK or not all(0 <= given <= MOST_MINUTES for given in week.minutes):
        raise RuleError("hours", "Write hours between 0 and 24 for each day of the week.", "hours")
    if not any(week.minutes):
        message = "Give at least one day some hours. Whoever is off for long is away instead."
        raise RuleError("no_hours", message, "hours")
    check_place(week.country, week.region)
    with transaction.atomic():
        work = start(actor=actor, verb="set hours")
        row = WorkPattern.objects.select_for_update().filter(user=user, valid_from=week.valid_from).first()
        before = _facts(row, _PATTERN) if row else {}
        row = row or WorkPattern(user=user, valid_from=week.valid_from)
        row.minutes, row.country, row.region = list(week.minutes), week.country, week.region
        row.save()
        note(
            work, Entry(PATTERN, row.pk, 0, "updated" if before else "created", before, _facts(row, _PATTERN))
        )
        refresh_worktimes([user.pk])
        also = [f"{part_time_percent(week.minutes)} % of full time", "earlier weeks keep their hours"]
        told = f"{_whose(actor, user)} working week holds from {_day(week.valid_from)}."
        return finish(work, Receipt("saved", told, object=_link(actor, user), also=tuple(also)))


def mark_away(*, actor: Actor, user: User, leave: Leave) -> Receipt:
    """The receipt of days away. Whoever stands in is told, and so is the person when somebody else set it.

    Raises: ForbiddenError as for the week; RuleError for days that make no sense or are taken already.
    """
    check_may_set(actor, user)
    _check_leave(user, leave)
    with transaction.atomic():
        work = start(actor=actor, verb="marked away")
        User.objects.select_for_update().get(pk=user.pk)
        _check_free(user.pk, leave.first, leave.last)
        row = Absence(
            user=user, first=leave.first, last=leave.last, from_noon=leave.from_noon, until_noon=leave.until_noon,
            stand_in_id=leave.stand_in_id, set_by_id=actor.user_id, set_at=work.at,
        )  # fmt: skip
        row.save()
        note(work, Entry(ABSENCE, row.pk, 0, "created", {}, _facts(row, _ABSENCE)))
        refresh_worktimes([user.pk])
        also = _tell(work, actor, user, row)
        back = User.objects.get(pk=user.pk).worktime.next_working(leave.last)
        who = "You are" if user.pk == actor.user_id else f"{user.name} is"
        days = _span(leave.first, leave.last)
        also = [f"back on {_day(back)}" if back > leave.last else "", *also]
        receipt = Receipt(
            "saved",
            f"{who} away {days}.",
            object=_link(actor, user),
            also=tuple(line for line in also if line)[:3],
            nothing_next="Reminders wait, and colleagues see until when.",
        )
        return finish(work, receipt)


def _check_free(user_id: int, first: date, last: date) -> None:
    if Absence.objects.filter(user_id=user_id, first__lte=last, last__gte=first).exists():
        message = "Some of these days are marked already. Take the other entry away, or choose other days."
        raise RuleError("overlaps", message, "first")


def _check_leave(user: User, leave: Leave) -> None:
    if leave.last < leave.first:
        raise RuleError("ends_before_start", "The last day lies before the first one.", "last")
    if (leave.last - leave.first).days > LONGEST:
        raise RuleError("too_long", "Two years at most fit into one entry.", "last")
    if leave.first == leave.last and leave.from_noon and leave.until_noon:
        raise RuleError(
            "nothing_left", "From noon until noon of one day is no time. Choose one half.", "last"
        )
    if leave.stand_in_id is not None:
        other = User.objects.filter(pk=leave.stand_in_id, is_active=True).exclude(pk=user.pk)
        if not other.exists():
            raise RuleError("not_a_person", "Choose somebody else from the list.", "stand_in")


def _tell(work: Work, actor: Actor, user: User, row: Absence) -> list[str]:
    """Notices for those whom it concerns; the lines of the receipt about them."""
    days, told, notices = _span(row.first, row.last), [], []
    if user.pk != actor.user_id:
        notices.append(_notice(work, user.pk, f"{actor.name} marked you away {days}", row))
        told.append(f"{user.name} was told")
    stand_in = User.objects.filter(pk=row.stand_in_id).first() if row.stand_in_id else None
    if stand_in is not None:
        told.append(f"{stand_in.name} stands in")
        if stand_in.pk != actor.user_id:
            notices.append(_notice(work, stand_in.pk, f"You stand in for {user.name} {days}", row))
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return told


def _notice(work: Work, user_id: int, said: str, row: Absence) -> Notice:
    return Notice(
        user_id=user_id, kind="calendar", text=said[:300], href=reverse("calendar"), by_id=work.actor.user_id,
        at=work.at, once=f"away:{row.pk}:{user_id}",
    )  # fmt: skip


def take_away_back(*, actor: Actor, absence_id: int) -> Receipt:
    """The receipt of days that are worked on after all.

    Raises: NotVisibleError for those of somebody whom the actor may not set.
    """
    with transaction.atomic():
        work = start(actor=actor, verb="not away")
        row = (
            Absence.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(pk=absence_id)
            .first()
        )
        if row is None or not calendars.may_set(actor, row.user):
            raise NotVisibleError
        if not actor.may_write:
            raise ForbiddenError
        note(work, Entry(ABSENCE, row.pk, 0, "deleted", _facts(row, _ABSENCE), {}))
        row.delete()
        refresh_worktimes([row.user_id])
        said = f"{_whose(actor, row.user)} days away {_span(row.first, row.last)} are taken off."
        return finish(work, Receipt("saved", said, object=_link(actor, row.user)))


def set_place(*, actor: Actor, site: str, country: str, region: str) -> Receipt:
    """The receipt of where a site lies ("" for the company): its public holidays follow.

    Raises: ForbiddenError; RuleError for a place that is not known.
    """
    require(actor, "users.manage")
    check_place(country, region)
    with transaction.atomic():
        work = start(actor=actor, verb="set calendar")
        row = SiteCalendar.objects.select_for_update().filter(site=site).first()
        names = ("site", "country", "region")
        before = _facts(row, names) if row else {}
        row = row or SiteCalendar(site=text.clean(site)[:80])
        row.country, row.region = country, region
        row.save()
        note(work, Entry(SITE, row.pk, 0, "updated" if before else "created", before, _facts(row, names)))
        refresh_worktimes()
        told = f"The public holidays of {row.site or 'the company'} are set."
        return finish(
            work, Receipt("saved", told, object=Link("Company calendar", reverse("company-calendar")))
        )


def check_place(country: str, region: str) -> None:
    """Nothing, for no country, or one whose holidays are known, with one of its regions or none.

    Raises: RuleError.
    """
    if country and country not in supported():
        raise RuleError("country", "Choose a country from the list.", "country")
    if region and region not in dict(regions(country)):
        raise RuleError("region", "Choose a region of that country, or none.", "region")


def add_day_off(*, actor: Actor, on: date, name: str, site: str = "", half: bool = False) -> Receipt:
    """The receipt of a day on which a site or the whole company rests.

    Raises: ForbiddenError; RuleError for one without a name or twice.
    """
    require(actor, "users.manage")
    name = text.clean(name)[:80]
    if not name:
        raise RuleError("missing", "Say in a few words what day it is.", "name")
    with transaction.atomic():
        work = start(actor=actor, verb="set day off")
        if CompanyDayOff.objects.filter(site=site, on=on).exists():
            raise RuleError("twice", f"{_day(on)} is a day off already.", "on")
        row = CompanyDayOff(site=site, on=on, name=name, half=half)
        row.save()
        note(work, Entry(DAY_OFF, row.pk, 0, "created", {}, _facts(row, _DAY_OFF)))
        refresh_worktimes()
        told = f"{name}: {_day(on)} is a day off for {site or 'everybody'}."
        return finish(
            work, Receipt("saved", told, object=Link("Company calendar", reverse("company-calendar")))
        )


def remove_day_off(*, actor: Actor, day_off_id: int) -> Receipt:
    """The receipt of a day that is worked on after all.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor, "users.manage")
    with transaction.atomic():
        work = start(actor=actor, verb="removed day off")
        row = CompanyDayOff.objects.select_for_update().filter(pk=day_off_id).first()
        if row is None:
            raise NotVisibleError
        note(work, Entry(DAY_OFF, row.pk, 0, "deleted", _facts(row, _DAY_OFF), {}))
        row.delete()
        refresh_worktimes()
        told = f"{row.name} is no day off any more."
        return finish(
            work, Receipt("saved", told, object=Link("Company calendar", reverse("company-calendar")))
        )


def undo_calendars(work: Work, changes: Sequence[Change]) -> None:
    """Days away, hours, places and days off are as before the changes.

    Raises: RuleError when they were changed again since.
    """
    models: dict[str, Any] = {
        ABSENCE: Absence, PATTERN: WorkPattern, SITE: SiteCalendar, DAY_OFF: CompanyDayOff,
    }  # fmt: skip
    for change in changes:
        model = models[change.kind]
        _may_undo(work.actor, change)
        row = model.objects.select_for_update().filter(pk=change.record_id).first()
        if (row is None) != (change.verb == "deleted") or (
            row and _facts(row, tuple(change.after)) != change.after
        ):
            raise RuleError("changed_since", "This was changed again since. Look at the calendar.")
        if change.verb == "created":
            row.delete()
        else:
            _put_back(model, change)
        verb = {"created": "deleted", "deleted": "created"}.get(change.verb, "updated")
        note(work, Entry(change.kind, change.record_id, 0, verb, change.after, change.before))
    refresh_worktimes()


def _may_undo(actor: Actor, change: Change) -> None:
    if change.kind not in {ABSENCE, PATTERN}:
        require(actor, "users.manage")
        return
    user_id = change.after.get("user_id") or change.before.get("user_id")
    check_may_set(actor, User.objects.get(pk=user_id))


def _put_back(model: Any, change: Change) -> None:
    columns = {column.attname: column for column in model._meta.concrete_fields}  # noqa: SLF001  the public way to columns
    values = {name: columns[name].to_python(value) for name, value in change.before.items()}
    taken = {
        name: values[name] for name in ("user_id", "valid_from") if name in values and model is WorkPattern
    }
    if taken and model.objects.filter(**taken).exclude(pk=change.record_id).exists():
        raise RuleError("changed_since", "This was changed again since. Look at the calendar.")
    if model is Absence:
        User.objects.select_for_update().get(pk=values["user_id"])
        _check_free(values["user_id"], values["first"], values["last"])
    model(pk=change.record_id, **values).save()


def check_may_set(actor: Actor, user: User) -> None:
    """Nothing, when the actor may say when the person works.

    Raises: ForbiddenError.
    """
    if not actor.may_write or not calendars.may_set(actor, user):
        raise ForbiddenError(
            "forbidden", "Only the person, who leads their team, or an administrator sets this."
        )


def _facts(row: Any, names: Sequence[str]) -> dict[str, Any]:
    plain = {}
    for name in names:
        value = getattr(row, name)
        plain[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return plain


def _whose(actor: Actor, user: User) -> str:
    return "Your" if user.pk == actor.user_id else f"{user.name}'s"


def _link(actor: Actor, user: User) -> Link:
    if user.pk == actor.user_id:
        return Link("Your calendar", reverse("calendar"))
    return Link(f"{user.first_name}'s calendar", reverse("calendar-of", args=[user.pk]))


def _span(first: date, last: date) -> str:
    return f"on {_day(first)}" if first == last else f"from {_day(first)} to {_day(last)}"


def _day(on: date) -> str:
    year = f" {on.year}" if on.year != timezone.localdate().year else ""
    return f"{on:%a} {on.day} {on:%b}{year}"
