"""How long somebody stays signed in: not for ever, and not while nobody sits there."""

from dataclasses import dataclass

NOTE_EVERY = 20  # so many times within the idle limit at most a session's last use is written down


@dataclass(frozen=True)
class Limits:
    """Seconds after which a session ends: without any use, and whatever is done.

    Units: seconds.
    """

    idle: int
    whole: int


@dataclass(frozen=True)
class Marks:
    """When a session began and when it was last used, as far as that was written down.

    Units: seconds since 1970.
    """

    since: int
    seen: int


def has_ended(marks: Marks, now: int, limits: Limits) -> bool:
    """Whether the session is over. What was never used since it began counts from its beginning."""
    return now - marks.since >= limits.whole or now - marks.seen >= limits.idle


def is_to_note(marks: Marks, now: int, limits: Limits) -> bool:
    """Whether the use of now is to be written down: not each one, a page would cost a write."""
    return now - marks.seen >= limits.idle // NOTE_EVERY
