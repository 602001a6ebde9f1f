import io

import pytest

from keen.records.domain import sniff
from keen.records.domain.sniff import Scan, TableError


def test_one_pass_counts_lines_and_zeros_and_knows_utf8():
    assert sniff.scan(io.BytesIO("ä\nb\n\x00c".encode())) == Scan(7, 3, 1, is_ascii=False, is_utf8=True)
    assert sniff.scan(io.BytesIO(b"a\rb\r")) == Scan(4, 2, 0, is_ascii=True, is_utf8=True)
    assert not sniff.scan(io.BytesIO(b"a\xe4\n")).is_utf8


def test_a_letter_cut_by_the_edge_of_a_piece_is_still_utf8():
    content = b"a" * (sniff.CHUNK - 1) + "ä".encode()

    assert sniff.scan(io.BytesIO(content)).is_utf8


def test_a_letter_cut_by_the_end_of_the_file_is_not():
    assert not sniff.scan(io.BytesIO("ä".encode()[:1])).is_utf8


def test_the_code_page_usual_for_a_program_wins_a_tie():
    assert sniff.guesses("Müller".encode("cp1252"), "cp1250")[0] == "cp1250"
    assert sniff.guesses("Müller".encode("cp1252"), "utf-8")[0] == "cp1252"


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [("a,b\n1,2\n", ","), ("a;b\n1,5;2\n3,5;4\n", ";"), ("a\n", ","), ("sep=\t\na,b\tc\n", "\t"), ("", ",")],
)
def test_the_delimiter_that_makes_even_rows_is_chosen(sample: str, delimiter: str):
    assert sniff.delimiter_of(sample) == delimiter


def test_kinds_are_told_by_content_whatever_the_name():
    assert sniff.kind_of(b"Name,City", "people.pdf") == "csv"
    assert sniff.kind_of(b"PK\x03\x04xx", "people.csv") == "xlsx"
    with pytest.raises(TableError, match="PDF"):
        sniff.kind_of(b"\r\n %PDF-1.4", "people.csv")


def test_a_quotation_mark_that_never_closes_does_not_stop_the_search():
    assert sniff.delimiter_of('a;b\n1;2\n3;"' + "x" * 140_000) == ";"
