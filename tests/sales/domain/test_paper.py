"""A quote on paper: the same file each time, every European letter, as many pages as it needs."""

import re
from datetime import UTC, datetime
from typing import Any

from fontTools.ttLib import TTFont

from keen.sales.domain.paper import FONTS, Paper, PaperLine, pdf

LETTERS = "ÄÖÜßẞéèêëçñåæøœŁłŚśŻżŹźĄąĘęĆćŃńČčŘřŠšŽžĎďŤťŇňŮůŐőŰűĂăȘșȚțĞğİıŞşĻļŅņĢģĶķĀāĖėĮįŲųÞþÐðĦħĠġĊċŴŵŶŷ€£₺ΑΩάώςЖщЁЇїЄєҐґЂђЉљЊњЋћЏџЌќЃѓЎў"


def paper(lines: int = 1, **parts: Any) -> Paper:
    whole: dict[str, Any] = {
        "title": "Quote", "number": "Q-2026-0001", "made_at": datetime(2026, 11, 22, tzinfo=UTC), "sender": "Nordwind",
        "sender_lines": ["Hafen 1"], "receiver_lines": ["Łódź Ωmega Жук"], "facts": [("Date", "22 November 2026")],
        "introduction": "", "sums": [("Without tax", "€1")], "total": ("Total", "€1"), "terms": "", "small_print": "",
    }  # fmt: skip
    rows = [PaperLine(str(n), "Sensor", "T2", "1", "€1", "19 %", "€1") for n in range(lines)]
    return Paper(**{**whole, "lines": rows, **parts})


def test_the_same_quote_is_the_same_file() -> None:
    assert pdf(paper()) == pdf(paper())


def test_long_quotes_go_on_over_pages() -> None:
    made = pdf(paper(60))

    assert len(re.findall(rb"/Type /Page\b", made)) == 4
    assert len(made) < 80_000


def test_the_typefaces_hold_every_european_letter() -> None:
    for weight in ("regular", "semibold"):
        known: set[int] = set()
        for name in ("instrument-sans", "inter-greek-cyrillic"):
            with TTFont(FONTS / f"{name}-{weight}.ttf") as font:
                known |= set(font.getBestCmap())
        assert [letter for letter in LETTERS if ord(letter) not in known] == []
