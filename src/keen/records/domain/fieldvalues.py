"""How a value is read from an input, written down as plain data, and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from keen.lib import emails, phones, text
from keen.lib.errors import RuleError

MOST_ENTRIES = 30
MOST_TEXT = 200
MOST_LONG_TEXT = 20_000
ADDRESS_PARTS = ("label", "street", "city", "region", "postal_code", "country")


@dataclass(frozen=True)
class Reading:
    """What is needed to read an input: the field's name and limits, and the country of local phone numbers."""

    name: str
    label: str
    most: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    region: str = ""


def read(kind: str, raw: Any, reading: Reading) -> Any:
    """The value of an input.

    Raises: RuleError with a sentence that says what to mend.
    """
    reader = _READERS.get(kind, _text)
    return reader(raw, reading)


def is_empty(value: Any) -> bool:
    """Whether nothing was given. False and 0 are something."""
    return value is None or value in ("", [], {})


def plain(value: Any) -> Any:
    """The value as JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _text(raw: Any, reading: Reading) -> str:
    return _limited(text.clean(str(raw if raw is not None else "")), reading, reading.most or MOST_TEXT)


def _long_text(raw: Any, reading: Reading) -> str:
    return _limited(text.clean(str(raw or ""), multiline=True), reading, reading.most or MOST_LONG_TEXT)


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
        raise RuleError("not_a_url", f"“{value}” is not a web address. Write it like www.example.com.", reading.name)
    return full


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


def _boolean(raw: Any, _reading: Reading) -> bool:
    return raw is True or str(raw).strip().casefold() in {"true", "on", "1", "yes"}


def _date(raw: Any, reading: Reading) -> date | None:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date) or not raw:
        return raw or None
    try:
        return date.fromisoformat(str(raw).strip()[:10])
    except ValueError:
        raise RuleError("not_a_date", f"“{raw}” is not a date. Write it like 2026-11-24.", reading.name) from None


def _datetime(raw: Any, reading: Reading) -> datetime | None:
    if isinstance(raw, datetime) or not raw:
        return raw or None
    try:
        return datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise RuleError(
            "not_a_time", f"“{raw}” is not a date with a time. Write it like 2026-11-24 10:00.", reading.name
        ) from None


def _number(raw: Any, reading: Reading) -> Decimal | None:
    if raw is None or str(raw).strip() == "":
        return None
    try:
        value = Decimal(str(raw).replace(" ", "").replace(",", ""))
    except InvalidOperation:
        raise RuleError("not_a_number", f"“{raw}” is not a number. Write it like 1250.", reading.name) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
        raise RuleError("not_a_number", f"{reading.label} must be a number of at most 15 digits.", reading.name)
    return value


def _link(raw: Any, reading: Reading) -> Any:
    if raw in (None, ""):
        return None
    if isinstance(raw, str) and raw.startswith("new:"):
        return NewRecord(_text(raw.removeprefix("new:"), reading))
    try:
        return int(raw)
    except (TypeError, ValueError):
        raise RuleError("not_a_record", f"{reading.label}: choose one from the list.", reading.name) from None


@dataclass(frozen=True)
class NewRecord:
    """A record that is to be made by its name, in the same write as the one that links to it."""

    name: str


def _entries(raw: Any, reading: Reading, main: str) -> list[dict[str, Any]]:
    given = raw if isinstance(raw, list | tuple) else [raw]
    found = [entry if isinstance(entry, Mapping) else {main: entry} for entry in given if entry]
    kept = [dict(entry) for entry in found if str(entry.get(main) or "").strip()]
    if len(kept) > MOST_ENTRIES:
        raise RuleError("too_many", f"{reading.label}: at most {MOST_ENTRIES} fit.", reading.name)
    return kept


def _emails(raw: Any, reading: Reading) -> list[dict[str, str]]:
    read_ones: dict[str, dict[str, str]] = {}
    for entry in _entries(raw, reading, "address"):
        parsed = emails.parse(str(entry["address"]))
        if not parsed.valid:
            message = f"“{str(entry['address'])[:80]}” is not an e-mail address. {parsed.reason}"
            raise RuleError("not_an_email", message, reading.name)
        label = text.clean(str(entry.get("label") or "work"), 20)
        read_ones.setdefault(parsed.address.casefold(), {"address": parsed.address, "label": label})
    return list(read_ones.values())


def _phones(raw: Any, reading: Reading) -> list[dict[str, str]]:
    read_ones: dict[str, dict[str, str]] = {}
    for entry in _entries(raw, reading, "raw"):
        parsed = phones.parse(str(entry["raw"]), reading.region)
        if not text.digits(parsed.raw):
            message = f"“{str(entry['raw'])[:40]}” is not a phone number: it has no digits. Put words in a note."
            raise RuleError("not_a_phone", message, reading.name)
        label = text.clean(str(entry.get("label") or "work"), 20)
        value = {"raw": parsed.raw[:60], "e164": parsed.e164, "label": label}
        if parsed.extension:
            value["extension"] = parsed.extension
        read_ones.setdefault((parsed.e164 or text.digits(parsed.raw)) + parsed.extension, value)
    return list(read_ones.values())


def _addresses(raw: Any, reading: Reading) -> list[dict[str, str]]:
    given = [entry for entry in (raw if isinstance(raw, list | tuple) else [raw]) if isinstance(entry, Mapping)]
    read_ones = []
    for entry in given[:MOST_ENTRIES]:
        parts = {
            part: text.clean(str(entry.get(part) or ""), 200, multiline=part == "street") for part in ADDRESS_PARTS
        }
        if any(parts[part] for part in ADDRESS_PARTS if part != "label"):
            read_ones.append({**parts, "label": parts["label"] or "work"})
    return read_ones


def _tags(raw: Any, reading: Reading) -> list[str]:
    given = raw if isinstance(raw, list | tuple) else str(raw or "").replace(";", ",").split(",")
    tags = {text.fold(tag): text.clean(str(tag), 40) for tag in given if str(tag).strip()}
    if len(tags) > MOST_ENTRIES:
        raise RuleError("too_many", f"{reading.label}: at most {MOST_ENTRIES} fit.", reading.name)
    return sorted(tags.values(), key=str.casefold)


_READERS = {
    "long_text": _long_text,
    "url": _url,
    "choice": _choice,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "number": _number,
    "reference": _link,
    "user": _link,
    "team": _link,
    "emails": _emails,
    "phones": _phones,
    "addresses": _addresses,
    "tags": _tags,
}
