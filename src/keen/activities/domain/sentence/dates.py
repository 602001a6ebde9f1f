"""Days as people write them, in a language: next thursday, in 3 Tagen, le 30, 30.11., 11/30, KW 49."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import Final

from keen.activities.domain.sentence.amounts import number
from keen.activities.domain.sentence.calendar import (
    Day,
    DayOf,
    DayOfMonth,
    DayOfYear,
    Fixed,
    Later,
    PartOfMonth,
    PeriodOf,
    Weekday,
    WeekOf,
)
from keen.activities.domain.sentence.words import Words

# Where the month is written before the day: 11/30.
MONTH_FIRST: Final = frozenset(["US", "PH", "PR", "GU", "FM", "MH", "PW"])
_SHORT: Final = 2
_MONTHS: Final = 12
_DAYS: Final = 31
_CENTURY: Final = 100


@dataclass(frozen=True, slots=True)
class Mention:
    """A day that is named in the text."""

    start: int
    end: int
    day: Day
    sure: bool = True
    hour: int | None = None


Maker = Callable[[re.Match[str]], Mention | None]


def mentions(text: str, written: str, words: Words, *, country: str, today: date) -> list[Mention]:
    """The days that a plain text names, in its order; of those that overlap the longest."""
    found = [
        mention
        for pattern, make in (*_of(words), *_everywhere(country in MONTH_FIRST, words.code == "de"))
        for match in pattern.finditer(text)
        if (mention := make(match)) is not None and not _is_no_day(text, written, mention)
    ]
    found = [mention for mention in found if not isinstance(mention.day, DayOf) or mention.day.fits(today)]
    return _joined(text, _longest(found))


def _longest(found: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda one: one.start)


def _joined(text: str, found: list[Mention]) -> list[Mention]:
    """A weekday with the date behind it is one day."""
    joined: list[Mention] = []
    for mention in found:
        before = joined[-1] if joined else None
        if (
            before
            and isinstance(before.day, Weekday)
            and not isinstance(mention.day, Weekday | Later)
            and text[before.end : mention.start].strip(" ,.") in {"", "the", "den", "dem", "le", "el"}
        ):
            joined[-1] = replace(mention, start=before.start)
        else:
            joined.append(mention)
    return joined


def _is_no_day(text: str, written: str, mention: Mention) -> bool:
    """Whether a weekday of two letters is another word: "So will er es", "do it"."""
    if not isinstance(mention.day, Weekday) or not mention.day.short:
        return False
    start = mention.end - mention.day.short
    follows = text[mention.end : mention.end + 2].lstrip(" .,")[:1]
    return not written[start].isupper() or (
        mention.start == start
        and not (follows.isdigit() or not follows or text[mention.end : mention.end + 1] in ",;")
    )


def _names(patterns: tuple[str, ...]) -> dict[str, int]:
    return {name: at for at, names in enumerate(patterns) for name in names.split("|")}


def _any(names: dict[str, int]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


@lru_cache(maxsize=16)
def _of(words: Words) -> tuple[tuple[re.Pattern[str], Maker], ...]:
    weekdays, months = _names(words.weekdays), _names(words.months)
    before = rf"(?:\b(?:{words.before_day}) )?"
    month = rf"(?P<month>{_any(months)})\b\.?"
    year = r"(?:,? (?:de |del )?(?P<y>20\d\d)\b)?"
    count = rf"(?P<n>\d{{1,3}}|{_any(dict.fromkeys(words.numbers, 0))})"
    units = "|".join(words.units)
    days = _any(dict.fromkeys(words.days, 0))
    parts = "|".join(part for part, _ in words.month_part)
    made: list[tuple[str, Maker]] = [
        (rf"{before}(?:\b(?:(?P<next>{words.next_before})|(?P<coming>{words.coming_before})|(?P<last>{words.last_before})) )?\b(?P<wd>{_any(weekdays)})\b(?:\.(?= ?\d|,))?(?: (?P<after>{words.next_after})\b| (?P<soon>{words.coming_after})\b| (?P<gone>{words.last_after})\b)?",
         partial(_weekday, weekdays)),
        (rf"{before}\b(?P<d>\d{{1,2}}){words.between}\.? {month}{year}", partial(_month_day, months)),
        (rf"{before}\b{month} (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:]\d|h| ?uhr|k|%){year}", partial(_month_day, months)),
        (rf"{before}\b(?:{parts}) {month}{year}", partial(_month_part, words, months)),
        (rf"{before}\b(?:{words.day_of_month})(?![\w%]|[.,:/]\d| ?(?:€|\$|eur|h\b|uhr|%))", _day_of_month),
        (rf"{before}(?<!\bla )\b(?P<days>{days})(?![\w-])", partial(_day_word, words)),
        (rf"\b(?P<part>{_any(dict.fromkeys(words.today_parts, 0))})\b", partial(_part_of_today, words)),
        (rf"\b(?:{words.within}) (?:the next |den nachsten |les prochaines? )?{count} (?P<u>{units})\b", partial(_later, words, 1)),
        (rf"\b(?:{words.ago_before}) {count} (?P<u>{units})\b", partial(_later, words, -1)),
        (rf"\b{count} (?P<u>{units}) (?:{words.ago_after})\b", partial(_later, words, -1)),
        (rf"{before}\b(?:{words.week_number}) ?(?P<w>\d{{1,2}})\b(?! ?(?:h|:))", _week),
        *((rf"{before}\b(?:{pattern})(?!\w)", partial(_period, period)) for pattern, period in words.periods),
    ]  # fmt: skip
    return tuple((re.compile(pattern), make) for pattern, make in made)


@lru_cache(maxsize=4)
def _everywhere(month_first: bool, loose: bool) -> tuple[tuple[re.Pattern[str], Maker], ...]:
    before = r"(?:\b(?:bis zum|bis|am|vom|ab|zum|by|on|until|before|avant le|le|du|pour le|antes del|el|del|al|para el|hasta el) )?"
    made: list[tuple[str, Maker]] = [
        (rf"{before}(?<![\w./-])(?P<y>20\d\d)-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})(?![\w/])", _numbers),
        (
            rf"{before}(?<![\w./,-])(?P<d>\d{{1,2}})\. ?(?P<m>\d{{1,2}})\.(?: ?(?P<y>20\d\d|\d\d)(?![\d:.,]| ?(?:uhr|h\b|€|eur)))?",
            _numbers,
        ),
        (rf"{before}(?<![\w./,-])(?P<d>\d{{1,2}})-(?P<m>\d{{1,2}})-(?P<y>20\d\d)(?![\w/-])", _numbers),
        (
            rf"{before}(?<![\w./,-])(?!24/7)(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})(?:/(?P<y>20\d\d|\d\d))?(?![\w/%])",
            partial(_slashed, month_first),
        ),
    ]
    if loose:
        made.append(
            (
                r"(?:\b(?:bis zum|bis|am|vom|ab|zum) )(?P<d>\d{1,2})\.(?P<m>\d{2})(?P<y>(?!))?(?![\w.]| ?uhr)",
                _numbers,
            )
        )
    return tuple((re.compile(pattern), make) for pattern, make in made)


def _weekday(weekdays: dict[str, int], match: re.Match[str]) -> Mention:
    said = match.groupdict()
    name = said["wd"]
    which = (
        "next" if said["next"] or said["after"] else "last" if said["last"] or said["gone"]
        else "coming" if said["coming"] or said["soon"] else ""
    )  # fmt: skip
    short = len(name) if len(name) <= _SHORT else 0
    return Mention(match.start(), match.end(), Weekday(weekdays[name], which, short), sure=not said["next"])


def _month_day(months: dict[str, int], match: re.Match[str]) -> Mention | None:
    return _made(match, match["y"], months[match["month"]] + 1, int(match["d"]))


def _month_part(words: Words, months: dict[str, int], match: re.Match[str]) -> Mention:
    day = next(day for part, day in words.month_part if re.search(rf"\b(?:{part}) ", match[0]))
    year = int(match["y"]) if match["y"] else None
    return Mention(match.start(), match.end(), PartOfMonth(months[match["month"]] + 1, day, year), sure=False)


def _numbers(match: re.Match[str]) -> Mention | None:
    return _made(match, match["y"], int(match["m"]), int(match["d"]))


def _slashed(month_first: bool, match: re.Match[str]) -> Mention | None:
    first, second = int(match["d"]), int(match["m"])
    day, month = (second, first) if month_first else (first, second)
    if month > _MONTHS >= day:  # only the other way round is a date
        day, month = month, day
    made = _made(match, match["y"], month, day)
    return made and replace(made, sure=first > _MONTHS or second > _MONTHS or first == second)


def _made(match: re.Match[str], year: str | None, month: int, day: int) -> Mention | None:
    if not (1 <= month <= _MONTHS and 1 <= day <= _DAYS):
        return None
    if not year:
        return Mention(match.start(), match.end(), DayOfYear(month, day))
    full = int(year) if int(year) >= _CENTURY else 2000 + int(year)
    try:
        return Mention(match.start(), match.end(), Fixed(date(full, month, day)))
    except ValueError:
        return None


def _day_of_month(match: re.Match[str]) -> Mention | None:
    weekday, said = match.group("dom") is None, match.group("dom") or match.group("dom2")
    day = int(said)
    if not 1 <= day <= _DAYS:
        return None
    if weekday and not said.startswith("0") and not re.search(r"(?:st|nd|rd|th)$", match[0]):
        return Mention(match.start(), match.end(), DayOf(day, match[0].split()[-2]))
    return Mention(match.start(), match.end(), DayOfMonth(day), sure=False)


def _day_word(words: Words, match: re.Match[str]) -> Mention:
    return Mention(match.start(), match.end(), Later(words.days[match["days"]], "day"))


def _part_of_today(words: Words, match: re.Match[str]) -> Mention:
    hour = words.today_parts[match["part"]]
    return Mention(
        match.start(), match.end(), Later(0 if hour > 0 else -1, "day"), sure=False, hour=abs(hour)
    )


def _later(words: Words, way: int, match: re.Match[str]) -> Mention:
    said = match["n"]
    count = float(number(said)) if said.isdigit() else words.numbers[said]
    unit = next(unit for pattern, unit in words.units.items() if re.fullmatch(pattern, match["u"]))
    return Mention(match.start(), match.end(), Later(way * count, unit))


def _week(match: re.Match[str]) -> Mention | None:
    week = int(match["w"])
    return Mention(match.start(), match.end(), WeekOf(week), sure=False) if 1 <= week <= 53 else None


def _period(period: object, match: re.Match[str]) -> Mention:
    return Mention(match.start(), match.end(), PeriodOf(str(period)), sure=False)
