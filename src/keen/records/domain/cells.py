"""How the single cells of a table are read, one function for each kind of value."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from keen.lib import countries, emails, numbers, phones, text
from keen.records.domain import dates, elsewhere
from keen.records.domain.problems import Problem, Severity
from keen.records.domain.targets import TargetField

MOST_TEXT: Final = 200
MOST_LONG_TEXT: Final = 20_000
MOST_ENTRIES: Final = 30
_TRUE: Final = frozenset(
    [
        "1",
        "true",
        "t",
        "yes",
        "y",
        "ja",
        "j",
        "oui",
        "o",
        "si",
        "s",
        "x",
        "on",
        "wahr",
        "vrai",
        "verdadero",
        "checked",
    ]
)
_FALSE: Final = frozenset(
    ["0", "false", "f", "no", "n", "nein", "non", "off", "falsch", "faux", "falso", "unchecked"]
)
# Blanks around are stripped from the parts: patterns for them walk a long run of blanks once for each.
_SEVERAL: Final = re.compile(r":::|[;|\n]")
_MANY: Final = re.compile(r":::|[;,|\n]")
_BRACKETED: Final = re.compile(r"<([^<>@]+@[^<>@]+)>")
_BROKEN_NUMBER: Final = re.compile(r"^\d[.,]\d+E\+?\d+$", re.IGNORECASE)
# Currency signs and a few letters may stand around the digits.
_NUMBER: Final = re.compile(
    r"^(?:[^\d\-+.,]|(?<=[^\W\d_])\.){0,4}([+-]?[\d.,'\u2019 \u00a0\u202f]*\d)[^\d]{0,6}$"
)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_MOJIBAKE: Final = re.compile(
    r"[ÃÂÐÑâ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
# Google marks the groups it makes itself.
_SYSTEM_TAGS: Final = frozenset(["mycontacts", "starred", "friends family coworkers", "contacts"])

_SAID_LABELS: Final = {
    "work": "work", "home": "home", "mobile": "mobile", "other": "other", "main": "work", "work fax": "fax",
    "home fax": "fax", "fax": "fax", "work mobile": "mobile", "arbeit": "work", "geschaftlich": "work", "privat": "home",
    "mobil": "mobile", "mobiltelefon": "mobile", "travail": "work", "bureau": "work", "domicile": "home",
    "portable": "mobile", "trabajo": "work", "casa": "home", "movil": "mobile",
}  # fmt: skip

# Kind, what is expected, and what to do: problems with the same words are mended together.
EXCEL_ERROR: Final = ("excel_error", "a value", "Mend the formula in the spreadsheet")
MOJIBAKE: Final = ("mojibake", "", "Read the text as UTF-8")
_TOO_LONG: Final = ("too_long", "", "Shorten the text; it was cut")
_NOT_EMAIL: Final = ("bad_email", "an address like name@example.com", "Correct the e-mail address")
_EXCHANGE: Final = (
    "exchange_name",
    "an address like name@example.com",
    "Export again with SMTP addresses, or look them up",
)
_NOT_PHONE: Final = ("bad_phone", "a phone number", "Correct the phone number; it was kept as written")
_NO_DIGITS: Final = ("no_phone", "digits", "Move words from the phone column to the notes")
_ROUNDED: Final = (
    "rounded_phone",
    "all digits",
    "Format the column as text in the spreadsheet and export again",
)
_NOT_DATE: Final = ("bad_date", "a date such as 2026-11-24", "Correct the date")
_NOT_BOOLEAN: Final = ("bad_boolean", "yes or no", "Write yes or no")
_NOT_NUMBER: Final = ("bad_number", "a number", "Correct the number")
_NOT_CHOICE: Final = ("bad_choice", "", "Choose what this value means")
_NOT_URL: Final = ("bad_url", "an address like www.example.com", "Correct the web address")
_NOT_ID: Final = ("bad_id", "the system and its id, like sap:4711", "Write the system before the id")
_NOT_COUNTRY: Final = ("bad_country", "a country", "Choose the country")


@dataclass(slots=True)
class Cell:
    """One cell on its way into the values of its row."""

    value: str
    target: TargetField
    column: str
    values: dict[str, Any]
    problems: list[Problem]
    order: str = "dmy"
    region: str = ""
    said_label: str = ""

    @property
    def label(self) -> str:
        """What the value is for, as the file says in a column of its own, or as the target says."""
        return _SAID_LABELS.get(text.fold(self.said_label)) or self.target.name.partition(".")[2]

    def report(
        self, problem: tuple[str, str, str], severity: Severity = Severity.WARN, expected: str = ""
    ) -> None:
        """Say what is wrong: kind, what is expected, and the repair."""
        kind, usually, repair = problem
        self.problems.append(
            Problem(kind, self.column, self.value[:200], expected or usually, repair, severity)
        )


def read_text(cell: Cell) -> None:
    """Keep one line, cut where it is longer than the field."""
    _keep(cell, _cut(cell, cell.value, cell.target.most or MOST_TEXT))


def read_long_text(cell: Cell) -> None:
    """Add a paragraph."""
    before = cell.values.get(cell.target.name, "")
    joined = f"{before}\n\n{cell.value}" if before else cell.value
    _keep(cell, _cut(cell, joined, cell.target.most or MOST_LONG_TEXT))


def read_email(cell: Cell) -> None:
    """Add every address in the cell; what is none is reported and left out."""
    entries: list[dict[str, str]] = cell.values.setdefault("emails", [])
    known = {entry["address"].casefold() for entry in entries}
    label = "private" if cell.label == "home" else "work" if cell.label in {"mobile", "fax"} else cell.label
    for part in _addresses_in(cell.value):
        parsed = emails.parse(part)
        if not parsed.valid:
            cell.report(_EXCHANGE if emails.is_exchange(part) else _NOT_EMAIL)
        elif parsed.key not in known and len(entries) < MOST_ENTRIES:
            known.add(parsed.key)
            entries.append({"address": parsed.address, "label": label})
    if not entries:
        del cell.values["emails"]


def _addresses_in(value: str) -> list[str]:
    if "<" in value and (bracketed := _BRACKETED.findall(value)):
        return [str(address) for address in bracketed]
    if value.count("@") <= 1 and ";" not in value:
        return [value]
    return [address for part in _MANY.split(value) for address in _parted_by_blanks(part)]


def _parted_by_blanks(value: str) -> list[str]:
    """What is written one behind the other: each word with an @ begins an address."""
    found: list[list[str]] = []
    for word in value.split():
        if "@" in word[1:] or not found:
            found.append([])
        found[-1].append(word)
    return [" ".join(words) for words in found]


def read_phone(cell: Cell) -> None:
    """Add every number in the cell; what cannot be dialled is kept as written and reported."""
    entries: list[dict[str, str]] = cell.values.setdefault("phones", [])
    for part in map(str.strip, _SEVERAL.split(cell.value)):
        if part and (entry := _phone(cell, part, cell.label)):
            _add_phone(entries, entry)
    if not entries:
        del cell.values["phones"]


def _phone(cell: Cell, part: str, label: str) -> dict[str, str] | None:
    if _BROKEN_NUMBER.match(part):
        cell.report(_ROUNDED)
        return None
    parsed = phones.parse(part, cell.region)
    if not parsed.valid:
        if not text.digits(part):
            cell.report(_NO_DIGITS)
            return None
        cell.report(_NOT_PHONE)
    entry = {"raw": parsed.raw[:60], "e164": parsed.e164, "label": label}
    if parsed.extension:
        entry["extension"] = parsed.extension
    return entry


def _add_phone(entries: list[dict[str, str]], entry: dict[str, str]) -> None:
    key = entry["e164"] or text.digits(entry["raw"]), entry.get("extension", "")
    known = {(old["e164"] or text.digits(old["raw"]), old.get("extension", "")) for old in entries}
    if key not in known and len(entries) < MOST_ENTRIES:
        entries.append(entry)


def read_address_part(cell: Cell) -> None:
    """Keep one part of an address; several columns of a street become its lines."""
    value = _cut(cell, cell.value, MOST_TEXT)
    place, part = _place(cell)
    place[part] = f"{place[part]}\n{value}"[:MOST_TEXT] if part == "street" and place.get(part) else value


def read_country(cell: Cell) -> None:
    """Keep the country's code; an unknown name is reported and left out."""
    code = countries.code(cell.value)
    if not code:
        cell.report(_NOT_COUNTRY)
    elif cell.target.name.startswith("addresses."):
        place, part = _place(cell)
        place[part] = code
    else:
        _keep(cell, code)


