"""What is read out of a line: guesses, each with its place in the text."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from keen.activities.domain.choices import What


class Sort(StrEnum):
    """What a piece of the text stands for."""

    PERSON = "person"
    COMPANY = "company"
    NEW_PERSON = "new person"
    NEW_COMPANY = "new company"
    DAY = "day"
    TIME = "time"
    DURATION = "duration"
    MONEY = "money"
    PHONE = "phone"
    EMAIL = "email"
    DEED = "deed"


@dataclass(frozen=True, slots=True)
class Known:
    """A person or a company that the writer may see."""

    kind: str
    id: int
    title: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What a piece of the text was taken for. `others` are what else it could be, the likeliest first."""

    sort: Sort
    start: int
    end: int
    value: Any
    sure: bool = True
    others: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class When:
    """A day, and a time if one was said. `others` are other days or times that could be meant."""

    on: date
    at: time | None = None
    sure: bool = True
    others: tuple[tuple[date, time | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done next. `text` is what was written of it, without the day."""

    what: What
    when: When | None = None
    text: str = ""
    sure: bool = True


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What is known where the line was written.

    Shape: `now` is the time where the writer is; `country` is ISO 3166-1 alpha-2, `currency` ISO 4217.
    """

    now: datetime
    country: str = "DE"
    currency: str = "EUR"
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a line says. `note` is what is left of it for people to read."""

    what: What = What.NOTE
    done: bool = True
    sure: bool = False
    when: When | None = None
    text: str = ""
    note: str = ""
    step: Step | None = None
    outcome: str = ""
    incoming: bool = False
    language: str = ""
    guesses: tuple[Guess, ...] = field(default=())

    def of(self, *sorts: Sort) -> list[Guess]:
        """The guesses of these sorts, in the order of the text."""
        return [guess for guess in self.guesses if guess.sort in sorts]

    @property
    def money(self) -> Guess | None:
        """The first amount."""
        return next(iter(self.of(Sort.MONEY)), None)

    @property
    def minutes(self) -> int | None:
        """How long it took or takes."""
        found = self.of(Sort.DURATION)
        return int(found[0].value) if found else None
