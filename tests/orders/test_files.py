"""Files of papers, read without keeping them in memory."""

from collections.abc import Iterator
from typing import Any, ClassVar, cast

import pytest

from keen.orders.queries import files
from keen.orders.queries.files import Wish
from keen.records.domain.tabular import Row, Table

pytestmark = pytest.mark.django_db


class Cells(list[str]):
    """The cells of a row, counted as long as somebody holds them."""

    held: ClassVar[int] = 0
    most: ClassVar[int] = 0

    def __init__(self, cells: list[str]) -> None:
        super().__init__(cells)
        Cells.held += 1
        Cells.most = max(Cells.most, Cells.held)

    def __del__(self) -> None:
        Cells.held -= 1


class Wide:
    """A table of a hundred rows, the second of which cannot be read."""

    headers: ClassVar[list[str]] = ["Order number", "Total", "Story"]
    kind, warnings = "csv", ()

    def sample(self, _count: int) -> list[list[str]]:
        return [["A", "1,50", "x"]]

    def rows(self) -> Iterator[Any]:
        for number in range(2, 102):
            yield Row(number, Cells([f"A{number}", "x" if number == 3 else "1,50", "story"]))


def test_cells_are_kept_of_rows_that_stay_out_and_of_no_others() -> None:
    found = files._read(cast("Table", Wide()), Wish("ERP"))

    assert (found.rows, len(found.papers), found.cells) == (100, 99, {3: ["A3", "x", "story"]})
    assert Cells.most < 10
