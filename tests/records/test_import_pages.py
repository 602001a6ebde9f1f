"""The pages of an import: every step, every kind of bad file, and whose it is."""

from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from keen.core.jobs.runs import run_ready
from keen.core.models import Operation
from keen.lib import safe_cells
from keen.people.models import Account, Contact
from keen.people.records import CONTACT
from keen.records.actions import imports, life
from keen.records.actions.merge import merge
from keen.records.actions.save import Wish, save
from keen.records.importing import runs
from keen.records.models import ImportRun, ImportTemplate
from tests.factories.core import make_user
from tests.factories.importing import (
    ANNA,
    BEN,
    HEAD,
    browser_of,
    checked,
    importer,
    loaded,
    make_csv,
    make_run,
    outcomes,
    people,
    upload,
)
from tests.factories.people import make_account, make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]
BOTH = make_csv([ANNA, BEN])
NAMELESS = ("", "", "", "", "", "Berlin")


@pytest.fixture
def browser(owner: Any) -> Client:
    """The owner's browser."""
    return browser_of(owner)


def last_run() -> ImportRun:
    return ImportRun.objects.latest("pk")


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_file_goes_all_the_way_from_upload_to_receipt(browser, owner):
    answer = upload(browser, BOTH)
    assert (answer.status_code, answer["Location"]) == (303, f"/import/{last_run().pk}/match/")
    page = text(browser.get(answer["Location"]))
    assert all(word in page for word in ("E-mail", "anna.berg@nordwind.example", "UTF-8"))

    answer = browser.post(answer["Location"], {"do": "go"})
    page = text(browser.get(answer["Location"]))
    assert "2 new contacts" in page
    assert Contact.objects.count() == 0

    answer = browser.post(f"/import/{last_run().pk}/load/")
    page = text(browser.get(answer["Location"]))
    operation = Operation.objects.get(verb="imported")
    assert f'data-undo="{operation.pk}"' in page
    assert "people.csv</a> is in: 2 new." in page
    assert sorted(Contact.objects.values_list("last_name", flat=True)) == ["Berg", "Cohen"]
    assert "/contacts/?source=Import%3A+people.csv" in page
    assert browser.get("/contacts/?source=Import%3A+people.csv").status_code == 200


def test_a_column_gets_a_home_or_loses_it(browser):
    address = upload(browser, make_csv([(*ANNA, "vip")], (*HEAD, "Our mark")))["Location"]

    browser.post(address, {"do": "add", "add_column": "6", "add_target": "tags"})
    browser.post(address, {"do": "go", "target-2": ""})

    targets = {column["column"]: column["target"] for column in last_run().mapping["columns"]}
    assert (targets["Our mark"], targets["Company"]) == ("tags", "")
    refused = browser.post(address, {"do": "go", "target-0": "owner_id"})
    assert refused.status_code == 422


def test_a_kept_match_is_used_for_the_next_file_with_the_same_columns(browser, owner):
    head = ("Wer", "Wo", "Womit")
    address = upload(browser, make_csv([("Anna Berg", "Nordwind", "a@nordwind.example")], head))["Location"]
    browser.post(
        address,
        {
            "do": "go",
            "target-0": "full_name",
            "add_column": "0",
            "add_target": "full_name",
            "template": "Partner list",
        },
    )
    browser.post(
        address, {"do": "add", "add_column": "0", "add_target": "full_name", "template": "Partner list"}
    )

    address = upload(browser, make_csv([("a@b.example", "Ben Cohen", "Vela")], ("Womit", "Wer", "Wo")))[
        "Location"
    ]

    assert ImportTemplate.objects.get().name == "Partner list"
    columns = {column["column"]: column["target"] for column in last_run().mapping["columns"]}
    assert columns["Wer"] == "full_name"
    assert "Partner list" in text(browser.get(address))


def test_rows_are_mended_in_place_and_checked_again(browser, owner):
    run = checked(owner, make_csv([NAMELESS, BEN]))
    page = text(browser.get(f"/import/{run.pk}/check/"))
    assert "Fill in a name" in page

    answer = browser.post(f"/import/{run.pk}/rows/2/", {"cell-0": "Carla", "cell-1": "Dorn"})

    run.refresh_from_db()
    assert (answer.status_code, run.counts["created"], run.counts["rejected"]) == (303, 2, 0)
    assert Contact.objects.count() == 0


