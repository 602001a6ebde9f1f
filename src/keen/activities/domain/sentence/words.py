"""The words of a language, as data: every text is small and without accents, as `plain` makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from keen.activities.domain.choices import What


class Manner(StrEnum):
    """How a word tells of a deed.

    DONE: it took place. TO_DO: it is to be done, wherever the word stands. ORDER: the same at the beginning of a
    clause alone. NOUN: the day decides. NOUN_WITH_DAY: the same, where a day stands with it. LABEL: the word before a colon says what the line is.
    """

    DONE = "done"
    TO_DO = "to do"
    ORDER = "order"
    NOUN = "noun"
    NOUN_WITH_DAY = "noun with a day"
    LABEL = "label"


class Period(StrEnum):
    """Days that are named by their place in a week, a month or a year."""

    WEEK_END = "end of this week"
    NEXT_WEEK = "next week"
    NEXT_WEEK_END = "end of next week"
    MONTH_END = "end of this month"
    NEXT_MONTH = "next month"
    NEXT_MONTH_END = "end of next month"
    QUARTER_END = "end of this quarter"
    NEXT_QUARTER = "next quarter"
    YEAR_END = "end of this year"
    NEXT_YEAR = "next year"
    WEEKEND = "the weekend"
    LAST_WEEK = "last week"
    LAST_MONTH = "last month"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A pattern that tells of a deed."""

    pattern: str
    what: What
    manner: Manner
    outcome: str = ""
    incoming: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Words:
    """One language.

    Shape: texts of `weekdays` to `quarters` are patterns. `few` are words so short that another language
    has them with another meaning; `again` says that something is repeated, `over` that it took place; `clock` patterns have groups h (a number or a word), m and shift (minutes).
    """

    code: str
    common: frozenset[str]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    days: Mapping[str, int]
    parts: Mapping[str, int]
    today_parts: Mapping[str, int]
    numbers: Mapping[str, float]
    units: Mapping[str, str]
    periods: tuple[tuple[str, Period], ...]
    next_before: str
    next_after: str
    coming_before: str
    coming_after: str
    last_before: str
    last_after: str
    within: str
    ago_before: str
    ago_after: str
    before_day: str
    day_of_month: str
    between: str
    week_number: str
    month_part: tuple[tuple[str, int], ...]
    at: str
    clock: tuple[tuple[str, int], ...]
    durations: tuple[tuple[str, int], ...]
    lead: frozenset[str]
    linking: frozenset[str]
    articles: frozenset[str]
    again: str
    over: str
    deeds: tuple[Deed, ...]
