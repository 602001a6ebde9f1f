"""What the facts hand to the score: what one person did in one window, as numbers of occasions."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Share:
    """So many hits of so many chances. No chances mean that there was no occasion, which is not a bad share.

    Units: chances are obligations (calls held, deals due a next step), never what somebody chose to create.
    """

    hits: float = 0.0
    chances: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.chances:
            raise ValueError(f"{self.hits} hits of {self.chances} chances cannot be")

    @property
    def value(self) -> float | None:
        """The hits of one chance, 0 to 1; None where there was no occasion."""
        return self.hits / self.chances if self.chances else None


NONE = Share()


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """Whether there was an occasion for a feature in the window, and on how many different days it was used."""

    due: bool
    days: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What one person did in one window, and what of the time before is needed to judge it.

    Units: days are scheduled days of the person's own calendar; an event on a day off counts for nothing.
    """

    scheduled: float = 0.0
    """Scheduled days (E): working pattern less leave, holidays and days off."""
    active: float = 0.0
    """Scheduled days with at least one value event (A)."""
    attempt_days: float = 0.0
    """Scheduled days on which something was begun: a form opened, a search, a save."""
    struggle_days: float = 0.0
    """Attempt days with at least one sign of struggle."""
    features: Mapping[str, FeatureUse] = field(default_factory=dict)
    depth: Share = NONE
    """Process instances closed with their steps recorded in order, of all that were closed."""
    timely: Share = NONE
    """Entries made in time after the fact, of all whose fact has a known time."""
    quality: Share = NONE
    """Quarter points (complete, valid, no duplicate, fresh) of the records owned and touched, of the records."""
    consult_days: float = 0.0
    """Active days with a look-up of one's own choice that was followed by a contact, a plan or an assignment."""
    tasks: Share = NONE
    """Tasks completed, of those begun."""
    before_review: Share = NONE
    """Entries made in the four hours before the review's deadline, of the week's entries."""
    notes_rate: Share = NONE
    """Optional fields and notes filled, as a share of what the role fills; at most one."""
    self_started: bool | None = None
    """Any learning, idea, answer or thanks of one's own accord in the window; None where nobody could have."""
    usefulness: int | None = None
    """The usefulness item of the survey, 1 to 7, of who consents, at most 90 days old."""
    value_events: int = 0
    """How many value events there were. No part of any score: shown, never rewarded."""
    assumed_calendar: bool = False
    """Nobody ever said when this person works, so that full time was assumed."""
    watched: bool = True
    """Use was recorded by person on every day of the window; else nobody knows of look-ups, tries and struggles."""
    on_leave: bool = False
    """Away on the last day of the window."""
    access_days: float = 0.0
    """Scheduled days since the person could sign in."""
    ever_valued: bool = True
    """At least one value event ever."""
    days_since_start: int = 365
    """Calendar days since the first day."""
    role_changed_days_ago: int | None = None
    """Calendar days since the role changed; None if it never did."""
    earlier_rhythm: tuple[float, ...] = ()
    """The rhythm of each earlier week, 0 to 1, the newest last."""
    earlier_scores: tuple[float, ...] = ()
    """The scores of the twelve weeks before, the newest last."""

    def __post_init__(self) -> None:
        if not 0 <= self.active <= self.scheduled:
            raise ValueError(f"{self.active} active of {self.scheduled} scheduled days cannot be")
        if not 0 <= self.struggle_days <= self.attempt_days:
            raise ValueError(
                f"{self.struggle_days} struggles on {self.attempt_days} days of trying cannot be"
            )
        if self.usefulness is not None and not 1 <= self.usefulness <= 7:
            raise ValueError(f"{self.usefulness} is no answer between 1 and 7")


def added(first: Share, second: Share) -> Share:
    """Both shares as one."""
    return Share(first.hits + second.hits, first.chances + second.chances)
