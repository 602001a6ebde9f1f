"""A list edited as a table: cells, pasted blocks, one write and one undo."""

import re
from decimal import Decimal
from typing import Any

import pytest

from keen.core.models import Operation
from keen.people.models import Contact
from tests.factories.fields import make_field
from tests.factories.people import make_account, make_contact
from tests.factories.records import browser, change, html
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db
COLS = "first_name,last_name,job_title,account,emails,owner,x_seats"


@pytest.fixture
def two(owner: Any) -> list[Contact]:
    """Two of the owner's people."""
    make_field("Seats", type="number", decimals="0", listed=True)
    named = ("Ann Abel", "Bo Baker")
    return [
        make_contact(name, owner=owner, team=owner.team, emails=[f"{name[:2]}@a.example"]) for name in named
    ]


def form(rows: list[Contact], **more: Any) -> dict[str, Any]:
    """What the page posts when nothing was typed."""
    held = {"ids": [row.pk for row in rows], "cols": COLS, "act": "save", "new": "2"}
    return held | {f"v-{row.pk}": row.version for row in rows} | more


def cell(row: Contact | str, name: str) -> str:
    return f"c-{row if isinstance(row, str) else row.pk}-{name}"


def test_the_table_shows_each_cell_as_it_can_be_typed(owner: Any, two: list[Contact]) -> None:
    page = html(browser(owner).get("/contacts/?grid=1"))
    assert 'role="grid"' in page
    assert f'name="{cell(two[0], "first_name")}" value="Ann"' in page
    assert f'name="{cell(two[0], "emails")}" value="An@a.example"' in page
    assert f'name="{cell(two[0], "owner")}" value="{owner.name}"' in page
    assert page.count('aria-readonly="true"') >= 2, "last contact cannot be typed"


def test_cells_of_many_records_are_one_write_and_one_undo(owner: Any, two: list[Contact]) -> None:
    vela = make_account("Vela Foods", owner=owner, team=owner.team)
    typed = {
        cell(two[0], "job_title"): "Buyer",
        cell(two[0], "x_seats"): "1200",
        cell(two[1], "account"): "vela foods",
        cell(two[1], "emails"): "bo@a.example; two@a.example",
    }
    page = browser(owner)
    receipt = assert_receipt(page.post("/contacts/grid/", form(two, **typed)), undo=True, says="2 changed")
    ann, bo = (Contact.objects.get(pk=row.pk) for row in two)
    assert (ann.job_title, ann.x_seats, bo.account_id) == ("Buyer", Decimal(1200), vela.pk)
    assert [entry["address"] for entry in bo.emails] == ["Bo@a.example", "two@a.example"]
    assert Operation.objects.filter(actor=owner).count() == 1
    page.post(f"/undo/{receipt.undo}/")
    ann, bo = (Contact.objects.get(pk=row.pk) for row in two)
    assert (ann.job_title, ann.x_seats, bo.account_id) == ("", None, None)


def test_what_cannot_be_written_is_marked_and_the_rest_is_saved(owner: Any, two: list[Contact]) -> None:
    typed = {
        cell(two[0], "job_title"): "Buyer",
        cell(two[1], "x_seats"): "many",
        cell(two[1], "account"): "Nowhere",
        cell(two[1], "job_title"): "Chef",
    }
    answer = browser(owner).post("/contacts/grid/", form(two, **typed))
    page = html(answer)
    assert answer.status_code == 422
    assert "“many” is not a number" in page
    assert "No account that you can see is called “Nowhere”" in page
    assert 'value="many"' in page
    assert [Contact.objects.get(pk=row.pk).job_title for row in two] == ["Buyer", "Chef"]
    assert Contact.objects.get(pk=two[1].pk).x_seats is None


def test_what_somebody_else_wrote_meanwhile_is_not_lost(
    owner: Any, colleague: Any, two: list[Contact]
) -> None:
    change(colleague, two[0], job_title="Chef")
    typed = {cell(two[0], "job_title"): "Buyer", cell(two[0], "x_seats"): "3"}
    answer = browser(owner).post("/contacts/grid/", form(two, **typed))
    assert answer.status_code == 422
    assert "wrote “Chef” meanwhile" in html(answer)
    assert Contact.objects.get(pk=two[0].pk).job_title == "Chef"
    again = form([Contact.objects.get(pk=two[0].pk)], **typed)
    assert_receipt(browser(owner).post("/contacts/grid/", again))
    assert Contact.objects.get(pk=two[0].pk).job_title == "Buyer"


def test_another_cell_that_somebody_wrote_meanwhile_stays(
    owner: Any, colleague: Any, two: list[Contact]
) -> None:
    change(colleague, two[0], job_title="Chef")
    untouched = {cell(two[0], "job_title"): "", cell(two[0], "x_seats"): "3"}
    assert_receipt(browser(owner).post("/contacts/grid/", form(two, **untouched)))
    row = Contact.objects.get(pk=two[0].pk)
    assert (row.job_title, row.x_seats) == ("Chef", 3)


