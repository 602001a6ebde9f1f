"""How a value is read from an input, and written down as plain data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from keen.lib import countries, emails, ids, numbers, phones, text
from keen.lib.errors import RuleError
from keen.records.domain import elsewhere

MOST_ENTRIES = 30
MOST_TEXT = 200
MOST_LONG_TEXT = 20_000
MOST_TAG = 40
MOST_LABEL = 20
MOST_PHONE = 60
MOST_EMAIL = 254
LARGEST = Decimal(10) ** 15 - 1
FIRST_YEAR, LAST_YEAR = 1800, 2200
CURRENCY = 3
SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
ADDRESS_PARTS = ("label", "street", "city", "region", "postal_code", "country")
YES = frozenset({"true", "on", "1", "yes"})
NO = frozenset({"false", "off", "0", "no", ""})
id_of = ids.id_of


@dataclass(frozen=True)
class Reading:
    """What is needed to read an input: the field's name and limits, the country of local phone numbers, the time zone.

    Shape: `most` is the largest number of characters; `least`, `largest` and `whole` hold for numbers; `exact` when
    they come from a program, which parts the fraction by a point and writes nothing else between the digits.
    """

    name: str
    label: str
    most: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    region: str = ""
    zone: tzinfo = UTC
    least: Decimal = -LARGEST
    largest: Decimal = LARGEST
    whole: bool = False
    decimals: int = -1
    currency: str = "EUR"
    exact: bool = False


def read(kind: str, raw: Any, reading: Reading) -> Any:
    """The value of an input.

    Raises: RuleError with a sentence that says what to mend.
    """
    return _READERS[kind](raw, reading) if kind in _READERS else _text(raw, reading)


def is_empty(value: Any) -> bool:
    """Whether nothing was given. False and 0 are something."""
    return value is None or value in ("", [], {})


def plain(value: Any) -> Any:
    """The value as JSON can hold it; moments in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def tag_key(tag: str) -> str:
    """The tag as it is compared: folded, or itself when it has neither letters nor digits."""
    return text.fold(tag) or tag


def _text(raw: Any, reading: Reading) -> str:
    return _limited(text.clean(str(raw if raw is not None else "")), reading, reading.most or MOST_TEXT)


def _lines(raw: Any, reading: Reading) -> list[dict[str, Any]]:
    """The entries as they are; whoever keeps them reads each."""
    entries = raw or []
    if not (isinstance(entries, list | tuple) and all(isinstance(entry, Mapping) for entry in entries)):
        raise RuleError(
            "not_lines", f"{reading.label} is a list of lines, each with its parts.", reading.name
        )
    return [dict(entry) for entry in entries]


def _long_text(raw: Any, reading: Reading) -> str:
    cleaned = text.clean(str(raw or ""), multiline=True)
    return _limited(cleaned, reading, reading.most or MOST_LONG_TEXT)


def _limited(value: str, reading: Reading, most: int) -> str:
    if len(value) > most:
        message = f"{reading.label} has {len(value):,} characters; {most:,} fit. Shorten it or put the rest in a note."
        raise RuleError("too_long", message, reading.name)
    return value


def _url(raw: Any, reading: Reading) -> str:
    value = _text(raw, reading)
    if not value:
        return ""
    full = value if "://" in value else f"https://{value}"
    try:
        parts = urlsplit(full)
        known = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in value
    except ValueError:
        known = False
    if not known:
        message = f"“{value}” is not a web address. Write it like www.example.com."
        raise RuleError("not_a_url", message, reading.name)
    return _limited(full, reading, reading.most or MOST_TEXT)


def _choice(raw: Any, reading: Reading) -> str:
    value = _text(raw, reading)
    known = {key for key, _ in reading.choices}
    by_label = {text.fold(label): key for key, label in reading.choices}
    if not value or value in known:
        return value
    if text.fold(value) in by_label:
        return by_label[text.fold(value)]
    options = ", ".join(label for _, label in reading.choices)
    raise RuleError("not_a_choice", f"“{value}” is not one of {options}.", reading.name)


def _boolean(raw: Any, reading: Reading) -> bool:
    if isinstance(raw, bool):
        return raw
    value = str(raw if raw is not None else "").strip().casefold()
    if value not in YES | NO:
        message = f"{reading.label}: “{str(raw)[:40]}” is neither yes nor no. Tick the box or leave it."
        raise RuleError("not_yes_or_no", message, reading.name)
    return value in YES


def _date(raw: Any, reading: Reading) -> date | None:
    if isinstance(raw, datetime):
        raw = raw.date()
    if not raw:
        return None
    try:
        value = raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip())
    except ValueError:
        message = f"“{str(raw)[:40]}” is not a date. Write it like 2026-11-24."
        raise RuleError("not_a_date", message, reading.name) from None
    _check_year(value.year, reading)
    return value


