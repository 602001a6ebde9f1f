"""What kind of file it is, in which encoding it was written, and what parts its columns."""

import codecs
import csv
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO, Final

from keen.lib.errors import RuleError

CHUNK: Final = 1 << 20
SAMPLE_BYTES: Final = 1 << 18
DELIMITERS: Final = (",", ";", "\t", "|")
_FALLBACKS: Final = ("cp1252", "cp850", "mac_roman", "cp1250", "cp1251")
# Letters that Western languages write; a file read in the wrong code page shows others, or signs inside words.
_USUAL: Final = frozenset("àâäáãåæçèéêëìíîïñòóôõöøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜÝŸ")
_SIGNS: Final = frozenset("€£§°©®™«»„“”‘’‚–—…·•¿¡²³½¼ºª´\xa0")  # noqa: RUF001 - real typography


class TableError(RuleError):
    """A file that cannot be read as a table; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes were read.

    Shape: `certain` is false when it is a guess that somebody must look at; `alternatives` are other readings of
    the same bytes that make sense.
    """

    name: str
    certain: bool
    alternatives: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over the bytes found."""

    size: int
    lines: int
    nul_bytes: int
    is_ascii: bool
    is_utf8: bool


_SAVE_AS: Final = "Open it in a spreadsheet program and save it as CSV or .xlsx."
_MAGIC: Final = (
    (
        b"%PDF",
        "pdf",
        "This is a PDF, not a table. Export the list as CSV or .xlsx from the program it comes from.",
    ),
    (b"\x89PNG", "image", "This is a picture, not a table. Export the list as CSV or .xlsx."),
    (b"\xff\xd8\xff", "image", "This is a picture, not a table. Export the list as CSV or .xlsx."),
    (b"GIF8", "image", "This is a picture, not a table. Export the list as CSV or .xlsx."),
    (b"\x1f\x8b", "gzip", "This file is packed with gzip. Unpack it first, then upload the file inside."),
    (
        b"7z\xbc\xaf\x27\x1c",
        "7z",
        "This file is packed with 7-Zip. Unpack it first, then upload the file inside.",
    ),
    (b"Rar!", "rar", "This file is packed with RAR. Unpack it first, then upload the file inside."),
    (b"{\\rtf", "rtf", "This is a text document (RTF), not a table. " + _SAVE_AS),
    (
        b"BEGIN:VCARD",
        "vcard",
        "This is a vCard file. Upload it under vCard import instead, or export the list as CSV.",
    ),
    (b"SQLite format 3\x00", "sqlite", "This is a database file. Export the table from it as CSV."),
    (
        b"!BDN",
        "pst",
        "This is an Outlook data file (.pst). In Outlook choose File, Open & Export, export as CSV.",
    ),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(head: bytes, filename: str, whole_ole: bytes = b"") -> str:
    """By what the file is, not by what it is called: "csv" or "xlsx".

    Shape: `head` is the first kilobytes; `whole_ole` as much as there is of an old Office file.
    Raises: TableError for everything else, with what to do.
    """
    stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not stripped.strip(b"\x00"):
        raise TableError("empty", "This file is empty. Check the export, then choose the file again.")
    for magic, code, message in _MAGIC:
        if stripped[: len(magic)].upper() == magic.upper():
            raise TableError(f"wrong_type_{code}", message)
    if head.startswith(_OLE):
        raise _old_office(head + whole_ole)
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.startswith(b"PK"):
        raise TableError(
            "empty", "This packed file has nothing in it. Check the export, then choose the file again."
        )
    _refuse_markup(stripped[:2048].lower())
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise TableError(
            "wrong_type_not_xlsx",
            "This file is called .xlsx, but it is not an Excel workbook. Save it as .xlsx or CSV again.",
        )
    return "csv"


def _old_office(content: bytes) -> TableError:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return TableError(
            "encrypted",
            "This workbook is protected with a password. Save a copy without password, then upload that.",
        )
    if "WordDocument".encode("utf-16-le") in content:
        return TableError(
            "wrong_type_doc", "This is a Word document, not a table. Save the list as CSV or .xlsx."
        )
    return TableError(
        "wrong_type_xls",
        "This is an old Excel file (.xls). Open it and save it as Excel workbook (.xlsx) or CSV.",
    )


def _refuse_markup(head: bytes) -> None:
    plain = head.replace(b"\x00", b"")
    if (
        plain.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<meta"))
        or b"<html" in plain
    ):
        raise TableError(
            "wrong_type_html",
            "This is a web page, although it may be named like a table. " + _SAVE_AS,
        )
    if plain.startswith(b"<?xml"):
        raise TableError("wrong_type_xml", "This is an XML file, not a table. " + _SAVE_AS)


def scan(stream: BinaryIO) -> Scan:
    """What one pass over the bytes finds; the stream is read to its end.

    Cost: about 0.1 s for 100 MB, constant memory.
    """
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")("strict")
    size = lines = nuls = carriage_returns = 0
    ascii_only, last = True, b"\n"
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        lines += chunk.count(b"\n")
        carriage_returns += chunk.count(b"\r")
        nuls += chunk.count(b"\x00")
        ascii_only = ascii_only and chunk.isascii()
        last = chunk[-1:]
        decoder = _fed(decoder, chunk, final=False)
    decoder = _fed(decoder, b"", final=True)
    lines = lines or carriage_returns
    return Scan(size, lines + (last not in {b"\n", b"\r"}), nuls, ascii_only, decoder is not None)


def _fed(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes, *, final: bool
) -> codecs.IncrementalDecoder | None:
    if decoder is None:
        return None
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return None
    return decoder


def encoding_of(head: bytes, scanned: Scan, expected: str = "") -> Encoding:
    """The encoding: byte order mark, then strict UTF-8, then UTF-16 by its zeros, then a guess.

    Shape: `head` is the beginning of the file; `expected` the code page usual for the program that wrote it.
    """
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", certain=True)
    if head.startswith(codecs.BOM_UTF8):
        return _marked_utf8(head, scanned, expected)
    if wide := _utf16_without_mark(head):
        return Encoding(wide, certain=True)
    if scanned.is_ascii or scanned.is_utf8:
        return Encoding("utf-8", certain=True)
    ranked = guesses(head, expected)
    return Encoding(ranked[0], certain=False, alternatives=tuple(ranked[1:4]))


def _marked_utf8(head: bytes, scanned: Scan, expected: str) -> Encoding:
    if scanned.is_utf8:
        return Encoding("utf-8-sig", certain=True)
    ranked = guesses(head[3:], expected)
    warning = "The file says it is UTF-8, but it is not. Check the names with accents in the preview."
    return Encoding(ranked[0], certain=False, alternatives=tuple(ranked[1:4]), warning=warning)


def _utf16_without_mark(head: bytes) -> str:
    sample = head[:4096]
    if len(sample) < 4:
        return ""
    half = len(sample) // 2
    even, odd = sample[0 : 2 * half : 2].count(0) / half, sample[1 : 2 * half : 2].count(0) / half
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def guesses(head: bytes, expected: str = "") -> list[str]:
    """Encodings in which the bytes make sense, the likeliest first; a tie goes to the expected one, then cp1252."""
    sample = head[:SAMPLE_BYTES]
    order = list(
        dict.fromkeys([expected, *_FALLBACKS] if expected and not _is_utf8(expected) else _FALLBACKS)
    )
    scored = [(_plausibility(sample, name), -place, name) for place, name in enumerate(order)]
    return [name for _, _, name in sorted(scored, reverse=True)]


def _is_utf8(name: str) -> bool:
    return name.lower().replace("_", "-").startswith("utf")


def _plausibility(sample: bytes, encoding: str) -> float:
    decoded = sample.decode(encoding, errors="replace")
    score, seen = 0.0, 0
    for before, letter in zip(" " + decoded, decoded, strict=False):
        if letter < "\x80":
            continue
        seen += 1
        inside_word = before.isalpha()
        if "\u0400" <= letter <= "\u045f":
            # Cyrillic words are Cyrillic from end to end.
            score += 0.9 if "\u0400" <= before <= "\u045f" or not inside_word else 0.1
        elif letter in _USUAL:
            # Accented letters in a row are another script misread; "GrÖ": a capital behind a small one is rarely meant.
            doubtful = before in _USUAL or (letter.isupper() and before.islower())
            score += 0.5 if doubtful else 1.0
        elif letter in _SIGNS:
            score += 0.2 if inside_word else 0.8
        elif letter.isalpha():
            score += 0.5
    # Ten letters are evidence enough; a difference within five hundredths is none.
    return round(score / seen * 20) / 20 if seen else 0.0


def delimiter_of(sample: str) -> str:
    """The character that parts the columns, judged over whole records, so that quoted line ends do not mislead.

    Shape: "," when the file has a single column. A first line "sep=;" as Excel writes it decides.
    """
    if sample[:4].lower() == "sep=" and len(sample) > 4 and sample[4] in DELIMITERS:
        return sample[4]
    return max(DELIMITERS, key=lambda candidate: _consistency(sample, candidate))


def _consistency(sample: str, delimiter: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    try:
        for number, record in enumerate(csv.reader(sample.splitlines(keepends=True), delimiter=delimiter)):
            if any(cell.strip() for cell in record):
                widths[len(record)] += 1
            if number >= 60:
                break
    except csv.Error:
        # A field longer than the limit, met while reading with a wrong delimiter.
        pass
    if not widths:
        return 0.0, 0
    width, count = widths.most_common(1)[0]
    if width < 2:
        return 0.0, 0
    return round(count / sum(widths.values()), 1), width