def _place(cell: Cell) -> tuple[dict[str, str], str]:
    name, label, part = cell.target.name.split(".")
    places: dict[str, dict[str, str]] = cell.values.setdefault(name, {})
    return places.setdefault(label, {}), part


def read_date(cell: Cell) -> None:
    """Keep a day; ways to write "no date" are empty, what is none is reported and left out."""
    if dates.is_empty(cell.value):
        return
    day = dates.parse(cell.value, cell.order)
    if day is None or not 1850 <= day.year <= 2150:
        cell.report(_NOT_DATE)
        return
    _keep(cell, day)


def read_moment(cell: Cell) -> None:
    """Keep a date with its time."""
    if dates.is_empty(cell.value):
        return
    moment = dates.parse_moment(cell.value, cell.order)
    if moment is None:
        cell.report(_NOT_DATE)
        return
    _keep(cell, moment)


def read_boolean(cell: Cell) -> None:
    """Keep yes or no, said in four languages, as a digit or as a cross."""
    word = text.fold(cell.value)
    if word in _TRUE or word in _FALSE:
        _keep(cell, word in _TRUE)
    else:
        cell.report(_NOT_BOOLEAN)


def read_number(cell: Cell) -> None:
    """Keep a number, with point or comma before the fraction, currency signs left out."""
    value = number(cell.value)
    if value is None:
        cell.report(_NOT_NUMBER)
        return
    _keep(cell, value)


