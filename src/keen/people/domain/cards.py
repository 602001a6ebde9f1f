"""Contact cards in a text that was pasted: vCards, and the signature of an e-mail."""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from keen.lib import emails, names, text

MOST_CARDS: Final = 20
_FOLDED: Final = re.compile(r"\r?\n[ \t]")
_SOFT_BREAK: Final = re.compile(r"=\r?\n")
_CARD: Final = re.compile(r"BEGIN:VCARD\s*\n(.*?)\n\s*END:VCARD", re.IGNORECASE | re.DOTALL)
_LINE: Final = re.compile(
    r"^(?:[\w-]+\.)?(?P<name>[A-Za-z-]+)(?P<parameters>(?:;[^:\n]*)?):(?P<value>.*)$", re.MULTILINE
)
_ESCAPED: Final = re.compile(r"\\([,;\\nN])")
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?:\+|\(?0)[\d ()/.-]{6,22}\d")
_SITE: Final = re.compile(r"(?:https?://|www\.)[^\s,;]+", re.IGNORECASE)
_COMPANY: Final = re.compile(
    r"\b(?:gmbh|ag|kg|se|ug|ohg|inc|llc|ltd|plc|corp|s\.?a\.?s?|sarl|s\.?l\.?|b\.?v\.?|ab|oy|spa)\b\.?\s*(?:$|&|\|)",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"manager|director|head|lead|ceo|cto|cfo|sales|engineer|leiter|leitung|vertrieb|gesch[aä]ftsf|einkauf|responsable|directeur|"
    r"directrice|g[eé]rante?|ingeni|jefe|jefa|comercial|gerente|assistant|consultant|berater|president|owner|founder|buyer",
    re.IGNORECASE,
)  # fmt: skip
_FEWEST_LINES: Final = 3
_FEWEST_CELLS: Final = 2
_MOST_IN_SIGNATURE: Final = 25


@dataclass(frozen=True, kw_only=True)
class Card:
    """One person as a card names them."""

    name: str = ""
    first: str = ""
    last: str = ""
    company: str = ""
    title: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    website: str = ""

    def values(self) -> dict[str, list[str]]:
        """The fields of a contact."""
        given = {
            "first_name": [self.first], "last_name": [self.last], "account_text": [self.company],
            "job_title": [self.title], "emails": [*self.emails], "phones": [*self.phones], "website": [self.website],
        }  # fmt: skip
        return {name: values for name, values in given.items() if any(values)}


def cards(pasted: str) -> list[Card]:
    """The people of the vCards in a text, else of the signature that it is; empty for any other text. Never raises."""
    found = [card for match in _CARD.finditer(pasted) if (card := _vcard(match[1]))]
    if found or "begin:vcard" in pasted.lower():
        return found[:MOST_CARDS]
    signature = _signature(pasted)
    return [signature] if signature else []


def is_table(pasted: str) -> bool:
    """Whether the text is cells parted by tabs, as spreadsheets copy them."""
    lines = [line for line in pasted.splitlines() if line.strip()]
    return len(lines) > 1 and all(line.count("\t") >= _FEWEST_CELLS - 1 for line in lines)


def _vcard(body: str) -> Card | None:
    """A vCard of version 2.1, 3 or 4.

    Source: RFC 6350, RFC 2426; quoted-printable as in vCard 2.1.
    """
    fields: dict[str, list[str]] = {}
    for name, value in _fields(body):
        fields.setdefault(name, []).append(value)
    last, first = [*_parts(fields.get("N", [""])[0]), "", ""][:2]
    full = _plain(fields.get("FN", [""])[0]) or names.full(first, last)
    if not (first or last) and full:
        split = names.split(full)
        first, last = names.full(split.first, split.middle), split.last
    card = Card(
        name=full,
        first=first,
        last=last,
        company=(_parts(fields.get("ORG", [""])[0]) or [""])[0],
        title=_plain(fields.get("TITLE", [""])[0]),
        emails=_addresses(fields.get("EMAIL", [])),
        phones=tuple(_plain(value).removeprefix("tel:") for value in fields.get("TEL", []) if value.strip()),
        website=_plain(fields.get("URL", [""])[0]),
    )
    return card if card.name or card.company or card.emails else None


def _fields(body: str) -> Iterator[tuple[str, str]]:
    unfolded = _FOLDED.sub("", _SOFT_BREAK.sub("", body) if "QUOTED-PRINTABLE" in body.upper() else body)
    for match in _LINE.finditer(unfolded.replace("\r", "")):
        parameters, value = match["parameters"].upper(), match["value"]
        if "QUOTED-PRINTABLE" in parameters:
            charset = re.search(r"CHARSET=([\w-]+)", parameters)
            value = _decoded(quopri.decodestring(value.encode()), charset[1] if charset else "utf-8")
        yield match["name"].upper(), value


def _decoded(value: bytes, charset: str) -> str:
    try:
        return value.decode(charset, errors="replace")
    except (LookupError, UnicodeError):
        return value.decode("utf-8", errors="replace")


def _parts(value: str) -> list[str]:
    """The parts between semicolons that are not escaped."""
    return [_plain(part) for part in re.split(r"(?<!\\);", value)]


def _plain(value: str) -> str:
    return text.clean(_ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value), 200)


def _addresses(values: list[str]) -> tuple[str, ...]:
    found = (emails.parse(_plain(value).removeprefix("mailto:")) for value in values)
    return tuple(dict.fromkeys(one.address for one in found if one.valid))


def _signature(pasted: str) -> Card | None:
    """The person of a signature: short lines with an address or a number, the name on the first."""
    lines = [text.clean(line, 200).strip(" |,") for line in pasted.splitlines()]
    lines = [line for line in lines if line and not re.fullmatch(r"[-_=*]{2,}", line)]
    whole = "\n".join(lines)
    addresses = _addresses(_ADDRESS.findall(whole))
    phones = tuple(dict.fromkeys(number.strip() for number in _PHONE.findall(whole)))
    if not _FEWEST_LINES <= len(lines) <= _MOST_IN_SIGNATURE or not (addresses or phones):
        return None
    bare = [
        line for line in lines if not (_ADDRESS.search(line) or _PHONE.search(line) or _SITE.search(line))
    ]
    name = next((line for line in bare if _could_be_name(line)), "")
    rest = [line for line in bare if line != name]
    split = names.split(name)
    site = _SITE.search(whole)
    return Card(
        name=name,
        first=names.full(split.first, split.middle),
        last=split.last,
        company=next((line for line in rest if _COMPANY.search(line)), ""),
        title=next((line for line in rest if _TITLE.search(line) and not _COMPANY.search(line)), ""),
        emails=addresses,
        phones=phones,
        website=site[0] if site else "",
    ) if name else None  # fmt: skip


def _could_be_name(line: str) -> bool:
    """Whether a line is two to four words that begin with capitals and nothing else."""
    words = line.split()
    return (
        2 <= len(words) <= 4
        and all(word[0].isupper() for word in words)
        and not any(letter.isdigit() for letter in line)
        and not _COMPANY.search(line)
    )