def shown(page: str, row: Contact, *names: str) -> dict[str, Any]:
    """What the page would post for the cells of the record."""
    found = {f"v-{row.pk}": re.findall(rf'name="v-{row.pk}" value="(\d+)"', page)[0]}
    for name in names:
        found[cell(row, name)] = re.findall(rf'name="{cell(row, name)}" value="([^"]*)"', page)[0]
    return found


def test_saving_again_after_a_mistake_keeps_what_somebody_else_wrote(
    owner: Any, colleague: Any, two: list[Contact]
) -> None:
    """The first save writes one cell and refuses another, while a third was written by a colleague."""
    change(colleague, two[0], job_title="Chef")
    typed = {
        cell(two[0], "job_title"): "",
        cell(two[0], "first_name"): "Anna",
        cell(two[0], "x_seats"): "many",
    }
    page = html(browser(owner).post("/contacts/grid/", form(two, **typed)))
    again = shown(page, two[0], "job_title", "first_name") | {cell(two[0], "x_seats"): "5"}
    assert (again[f"v-{two[0].pk}"], again[cell(two[0], "job_title")]) == ("3", "Chef")
    assert_receipt(browser(owner).post("/contacts/grid/", form(two, **again)))
    row = Contact.objects.get(pk=two[0].pk)
    assert (row.first_name, row.job_title, row.x_seats) == ("Anna", "Chef", 5)


def test_a_preview_takes_nothing_of_what_somebody_else_wrote_as_seen(
    owner: Any, colleague: Any, two: list[Contact]
) -> None:
    change(colleague, two[0], job_title="Chef")
    untouched = {cell(two[0], "job_title"): ""}
    paste = {"act": "paste", "block": "many", "at": f"{two[0].pk}:x_seats"}
    page = html(browser(owner).post("/contacts/grid/", form(two, **untouched, **paste)))
    again = shown(page, two[0], "job_title") | {cell(two[0], "x_seats"): "5"}
    assert_receipt(browser(owner).post("/contacts/grid/", form(two, **again)))
    row = Contact.objects.get(pk=two[0].pk)
    assert (row.job_title, row.x_seats) == ("Chef", 5)


def test_a_mistake_over_what_somebody_else_wrote_names_both(
    owner: Any, colleague: Any, two: list[Contact]
) -> None:
    change(colleague, two[0], x_seats="7")
    page = html(browser(owner).post("/contacts/grid/", form(two, **{cell(two[0], "x_seats"): "many"})))
    assert "“many” is not a number" in page
    assert "wrote “7” meanwhile" in page


def test_a_form_that_says_no_version_writes_over_nobody(
    owner: Any, colleague: Any, two: list[Contact]
) -> None:
    change(colleague, two[0], job_title="Chef")
    posted = form(two, **{cell(two[0], "job_title"): "Buyer"})
    del posted[f"v-{two[0].pk}"]
    assert browser(owner).post("/contacts/grid/", posted).status_code == 422
    assert Contact.objects.get(pk=two[0].pk).job_title == "Chef"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"cols": ",".join(["last_name"] * 3)}, "names a column twice"),
        ({"cols": ",".join(f"c{number}" for number in range(1000))}, "room for 60 columns"),
        ({"ids": [7, 7]}, "names a record twice"),
        ({"ids": list(range(1, 1000))}, "room for 200 records"),
    ],
)
def test_a_table_that_no_page_showed_is_refused(owner: Any, more: dict[str, Any], said: str) -> None:
    answer = browser(owner).post("/contacts/grid/", form([]) | more)
    assert 400 <= answer.status_code < 500
    assert said in html(answer)


def test_a_pasted_block_is_shown_before_it_is_written(owner: Any, two: list[Contact]) -> None:
    block = "Buyer\t\t\t\t12\nChef\t\t\t\tmany"
    at = f"{two[0].pk}:job_title"
    answer = browser(owner).post("/contacts/grid/", form(two, act="paste", block=block, at=at))
    page = html(answer)
    assert answer.status_code == 200
    assert "This is what the block would do" in page
    assert "“many” is not a number" in page
    assert 'value="Buyer"' in page
    assert not Contact.objects.filter(job_title="Buyer").exists()


