"""When something that repeats comes again. Rules are RRULE texts over days; the time of day is the wall clock's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from keen.lib.errors import RuleError

MOST_INTERVAL = 999
MOST_COUNT = 1000
HORIZON = timedelta(days=366 * 50)
CHOICES = (
    ("", "Does not repeat"),
    ("daily", "Every day"),
    ("workdays", "Every working day"),
    ("weekly", "Every week"),
    ("fortnightly", "Every two weeks"),
    ("monthly", "Every month on this day"),
    ("monthly_weekday", "Every month on this weekday"),
    ("quarterly", "Every three months"),
    ("yearly", "Every year"),
)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
_LIMITS = ("INTERVAL", "COUNT", "UNTIL", "WKST")
_PARTS = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS"},
}
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True)
class Following:
    """The next time, and the rule that holds from then on."""

    on: date
    rule: str


def build(choice: str, start: date, until: date | None = None) -> str:
    """The rule of a choice of the form, made explicit for the day it starts on. Empty for no repetition.

    Shape: what starts on the 29th, 30th or 31st comes on the last day of shorter months.
    Raises: RuleError for an unknown choice or an end before the start.
    """
    if not choice:
        return ""
    if until is not None and until < start:
        raise RuleError(
            "until_before_start", "The repetition ends before it starts. Choose a later end.", "until"
        )
    rules = {
        "daily": "FREQ=DAILY",
        "workdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "weekly": "FREQ=WEEKLY",
        "fortnightly": "FREQ=WEEKLY;INTERVAL=2",
        "monthly": "FREQ=MONTHLY",
        "monthly_weekday": f"FREQ=MONTHLY;BYDAY={_nth(start)}{_DAYS[start.weekday()]}",
        "quarterly": "FREQ=MONTHLY;INTERVAL=3",
        "yearly": "FREQ=YEARLY",
    }
    if choice not in rules:
        raise RuleError("unknown_repetition", "Choose how often from the list.", "repeat")
    end = f";UNTIL={until:%Y%m%d}" if until else ""
    return explicit(rules[choice] + end, start)


def _nth(day: date) -> int:
    """Which weekday of its month the day is; the fifth is the last."""
    nth = (day.day - 1) // 7 + 1
    return -1 if nth == 5 else nth


def check(rule: str) -> str:
    """The rule in one spelling: capitals, parts in order, no repeated defaults. Empty stays empty.

    Raises: RuleError for what is no rule over days, with the part to mend.
    """
    if not rule.strip():
        return ""
    return _text(_parts(rule))


def known(rule: str) -> str:
    """The rule in one spelling; "" for what is no rule, such as what came in from elsewhere."""
    try:
        return check(rule)
    except RuleError:
        return ""


def explicit(rule: str, start: date) -> str:
    """The rule with the day that its start implies, so that it holds for every later start as well.

    Raises: RuleError.
    """
    parts = _parts(rule)
    frequency = parts["FREQ"]
    if frequency == "WEEKLY":
        parts.setdefault("BYDAY", _DAYS[start.weekday()])
    if frequency == "YEARLY" and not {"BYDAY", "BYMONTHDAY", "BYMONTH"} & set(parts):
        parts["BYMONTH"] = str(start.month)
    if frequency in {"MONTHLY", "YEARLY"} and not {"BYDAY", "BYMONTHDAY"} & set(parts):
        parts |= _month_day(start)
    return _text(parts)


def _month_day(start: date) -> dict[str, str]:
    if start.day <= 28:
        return {"BYMONTHDAY": str(start.day)}
    # The latest of these days that the month has: RFC 5545 would leave shorter months out.
    return {"BYMONTHDAY": ",".join(str(day) for day in range(28, start.day + 1)), "BYSETPOS": "-1"}


def following(rule: str, anchor: date, after: date) -> Following | None:
    """The first day of the rule after both days, with the rule for what comes later; None when it has ended.

    Shape: `anchor` is the day this time was planned for; days between it and `after` are passed over and counted.
    Raises: RuleError.
    Source: RFC 5545, section 3.3.10, without times of day.
    """
    parts = _parts(explicit(rule, anchor))
    count = int(parts.pop("COUNT", "0"))
    passed = 1  # the anchor itself
    for moment in _series(parts, anchor):
        day = moment.date()
        if day <= anchor:
            continue
        passed += 1
        if count and passed > count:
            return None
        if day > after:
            left = {"COUNT": str(count - passed + 1)} if count else {}
            return Following(day, _text({**parts, **left}))
    return None


def days(rule: str, start: date, most: int) -> list[date]:
    """The first days of the rule from its start on, at most so many. The start counts when it fits the rule.

    Raises: RuleError.
    """
    parts = _parts(explicit(rule, start))
    count = int(parts.pop("COUNT", str(MOST_COUNT)))
    found: list[date] = []
    for moment in _series(parts, start):
        if len(found) >= min(most, count):
            break
        found.append(moment.date())
    return found


def _series(parts: Mapping[str, str], start: date) -> rrule.rrule:
    end = _until(parts["UNTIL"]) if "UNTIL" in parts else date.max
    last = min(end, _later(start, HORIZON))
    return rrule.rrule(
        _FREQUENCIES[parts["FREQ"]],
        dtstart=datetime.combine(start, time()),
        interval=int(parts.get("INTERVAL", "1")),
        wkst=rrule.weekday(_DAYS.index(parts.get("WKST", "MO"))),
        until=datetime.combine(last, time()),
        bysetpos=_numbers(parts, "BYSETPOS"),
        bymonth=_numbers(parts, "BYMONTH"),
        bymonthday=_numbers(parts, "BYMONTHDAY"),
        byweekday=_weekdays(parts),
    )


def _later(day: date, distance: timedelta) -> date:
    return day + distance if day < date.max - distance else date.max


def moved(moment: datetime, on: date, zone: ZoneInfo) -> datetime:
    """The same wall-clock time on another day, in UTC.

    Shape: a time that the clock skips in spring comes as much later; one that it shows twice in autumn is the first.
    """
    local = moment.astimezone(zone)
    return datetime.combine(on, local.timetz().replace(tzinfo=None, fold=0), tzinfo=zone).astimezone(UTC)


def words(rule: str) -> str:
    """The rule as people say it, for example "every 2 weeks on Mon and Thu until 24 Dec 2026". Empty for what is none."""
    rule = known(rule)
    if not rule:
        return ""
    parts = _parts(rule)
    unit = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}[parts["FREQ"]]
    interval = int(parts.get("INTERVAL", "1"))
    often = f"every {unit}" if interval == 1 else f"every {interval} {unit}s"
    return " ".join(part for part in (often, _on_words(parts), _end_words(parts)) if part)


def _on_words(parts: Mapping[str, str]) -> str:
    if "BYDAY" in parts:
        named = [_day_words(day) for day in parts["BYDAY"].split(",")]
        return "on working days" if parts["BYDAY"] == "MO,TU,WE,TH,FR" else f"on {_joined(named)}"
    if "BYMONTHDAY" in parts and parts["FREQ"] == "MONTHLY":
        latest = parts["BYMONTHDAY"].split(",")[-1]
        return "on the last day" if latest in {"31", "-1"} else f"on the {latest}."
    return ""


def _day_words(day: str) -> str:
    nth, name = day[:-2], _NAMES[_DAYS.index(day[-2:])]
    spoken = {"": "", "1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}
    return f"the {spoken.get(nth.lstrip('+'), nth)} {name}" if nth else name


def _joined(words_: list[str]) -> str:
    return words_[0] if len(words_) == 1 else f"{', '.join(words_[:-1])} and {words_[-1]}"


def _end_words(parts: Mapping[str, str]) -> str:
    if "COUNT" in parts:
        return f"{parts['COUNT']} times"
    if "UNTIL" in parts:
        end = _until(parts["UNTIL"])
        return f"until {end.day} {end:%b %Y}"
    return ""


def _parts(rule: str) -> dict[str, str]:
    """The checked parts of a rule."""
    cleaned = rule.strip().upper().removeprefix("RRULE:")
    pairs = [pair.partition("=") for pair in cleaned.split(";") if pair]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise _error("Repeat daily, weekly, monthly or yearly; nothing shorter.")
    strange = sorted(set(parts) - _PARTS[frequency] - {"FREQ", *_LIMITS})
    if strange or len(parts) != len(pairs):
        raise _error(f"{', '.join(strange) or 'A part that stands twice'} cannot be used here.")
    _check_numbers(parts)
    _weekdays(parts)
    if "UNTIL" in parts:
        _until(parts["UNTIL"])
    if parts.get("WKST", "MO") not in _DAYS:
        raise _error("WKST is the first day of the week, for example MO.")
    return parts


def _check_numbers(parts: Mapping[str, str]) -> None:
    limits = {
        "INTERVAL": (1, MOST_INTERVAL),
        "COUNT": (1, MOST_COUNT),
        "BYMONTH": (1, 12),
        "BYMONTHDAY": (-31, 31),
        "BYSETPOS": (-366, 366),
    }
    for name, (least, most) in limits.items():
        for number in _numbers(parts, name) or ():
            if number == 0 or not least <= number <= most:
                raise _error(f"{name} goes from {least} to {most}.")
    if {"COUNT", "UNTIL"} <= set(parts):
        raise _error("Give a number of times or an end, not both.")
    if "BYSETPOS" in parts and not {"BYDAY", "BYMONTHDAY", "BYMONTH"} & set(parts):
        raise _error("BYSETPOS chooses among days: name the days.")


def _numbers(parts: Mapping[str, str], name: str) -> list[int] | None:
    if name not in parts:
        return None
    try:
        return [int(number) for number in parts[name].split(",")]
    except ValueError:
        raise _error(f"{name} is made of numbers.") from None


def _weekdays(parts: Mapping[str, str]) -> list[rrule.weekday] | None:
    if "BYDAY" not in parts:
        return None
    found = [_DAY.fullmatch(day) for day in parts["BYDAY"].split(",")]
    if not all(found):
        raise _error("BYDAY names weekdays, for example MO,TH or 2TU.")
    numbered = [(match[1], match[2]) for match in found if match]
    if any(nth for nth, _ in numbered) and parts["FREQ"] in {"DAILY", "WEEKLY"}:
        raise _error("The second Tuesday exists in a month, not in a week.")
    return [rrule.weekday(_DAYS.index(day), int(nth) if nth else None) for nth, day in numbered]


def _until(value: str) -> date:
    try:
        return datetime.strptime(value[:8], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise _error("UNTIL is a date like 20261224.") from None


def _text(parts: Mapping[str, str]) -> str:
    order = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "WKST")
    defaults = {"INTERVAL": "1", "WKST": "MO"}
    kept = [name for name in order if name in parts and parts[name] != defaults.get(name)]
    return ";".join(f"{name}={parts[name]}" for name in kept)


def _error(what: str) -> RuleError:
    return RuleError("not_a_repetition", f"This repetition is not possible. {what}", "recurrence")
