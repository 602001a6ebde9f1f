"""What happens around activities."""

from dataclasses import dataclass
from datetime import date

from keen.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ActivityLogged(Event):
    """Something that took place was written down: a call, a note, an e-mail."""

    name = "activities.activity_logged"

    activity_id: int
    kind: str
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class ActivityPlanned(Event):
    """A task, a call or a meeting was planned."""

    name = "activities.activity_planned"

    activity_id: int
    kind: str
    plan_on: date | None = None
    assigned_to: int | None = None


@dataclass(frozen=True, kw_only=True)
class ActivityCompleted(Event):
    """A planned activity is done. `on_time` is None when nothing was promised."""

    name = "activities.activity_completed"

    activity_id: int
    kind: str
    outcome: str = ""
    on_time: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ActivityReopened(Event):
    """A closed activity is open again."""

    name = "activities.activity_reopened"

    activity_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityMoved(Event):
    """An open activity is planned for another day."""

    name = "activities.activity_moved"

    activity_id: int
    plan_on: date


@dataclass(frozen=True, kw_only=True)
class ActivityReassigned(Event):
    """An open activity is somebody else's now."""

    name = "activities.activity_reassigned"

    activity_id: int
    to_id: int


@dataclass(frozen=True, kw_only=True)
class ActivityCancelled(Event):
    """A planned activity will not take place."""

    name = "activities.activity_cancelled"

    activity_id: int


@dataclass(frozen=True, kw_only=True)
class PeopleMentioned(Event):
    """Colleagues were named in a note."""

    name = "activities.people_mentioned"

    activity_id: int
    people: tuple[int, ...]
