"""A quote on paper: A4, the company's own letterhead, all European letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from fpdf import FPDF, XPos, YPos
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

FONTS: Final = Path(__file__).parent.parent / "static" / "sales" / "fonts"
SANS, OTHERS = "instrument", "inter"
LEFT, TOP, FOOT = 20.0, 18.0, 24.0
INK, MUTED, RULE = (27, 31, 36), (86, 94, 104), (214, 219, 225)
WIDTHS: Final = (9, 77, 22, 24, 16, 22)
HEADS: Final = ("", "What", "Quantity", "Price", "Tax", "Amount")


@dataclass(frozen=True)
class PaperLine:
    """A line as it is printed."""

    position: str
    text: str
    sub: str
    quantity: str
    price: str
    tax: str
    amount: str


@dataclass(frozen=True)
class Paper:
    """All that a quote says, as texts."""

    title: str
    number: str
    made_at: datetime
    sender: str
    sender_lines: Sequence[str]
    receiver_lines: Sequence[str]
    facts: Sequence[tuple[str, str]]
    introduction: str
    lines: Sequence[PaperLine]
    sums: Sequence[tuple[str, str]]
    total: tuple[str, str]
    terms: str
    small_print: str
    accent: str = "#1f5fbf"
    note: str = ""


class _Sheet(FPDF):
    """Pages with the sender above and the page number below."""

    def __init__(self, paper: Paper) -> None:
        super().__init__("P", "mm", "A4")
        self.paper = paper
        self.tint = tuple(int(paper.accent[at : at + 2], 16) for at in (1, 3, 5))
        for style, name in (("", "regular"), ("B", "semibold")):
            self.add_font(SANS, style, FONTS / f"instrument-sans-{name}.ttf")
            self.add_font(OTHERS, style, FONTS / f"inter-greek-cyrillic-{name}.ttf")
        self.set_fallback_fonts([OTHERS])
        self.set_margins(LEFT, TOP, LEFT)
        self.set_auto_page_break(True, FOOT)
        self.set_title(f"{paper.title} {paper.number}")
        self.set_author(paper.sender)
        self.set_creator("Keen")
        self.set_lang("en")
        # The same quote is the same file, whenever it is printed.
        self.set_creation_date(paper.made_at)

    def header(self) -> None:
        """The colour of the company, and on later pages what this belongs to."""
        self.set_fill_color(*self.tint)
        self.rect(0, 0, self.w, 3, style="F")
        if self.page_no() > 1:
            self.say(8.5, MUTED)
            self.cell(0, 5, f"{self.paper.sender}  ·  {self.paper.title} {self.paper.number}")
            self.ln(10)

    def footer(self) -> None:
        """The small print, and which page of how many this is."""
        self.set_y(-18)
        self.set_draw_color(*RULE)
        self.line(LEFT, self.get_y(), self.w - LEFT, self.get_y())
        self.ln(2)
        self.say(7.5, MUTED)
        top = self.get_y()
        self.multi_cell(130, 3.6, self.paper.small_print, max_line_height=3.6, new_y=YPos.TOP)
        self.set_xy(-LEFT - 40, top)
        self.cell(40, 3.6, f"Page {self.page_no()} of {{nb}}", align="R")

    def say(self, size: float, colour: tuple[int, int, int] = INK, style: str = "") -> None:
        """What follows is written so."""
        self.set_font(SANS, style, size)
        self.set_text_color(*colour)


def pdf(paper: Paper) -> bytes:
    """The quote as a PDF file."""
    sheet = _Sheet(paper)
    sheet.add_page()
    _letterhead(sheet)
    _facts(sheet)
    _words(sheet, paper.introduction)
    _lines(sheet)
    _sums(sheet)
    _words(sheet, paper.terms, 9)
    _words(sheet, paper.note, 8.5, MUTED)
    return bytes(sheet.output())


def _letterhead(sheet: _Sheet) -> None:
    paper = sheet.paper
    sheet.say(15, sheet.tint, "B")  # type: ignore[arg-type]  # three numbers
    sheet.cell(0, 8, paper.sender, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.say(8.5, MUTED)
    for line in paper.sender_lines:
        sheet.cell(0, 4.2, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_y(max(sheet.get_y() + 6, 50))
    sheet.say(10.5)
    for line in paper.receiver_lines:
        sheet.cell(0, 5.2, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.set_y(max(sheet.get_y() + 8, 84))


def _facts(sheet: _Sheet) -> None:
    paper = sheet.paper
    sheet.say(17, INK, "B")
    sheet.cell(0, 9, f"{paper.title} {paper.number}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(1)
    width = sheet.epw / max(len(paper.facts), 1)
    top = sheet.get_y()
    for place, (label, value) in enumerate(paper.facts):
        sheet.set_xy(LEFT + place * width, top)
        sheet.say(8, MUTED)
        sheet.cell(width, 4.4, label, new_x=XPos.LEFT, new_y=YPos.NEXT)
        sheet.say(9.5)
        sheet.cell(width, 5, value)
    sheet.set_xy(LEFT, top + 13)


def _words(sheet: _Sheet, words: str, size: float = 10, colour: tuple[int, int, int] = INK) -> None:
    if words:
        sheet.say(size, colour)
        sheet.multi_cell(0, size * 0.5, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        sheet.ln(5)


def _lines(sheet: _Sheet) -> None:
    sheet.set_draw_color(*RULE)
    sheet.say(9)
    heads = FontFace(size_pt=8, color=MUTED, emphasis="")
    with sheet.table(
        col_widths=WIDTHS,
        text_align=("L", "L", "R", "R", "R", "R"),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=heads,
        line_height=4.6,
        padding=(1.6, 1, 1.6, 1),
        v_align="T",
        first_row_as_headings=True,
        width=sheet.epw,
    ) as table:
        table.row(HEADS)
        for line in sheet.paper.lines:
            words = f"{line.text}\n{line.sub}" if line.sub else line.text
            table.row((line.position, words, line.quantity, line.price, line.tax, line.amount))
    sheet.ln(3)


def _sums(sheet: _Sheet) -> None:
    """The sums, together on one page."""
    paper = sheet.paper
    if sheet.will_page_break(6 * (len(paper.sums) + 2)):
        sheet.add_page()
    for label, value in paper.sums:
        sheet.say(9, MUTED)
        sheet.set_x(LEFT + 85)
        sheet.cell(50, 5.4, label)
        sheet.say(9)
        sheet.cell(35, 5.4, value, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(1)
    sheet.set_draw_color(*sheet.tint)
    sheet.line(LEFT + 85, sheet.get_y(), sheet.w - LEFT, sheet.get_y())
    sheet.ln(1.5)
    sheet.say(11.5, INK, "B")
    sheet.set_x(LEFT + 85)
    sheet.cell(40, 7, paper.total[0])
    sheet.cell(45, 7, paper.total[1], align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(7)
