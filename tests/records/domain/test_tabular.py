import csv
import io
import tracemalloc
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keen.records.domain import tabular
from keen.records.domain.problems import Severity
from keen.records.domain.tabular import Choices, Limits, TableError
from keen.records.domain.xlsx import XlsxLimits
from tests.records.domain.files import SHEET, SMALL, cells, refusal, rezipped, sheet_xml, workbook


def test_a_text_file_that_calls_itself_a_workbook_is_refused():
    assert refusal(b"Name,Phone\nAnna,030\n", "people.xlsx").code == "wrong_type_not_xlsx"


def test_a_workbook_that_calls_itself_csv_is_read():
    assert cells(SMALL, "people.csv") == [["Anna", "030"]]


def test_values_of_a_workbook_come_as_they_would_stand_in_a_csv():
    rows: list[list[object]] = [
        ["Name", "Id", "Share", "Born", "Yes", "Empty", "When"],
        ["Anna 🙂", 4930555010, 1.5, date(2024, 3, 1), True, None, "=x"],
    ]

    assert cells(workbook(rows)) == [["Anna 🙂", "4930555010", "1.5", "2024-03-01", "true", "", ""]]


def test_the_value_of_a_formula_is_read_and_not_the_formula():
    xml = sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>N</t></is></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    )

    assert cells(rezipped(SMALL, {SHEET: xml}), "formula.xlsx") == [["2"]]


def test_the_first_visible_sheet_with_content_is_read_or_the_one_asked_for():
    book = openpyxl.Workbook()
    empty = book.active
    assert empty is not None
    empty.title = "Empty"
    hidden = book.create_sheet("Hidden")
    hidden.append(["Secret"])
    hidden.sheet_state = "hidden"
    for title in ("People", "Companies"):
        sheet = book.create_sheet(title)
        sheet.append(["Name"])
        sheet.append([f"of {title}"])
    out = io.BytesIO()
    book.save(out)

    table = tabular.read(out.getvalue(), "book.xlsx")
    assert (table.sheet, table.sheets) == ("People", ("Empty", "Hidden", "People", "Companies"))
    assert cells(out.getvalue(), choices=Choices(sheet="Companies")) == [["of Companies"]]
    with pytest.raises(TableError, match="no sheet of that name"):
        tabular.read(out.getvalue(), "book.xlsx", choices=Choices(sheet="Nobody"))


def test_rows_keep_the_numbers_a_spreadsheet_shows():
    table = tabular.read(workbook([["Name"], ["Anna"], [None], ["Otto"]]), "book.xlsx")
    assert [(row.number, row.values) for row in table] == [(2, ["Anna"]), (4, ["Otto"])]

    table = tabular.read(b'Name;Street\n"Anna";"a\nb"\n;\nOtto;\n')
    assert [(row.number, row.values) for row in table] == [(2, ["Anna", "a\nb"]), (4, ["Otto", ""])]
    assert [row.number for row in table] == [2, 4], "reading again starts from the beginning"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_recognised_for_certain(encoding: str):
    table = tabular.read("Name;Straße\r\nJürgen 🙂;Łódź\r\nمحمد;x\r\n".encode(encoding))

    assert table.encoding.certain
    assert [row.values for row in table] == [["Jürgen 🙂", "Łódź"], ["محمد", "x"]]
    assert table.headers == ["Name", "Straße"]
    assert table.warnings == []


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("cp1252", "Jürgen Müller;Größe „München“"), ("cp850", "Jürgen Müller;Größe München"), ("mac_roman", "Jürgen Müller;Größe München"),
     ("cp1251", "Анна Берг;Северный ветер")],
)  # fmt: skip
def test_older_encodings_are_guessed_and_said_to_be_a_guess(encoding: str, words: str):
    table = tabular.read(f"Name;Ort\r\n{words}\r\n".encode(encoding))

    assert not table.encoding.certain
    assert table.encoding.name == encoding
    assert len(table.encoding.alternatives) == 3
    assert "is a guess" in table.warnings[0]
    assert [row.values for row in table] == [words.split(";")]