def _datetime(raw: Any, reading: Reading) -> datetime | None:
    if not raw:
        return None
    try:
        value = raw if isinstance(raw, datetime) else _moment(raw)
    except ValueError:
        message = f"“{str(raw)[:40]}” is not a date with a time. Write it like 2026-11-24 10:00."
        raise RuleError("not_a_time", message, reading.name) from None
    _check_year(value.year, reading)
    return value if value.tzinfo else value.replace(tzinfo=reading.zone)


def _moment(raw: Any) -> datetime:
    return (
        datetime.combine(raw, time()) if isinstance(raw, date) else datetime.fromisoformat(str(raw).strip())
    )


def _check_year(year: int, reading: Reading) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"{reading.label}: the year must lie between {FIRST_YEAR} and {LAST_YEAR}."
        raise RuleError("not_a_date", message, reading.name)


def _number(raw: Any, reading: Reading) -> Decimal | None:
    if raw is None or str(raw).strip() == "":
        return None
    if not isinstance(raw, str):
        raw = str(raw)
        value = numbers.exact(raw)
    else:
        value = numbers.exact(raw) if reading.exact else numbers.read(raw, numbers.mark_of(reading.region))
    if value is None:
        message = f"“{raw[:40]}” is not a number. Write it like 1250{'.5' if reading.exact else ''}."
        raise RuleError("not_a_number", message, reading.name)
    if not value.is_finite() or not reading.least <= value <= reading.largest:
        message = f"{reading.label} must be a number from {reading.least:,} to {reading.largest:,}."
        raise RuleError("not_a_number", message, reading.name)
    if reading.whole and value != value.to_integral_value():
        raise RuleError(
            "not_whole", f"{reading.label} must be a whole number, without decimals.", reading.name
        )
    if reading.decimals >= 0 and value != round(value, reading.decimals):
        message = f"{reading.label} has at most {reading.decimals} decimals. Round {value}."
        raise RuleError("too_many_decimals", message, reading.name)
    return value


def _money(raw: Any, reading: Reading) -> dict[str, str] | None:
    """An amount with its currency: {"amount": "12.50", "currency": "EUR"}, or written as "12.50 EUR"."""
    said = raw if isinstance(raw, Mapping) else _parted(str(raw if raw is not None else ""))
    if (
        not isinstance(raw, Mapping)
        and said["currency"]
        and not any(sign.isdigit() for sign in said["amount"])
    ):
        message = f"“{str(raw)[:40]}” is not an amount. Write it like 1250.50 {reading.currency}."
        raise RuleError("not_a_number", message, reading.name)
    amount = _number(said.get("amount"), reading)
    if amount is None:
        return None
    currency = str(said.get("currency") or reading.currency).strip().upper()
    if not (len(currency) == CURRENCY and currency.isascii() and currency.isalpha()):
        message = f"“{currency[:10]}” is not a currency. Write three letters, such as {reading.currency}."
        raise RuleError("not_a_currency", message, reading.name)
    return {"amount": str(amount), "currency": currency}


def _parted(said: str) -> dict[str, str]:
    """The digits of an amount and the letters beside them, on whichever side they stand."""
    cut = said[:MOST_TEXT].strip()
    letters = "".join(SIGNS.get(sign, sign) for sign in cut if sign.isalpha() or sign in SIGNS)
    amount = "".join(sign for sign in cut if not (sign.isalpha() or sign in SIGNS))
    return {"amount": amount, "currency": letters}


def _choices(raw: Any, reading: Reading) -> list[str]:
    """The keys of what was chosen, in the order in which it is offered."""
    given = raw if isinstance(raw, list | tuple) else str(raw or "").replace(";", ",").split(",")
    _check_count(list(given), reading)
    chosen = {_choice(one, reading) for one in given} - {""}
    return [key for key, _ in reading.choices if key in chosen]


def _reference(raw: Any, reading: Reading) -> Any:
    if isinstance(raw, str) and raw.startswith("new:"):
        name = _text(raw.removeprefix("new:"), reading)
        return NewRecord(name) if name else None
    return _link(raw, reading)


def _link(raw: Any, reading: Reading) -> int | None:
    if raw in (None, ""):
        return None
    found = id_of(raw)
    if found is None:
        raise RuleError("not_a_record", f"{reading.label}: choose one from the list.", reading.name)
    return found


@dataclass(frozen=True)
class NewRecord:
    """A record that is to be made by its name, in the same write as the one that links to it."""

    name: str


def _entries(raw: Any, reading: Reading, main: str) -> list[dict[str, Any]]:
    given = raw if isinstance(raw, list | tuple) else [raw]
    found = [entry if isinstance(entry, Mapping) else {main: entry} for entry in given if entry]
    kept = [dict(entry) for entry in found if str(entry.get(main) or "").strip()]
    _check_count(kept, reading)
    return kept


def _check_count(entries: list[Any], reading: Reading) -> None:
    if len(entries) > MOST_ENTRIES:
        raise RuleError("too_many", f"{reading.label}: at most {MOST_ENTRIES} fit.", reading.name)


