"""Lists as files: all of what one may take along, nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from keen.core.actions.rights import refresh_rights
from keen.core.models import Change, User
from keen.lib.errors import ForbiddenError
from keen.lib.safe_cells import restore
from keen.people.models import Contact
from keen.people.records import ACCOUNT
from keen.records.actions import life
from tests.factories.core import make_role, make_user
from tests.factories.people import make_account, make_contact
from tests.factories.records import browser, html

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+1", "-1+1", "@x", "\t=1", " =1", "\u00a0=1", "＝1", "'=1", "plain"]  # noqa: RUF001  a full-width sign


@pytest.fixture
def client(owner: Any) -> Client:
    """The owner's browser."""
    return browser(owner)


def as_csv(response: Any) -> list[dict[str, str]]:
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def as_xlsx(response: Any) -> list[dict[str, Any]]:
    sheet = load_workbook(io.BytesIO(b"".join(response))).active
    assert sheet is not None
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]


def test_the_page_says_how_many_rows_the_file_will_hold(client: Client, contact: Contact) -> None:
    page = html(client.get("/contacts/export/?city=Berlin"))
    assert "1 rows" in page
    assert "?city=Berlin&amp;format=csv" in page
    assert "Nothing to export" in html(client.get("/contacts/export/?city=Atlantis"))


@pytest.mark.parametrize("read", [("csv", as_csv), ("xlsx", as_xlsx)])
def test_a_file_holds_the_filtered_list_with_ids_names_and_links(
    client: Client, owner: Any, stranger: Any, contact: Contact, read: Any
) -> None:
    make_contact("Bo Berg", owner=owner, team=owner.team, city="Wien")
    make_contact("Zoe Secret", owner=stranger, team=stranger.team, city="Berlin")
    answer = client.get(f"/contacts/export/?city=Berlin&format={read[0]}")
    today = timezone.localdate().isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="contacts-{today}.{read[0]}"'
    (row,) = read[1](answer)
    assert row["Id"] == f"C-{contact.pk}"
    assert (row["First name"], row["Last name"], row["Account"], row["Owner"]) == (
        "Amira",
        "Haddad",
        "Vela Foods",
        owner.name,
    )
    assert (row["E-mail"], restore(row["Phone"]), row["City"], row["Tags"]) == (
        "amira@vela.example",
        "+49 30 5550101",
        "Berlin",
        "vip",
    )


def test_csv_cells_that_look_like_formulas_are_made_harmless_and_come_back(
    client: Client, owner: Any
) -> None:
    for number, text in enumerate(FORMULAS):
        make_contact(f"Ada {number}", owner=owner, team=owner.team, job_title=text)
    rows = sorted(as_csv(client.get("/contacts/export/?format=csv")), key=lambda row: int(row["Last name"]))
    written = [row["Job title"] for row in rows]
    assert [restore(cell) for cell in written] == FORMULAS
    assert all(cell.startswith("'") for cell in written[:-1])
    assert written[-1] == "plain"


def test_xlsx_cells_are_text_and_never_formulas(client: Client, owner: Any) -> None:
    for number, text in enumerate([*FORMULAS, "a\x0bb", "x" * 40_000]):
        make_contact(f"Ada {number:02}", owner=owner, team=owner.team, job_title=text[:120], description=text)
    answer = client.get("/contacts/export/?format=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n", "b"}
    rows = sorted(as_xlsx(client.get("/contacts/export/?format=xlsx")), key=lambda row: str(row["Last name"]))
    assert [row["Job title"] for row in rows[:10]] == FORMULAS
    assert rows[10]["About"] == "ab"
    assert len(rows[11]["About"]) == 32_767


def test_numbers_stay_numbers(client: Client, owner: Any) -> None:
    make_account("Vela", owner=owner, team=owner.team, number_of_employees=1250)
    assert as_xlsx(client.get("/accounts/export/?format=xlsx"))[0]["Employees"] == 1250
    assert as_csv(client.get("/accounts/export/?format=csv"))[0]["Employees"] == "1250"


def test_a_selection_is_exported_as_far_as_one_may(
    client: Client, owner: Any, stranger: Any, contact: Contact
) -> None:
    other = make_contact("Bo Berg", owner=owner, team=owner.team)
    secret = make_contact("Zoe Secret", owner=stranger, team=stranger.team)
    make_contact("Di Dorn", owner=owner, team=owner.team)
    answer = client.get(f"/contacts/export/?ids={contact.pk},{other.pk},{secret.pk},x,²&format=csv")
    assert {row["Last name"] for row in as_csv(answer)} == {"Haddad", "Berg"}


