"""What happened around a record: activities and changes, merged by time, page by page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from keen.activities.domain.choices import Outcome, Status, What, outcome_words
from keen.activities.models import Activity, ActivityLink
from keen.activities.queries.links import Reader, as_told
from keen.core.domain.actor import Actor
from keen.core.models import Change
from keen.core.prepared import Prepared
from keen.core.wiring import wired
from keen.lib.errors import RuleError
from keen.records import declare
from keen.records.declare import RecordType
from keen.records.domain import cursors
from keen.records.queries import trail

Cursor = tuple[str, datetime, int]
MOST = 30
MOST_COUNTED = 200
ALL, CHANGES, ORDERS = "", "changes", "orders"
# What comes first of one moment: activities, then what other packages tell, then changes.
RANKS = {"c": 0, "o": 1, "a": 2}
TABS = (
    (ALL, "All"),
    (What.CALL.value, "Calls"),
    (What.MEETING.value, "Meetings"),
    (What.EMAIL.value, "Mail"),
    (What.NOTE.value, "Notes"),
    (What.TASK.value, "Tasks"),
    (ORDERS, "Orders"),
    (CHANGES, "Changes"),
)
# A call writes the last contact, a merge moves links: the call and the merge are lines of their own.
SILENT = ("contacted", "relinked")
# What follows from something else that has its own line.
FOLLOWING = frozenset({"last_contact_at"})
DETAILED = frozenset({"updated", "undone", "related"})
MOST_SHOWN_DIFFERENCES = 4
_ACTIVITY_COLUMNS = (
    "kind", "subject", "body", "direction", "outcome", "status", "duration_seconds", "is_private", "owner_id",
    "created_by_id", "team_id", "contact_id", "contact_name", "account_id", "account_name", "source", "done_at",
)  # fmt: skip
# The receipt says which automation it was, where it was nobody.
_CHANGE_COLUMNS = (
    "at", "kind", "record_id", "verb", "before", "after", "actor__name", "operation__via", "operation__verb",
    "operation__receipt",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """The record whose timeline is asked for, with the ids of those merged into it."""

    kind: str
    record_id: int
    absorbed: Sequence[int] = ()

    @property
    def ids(self) -> list[int]:
        """All ids under which something may stand."""
        return [self.record_id, *self.absorbed]


@dataclass(frozen=True)
class Entry:
    """One line of a timeline: who did what, when, and the words that belong to it."""

    at: datetime
    id: int
    source: str
    who: str
    did: str
    icon: str
    tone: str = ""
    body: str = ""
    href: str = ""
    details: tuple[trail.Difference, ...] = ()
    more: int = 0
    via: str = ""
    private: bool = False
    kind: str = ""

    @property
    def key(self) -> tuple[datetime, int, int]:
        """Its place in the order: the latest first, activities before changes of the same moment."""
        return (self.at, RANKS[self.source], self.id)


@dataclass(frozen=True)
class Timeline:
    """One page of a timeline. `after` is the place where the next one starts, empty at the end."""

    entries: Sequence[Entry]
    after: str = ""


def timeline(actor: Actor, place: Place, *, shown: str = ALL, after: str = "", most: int = MOST) -> Timeline:
    """One page of what happened around a record that the actor can see, latest first.

    Shape: a page may hold fewer lines than asked for, and still go on: changes to hidden fields are left out.
    Raises: RuleError for an unknown tab or place.
    Cost: 2 queries, 1 for a tab of one kind; 1 for each package that adds lines.
    """
    if shown not in dict(TABS):
        raise RuleError("unknown_tab", "This part of the timeline does not exist.", "filter")
    cursor = _cursor(after) if after else None
    record_type = declare.get(place.kind)
    found: list[Entry | _Hidden] = []
    if shown not in {CHANGES, ORDERS}:
        found += _activities(actor, place, shown, cursor, most)
    if shown in {ALL, CHANGES}:
        found += _changes(actor, record_type, place, cursor, most)
    if shown in {ALL, ORDERS}:
        for told in wired().timelines:
            found += told(actor, place, cursor, most)
    ordered = sorted(found, key=lambda one: one.key, reverse=True)
    taken = ordered[:most]
    goes_on = len(ordered) > most
    return Timeline(
        [entry for entry in taken if isinstance(entry, Entry)],
        _mark(taken[-1]) if goes_on and taken else "",
    )


@dataclass(frozen=True)
class _Hidden:
    """A line that the reader does not get, which still takes its place in the order."""

    at: datetime
    id: int
    source: str = "c"

    @property
    def key(self) -> tuple[datetime, int, int]:
        return (self.at, RANKS[self.source], self.id)


def _mark(entry: Entry | _Hidden) -> str:
    return cursors.encode([f"{entry.source}{entry.at.isoformat()}", entry.id])


def _cursor(after: str) -> Cursor:
    value, pk = cursors.decode(after)
    try:
        return str(value)[:1], datetime.fromisoformat(str(value)[1:]), int(pk)
    except ValueError:
        raise RuleError(
            "bad_cursor", "This place in the timeline no longer exists. Start from its top."
        ) from None


def before(cursor: Cursor, source: str, key: str) -> Q:
    """The condition for what comes after the place in the order, of a source of lines with such ids."""
    last, at, pk = cursor
    if last == source:
        return Q(at__lt=at) | Q(**{"at": at, f"{key}__lt": pk})
    return Q(at__lte=at) if RANKS[source] < RANKS.get(last, 0) else Q(at__lt=at)


def _page(shape: tuple[Reader, str, int, Cursor | None], *ids: int) -> QuerySet[ActivityLink]:
    reader, shown, most, cursor = shape
    links = reader.links(*ids).filter(at__isnull=False)
    if shown:
        links = links.filter(activity__kind=shown)
    if cursor:
        links = links.filter(before(cursor, "a", "activity_id"), at__lte=cursor[1])
    columns = [f"activity__{name}" for name in _ACTIVITY_COLUMNS]
    rows = links.select_related("activity__owner").only("at", *columns, "activity__owner__name")
    return rows.order_by("-at", "-activity_id")[: (most + 1) * len(ids)]


_first_page = Prepared(_page)


def _activities(actor: Actor, place: Place, shown: str, cursor: Cursor | None, most: int) -> Iterable[Entry]:
    shape = (Reader.of(actor, place.kind), shown, most, cursor)
    rows = _page(shape, *place.ids) if cursor else _first_page.rows(shape, *place.ids)
    # Twins: a merged record may stand beside the one it went into.
    found = {link.activity_id: link for link in rows}
    as_told(actor, (link.activity for link in found.values()))
    return [
        _activity_entry(link.activity, link.at, place) for link in list(found.values())[: most + 1] if link.at
    ]


def _activity_entry(activity: Activity, at: datetime, place: Place) -> Entry:
    who = activity.owner.name if activity.owner else "Somebody"
    others = "" if place.kind == "contact" and activity.contact_id in place.ids else activity.with_whom
    if place.kind == "account" and activity.contact_id is None:
        others = ""
    incoming_who, did = _words(activity, who, others)
    return Entry(
        at=at,
        id=activity.pk,
        source="a",
        who=incoming_who,
        did=did,
        icon=activity.icon if activity.outcome != Outcome.NO_ANSWER else "phone-off",
        tone=_tone(activity),
        body=activity.body,
        href=f"/activities/{activity.pk}/",
        via="" if activity.source in {"", "By hand"} else activity.source,
        private=activity.is_private,
        kind=activity.kind,
    )


def _tone(activity: Activity) -> str:
    if activity.status == Status.CANCELLED:
        return ""
    tones = {
        What.CALL.value: "brand",
        What.MEETING.value: "info",
        What.EMAIL.value: "",
        What.TASK.value: "ok",
    }
    return tones.get(activity.kind, "")


def _words(activity: Activity, who: str, others: str) -> tuple[str, str]:
    """Who is named first, and what they did."""
    if activity.status == Status.CANCELLED:
        return who, f"cancelled: {activity.title}"
    speaker = {
        What.CALL.value: _call_words,
        What.MEETING.value: _meeting_words,
        What.EMAIL.value: _mail_words,
        What.NOTE.value: _note_words,
    }.get(activity.kind, _task_words)
    return speaker(activity, who, others)


def _call_words(activity: Activity, who: str, others: str) -> tuple[str, str]:
    spoken = f", {_minutes(activity.duration_seconds)}" if activity.duration_seconds else ""
    result = (
        f": {outcome_words(activity.outcome).lower()}"
        if activity.outcome not in {"", Outcome.REACHED}
        else ""
    )
    topic = f", “{activity.subject}”" if activity.subject and not activity.subject.startswith("Call ") else ""
    if activity.direction == "in":
        caller = activity.contact_name or "Somebody"
        return caller, f"called, {who} answered{spoken}{result}{topic}"
    return who, f"called{f' {others}' if others else ''}{spoken}{result}{topic}"


def _meeting_words(activity: Activity, who: str, others: str) -> tuple[str, str]:
    met = "waited in vain for" if activity.outcome == Outcome.NO_SHOW else "met"
    return (
        who,
        f"{met} {others or activity.with_whom or 'others'}{f', “{activity.subject}”' if activity.subject else ''}",
    )


def _mail_words(activity: Activity, who: str, others: str) -> tuple[str, str]:
    if activity.direction == "in":
        return activity.with_whom or "Somebody", f"wrote “{activity.subject}”"
    return who, f"wrote{f' to {others}' if others else ''} “{activity.subject}”"


def _note_words(activity: Activity, who: str, others: str) -> tuple[str, str]:
    topic = f": {activity.subject}" if activity.subject else ""
    return who, f"noted{f' on {others}' if others else ''}{topic}"


def _task_words(activity: Activity, who: str, others: str) -> tuple[str, str]:
    return (
        who,
        f"did “{activity.title}”{f' with {others}' if others and others not in activity.title else ''}",
    )


def _minutes(seconds: int | None) -> str:
    return "" if not seconds else f"{max(round(seconds / 60), 1)} min"


def _changes(
    actor: Actor, record_type: RecordType, place: Place, cursor: Cursor | None, most: int
) -> Iterable[Entry | _Hidden]:
    shape = (place.kind, most, cursor)
    found = list(_change_page(shape, *place.ids)) if cursor else _first_changes.rows(shape, *place.ids)
    entries = trail.entries(record_type, actor, found)
    return [_change_entry(record_type, place, *pair) for pair in zip(found, entries, strict=True)]


def _change_page(shape: tuple[str, int, Cursor | None], *ids: int) -> QuerySet[Change]:
    kind, most, cursor = shape
    changes = Change.objects.filter(kind=kind, record_id__in=ids).exclude(verb__in=SILENT)
    if cursor:
        changes = changes.filter(before(cursor, "c", "pk"))
    rows = changes.select_related("actor", "operation").only(*_CHANGE_COLUMNS)
    return rows.order_by("-at", "-pk")[: most + 1]


_first_changes = Prepared(_change_page)


def _change_entry(
    record_type: RecordType, place: Place, change: Change, told: trail.TrailEntry
) -> Entry | _Hidden:
    noun = record_type.label.lower()
    if change.verb in DETAILED and (set(change.after) <= FOLLOWING or not told.differences):
        return _Hidden(change.at, change.pk)
    lost = change.record_id != place.record_id
    did = _change_words(change, told, noun, lost=lost)
    if not did:
        return _Hidden(change.at, change.pk)
    details = tuple(told.differences) if change.verb in DETAILED else ()
    return Entry(
        at=change.at,
        id=change.pk,
        source="c",
        who=told.who,
        did=did,
        icon={"created": "plus", "deleted": "trash", "restored": "restore", "merged": "git-merge"}.get(
            change.verb, "pencil"
        ),
        details=details[:MOST_SHOWN_DIFFERENCES],
        more=max(len(details) - MOST_SHOWN_DIFFERENCES, 0),
        via=trail.ROADS.get(told.via, told.via),
    )


def _change_words(change: Change, told: trail.TrailEntry, noun: str, *, lost: bool) -> str:
    """What the change was, in words; empty for a line that another one says better."""
    if change.verb == "merged":
        return f"merged another {noun} into this one" if lost else ""
    changed = told.differences if change.verb in DETAILED else ()
    named = [difference.label.lower() for difference in changed[:MOST_SHOWN_DIFFERENCES]]
    left = len(changed) - len(named)
    fields = ", ".join(named) + (f" and {left} more" if left else "")
    words: Mapping[str, str] = {
        "created": f"added {'the' if lost else 'this'} {noun}{' that was merged into this one' if lost else ''}",
        "updated": f"changed {fields}",
        "undone": f"took back: {fields}",
        "deleted": f"moved this {noun} to the trash",
        "restored": f"took this {noun} out of the trash",
        "related": f"changed how this {noun} is related",
    }
    return words.get(change.verb, change.verb)


@dataclass(frozen=True)
class Tab:
    """A part of the timeline with how much stands there."""

    key: str
    label: str
    count: int | None = None
    current: bool = False


_kinds: Prepared[Any] = Prepared(
    lambda reader, *ids: (
        reader.links(*ids)
        .filter(at__isnull=False)
        .order_by("-at")
        .values_list("activity_id", "activity__kind")[:MOST_COUNTED]
    )
)


def tabs(actor: Actor, place: Place, shown: str = ALL, *, seen: Iterable[Entry] = ()) -> list[Tab]:
    """The parts of the timeline that hold something, and "All"; without numbers where there is more than is counted.

    Shape: what other packages tell of is known by the lines that are `seen`.
    Cost: 1 query.
    """
    found = dict(_kinds.rows(Reader.of(actor, place.kind), *place.ids))
    counts = Counter(found.values())
    others = {entry.kind for entry in seen} & {ORDERS}
    return _tabs(counts + Counter(others), shown, exact=len(found) < MOST_COUNTED and not others)


def tabs_in(whole: Timeline) -> list[Tab]:
    """The same from a timeline whose one page holds everything.

    Cost: none.
    """
    return _tabs(Counter(entry.kind for entry in whole.entries if entry.kind), ALL, exact=True)


def _tabs(counts: Mapping[str, int], shown: str, *, exact: bool) -> list[Tab]:
    return [
        Tab(key, label, counts.get(key) if exact else None, key == shown)
        for key, label in TABS
        if key in {ALL, CHANGES, shown} or counts.get(key)
    ]
