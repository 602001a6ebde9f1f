"""What activities show: Today, and the boxes on record pages. Views and the pages of other packages ask here."""

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django.utils import timezone
from django.utils.safestring import SafeString

from keen.activities.domain import days, recurrence
from keen.activities.domain.choices import What
from keen.activities.domain.marks import day_heading, mark
from keen.activities.models import Activity
from keen.activities.queries.day import Day, day
from keen.activities.queries.steps import nearest, next_steps, zone_of
from keen.activities.queries.timeline import ALL, TABS, Entry, Place, Tab, tabs, tabs_in, timeline
from keen.core import calendars, pages
from keen.core.access import KeenRequest
from keen.core.domain.actor import Actor
from keen.core.queries import people_choices
from keen.core.wiring import wired
from keen.people.models import Contact
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.models import Record
from keen.records.queries.unseen import without_hidden_links

WITH_TIMELINE = ("contact", "account")
MOST_BEFORE = 8
_RECORD_PAGE = re.compile(r"^/([a-z]+)/(\d{1,18})/$")


def today_of(actor: Actor) -> date:
    """The day it is where the person is."""
    return timezone.now().astimezone(zone_of(actor)).date()


def may_add(actor: Actor) -> bool:
    """Whether the person may write activities at all."""
    return actor.may_write and actor.rights.scope(Activity.KIND, "add").reach > 0


