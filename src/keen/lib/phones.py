"""Phone numbers as people write them, as machines dial them, and as they are searched."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from keen.lib import text

_LONGEST_INPUT: Final = 100
_SHORTEST_SEARCH: Final = 3
_SHORTEST_NATIONAL: Final = 6
_EXTENSION: Final = re.compile(
    r"[\s,;]*(?:ext(?:ension|n)?|durchwahl|dw|poste|anexo|int(?:erno)?|x)\.?[\s:]*(\d{1,7})\s*$",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"^[^\W\d_]{1,20}\s*[.:]?\s*(?=[+(\d])")
_VANITY: Final = re.compile(r"\d[-. ][A-Z]{3,}(?:[-. ][A-Z]+)*$")
_REMARK: Final = re.compile(r"(?<=\d)[\s(,;/]*[^\W\d_]{2,}")
_SEARCHED: Final = re.compile(r"^[\d+()\[\]./\s\-\u2010-\u2015\u2212x#,;]+$", re.IGNORECASE)
_OPTIONAL_TRUNK: Final = re.compile(r"\(\s*0\s*\)")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as given, with what could be made of it.

    Shape: `e164` is "" when nothing diallable was recognised; `valid` is true only for numbers of a known range.
    """

    raw: str
    e164: str = ""
    extension: str = ""
    valid: bool = False


def parse(raw: str, default_region: str = "") -> Phone:
    """The number in `raw`, read as if dialled from the region (ISO 3166-1 alpha-2); never raises."""
    cleaned = text.clean(raw)
    if not cleaned:
        return Phone(raw="")
    if len(cleaned) > _LONGEST_INPUT:
        return Phone(raw=cleaned)
    e164, extension, valid = _recognised(cleaned, default_region.upper())
    return Phone(raw=cleaned, e164=e164, extension=extension, valid=valid)


@lru_cache(maxsize=2_048)
def _recognised(cleaned: str, region: str) -> tuple[str, str, bool]:
    number, extension = _LABEL.sub("", cleaned), ""
    if found := _EXTENSION.search(number):
        number, extension = number[: found.start()], found.group(1)
    if not _VANITY.search(number) and (remark := _REMARK.search(number)):
        # "030 555010 privat": letters would be dialled as digits.
        number = number[: remark.start()]
    parsed = _number(number, region)
    valid = parsed is not None and phonenumbers.is_valid_number(parsed)
    if not valid and number.startswith("00"):
        # Many countries dial abroad with 00; where the default region does not, 00 still means +.
        abroad = _number("+" + number[2:], region)
        if abroad is not None and phonenumbers.is_valid_number(abroad):
            parsed, valid = abroad, True
    if parsed is None or not (valid or _is_long_enough(parsed)):
        return "", "", False
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return e164, extension or parsed.extension or "", valid


def _is_long_enough(number: PhoneNumber) -> bool:
    # Emergency and service numbers are possible numbers, but a country code in front of them dials nothing.
    digits = phonenumbers.national_significant_number(number)
    return len(digits) >= _SHORTEST_NATIONAL and phonenumbers.is_possible_number(number)


def _number(value: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(value, region or None)
    except phonenumbers.NumberParseException:
        return None


def search_keys(raw_query: str, default_region: str = "") -> tuple[str, ...]:
    """Digit strings to look for inside stored E.164 digits, the most exact first.

    Shape: empty when the query does not look like a phone number; part of a number gives its digits without the
    trunk zero, so that typing "030 555" already finds +4930555010.
    """
    query = text.clean(raw_query)
    if not _SEARCHED.match(query):
        return ()
    keys: dict[str, None] = {}
    parsed = parse(query, default_region)
    if parsed.valid:
        number = _number(parsed.e164, "")
        keys[text.digits(parsed.e164)] = None
        if number is not None:
            keys[phonenumbers.national_significant_number(number)] = None
    for key in _partial_keys(query, default_region.upper()):
        keys[key] = None
    return tuple(key for key in keys if len(key) >= _SHORTEST_SEARCH)


def _partial_keys(query: str, region: str) -> list[str]:
    international = query.startswith(("+", "00"))
    plain = text.digits(_OPTIONAL_TRUNK.sub("", query) if international else query)
    if not international:
        # phonenumbers knows that Italy keeps its leading zero while Germany drops it.
        trunk = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) if region else "0"
        return [plain.removeprefix(trunk or "0") or plain]
    return [plain if query.startswith("+") else plain[2:]]


@lru_cache(maxsize=2_048)
def pretty(e164: str, default_region: str = "") -> str:
    """The number spaced for reading: national inside the default region, else international."""
    number = _number(e164, "")
    if number is None:
        return e164
    home = bool(default_region) and phonenumbers.region_code_for_number(number) == default_region.upper()
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    )


def region(e164: str) -> str:
    """ISO 3166-1 alpha-2 code of the country a number belongs to, or ""."""
    number = _number(e164, "")
    return (phonenumbers.region_code_for_number(number) or "") if number is not None else ""