def number(written: str) -> Decimal | None:
    """The number a text means: of point and comma the last one parts the fraction; None when it means none.

    Shape: a single separator with exactly three digits behind it parts thousands ("1.234" is 1234).
    """
    found = _NUMBER.match(written.strip())
    return numbers.read(found[1]) if found else None


def read_choice(cell: Cell) -> None:
    """Keep the choice whose key or label this is; another word is reported and left out."""
    wanted = text.fold(cell.value)
    for key, label in cell.target.choices:
        if wanted in {text.fold(key), text.fold(label)}:
            _keep(cell, key)
            return
    cell.report(_NOT_CHOICE, expected=", ".join(label for _, label in cell.target.choices))


def read_choices(cell: Cell) -> None:
    """Keep every choice in the cell; what is none is reported and left out."""
    by_word = {text.fold(said): key for key, label in cell.target.choices for said in (key, label)}
    found = [by_word.get(text.fold(part), "") for part in map(str.strip, _MANY.split(cell.value)) if part]
    if "" in found:
        cell.report(_NOT_CHOICE, expected=", ".join(label for _, label in cell.target.choices))
    chosen = list(dict.fromkeys(key for key in found if key))
    if chosen:
        _keep(cell, chosen)


def read_money(cell: Cell) -> None:
    """Keep an amount with the currency that stands beside it, if one does."""
    value = number(cell.value)
    if value is None:
        cell.report(_NOT_NUMBER)
        return
    letters = _CURRENCY.search(cell.value)
    _keep(cell, {"amount": str(value), "currency": letters[0] if letters else ""})


def read_url(cell: Cell) -> None:
    """Keep a web address, with https:// where it has no scheme."""
    value = cell.value if re.match(r"^https?://", cell.value, re.IGNORECASE) else f"https://{cell.value}"
    host = re.match(r"^https?://([^/\s:@?#]+)(?::\d+)?(?:[/?#]\S*)?$", value, re.IGNORECASE)
    if host is None or "." not in host.group(1).strip("."):
        cell.report(_NOT_URL)
        return
    _keep(cell, _cut(cell, value, cell.target.most or MOST_TEXT))


def read_tags(cell: Cell) -> None:
    """Add every tag, parted by ; , | or Google's three colons."""
    tags: list[str] = cell.values.setdefault("tags", [])
    known = {text.fold(tag) for tag in tags}
    for part in map(str.strip, _MANY.split(cell.value)):
        tag = part.removeprefix("* ").strip()[:40]
        key = text.fold(tag)
        if key and key not in known and not (part.startswith("* ") and key in _SYSTEM_TAGS):
            known.add(key)
            tags.append(tag)
    del tags[MOST_ENTRIES:]
    if not tags:
        del cell.values["tags"]


def read_ids(cell: Cell) -> None:
    """Add every id of another system, parted by ; or a comma."""
    known: list[str] = cell.values.setdefault(cell.target.name, [])
    for part in filter(None, map(str.strip, re.split(r"[;,]", cell.value))):
        try:
            known.append(elsewhere.pair(part))
        except ValueError:
            cell.report(_NOT_ID)
    known[:] = sorted(set(known))[:MOST_ENTRIES]
    if not known:
        del cell.values[cell.target.name]


def read_owner_email(cell: Cell) -> None:
    """Keep the address of a colleague."""
    parsed = emails.parse(cell.value)
    if not parsed.valid:
        cell.report(_NOT_EMAIL)
        return
    _keep(cell, parsed.key)


def mended_mojibake(value: str) -> str:
    """What a text read in the wrong encoding ("MÃ¼ller") should be ("Müller"); "" when it looks right."""
    if not _MOJIBAKE.search(value):
        return ""
    for encoding in ("cp1252", "latin-1"):
        try:
            mended = value.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        return mended if len(mended) < len(value) else ""
    return ""


def _cut(cell: Cell, value: str, most: int) -> str:
    if len(value) <= most:
        return value
    cell.report(_TOO_LONG, Severity.FIXED, f"at most {most:,} characters")
    return value[:most].rstrip()


def _keep(cell: Cell, value: Any) -> None:
    cell.values[cell.target.name] = value


READERS: Final[dict[str, Callable[[Cell], None]]] = {
    "long_text": read_long_text,
    "email": read_email,
    "phone": read_phone,
    "street": read_address_part,
    "address_part": read_address_part,
    "country": read_country,
    "date": read_date,
    "datetime": read_moment,
    "boolean": read_boolean,
    "number": read_number,
    "choice": read_choice,
    "choices": read_choices,
    "money": read_money,
    "url": read_url,
    "tags": read_tags,
    "ids": read_ids,
    "owner_email": read_owner_email,
}