def acts(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """The buttons that log a call with the record and plan something, among the acts of its page."""
    if not may_add(request.actor) or record.is_restricted:
        return ""
    return pages.text(request, "activities/_acts.html", {"type": record_type, "record": record})


def row_marks(
    request: KeenRequest, record_type: RecordType, ids: Sequence[int]
) -> dict[int, tuple[str, str]]:
    """The next step of each row of a list that has one, as (state, words) of its mark: a phone has no page beside the list.

    Cost: 1 query.
    """
    if not request.actor.rights.scope(Activity.KIND, "view").reach:
        return {}
    found = nearest(request.actor, record_type.kind, ids, timezone.now())
    return {pk: (told.state.value, told.text) for pk, told in found.items()}


def next_step(request: KeenRequest, record_type: RecordType, record: Record, *, oob: bool = False) -> str:
    """The one lit panel of a record page: what comes next, or the days to choose from when nothing is planned.

    Cost: 1 query.
    """
    place = Place(record_type.kind, record.pk, record.absorbed)
    found = next_steps(request.actor, place, timezone.now())
    context = {
        "type": record_type,
        "record": record,
        "steps": found,
        "chips": days.chips(today_of(request.actor), request.actor.worktime),
        "may_add": may_add(request.actor) and not record.is_restricted,
        "may_edit": bool(found)
        and request.actor.may_write
        and found[0].activity.allows(request.actor, "edit"),
        "here": address(record_type, record),
        "oob": oob,
    }
    return pages.text(request, "activities/_next_step.html", context)


def timeline_box(request: KeenRequest, record_type: RecordType, record: Record, *, oob: bool = False) -> str:
    """The composer and the timeline of a record page.

    Cost: 2 queries, 1 more for what does not fit on one page.
    """
    shown = request.GET.get("filter", ALL)
    context = {
        **timeline_context(request, record_type, record, shown if shown in dict(TABS) else ALL),
        "may_add": may_add(request.actor) and not record.is_restricted,
        "phone": "" if record.is_restricted else getattr(record, "phone", ""),
        "oob": oob,
    }
    return pages.text(request, "activities/_timeline.html", context)


def timeline_context(
    request: KeenRequest, record_type: RecordType, record: Record, shown: str, after: str = ""
) -> dict[str, Any]:
    """What the timeline's template needs.

    Cost: 2 queries, 1 more for what does not fit on one page.
    """
    place = Place(record_type.kind, record.pk, record.absorbed)
    found = timeline(request.actor, place, shown=shown, after=after)
    all_here = shown == ALL and not after and not found.after
    parts = (
        tabs_in(found) if all_here else [] if after else tabs(request.actor, place, shown, seen=found.entries)
    )
    return {
        "type": record_type,
        "record": record,
        "here": address(record_type, record),
        "shown": shown,
        "days": by_day(found.entries, today_of(request.actor), request.actor),
        "after": found.after,
        "continued": bool(after),
        "tabs": [_tab(index, tab, record_type, record) for index, tab in enumerate(parts, 1)],
    }


def _tab(index: int, tab: Tab, record_type: RecordType, record: Record) -> dict[str, Any]:
    """A tab that works as a link, and swaps the timeline alone where scripts run. The keys 1 to 5 choose it."""
    href = f"{address(record_type, record)}{f'?filter={tab.key}' if tab.key else ''}#timeline"
    part = f"/timeline/{record_type.kind}/{record.pk}/{f'?filter={tab.key}' if tab.key else ''}"
    swap = {"hx-get": part, "hx-target": "#timeline", "hx-swap": "outerHTML"}
    keys = {"data-key": str(index), "aria-keyshortcuts": str(index)} if index <= 5 else {}
    return {
        "label": tab.label,
        "href": href,
        "count": tab.count or "",
        "current": tab.current,
        "attrs": {**swap, **keys},
    }


@dataclass(frozen=True)
class TimelineDay:
    """The lines of one day."""

    label: str
    entries: list[Entry]


def by_day(entries: Sequence[Entry], today: date, actor: Actor) -> list[TimelineDay]:
    """The lines under the days they belong to, in their order."""
    zone, found = zone_of(actor), list[TimelineDay]()
    for entry in entries:
        label = day_heading(entry.at.astimezone(zone).date(), today)
        if not found or found[-1].label != label:
            found.append(TimelineDay(label, []))
        found[-1].entries.append(entry)
    return found


def address(record_type: RecordType, record: Record) -> str:
    """The record's page."""
    return f"/{record_type.path}/{record.pk}/"


def activity_box(request: KeenRequest, record_type: RecordType, record: Record, *, oob: bool = False) -> str:
    """On an activity's own page: how it stands, with whom, and what can be done with it.

    Cost: 1 query while it is open, else none.
    """
    (activity,) = without_hidden_links(record_type, request.actor, [copy(cast("Activity", record))])
    zone = zone_of(request.actor)
    context = {
        "type": record_type,
        "activity": activity,
        "mark": mark(activity.times, timezone.now(), zone),
        "repeats": recurrence.words(activity.recurrence),
        "chips": days.chips(today_of(request.actor), request.actor.worktime),
        "may_edit": request.actor.may_write and activity.allows(request.actor, "edit"),
        "is_note": activity.kind == What.NOTE,
        "colleagues": colleagues(request.actor) if activity.is_open and not activity.is_private else [],
        "here": address(record_type, record),
        "oob": oob,
    }
    return pages.text(request, "activities/_activity.html", context)


def colleagues(actor: Actor) -> list[tuple[int, str]]:
    """Everybody who can take something over.

    Cost: 1 query.
    """
    return [(pk, name) for pk, name in people_choices(today_of(actor)) if pk != actor.user_id]


def brief(request: KeenRequest, record_type: RecordType, record: Record) -> str:
    """Beside an activity: what was written, who takes part, and what happened with them before.

    Cost: 3 queries, and 1 for a meeting with several people.
    """
    del record_type
    activity = cast("Activity", record)
    met = (
        list(Contact.objects.visible_to(request.actor).filter(pk__in=activity.participants))
        if activity.participants
        else []
    )
    subject = subject_seen(request.actor, activity)
    context: dict[str, Any] = {
        "activity": activity,
        "people": met,
        "subject": subject,
        "days": [],
        "more": False,
    }
    if subject is not None:
        before = timeline(request.actor, Place(subject.KIND, subject.pk, subject.absorbed), most=MOST_BEFORE)
        others = [entry for entry in before.entries if (entry.source, entry.id) != ("a", activity.pk)]
        context |= {
            "days": by_day(others, today_of(request.actor), request.actor),
            "more": bool(before.after),
        }
        context |= {"type": declare.get(subject.KIND), "record": subject}
    return pages.text(request, "activities/_brief.html", context)


def subject_seen(actor: Actor, activity: Activity) -> Record | None:
    """The person or the company of the activity, when the actor may see it.

    Cost: 1 query, none when there is nobody.
    """
    record_type = declare.find(activity.about_kind)
    if record_type is None or not activity.about_id:
        return None
    found: Record | None = record_type.model.objects.visible_to(actor).filter(pk=activity.about_id).first()
    return found


def day_context(request: KeenRequest, *, focus: bool = False) -> dict[str, Any]:
    """What Today's template needs.

    Shape: `lead` is what comes first for somebody by their part in the company, as keen.site.wiring lists it.
    Cost: 5 queries, those of the wired suggesters, and those of the part.
    """
    now = timezone.now()
    found = day(request.actor, now)
    leads = (panel.render(request) for panel in wired().panels if panel.place == "today-lead")
    local = now.astimezone(zone_of(request.actor))
    return {
        "day": found,
        "lead": next((html for html in leads if html), ""),
        "greeting": greeting(local.hour),
        "today": local.date(),
        "effort": effort(found),
        "chips": days.chips(local.date(), request.actor.worktime),
        "away": away(request.actor, local.date()),
        "may_add": may_add(request.actor),
        "focus": focus,
        "here": "/",
        "soon": now + timedelta(minutes=60),
    }


def beside_day(request: KeenRequest) -> list[str]:
    """What other packages show beside the day, as keen.site.wiring lists it."""
    found = (panel for panel in wired().panels if panel.place == "today")
    return [html for panel in found if (html := panel.render(request))]


@dataclass(frozen=True)
class AwayNow:
    """That somebody is away, until when, and who stands in."""

    back_on: date
    stand_in: str


def away(actor: Actor, today: date) -> AwayNow | None:
    """The actor's absence of today, None on any other day.

    Cost: 1 query for who is away, else none.
    """
    back = actor.worktime.back_on(today)
    if back is None or actor.user_id is None:
        return None
    absences = [one for one in calendars.absences_of(actor.user_id, today) if one.first <= today]
    return AwayNow(back, next((one.stand_in.name for one in absences if one.stand_in), ""))


def greeting(hour: int) -> str:
    """What one says at this hour."""
    if hour < 5:
        return "Good night"
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


def effort(found: Day) -> str:
    """How much the day holds, in words."""
    if not found.count:
        return "nothing planned"
    things = "one thing" if found.count == 1 else f"{found.count}{'+' if found.capped else ''} things"
    hours, minutes = divmod(found.minutes, 60)
    spoken = f"{hours} h {minutes} min" if hours and minutes else f"{hours} h" if hours else f"{minutes} min"
    return f"{things} today, about {spoken}"


def refreshed(request: KeenRequest, here: str) -> SafeString:
    """The parts of the page at this address that a write may have changed, to be swapped in where they stand.

    Cost: that of Today, or of the boxes of a record page.
    """
    if here.split("?", maxsplit=1)[0] == "/":
        return pages.text(
            request, "activities/today.html#day", {**day_context(request, focus=True), "oob": True}
        )
    found = _RECORD_PAGE.match(here.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])
    record_type = next((one for one in declare.types() if found and one.path == found[1]), None)
    if found is None or record_type is None:
        return SafeString("")
    record: Record | None = (
        record_type.model.objects.visible_to(request.actor).filter(pk=int(found[2])).first()
    )
    if record is None:
        return SafeString("")
    if record_type.kind == Activity.KIND:
        return SafeString(activity_box(request, record_type, record, oob=True))
    if not any(panel.render is timeline_box and record_type.kind in panel.kinds for panel in wired().panels):
        return SafeString("")
    parts = next_step(request, record_type, record, oob=True) + timeline_box(
        request, record_type, record, oob=True
    )
    return SafeString(parts)