def test_rows_of_a_spreadsheet_become_new_records(owner: Any, two: list[Contact]) -> None:
    block = "Surname\tE-Mail\tSeats\nCole\tcy@c.example\t4\nDunn\tno address\t5\n"
    page = browser(owner)
    preview = page.post(
        "/contacts/grid/", {"cols": COLS, "act": "paste", "new": "1", "block": block, "at": ""}
    )
    assert "is not an e-mail address" in html(preview)
    assert 'name="c-new2-last_name" value="Dunn"' in html(preview)
    typed = {
        cell("new1", "last_name"): "Cole", cell("new1", "emails"): "cy@c.example", cell("new1", "x_seats"): "4",
        cell("new2", "last_name"): "Dunn", cell("new2", "x_seats"): "5",
    }  # fmt: skip
    receipt = assert_receipt(page.post("/contacts/grid/", form([], **typed)), undo=True, says="2 added")
    made = Contact.objects.filter(last_name__in=["Cole", "Dunn"])
    assert {row.x_seats for row in made} == {4, 5}
    assert {row.owner_id for row in made} == {owner.pk}
    page.post(f"/undo/{receipt.undo}/")
    assert not made.living().exists()


def test_nothing_typed_writes_nothing(owner: Any, two: list[Contact]) -> None:
    answer = browser(owner).post("/contacts/grid/", form(two))
    assert answer.status_code == 422
    assert "Nothing was changed" in html(answer)
    assert not Operation.objects.filter(actor=owner).exists()


def test_too_long_a_block_is_refused_with_a_sentence(owner: Any, two: list[Contact]) -> None:
    answer = browser(owner).post("/contacts/grid/", form(two, act="paste", block="a\n" * 300, at=""))
    assert answer.status_code == 422
    assert "200 fit at once" in html(answer)


def test_a_reader_edits_no_table(reader: Any, two: list[Contact]) -> None:
    page = browser(reader)
    assert 'role="grid"' not in html(page.get("/contacts/?grid=1"))
    assert page.post("/contacts/grid/", form(two, **{cell(two[0], "job_title"): "X"})).status_code == 403


def test_a_stranger_writes_nothing_into_it(stranger: Any, two: list[Contact]) -> None:
    answer = browser(stranger).post("/contacts/grid/", form(two, **{cell(two[0], "job_title"): "X"}))
    assert answer.status_code == 422
    assert Contact.objects.get(pk=two[0].pk).job_title == ""
    assert "Ann" not in html(answer)


def test_more_new_lines_than_fit_are_said_before_any_is_cut(owner: Any, two: list[Contact]) -> None:
    typed = {cell(f"new{number}", "last_name"): f"Nr {number}" for number in range(1, 151)}
    block = "\n".join(f"More {number}" for number in range(60))
    more = {"act": "paste", "new": "150", "block": block, "at": "new150:last_name"}
    answer = browser(owner).post("/contacts/grid/", form([], **typed, **more))
    page = html(answer)
    assert answer.status_code == 422
    assert "would have 209 new lines; 200 fit" in page
    assert 'value="Nr 150"' in page, "what was typed is still there"
    assert "More 59</textarea>" in page, "so is the block"


def test_a_form_of_more_lines_than_a_page_shows_is_refused_whole(owner: Any, two: list[Contact]) -> None:
    answer = browser(owner).post(
        "/contacts/grid/", form([], new="201", **{cell("new1", "last_name"): "Abel"})
    )
    assert answer.status_code == 422
    assert not Contact.objects.filter(last_name="Abel", first_name="").exists()


def test_new_lines_that_may_be_here_already_wait_for_a_word(owner: Any, two: list[Contact]) -> None:
    page = browser(owner)
    block = "Given name\tSurname\tE-Mail\nAnn\tAbel\tan@a.example\nZoe\tZahn\tzoe@z.example\nZoe\tZahn\tzoe@z.example\n"
    shown = html(page.post("/contacts/grid/", form([], act="paste", block=block, at="")))
    assert f'Looks like <a href="/contacts/{two[0].pk}/"' in shown
    assert "same e-mail" in shown
    assert "a new line above" in shown
    typed = {
        cell("new1", "first_name"): "Ann", cell("new1", "last_name"): "Abel", cell("new1", "emails"): "an@a.example",
        cell("new2", "first_name"): "Zoe", cell("new2", "last_name"): "Zahn", cell("new2", "emails"): "zoe@z.example",
    }  # fmt: skip
    held = page.post("/contacts/grid/", form([], **typed))
    assert held.status_code == 422
    assert 'name="sure-new1"' in html(held)
    assert Contact.objects.filter(last_name="Zahn").count() == 1, "the other line is saved"
    assert Contact.objects.filter(last_name="Abel").count() == 1
    again = {name: text for name, text in typed.items() if "new1" in name} | {"sure-new1": "1"}
    assert_receipt(page.post("/contacts/grid/", form([], **again)), undo=True, says="1 added")
    assert Contact.objects.filter(last_name="Abel").count() == 2


def test_looking_for_doubles_asks_as_often_for_many_lines_as_for_one(
    owner: Any, two: list[Contact], django_assert_max_num_queries: Any
) -> None:
    page = browser(owner)
    block = "Surname\tE-Mail\n" + "".join(f"Surname{number}\tan{number}@a.example\n" for number in range(100))
    with django_assert_max_num_queries(30):
        page.post("/contacts/grid/", form([], act="paste", block=block, at=""))
