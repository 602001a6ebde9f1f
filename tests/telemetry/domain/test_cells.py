"""Figures of groups: nobody can be told from them, nor from what is left when they are subtracted."""

from hypothesis import given
from hypothesis import strategies as st

from keen.telemetry.domain.cells import Cell, shown

Place = tuple[str, str]
MARGINS = (lambda _: "", lambda key: key[0], lambda key: key[1])
CELLS = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz")),
    st.builds(Cell, people=st.integers(1, 30), n=st.integers(1, 500)),
)


@given(CELLS)
def test_what_is_hidden_of_any_sum_is_nobody_or_enough_people(cells: dict[Place, Cell]) -> None:
    told = shown(cells, MARGINS)
    for margin in MARGINS:
        for family in {margin(key) for key in cells}:
            keys = [key for key in cells if margin(key) == family]
            hidden = sum(cells[key].people for key in keys if key not in told)
            assert hidden == 0 or hidden >= 5 or not any(key in told for key in keys)


@given(CELLS)
def test_no_cell_of_fewer_than_five_is_shown(cells: dict[Place, Cell]) -> None:
    assert all(cell.people >= 5 for cell in shown(cells, MARGINS).values())


def test_a_small_cell_takes_the_next_larger_one_with_it() -> None:
    cells = {("a", ""): Cell(20, 90), ("b", ""): Cell(12, 33), ("c", ""): Cell(2, 7)}
    assert shown(cells, MARGINS[:1]) == {("a", ""): Cell(20, 90)}


def test_figures_of_few_people_are_rounded_and_those_of_many_are_not() -> None:
    cells = {("a", ""): Cell(6, 43), ("b", ""): Cell(10, 43)}
    assert {key: cell.n for key, cell in shown(cells, MARGINS[:1]).items()} == {("a", ""): 45, ("b", ""): 43}