def test_seeing_is_not_taking_along(team: Any, owner: Any, contact: Contact) -> None:
    role = make_role(records={"contact": {"view": "all", "export": "own"}})
    assert as_csv(browser(make_user(role, team)).get("/contacts/export/?format=csv")) == []
    none = make_role(records={"contact": {"view": "all", "export": "none"}})
    client = browser(make_user(none, team))
    assert client.get("/contacts/export/?format=csv").status_code == 403
    assert "/contacts/export/" not in html(client.get("/contacts/"))


def test_what_is_hidden_is_not_in_the_file(team: Any, contact: Contact) -> None:
    everything = dict.fromkeys(("view", "export"), "all")
    role = make_role(records={"*": everything}, hidden={"contact": ["emails", "account"]})
    (row,) = as_csv(browser(make_user(role, team)).get("/contacts/export/?format=csv"))
    assert not {"E-mail", "Account"} & set(row)
    assert "vela" not in str(row).lower()


def test_more_rows_than_are_shown_at_once_are_exported(client: Client, owner: Any) -> None:
    now = timezone.now()
    Contact.objects.bulk_create(
        Contact(last_name=f"{number}", owner=owner, team=owner.team, created_at=now, updated_at=now)
        for number in range(1203)
    )
    rows = as_csv(client.get("/contacts/export/?format=csv"))
    assert {row["Last name"] for row in rows} == {str(number) for number in range(1203)}
    assert "More than 1,000 rows" in html(client.get("/contacts/export/"))


def test_what_is_too_much_for_a_file_is_said(
    client: Client, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keen.records.pages.export.MOST_ROWS", 0)
    answer = client.get("/contacts/export/?format=csv")
    assert answer.status_code == 422
    assert "Filter the list first." in html(answer)


def test_what_leaves_as_a_file_is_noted_with_its_count(client: Client, owner: Any) -> None:
    for number in range(3):
        make_contact(f"Ada {number}", owner=owner, team=owner.team)

    client.get("/contacts/export/")
    assert not Change.objects.filter(verb="exported").exists()
    as_csv(client.get("/contacts/export/?format=csv"))

    noted = Change.objects.get(verb="exported")
    assert (noted.actor, noted.kind, noted.record_id) == (owner, "user", owner.pk)
    assert noted.after == {"records": "Contacts", "count": 3, "format": "csv"}
    assert "Exported 3 contacts (csv)." in html(browser(make_user("administrator")).get("/audit/"))


@pytest.mark.parametrize("end", ["role", "account"])
def test_who_is_shut_out_in_the_middle_does_not_get_the_rest(
    client: Client, owner: Any, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keen.records.pages.export.BATCH", 1)
    for number in range(3):
        make_contact(f"Ada {number}", owner=owner, team=owner.team)
    answer = client.get("/contacts/export/?format=csv")
    lines = iter(answer.streaming_content)
    told = [next(lines) for _ in range(3)]
    assert b"Ada" in told[-1]
    if end == "role":
        owner.roles.set([make_role(records={"contact": {"view": "all"}})])
        refresh_rights([owner])
    else:
        User.objects.filter(pk=owner.pk).update(is_active=False)
    with pytest.raises(ForbiddenError, match="Start it again"):
        list(lines)


def test_what_was_given_away_in_the_middle_is_not_in_the_file(
    client: Client, owner: Any, stranger: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keen.records.pages.export.BATCH", 1)
    made = [make_contact(f"Ada {number}", owner=owner, team=owner.team) for number in range(2)]
    lines = iter(client.get("/contacts/export/?format=csv").streaming_content)
    next(lines)
    Contact.objects.filter(pk=made[1].pk).update(owner=stranger, team=stranger.team)
    assert b"Ada,1" not in b"".join(lines)


def test_who_looks_as_somebody_else_is_named_as_the_one_who_took_it(owner: Any) -> None:
    admin = make_user("administrator")
    client = browser(admin)
    client.post(f"/settings/people/{owner.pk}/act-as/")
    b"".join(client.get("/contacts/export/?format=csv").streaming_content)
    noted = Change.objects.get(verb="exported")
    assert (noted.actor, noted.record_id, noted.after["seen_as"]) == (admin, admin.pk, owner.name)


def test_a_company_in_the_trash_is_not_in_the_file(client: Client, owner: Any, contact: Contact) -> None:
    account_id = contact.account_id or 0
    assert as_csv(client.get("/contacts/export/?format=csv"))[0]["Account"] == "Vela Foods"
    life.delete(ACCOUNT, actor=owner.actor(), record_id=account_id)
    assert as_csv(client.get("/contacts/export/?format=csv"))[0]["Account"] == ""
