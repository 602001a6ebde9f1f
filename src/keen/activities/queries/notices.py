"""What notices about activities say, asked anew each time they are read: rights change between telling and reading."""

from collections.abc import Sequence

from keen.activities.models import Activity
from keen.core.domain.actor import Actor
from keen.core.models import Notice
from keen.records import declare

MENTION = "mention"
HANDOVER = "handover"
REMINDER = "reminder"
Told = tuple[str, str, str]


def told(actor: Actor, notices: Sequence[Notice]) -> dict[int, Told]:
    """(text, detail, address) of the notices that are about an activity, as their reader may see it now.

    Shape: by the id of the notice; of what can no longer be seen, nothing but that somebody did something.
    Cost: 1 query, none when no notice is about an activity.
    """
    about = {notice.pk: pk for notice in notices if (pk := _activity_of(notice))}
    rows = Activity.objects.visible_to(actor).filter(pk__in=set(about.values())) if about else ()
    seen: dict[int, Activity] = {row.pk: row for row in rows}
    return {
        notice.pk: _told(actor, notice, seen.get(about[notice.pk]))
        for notice in notices
        if notice.pk in about
    }


def _activity_of(notice: Notice) -> int:
    """The id of the activity that the notice is about, 0 for none."""
    kind, _, rest = (notice.once or "").partition(":")
    found = rest.partition(":")[0]
    return int(found) if kind == notice.kind and found.isascii() and found.isdigit() else 0


def _agent(notice: Notice) -> str:
    """The automation that handed it over, "" where a person did."""
    who = notice.text.partition(" gave you: ")[0]
    return who if notice.kind == HANDOVER and who.startswith("Automation “") else ""


def _told(actor: Actor, notice: Notice, activity: Activity | None) -> Told:
    who = notice.by.name if notice.by else _agent(notice) or "Somebody"
    if activity is None:
        did = {MENTION: f"{who} named you on", HANDOVER: f"{who} gave you", REMINDER: "A reminder of"}
        return f"{did.get(notice.kind, who)} something that you can no longer see", "", ""
    seen = declare.get(Activity.KIND).as_read_by(actor, activity)
    assert isinstance(seen, Activity)  # noqa: S101  a copy of what was given
    if notice.kind == MENTION:
        return f"{who} named you on {seen.with_whom or seen.called}", seen.body[:300], notice.href
    text = f"{who} gave you: {seen.called}" if notice.kind == HANDOVER else seen.called
    # The detail says with whom: it stays where that may still be read.
    return text, notice.detail if seen.with_whom == activity.with_whom else "", notice.href
