"""What happens around the voice of people and the measures, for whoever listens. Never the words themselves."""

from dataclasses import dataclass

from keen.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """Somebody said something about Keen."""

    name = "adoption.message_sent"

    message_id: int
    sort: str


@dataclass(frozen=True, kw_only=True)
class MessageAnswered(Event):
    """A message has an answer, or its state changed."""

    name = "adoption.message_answered"

    message_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class ModeDecided(Event):
    """Who sees figures about people was decided."""

    name = "adoption.mode_decided"

    mode: str
    before: str