def test_a_row_that_is_still_wrong_says_so_again(browser, owner):
    run = checked(owner, make_csv([NAMELESS, BEN]))

    answer = browser.post(f"/import/{run.pk}/rows/2/", {"cell-5": "Hamburg", "again": "1"})

    assert answer.status_code == 422
    assert 'value="Hamburg"' in text(answer)


def test_any_row_can_be_looked_at(browser, owner):
    run = checked(owner, BOTH)

    assert "anna.berg@nordwind.example" in text(browser.get(f"/import/{run.pk}/rows/2/"))
    assert browser.get(f"/import/{run.pk}/rows/99/").status_code == 404


def test_one_rule_for_all_rows_checks_again(browser, owner):
    run = checked(owner, make_csv([("Carla", "Dorn", "", "", "", ""), BEN]))

    browser.post(
        f"/import/{run.pk}/check/",
        {"mode": "upsert", "duplicates": "skip", "unreachable": "skip", "overwrite": "on"},
    )

    run.refresh_from_db()
    assert (run.counts["created"], run.counts["skipped"], run.options["overwrite"]) == (1, 1, True)
    assert browser.post(f"/import/{run.pk}/check/", {"mode": "everything"}).status_code == 422


def test_a_row_that_waits_is_decided_on_the_result_page(browser, owner):
    company = make_account("Nordwind Logistik GmbH", owner=owner, team=owner.team)
    anna = make_contact("Anna Berg", owner=owner, team=owner.team, account=company)
    run = loaded(owner, make_csv([("Anna", "Berg", "Nordwind Logistik GmbH", "", "", "Kiel"), BEN]))
    assert "May be the same as" in text(browser.get(f"/import/{run.pk}/?outcome=review"))

    browser.post(f"/import/{run.pk}/rows/2/", {"decision": "update"})

    anna.refresh_from_db()
    assert anna.city == "Kiel"
    assert outcomes(run) == [(2, "updated"), (3, "created")]


def test_the_reject_file_can_be_mended_and_imported_again(browser, owner):
    formula = ("", "", "", "", "=HYPERLINK(x)", "Berlin")
    run = loaded(owner, make_csv([formula, BEN]))

    answer = browser.get(f"/import/{run.pk}/rejects.csv")
    content = b"".join(answer.streaming_content).decode()

    assert answer["Content-Disposition"] == 'attachment; filename="people-not-imported.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert safe_cells.PREFIX + "=HYPERLINK(x)" in content
    assert "Expected a name, company, e-mail or phone number" in content
    mended = content.replace(",,,,'=HYPERLINK(x)", "Carla,Dorn,,,030 5550303")
    again = loaded(owner, mended.encode(), "people-not-imported.csv")
    assert [outcome for _, outcome in outcomes(again)] == ["created"]
    assert Contact.objects.filter(last_name="Dorn", phone="+49305550303").exists()


def test_the_undo_of_the_receipt_takes_the_whole_import_back(browser, owner):
    run = loaded(owner, BOTH)

    answer = browser.post(f"/undo/{run.operation_id}/")

    run.refresh_from_db()
    assert (answer.status_code, run.state) == (303, "undone")
    assert (Contact.objects.living().count(), Account.objects.living().count()) == (0, 0)
    assert "was taken back" in text(browser.get(answer["Location"]))
    assert browser.post(f"/undo/{run.operation_id}/").status_code == 422


def test_a_large_file_is_checked_and_loaded_in_the_background(browser, owner, monkeypatch):
    monkeypatch.setattr("keen.records.importing.runs.SMALL", 5)
    monkeypatch.setattr("keen.records.importing.runs.AT_ONCE", 5)
    address = upload(browser, make_csv(people(12)))["Location"]
    run = last_run()

    browser.post(address, {"do": "go"})
    assert 'role="progressbar"' in text(browser.get(f"/import/{run.pk}/check/"))
    run_ready()
    assert browser.get(f"/import/{run.pk}/progress/")["HX-Redirect"] == f"/import/{run.pk}/check/"

    browser.post(f"/import/{run.pk}/load/")
    assert 'role="progressbar"' in text(browser.get(f"/import/{run.pk}/progress/"))
    run_ready()
    run.refresh_from_db()
    assert (run.state, Contact.objects.count()) == ("done", 12)

    browser.post(f"/import/{run.pk}/undo/")
    run_ready()
    run.refresh_from_db()
    assert (run.state, Contact.objects.living().count()) == ("undone", 0)


