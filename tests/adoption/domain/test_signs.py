from keen.adoption.domain.signs import Unit, amount, written


def test_a_figure_is_written_with_its_unit() -> None:
    assert written("save_seconds", 92.5) == "median time to save: 92.5 s"
    assert written("usefulness", 3.0) == "usefulness in the survey: 3 of 7"
    assert written("duplicates", 0.123) == "accounts touched that are there twice: 12 %"


def test_every_unit_can_be_written() -> None:
    assert [amount(unit, 2.0) for unit in Unit] == [
        "200 %", "2", "2 days", "2 weeks", "2 s", "2 of 7", "2 points",
    ]  # fmt: skip
