"""Times of day and lengths of time as people write them: 10 Uhr, 14h30, half past 3, 2pm, a las 9 y media, 45 min."""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Final

from keen.activities.domain.sentence.words import Words

NOON: Final = 12
# Hours that were written without am, pm or a nought before them and mean the afternoon.
AFTERNOON: Final = range(1, 7)
EARLY: Final = 7
HALF_DAY: Final = 12
DAY: Final = 24
HOUR: Final = 60
_BARE: Final = re.compile(r"(?:at|um|gegen|@|(?:a|sobre|hacia|desde|antes de|de|para) las?)$")
_NO_TIME: Final = r"(?![\w%]|[.,:/]\d| ?(?:€|\$|%|eur|usd|chf|k\b|mio|million|units|stuck|pcs|min|stunden|hours|hrs|std|tage|days|people|leute))"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that is named in the text. `other` is what else it could be."""

    start: int
    end: int
    at: time
    sure: bool = True
    other: time | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time that is named in the text."""

    start: int
    end: int
    minutes: int


def read(
    hour: int, minute: int = 0, *, half: str = "", said: str = "", explicit: bool = False
) -> tuple[time, bool, time | None] | None:
    """The time, whether it is sure, and what else it could be; None for no time at all.

    Shape: hours from 1 to 6 without am, pm or a nought before them mean the afternoon, as few people work at five.
    """
    if half and hour <= HALF_DAY:
        hour = hour % HALF_DAY + (HALF_DAY if half.startswith("p") else 0)
        explicit = True
    if hour == DAY and not minute:
        hour = 0
    if not (0 <= hour < DAY and 0 <= minute < HOUR):
        return None
    if hour in AFTERNOON and not explicit and not said.startswith("0"):
        return time(hour + HALF_DAY, minute), False, time(hour, minute)
    return time(hour, minute), True, None


def clocks(text: str, words: Words, days: list[tuple[int, int]]) -> list[Clock]:
    """The times that a plain text names. `days` are the places of days, behind which a bare number is an hour."""
    found = [
        *_worded(text, words),
        *_digits(text, words, days),
        *_behind(text, days),
        *_parts(text, words, days),
    ]
    kept: list[Clock] = []
    for clock in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(clock.end <= other.start or clock.start >= other.end for other in kept):
            kept.append(clock)
    return sorted(kept, key=lambda one: one.start)


def _worded(text: str, words: Words) -> list[Clock]:
    found: list[Clock] = []
    for pattern, shift in _patterns(words):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            if parts.get("noon"):
                found.append(Clock(match.start(), match.end(), time(NOON)))
                continue
            said = parts["h"]
            hour = int(said) if said.isdecimal() and len(said) <= 2 else int(words.numbers.get(said, 0))
            known = read(hour, int(parts.get("m") or 0), said=said) if hour else None
            if known:
                found.append(_shifted(match, known, shift))
    return found


@lru_cache(maxsize=16)
def _patterns(words: Words) -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple((re.compile(rf"\b(?:{pattern})"), shift) for pattern, shift in words.clock)


def _shifted(match: re.Match[str], known: tuple[time, bool, time | None], shift: int) -> Clock:
    at, sure, other = known
    moved, moved_other = _moved(at, shift), other and _moved(other, shift)
    return Clock(match.start(), match.end(), moved, sure, moved_other)


