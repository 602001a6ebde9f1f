"""What the consent log says today: for each channel its newest entry decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

CHANNELS = (("email", "E-mail"), ("phone", "Phone"), ("post", "Post"))
# The field of a contact that says no, by channel.
FLAGS: Mapping[str, str] = {"email": "email_opt_out", "phone": "do_not_call"}


class Logged(Protocol):
    """An entry of the log."""

    channel: str
    granted: bool
    given_on: date
    expires_on: date | None
    pk: int


class State(StrEnum):
    """Whether somebody may be reached."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Standing:
    """How it stands with one channel, and the entry that says so."""

    channel: str
    label: str
    state: State
    entry: Logged | None = None

    @property
    def words(self) -> str:
        """How it stands, in one line."""
        return {
            State.GRANTED: "Yes",
            State.WITHDRAWN: "No",
            State.EXPIRED: "No longer: it has expired",
            State.UNKNOWN: "Nothing is written down",
        }[self.state]


def standings(entries: Iterable[Logged], today: date) -> list[Standing]:
    """How it stands with each channel today."""
    newest: dict[str, Logged] = {}
    for entry in entries:
        known = newest.get(entry.channel)
        if known is None or (entry.given_on, entry.pk) > (known.given_on, known.pk):
            newest[entry.channel] = entry
    return [
        Standing(channel, label, _state(newest.get(channel), today), newest.get(channel))
        for channel, label in CHANNELS
    ]


def _state(entry: Logged | None, today: date) -> State:
    if entry is None:
        return State.UNKNOWN
    if not entry.granted:
        return State.WITHDRAWN
    return State.EXPIRED if entry.expires_on is not None and entry.expires_on < today else State.GRANTED


def flags(found: Iterable[Standing]) -> dict[str, bool]:
    """What the contact's own fields must say: only channels of which something is written down.

    Shape: nobody is reached by a consent that has expired.
    """
    return {
        FLAGS[standing.channel]: standing.state is not State.GRANTED
        for standing in found
        if standing.channel in FLAGS and standing.state is not State.UNKNOWN
    }
