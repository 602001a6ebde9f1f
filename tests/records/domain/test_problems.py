from hypothesis import given
from hypothesis import strategies as st

from keen.records.domain.problems import Problem, Sample, Severity, group, row_hash


def problem(
    severity: Severity = Severity.WARN,
    repair: str = "Correct the date",
    column: str = "Born",
    found: str = "x",
) -> Problem:
    return Problem("bad_date", column, found, "a date", repair, severity)


def test_problems_are_gathered_by_what_to_do_with_five_samples():
    found = group([(row, problem(found=str(row), column=f"C{row % 2}")) for row in range(8)])

    assert len(found) == 1
    assert (found[0].repair, found[0].count, found[0].columns) == ("Correct the date", 8, ["C0", "C1"])
    assert found[0].samples == [Sample(row, f"C{row % 2}", str(row), "a date") for row in range(5)]


def test_what_keeps_rows_out_comes_first_then_what_is_frequent():
    found = group(
        [
            (1, problem()),
            (2, problem(repair="b")),
            (3, problem(repair="b")),
            (4, problem(Severity.FIXED)),
            (5, problem(Severity.REJECT)),
        ]
    )

    assert [(item.severity, item.repair, item.count) for item in found] == [
        (Severity.REJECT, "Correct the date", 1),
        (Severity.WARN, "b", 2),
        (Severity.WARN, "Correct the date", 1),
        (Severity.FIXED, "Correct the date", 1),
    ]


ROWS = st.lists(st.text(max_size=6), max_size=5)


@given(ROWS, ROWS)
def test_two_rows_share_a_fingerprint_only_when_they_are_equal(a: list[str], b: list[str]):
    assert (row_hash(a) == row_hash(b)) == (a == b)
    assert len(row_hash(a)) == 32


def test_fingerprints_stay_the_same_from_version_to_version():
    assert row_hash(["Anna", "", "Berg"]) == "7ac00d2dc121dcb05713581f8570b735"