def _moved(at: time, minutes: int) -> time:
    whole = (at.hour * HOUR + at.minute + minutes) % (DAY * HOUR)
    return time(whole // HOUR, whole % HOUR)


def _digits(text: str, words: Words, days: list[tuple[int, int]]) -> list[Clock]:
    found: list[Clock] = []
    for match in _digital(words).finditer(text):
        parts = _said(match)
        at, mark = parts["at"].strip(), parts["mark"]
        behind_day = any(
            0 <= match.start() - end <= 2 and text[end : match.start()].strip(" ,") == "" for _, end in days
        )
        if not _is_time(parts, at, mark, behind_day=behind_day):
            continue
        half = mark.replace(".", "") if mark[:1] in {"a", "p"} else ""
        explicit = bool(half) or (mark == "h" and int(parts["h"]) >= EARLY)
        known = read(int(parts["h"]), int(parts["m"] or 0), half=half, said=parts["h"], explicit=explicit)
        if known:
            found.append(Clock(match.start(), match.end(), *known))
    return found


def _is_time(parts: dict[str, str], at: str, mark: str, *, behind_day: bool) -> bool:
    """Whether digits are a time: "at 4", "16:00", "4pm", "14h" are, "about 20" and "2h" are not."""
    if parts["m"] or mark[:1] in {"a", "p", "u"}:
        return mark != "h" or bool(at) or behind_day or int(parts["h"] or 0) >= EARLY
    if mark == "h":
        return bool(at) or behind_day or int(parts["h"] or 0) >= EARLY
    return bool(_BARE.search(at))


@lru_cache(maxsize=16)
def _digital(words: Words) -> re.Pattern[str]:
    minutes = r"(?::(?P<m>[0-5]\d)(?!\d)|\.(?P<dot>[0-5]\d)(?= ?(?:uhr|h\b|am\b|pm\b)))"
    pattern = (
        rf"(?:\b(?P<at>{words.at}) ?)?(?<![\w.,:/-])(?P<h>\d{{1,2}})(?:{minutes}| ?h ?(?P<mh>[0-5]\d)\b)?"
        rf"(?: ?(?P<mark>a\.?m\.?|p\.?m\.?|uhr|h)\b)?(?: ?- ?\d{{1,2}}(?:[:.]\d{{2}})? ?(?P<until>uhr|h|am|pm)\b)?{_NO_TIME}"
    )
    return re.compile(pattern)


def _said(match: re.Match[str]) -> dict[str, str]:
    """The parts of a time in digits; the three ways to write minutes are one."""
    parts = match.groupdict()
    mark = parts["mark"] or ("h" if parts["mh"] else "") or parts["until"]
    minutes = parts["m"] or parts["dot"] or parts["mh"] or ""
    return {"h": parts["h"] or "0", "m": minutes, "at": parts["at"] or "", "mark": mark or ""}


def _behind(text: str, days: list[tuple[int, int]]) -> list[Clock]:
    """Bare numbers behind a day: "thu 10"."""
    found: list[Clock] = []
    for _, end in days:
        match = re.compile(rf",? (?P<h>\d{{1,2}}){_NO_TIME}(?! ?(?:h|uhr|:))(?!\.\d)").match(text, end)
        known = read(int(match["h"]), said=match["h"]) if match else None
        if match and known:
            found.append(Clock(match.start("h"), match.end(), known[0], sure=False, other=known[2]))
    return found


def _parts(text: str, words: Words, days: list[tuple[int, int]]) -> list[Clock]:
    """Parts of the day behind a day: "tomorrow afternoon"."""
    found: list[Clock] = []
    for _, end in days:
        for match in [
            re.compile(rf",? (?P<p>{'|'.join(sorted(words.parts, key=len, reverse=True))})\b").match(
                text, end
            )
        ]:
            if match:
                hour = next(hour for part, hour in words.parts.items() if re.fullmatch(part, match["p"]))
                found.append(Clock(match.start("p"), match.end(), time(hour), sure=False))
    return found


def lengths(text: str, words: Words) -> list[Length]:
    """The lengths of time that a plain text names, a day at most."""
    found: list[Length] = []
    for pattern, minutes in words.durations:
        found += [
            Length(match.start(), match.end(), minutes) for match in re.finditer(rf"\b(?:{pattern})\b", text)
        ]
    for match in _lengthy(words).finditer(text):
        said, unit = match["n"], match["u"]
        count = float(said.replace(",", ".")) if said[0].isdigit() else words.numbers[said]
        minutes = round(count * (1 if unit[:1] == "m" else HOUR)) + int(match["rest"] or 0)
        if 0 < minutes <= DAY * HOUR:
            found.append(Length(match.start(), match.end(), minutes))
    return found


@lru_cache(maxsize=16)
def _lengthy(words: Words) -> re.Pattern[str]:
    units = [unit for unit, what in words.units.items() if what in {"minute", "hour"}]
    numbers = "|".join(sorted((re.escape(name) for name in words.numbers), key=len, reverse=True))
    lead = r"(?:(?:for|lasting|fur|lang|pendant|durante|de|during) )?"
    return re.compile(
        rf"(?<![\w.,:/-]){lead}(?P<n>\d{{1,3}}(?:[.,]\d)?|\b(?:{numbers})\b)[ -]?(?P<u>(?:{'|'.join(units)})|h|m(?=in)in)(?P<rest>[0-5]\d)?\b(?!')"
    )