def _label(entry: Mapping[str, Any]) -> str:
    return text.clean(str(entry.get("label") or ""), MOST_LABEL) or "work"


def _emails(raw: Any, reading: Reading) -> list[dict[str, str]]:
    read_ones: dict[str, dict[str, str]] = {}
    for entry in _entries(raw, reading, "address"):
        parsed = emails.parse(str(entry["address"]))
        if not parsed.valid:
            message = f"“{str(entry['address'])[:80]}” is not an e-mail address. {parsed.reason}"
            raise RuleError("not_an_email", message, reading.name)
        address = _limited(parsed.address, reading, MOST_EMAIL)
        read_ones.setdefault(address.casefold(), {"address": address, "label": _label(entry)})
    return list(read_ones.values())


def _phones(raw: Any, reading: Reading) -> list[dict[str, str]]:
    read_ones: dict[str, dict[str, str]] = {}
    for entry in _entries(raw, reading, "raw"):
        parsed = _dialled(str(entry["raw"]), str(entry.get("e164") or ""), reading.region)
        if not text.digits(parsed.raw):
            message = (
                f"“{str(entry['raw'])[:40]}” is not a phone number: it has no digits. Put words in a note."
            )
            raise RuleError("not_a_phone", message, reading.name)
        number = _limited(parsed.raw, reading, MOST_PHONE)
        value = {"raw": number, "e164": parsed.e164, "label": _label(entry)}
        if parsed.extension:
            value["extension"] = parsed.extension
        read_ones.setdefault((parsed.e164 or text.digits(number)) + parsed.extension, value)
    return list(read_ones.values())


def _dialled(raw: str, e164: str, region: str) -> phones.Phone:
    """The number as dialled from the country it came with, where that gives the same one; else from the region."""
    there = phones.parse(raw, phones.region(e164)) if e164 else None
    return there if there and there.e164 == e164 else phones.parse(raw, region)


def phone_words(entry: Mapping[str, Any]) -> str:
    """A phone number as it is read aloud."""
    number = phones.pretty(entry["e164"]) if entry.get("e164") else str(entry.get("raw", ""))
    return f"{number} ext. {entry['extension']}" if entry.get("extension") else number


def phones_held(
    given: Sequence[Mapping[str, Any]], held: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The numbers, where those that are written as before stay what they were, whatever country they are read from."""
    known = {words: entry for entry in held for words in (phone_words(entry), str(entry.get("raw", "")))}
    return [
        {**known[entry["raw"]], "label": entry["label"]} if entry["raw"] in known else entry
        for entry in given
    ]


def _addresses(raw: Any, reading: Reading) -> list[dict[str, str]]:
    given = raw if isinstance(raw, list | tuple) else [raw]
    read_ones = [_address(entry, reading) for entry in given if isinstance(entry, Mapping)]
    filled = [entry for entry in read_ones if any(entry[part] for part in ADDRESS_PARTS if part != "label")]
    _check_count(filled, reading)
    return filled


def _address(entry: Mapping[str, Any], reading: Reading) -> dict[str, str]:
    parts = {
        part: _limited(text.clean(str(entry.get(part) or ""), multiline=part == "street"), reading, MOST_TEXT)
        for part in ADDRESS_PARTS
    }
    country = countries.code(parts["country"]) if parts["country"] else ""
    if parts["country"] and not country:
        message = f"“{parts['country'][:40]}” is not a country. Choose one from the list."
        raise RuleError("not_a_country", message, reading.name)
    return {**parts, "label": _label(entry), "country": country}


def _tags(raw: Any, reading: Reading) -> list[str]:
    given = raw if isinstance(raw, list | tuple) else str(raw or "").replace(";", ",").split(",")
    tags: dict[str, str] = {}
    for tag in given:
        cleaned = _limited(text.clean(str(tag)), reading, MOST_TAG)
        if cleaned:
            tags.setdefault(tag_key(cleaned), cleaned)
    _check_count(list(tags), reading)
    return sorted(tags.values(), key=str.casefold)


def _ids(raw: Any, reading: Reading) -> list[str]:
    given = raw if isinstance(raw, list | tuple) else str(raw or "").replace(";", ",").split(",")
    try:
        found = {elsewhere.pair(str(one)) for one in given if str(one).strip()}
    except ValueError as error:
        raise RuleError("not_an_id", str(error), reading.name) from None
    _check_count(list(found), reading)
    return sorted(found)


_READERS: Mapping[str, Callable[[Any, Reading], Any]] = {
    "long_text": _long_text,
    "url": _url,
    "choice": _choice,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "number": _number,
    "reference": _reference,
    "user": _link,
    "team": _link,
    "emails": _emails,
    "phones": _phones,
    "addresses": _addresses,
    "tags": _tags,
    "ids": _ids,
    "money": _money,
    "choices": _choices,
    "lines": _lines,
}