def test_a_file_that_says_utf8_and_is_not_is_read_with_a_warning():
    table = tabular.read(b"\xef\xbb\xbfName;Ort\r\n" + "Jürgen;Köln\r\nJörg;Fürth\r\n".encode("cp1252"))

    assert "says it is UTF-8, but it is not" in table.warnings[0]
    assert [row.values for row in table] == [["Jürgen", "Köln"], ["Jörg", "Fürth"]]


def test_an_encoding_somebody_chose_is_used_or_refused():
    content = "Name;Ort\r\nJürgen;Köln\r\n".encode("cp1252")

    assert cells(content, choices=Choices(encoding="cp1252")) == [["Jürgen", "Köln"]]
    with pytest.raises(TableError, match="not written in utf-8"):
        tabular.read(content, choices=Choices(encoding="utf-8"))


def test_an_error_deep_in_the_file_is_told_as_well():
    content = b"Name\n" + b"Anna\n" * 40_000 + "Jürgen\n".encode("cp1252")

    with pytest.raises(TableError, match="not written in utf-8"):
        list(tabular.read(content, choices=Choices(encoding="utf-8")))
    assert cells(content)[-1] == ["Jürgen"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_over_quoted_line_ends(delimiter: str):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    rows = [
        ["Name", "Street", "Note"],
        ["Berg, Anna; x", "Hauptstr. 1\r\nHinterhaus, 2. Etage;", "a|b"],
        ["Otto", "", "1,5"],
    ] * 3
    writer.writerows(rows)

    table = tabular.read(out.getvalue().encode())

    assert table.delimiter == delimiter
    assert [row.values for row in table] == rows[1:]


def test_a_first_line_with_the_delimiter_decides():
    assert cells(b"sep=|\r\nName|Ort\r\nAnna|a,b,c\r\n") == [["Anna", "a,b,c"]]


def test_a_single_column_is_a_table_too():
    table = tabular.read(b"Company\nNord\nSud\n")

    assert (table.headers, [row.values for row in table]) == (["Company"], [["Nord"], ["Sud"]])


def test_old_line_ends_are_understood():
    assert cells(b"Name;Ort\rAnna;Ulm\rOtto;Bonn\r") == [["Anna", "Ulm"], ["Otto", "Bonn"]]


def test_doubled_and_missing_names_of_columns_are_made_unique_and_told():
    table = tabular.read(b"Phone,Phone,,Name,phone\n1,2,3,Anna,5\n")

    assert table.headers == ["Phone", "Phone (2)", "Column 3", "Name", "phone (3)"]
    assert len(table.warnings) == 2


def test_a_file_without_names_of_columns_gets_some():
    table = tabular.read(b"Anna,anna@nord.example,030 555010\nOtto,otto@nord.example,030 555011\n")

    assert table.headers == ["Column 1", "Column 2", "Column 3"]
    assert len(list(table)) == 2
    assert "no column names" in table.warnings[0]
    assert not table.has_header


def test_lines_above_the_table_are_left_out():
    table = tabular.read(b"Customers of 2026\n\nName,City,Phone\nAnna,Ulm,1\n")

    assert table.headers == ["Name", "City", "Phone"]
    assert len(list(table)) == 1


def test_somebody_may_say_whether_there_is_a_header():
    content = b"Anna,Ulm\nOtto,Bonn\n"

    assert len(cells(content, choices=Choices(has_header=False))) == 2
    assert len(cells(content, choices=Choices(has_header=True))) == 1


def test_a_row_with_too_many_cells_is_a_problem_of_that_row_alone():
    rows = list(tabular.read(b"Name,City\nAnna,Ulm,surplus\nOtto\nEva,Bonn,,\n"))

    assert [row.values for row in rows] == [["Anna", "Ulm"], ["Otto", ""], ["Eva", "Bonn"]]
    assert [problem.severity for row in rows for problem in row.problems] == [Severity.REJECT]
    assert rows[0].problems[0].found == "surplus"


def test_nul_characters_are_taken_out_and_told():
    table = tabular.read(b"Name,City\nAn\x00na,Ulm\n")

    assert [row.values for row in table] == [["Anna", "Ulm"]]
    assert table.warnings == ["1 NUL characters were taken out."]


def test_two_hundred_columns_are_read_and_six_hundred_refused():
    wide = ",".join(f"c{number}" for number in range(250))
    assert len(tabular.read(f"{wide}\n{wide}\n".encode()).headers) == 250

    wider = ",".join(f"c{number}" for number in range(600))
    assert refusal(f"{wider}\n{wider}\n".encode()).code == "too_many_columns"
    assert refusal(workbook([[f"c{n}" for n in range(600)]] * 2)).code == "too_many_columns"


def test_limits_of_rows_bytes_and_cells_hold():
    few = Limits(rows=3, file_bytes=1000, xlsx=XlsxLimits(rows=3, cell_characters=10))

    assert refusal(b"Name\n" + b"Anna\n" * 4, limits=few).code == "too_many_rows"
    assert len(list(tabular.read(b"Name\n" + b"Anna\n" * 3, limits=few))) == 3
    assert refusal(b"Name\n" + b"Anna\n" * 400, limits=few).code == "file_too_big"
    bigger = Limits(xlsx=few.xlsx)
    assert refusal(workbook([["Name"], *[["Anna"]] * 4]), limits=bigger).code == "too_many_rows"
    assert refusal(workbook([["Name"], ["Anna Maria Berg"]]), limits=bigger).code == "cell_too_long"


def test_line_ends_in_quotes_do_not_count_as_rows_where_it_matters():
    content = b'Name,Street\n"Anna","a\nb\nc\nd"\n'

    assert tabular.read(content, limits=Limits(rows=2)).row_count_estimate == 1
    assert tabular.read(content).row_count_estimate == 1
    long = b"Name\n" + b'"An\nna"\n' * 1500
    assert tabular.read(long).row_count_estimate == 3000  # an estimate: counting would read all of it


def test_a_large_file_is_read_as_a_stream(tmp_path: Path):
    path = tmp_path / "large.csv"
    with path.open("w") as out:
        out.write("Name,City,Phone,Note\n")
        out.writelines(f"Anna {number},Ulm,030 {number},{'x' * 200}\n" for number in range(60_000))

    tracemalloc.start()
    count = sum(1 for _ in tabular.read(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 60_000
    assert peak < 8 << 20, "the file has 13 MB"


def test_temporary_files_go_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    table = tabular.read(SMALL, "book.xlsx")
    assert list(tmp_path.iterdir())

    table.close()

    assert list(tmp_path.iterdir()) == []


def test_temporary_files_of_a_refused_workbook_go_away_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    refusal(b"PK\x03\x04 broken")

    assert list(tmp_path.iterdir()) == []


CELL = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=60)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["Name", "City", "Note"], *rows])

    kept = [row for row in rows if any(cell.strip() for cell in row)]
    assume(kept)
    table = tabular.read(out.getvalue().encode("utf-8-sig"), choices=Choices(has_header=True))

    assert [row.values for row in table] == kept


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_sentence(content: bytes):
    try:
        rows = list(tabular.read(content, "x.csv"))
    except TableError as error:
        assert error.message.endswith(".")  # noqa: PT017 - either answer is right
    else:
        assert rows


def test_a_file_on_disk_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "large.csv"
    path.write_bytes(b"Name\n" + b"Anna\n" * 400)

    with pytest.raises(TableError, match="are read"):
        tabular.read(path, limits=Limits(file_bytes=1000))
