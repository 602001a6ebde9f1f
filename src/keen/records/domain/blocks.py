"""Blocks of cells, as spreadsheets put them on the clipboard: lines of cells parted by tabs."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from keen.lib import text
from keen.lib.errors import RuleError

MOST_CHARACTERS: Final = 200_000
MOST_LINES: Final = 200
MOST_CELLS: Final = 60
MOST_INPUTS: Final = 4_500
"""What one form may hold beside its own inputs: a larger one is turned away whole."""


def parse(block: str) -> list[list[str]]:
    """The lines of cells. Quoted cells may hold line breaks, as spreadsheets write them.

    Raises: RuleError for more than fits at once.
    """
    if len(block) > MOST_CHARACTERS:
        raise RuleError(
            "too_much", f"The block has {len(block):,} characters; {MOST_CHARACTERS:,} fit.", "block"
        )
    told = block.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    try:
        lines = [line for line in csv.reader(io.StringIO(told), delimiter="\t", strict=False) if any(line)]
    except csv.Error:
        lines = [line.split("\t") for line in told.split("\n") if line.strip()]
    if not lines:
        raise RuleError(
            "nothing", "There is nothing to paste. Copy some cells of a spreadsheet first.", "block"
        )
    if len(lines) > MOST_LINES or max(map(len, lines)) > MOST_CELLS:
        message = f"{len(lines):,} lines are pasted; {MOST_LINES} fit at once. Import the file instead."
        raise RuleError("too_many", message, "block")
    return [[cell.strip() for cell in line] for line in lines]


def check_room(shown: int, new: int, columns: int) -> None:
    """Nothing, when a table of so many shown and new lines can be sent back as one form.

    Raises: RuleError.
    """
    fit = min(MOST_LINES, max(0, MOST_INPUTS // max(columns, 1) - shown))
    if new > fit:
        raise RuleError(
            "too_many",
            f"With this block the table would have {new:,} new lines; {fit:,} fit. Nothing was pasted or lost: save what is "
            "here and paste the block after that, or import it as a file.",
            "block",
        )


def headed(lines: Sequence[Sequence[str]], labels: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The names of the fields that the first line heads; [] when it is no line of heads.

    Shape: `labels` are (name, words by which the field is known). A cell that heads no field gives "".
    """
    known = {text.fold(word): name for name, words in reversed(labels) for word in words}
    found = [known.get(text.fold(cell), "") for cell in lines[0]]
    told = [name for name in found if name]
    return found if len(lines) > 1 and told and 2 * len(told) >= sum(1 for cell in lines[0] if cell) else []