PLACES = ("", "match/", "check/", "load/", "progress/", "rows/2/", "rejects.csv")
DEEDS = ("match/", "check/", "load/", "rows/2/", "undo/", "resume/", "again/", "discard/")


def test_somebody_elses_import_does_not_exist(owner, colleague):
    run = loaded(owner, make_csv([NAMELESS, BEN]))
    other = browser_of(colleague)

    assert {other.get(f"/import/{run.pk}/{place}").status_code for place in PLACES} == {404}
    assert {other.post(f"/import/{run.pk}/{deed}").status_code for deed in DEEDS} == {404}
    assert "people.csv" not in text(other.get("/import/"))


def test_nobody_else_sees_an_import_not_even_who_looks_after_the_system(owner):
    run = checked(owner, BOTH)
    administrator = browser_of(make_user("administrator"))

    assert administrator.get(f"/import/{run.pk}/check/").status_code == 404
    assert administrator.post(f"/import/{run.pk}/load/").status_code == 404
    run.refresh_from_db()
    assert run.state == "checked"


def test_without_the_power_there_is_no_import(team):
    assert browser_of(make_user("service_agent", team)).get("/import/").status_code == 403


def test_a_draft_is_thrown_away_with_its_file(browser, owner, files):
    run = make_run(owner, BOTH)

    browser.post(f"/import/{run.pk}/discard/")

    assert not ImportRun.objects.exists()
    assert list((files / "imports").iterdir()) == []


def test_the_command_does_what_the_pages_do(owner, tmp_path, capsys):
    path = tmp_path / "from-shell.csv"
    path.write_bytes(BOTH)

    call_command("import", str(path), "--as", owner.email, "--kind", "contact", "--dry-run")
    assert Contact.objects.count() == 0
    call_command("import", str(path), "--as", owner.email)

    assert Contact.objects.filter(source="Import: from-shell.csv", owner=owner).count() == 2
    assert "from-shell.csv is in: 2 accounts, 2 created." in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("import", str(path), "--as", "nobody@example.com")


def test_an_import_that_was_taken_back_names_whom_it_brought_and_is_loaded_again(browser, owner):
    make_contact("Ben Cohen", emails=["ben@vela.example"], owner=owner, team=owner.team)
    run = loaded(owner, BOTH)
    browser.post(f"/import/{run.pk}/undo/")

    page = text(browser.get(f"/import/{run.pk}/"))
    assert all(word in page for word in ("Anna Berg", "Taken back", "As before", "Were new", "Load again"))
    assert "Row 2</a>" not in page

    answer = browser.post(f"/import/{run.pk}/again/")
    repeated = last_run()
    assert (answer["Location"], repeated.state) == (f"/import/{repeated.pk}/match/", "draft")
    assert (repeated.mapping, repeated.path != run.path) == (run.mapping, True)
    browser.post(answer["Location"], {"do": "go"})
    browser.post(f"/import/{repeated.pk}/load/")
    assert Contact.objects.living().filter(last_name="Berg").count() == 1
    assert browser.post(f"/import/{repeated.pk}/again/").status_code == 422


def test_the_check_counts_the_companies_that_the_load_makes(owner):
    here = make_account("Old Harbour", owner=owner, team=owner.team)
    make_contact("Ben Cohen", emails=["ben@vela.example"], owner=owner, team=owner.team, account=here)

    run = checked(owner, BOTH)
    said = run.counts["accounts"]
    imports.start_load(actor=importer(owner), run_id=run.pk)
    runs.load(run.pk, tell=False)

    run.refresh_from_db()
    assert (said, run.counts["accounts"]) == (1, 1)


def test_what_was_taken_back_since_keeps_no_record_of_an_import(owner):
    here = make_contact("Otto Dorn", owner=owner, team=owner.team)
    run = loaded(owner, BOTH)
    anna, ben = Contact.objects.get(last_name="Berg"), Contact.objects.get(last_name="Cohen")
    told = merge(CONTACT, actor=owner.actor(), keep_id=here.pk, lose_id=anna.pk, chosen={})
    life.undo(actor=owner.actor(), operation_id=UUID(told.operation))
    save(CONTACT, actor=owner.actor(), wish=Wish({"job_title": "Buyer"}, ben.pk))

    imports.start_undo(actor=importer(owner), run_id=run.pk)
    runs.undo(run.pk, tell=False)

    assert set(Contact.objects.living().values_list("pk", flat=True)) == {here.pk, ben.pk}
