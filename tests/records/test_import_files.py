"""Files of every kind through the upload page: wrong, broken, huge, dirty; each says what to mend."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from keen.people.models import Contact
from keen.records.models import ImportRun
from tests.factories.importing import (
    ANNA,
    BEN,
    HEAD,
    browser_of,
    loaded,
    make_csv,
    outcomes,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]
BOTH = make_csv([ANNA, BEN])


@pytest.fixture
def browser(owner: Any) -> Client:
    """The owner's browser."""
    return browser_of(owner)


def text(response: Any) -> str:
    return str(response.content.decode())


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    sheet = book.create_sheet("People", 0)
    for row in rows:
        sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_an_outlook_export_is_recognised_with_its_encoding(browser):
    answer = upload(browser, Path("tests/data/outlook.csv").read_bytes(), "outlook.csv")

    page = text(browser.get(answer["Location"]))
    run = ImportRun.objects.latest("pk")
    assert run.encoding == "cp1252"
    assert "This looks like an Outlook" in page
    assert "Hauptstraße 1" in page
    assert "columns have no home" in page


def test_a_workbook_comes_in_like_any_table(browser, owner):
    run = loaded(
        owner, workbook([list(HEAD), list(ANNA), ["Ben", "Cohen", None, None, 4.0, None]]), "people.xlsx"
    )

    assert [outcome for _, outcome in outcomes(run)] == ["created", "created"]
    assert run.sheets == ["People", "Sheet"]


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("xl/workbook.xml", b"<x/>")
    archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 50_000_000)

REFUSED = {
    "an image": (b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "people.csv", "image"),
    "a document": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 200, "people.pdf", "PDF"),
    "an empty file": (b"", "people.csv", "empty"),
    "only a header": (make_csv([]), "people.csv", "no rows below"),
    "a zip bomb": (BOMB.getvalue(), "people.xlsx", "unpacks to more"),
    "a packed file": (BOMB.getvalue()[:30] + b"broken", "people.xlsx", "damaged"),
    "a cell of 60 MB": (make_csv([("x" * 60_000_000, *ANNA[1:])]), "people.csv", "Line 2 has more than"),
    "600 columns": (make_csv([["1"] * 600], [f"C{n}" for n in range(600)]), "wide.csv", "600 columns"),
    "a quotation that does not end": (
        b'First name,Last name\n"Anna,Berg\n' + b"Ben,Cohen\n" * 20_000,
        "people.csv",
        "Row 2",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_none_is_refused_with_what_to_mend_and_nothing_stays(what, browser, files):
    content, name, word = REFUSED[what]

    answer = upload(browser, content, name)

    assert answer.status_code == 422, text(answer)
    page = text(answer)
    assert "This file was not taken" in page
    assert word in page, page[page.index("f-file-error") :][:600]
    assert ImportRun.objects.count() == 0
    assert not (files / "imports").exists() or list((files / "imports").iterdir()) == []


def test_no_file_at_all_is_said(browser):
    answer = browser.post("/import/", {})

    assert answer.status_code == 422
    assert "Choose a file first" in text(answer)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(browser):
    class Unread(io.BytesIO):
        def read(self, *_):
            raise AssertionError("the body was read")

    answer = browser.generic(
        "POST",
        "/import/",
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(3 << 30),
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == 413
    assert "more than 100 MB" in text(answer)


def test_an_upload_without_a_token_is_refused(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)

    assert upload(client, BOTH).status_code == 403
    assert ImportRun.objects.count() == 0


DIRTY = {
    "windows letters that say they are UTF-8": (
        "\ufeff".encode() + make_csv([("Jürgen", *ANNA[1:])], encoding="cp1252"),
        "not",
    ),
    "200 columns": (
        make_csv([[*ANNA, *["x"] * 194]], [*HEAD, *[f"C{n}" for n in range(194)]]),
        "194 columns have no home",
    ),
    "the same name twice": (make_csv([(*ANNA, "x")], (*HEAD, "Phone")), "Several columns have the same name"),
    "NUL characters": (make_csv([("An\0na", *ANNA[1:])]), "NUL characters were taken out"),
}


@pytest.mark.parametrize("what", DIRTY)
def test_a_dirty_file_is_read_and_says_what_was_done(what, browser):
    content, word = DIRTY[what]

    answer = upload(browser, content)

    assert answer.status_code == 303, text(answer)
    assert word in text(browser.get(answer["Location"]))


def test_formulas_names_of_any_script_and_a_phone_that_is_none_come_in_as_text(browser, owner):
    rows = [
        ("=cmd|'/c calc'!A1", "=1+1", "", "x@evil.example", "", ""),
        ("محمد", "بن سلمان", "شركة", "m@orbit.example", "ruf mich an", ""),
        ("👩‍🚀 Zoë", "O'Neill", "", "zoe@orbit.example", "", ""),
    ]

    run = loaded(owner, make_csv(rows))

    assert sorted(Contact.objects.values_list("first_name", "last_name")) == sorted(
        (first, last) for first, last, *_ in rows
    )
    assert [group["kind"] for group in run.report["groups"]] == ["no_phone"]
    page = text(browser.get(f"/import/{run.pk}/"))
    assert "محمد" in page


def test_cells_and_headers_are_shown_as_text_and_never_run(browser):
    evil = "<script>alert(1)</script>"
    answer = upload(browser, make_csv([(evil, *ANNA[1:], evil)], (*HEAD, evil)))

    page = text(browser.get(answer["Location"]))
    assert evil not in page
    assert "&lt;script&gt;" in page


def test_the_encoding_and_the_parting_sign_can_be_chosen_and_the_preview_follows(browser):
    answer = upload(
        browser,
        make_csv([("Jürgen", "Müller", "", "j@x.example", "", "")], encoding="latin-1", delimiter=";"),
    )
    address = answer["Location"]

    browser.post(address, {"do": "read", "encoding": "cp1251"})
    assert "Jьrgen" in text(browser.get(address))
    browser.post(address, {"do": "read", "encoding": "latin-1", "delimiter": ";"})
    assert "Jürgen" in text(browser.get(address))
    refused = browser.post(address, {"do": "read", "encoding": "utf-8"})
    assert refused.status_code == 422
    assert "Choose another encoding" in text(refused)
