"""What becomes of rows: who is here already, which rules hold for all, what somebody says of a single row."""

from datetime import date

import pytest

from keen.core.models import Change
from keen.lib.errors import ForbiddenError, RuleError
from keen.people.models import Account, Contact
from keen.records.actions import imports
from keen.records.importing import runs
from keen.records.models import ImportRun
from tests.factories.core import make_role, make_team, make_user
from tests.factories.importing import (
    ANNA,
    BEN,
    HEAD,
    checked,
    importer,
    loaded,
    make_csv,
    make_run,
    outcomes,
)
from tests.factories.people import make_account, make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]
BOTH = make_csv([ANNA, BEN])


def test_a_record_that_is_here_gets_what_it_lacks_and_keeps_what_it_has(owner):
    anna = make_contact(
        "Anna Berg",
        owner=owner,
        team=owner.team,
        emails=["anna.berg@nordwind.example"],
        job_title="Buyer",
        tags=["vip"],
    )
    head = (*HEAD, "Job title", "Tags")

    run = loaded(owner, make_csv([(*ANNA, "Head of buying", "fair")], head))

    anna.refresh_from_db()
    assert (anna.job_title, anna.tags, anna.phone, anna.source) == (
        "Buyer",
        ["fair", "vip"],
        "+49305550101",
        "",
    )
    assert [entry["address"] for entry in anna.emails] == ["anna.berg@nordwind.example"]
    assert run.counts["updated"] == 1
    assert Contact.objects.count() == 1


def test_a_file_that_is_right_where_it_differs_overwrites(owner):
    anna = make_contact(
        "Anna Berg", owner=owner, team=owner.team, emails=["anna.berg@nordwind.example"], job_title="Buyer"
    )

    loaded(owner, make_csv([(*ANNA, "Head of buying")], (*HEAD, "Job title")), overwrite=True)

    anna.refresh_from_db()
    assert anna.job_title == "Head of buying"
    change = Change.objects.get(record_id=anna.pk, kind="contact", verb="updated")
    assert change.before["job_title"] == "Buyer"


def test_a_refusal_of_mail_is_joined_and_never_taken_back_by_a_file(owner):
    refused = make_contact(
        "Anna Berg", owner=owner, team=owner.team, emails=["anna.berg@nordwind.example"], email_opt_out=True
    )
    asked = make_contact("Ben Cohen", owner=owner, team=owner.team, emails=["ben@vela.example"])

    loaded(owner, make_csv([(*ANNA, "no"), (*BEN, "yes")], (*HEAD, "Do not email")))

    refused.refresh_from_db()
    asked.refresh_from_db()
    assert (refused.email_opt_out, asked.email_opt_out) == (True, True)


@pytest.mark.parametrize(
    ("rule", "outcome", "people_after"),
    [("ask", "review", 1), ("update", "updated", 1), ("skip", "skipped", 1), ("create", "created", 2)],
)
def test_one_rule_decides_about_all_rows_that_may_be_somebody_who_is_here(owner, rule, outcome, people_after):
    company = make_account("Nordwind Logistik GmbH", owner=owner, team=owner.team)
    make_contact("Anna Berg", owner=owner, team=owner.team, account=company, emails=["a.berg@other.example"])
    maybe = ("Anna", "Berg", "Nordwind Logistik GmbH", "", "", "Kiel")

    run = loaded(owner, make_csv([maybe, BEN]), duplicates=rule)

    assert run.rows.get(line=2).outcome == outcome, run.rows.get(line=2).note
    assert Contact.objects.filter(last_name="Berg").count() == people_after


@pytest.mark.parametrize(
    ("mode", "expected"), [("create", ["skipped", "created"]), ("update", ["updated", "skipped"])]
)
def test_a_file_may_only_add_or_only_complete(owner, mode, expected):
    make_contact("Anna Berg", owner=owner, team=owner.team, emails=["anna.berg@nordwind.example"])

    run = loaded(owner, BOTH, mode=mode)

    assert [outcome for _, outcome in outcomes(run)] == expected


def test_the_same_person_twice_in_a_file_comes_in_once_with_everything(owner):
    again = ("Anna", "Berg", "Nordwind Logistik GmbH", "anna.berg@nordwind.example", "0171 1234567", "Berlin")

    run = loaded(owner, make_csv([ANNA, again, ANNA]))

    anna = Contact.objects.get()
    assert [entry["e164"] for entry in anna.phones] == ["+49305550101", "+491711234567"]
    assert [outcome for _, outcome in outcomes(run)] == ["created", "updated", "unchanged"]
    assert set(run.rows.values_list("record_id", flat=True)) == {anna.pk}


def test_an_id_of_another_system_leads_back_to_the_record_even_under_another_name(owner):
    head = ("Record ID", *HEAD)
    loaded(owner, make_csv([("4711", *ANNA)], head))
    married = ("4711", "Anna", "Sommer", "Nordwind Logistik GmbH", "anna.sommer@nordwind.example", "", "")

    run = loaded(owner, make_csv([married], head), overwrite=True)

    assert Contact.objects.get().last_name == "Sommer"
    assert run.counts["updated"] == 1


def test_an_exported_list_leads_back_to_its_records_by_their_own_ids(owner):
    anna = make_contact("Anna Berg", owner=owner, team=owner.team)

    loaded(
        owner,
        make_csv(
            [(f"C-{anna.pk}", "Anna", "Berg", "Einkauf")], ("Id", "First name", "Last name", "Department")
        ),
    )

    anna.refresh_from_db()
    assert (anna.department, anna.external_id, Contact.objects.count()) == ("Einkauf", "", 1)


def test_somebody_elses_record_is_neither_changed_nor_betrayed(owner, stranger):
    hidden = make_contact("Anna Berg", owner=owner, team=owner.team, emails=["anna.berg@nordwind.example"])
    make_account("Nordwind Logistik GmbH", owner=owner, team=owner.team)

    run = loaded(stranger, make_csv([(f"C-{hidden.pk}", *ANNA)], ("Id", *HEAD)))

    row = run.rows.get()
    assert (row.outcome, row.note) == ("created", "")
    assert row.record_id != hidden.pk
    hidden.refresh_from_db()
    assert (hidden.version, hidden.phones) == (1, [])
    assert Account.objects.filter(name="Nordwind Logistik GmbH").count() == 2


def test_a_record_that_one_may_see_but_not_change_waits_for_a_decision(team, owner):
    looker = make_user(
        make_role(records={"*": {"view": "all", "add": "all", "edit": "own"}}, powers=["import"]), make_team()
    )
    make_contact("Anna Berg", owner=owner, team=team, emails=["anna.berg@nordwind.example"])

    run = loaded(looker, BOTH)

    row = run.rows.get(line=2)
    assert (row.outcome, row.reason) == ("review", "locked")
    assert Contact.objects.get(last_name="Berg").version == 1


def test_an_owner_is_found_by_address_and_unknown_ones_leave_it_to_the_importer(owner, colleague):
    head = (*HEAD, "Owner: e-mail")
    content = make_csv([(*ANNA, colleague.email.upper()), (*BEN, "nobody@example.com")], head)

    run = checked(owner, content)

    assert [group["kind"] for group in run.report["groups"]] == ["owner_unknown"]
    loaded(owner, content, "again.csv")
    assert Contact.objects.get(last_name="Berg").owner_id == colleague.pk
    assert Contact.objects.get(last_name="Cohen").owner_id == owner.pk


def test_rejected_rows_say_why_and_come_in_once_they_are_mended(owner):
    nameless = ("", "", "", "", "", "Berlin")
    run = checked(owner, make_csv([nameless, BEN]))
    row = run.rows.get()
    assert (row.outcome, row.reason, row.raw) == ("rejected", "no_name", list(nameless))
    row.mended = ["Carla", "Dorn", *nameless[2:]]

    imports.say(actor=importer(owner), run_id=run.pk, row=row)
    imports.start_load(actor=importer(owner), run_id=run.pk)
    runs.load(run.pk, tell=False)

    assert Contact.objects.filter(last_name="Dorn", first_name="Carla").exists()
    kept = run.rows.get(line=2)
    assert (kept.outcome, kept.raw, kept.mended[1] if kept.mended else "") == (
        "created",
        list(nameless),
        "Dorn",
    )


def test_a_row_that_waits_comes_in_after_the_load_and_with_the_same_undo(owner):
    company = make_account("Nordwind Logistik GmbH", owner=owner, team=owner.team)
    anna = make_contact("Anna Berg", owner=owner, team=owner.team, account=company)
    run = loaded(owner, make_csv([("Anna", "Berg", "Nordwind Logistik GmbH", "", "", "Kiel"), BEN]))
    row = run.rows.get(outcome="review")
    row.decision = "update"

    imports.say(actor=importer(owner), run_id=run.pk, row=row)
    receipt = runs.load_rows(run.pk, [row.line])

    anna.refresh_from_db()
    run.refresh_from_db()
    assert (anna.city, run.counts["updated"], run.counts.get("review", 0)) == ("Kiel", 1, 0)
    assert receipt
    assert receipt.undo == str(run.operation_id)
    assert (
        Change.objects.get(record_id=anna.pk, kind="contact", verb="updated").operation_id == run.operation_id
    )


def test_a_row_that_is_in_cannot_be_decided_again(owner):
    run = loaded(owner, BOTH)
    row = run.rows.get(line=2)
    row.decision = "create"

    with pytest.raises(RuleError, match="in already"):
        imports.say(actor=importer(owner), run_id=run.pk, row=row)


def test_rows_without_mail_and_phone_are_kept_or_skipped_by_one_rule(owner):
    content = make_csv([("Carla", "Dorn", "", "", "", ""), BEN])

    assert [group["kind"] for group in checked(owner, content).report["groups"]] == ["unreachable"]
    assert outcomes(loaded(owner, content, unreachable="skip")) == [(2, "skipped"), (3, "created")]


def test_dates_are_read_in_the_order_that_was_chosen(owner):
    content = make_csv([(*ANNA, "03/04/1980"), (*BEN, "05/06/1981")], (*HEAD, "Birthday"))
    assert checked(owner, content).report["unclear_dates"] == [6]

    loaded(owner, content, date_order="mdy")

    assert Contact.objects.get(last_name="Berg").birthday == date(1980, 3, 4)


def test_values_without_a_meaning_get_one_for_all_rows(owner):
    content = make_csv(
        [("Vela", "A-customer"), ("Orbit", "A-customer"), ("Nord", "B")], ("Company name", "Account type")
    )
    run = make_run(owner, content, "companies.csv")
    assert run.kind == "account"
    run = checked(owner, content, "companies.csv")
    assert run.report["meanings"] == {"Account type": {"A-customer": 2, "B": 1}}

    loaded(owner, content, "companies.csv", values={"1": {"A-customer": "customer"}})

    assert sorted(Account.objects.values_list("name", "type")) == [
        ("Nord", ""),
        ("Orbit", "customer"),
        ("Vela", "customer"),
    ]


def test_a_text_that_is_too_long_for_its_field_is_cut_and_said(owner):
    run = loaded(owner, make_csv([("x" * 300, "Berg")], ("First name", "Last name")))

    assert len(Contact.objects.get().first_name) == 80
    assert [group["kind"] for group in run.report["groups"]] == ["too_long"]


def test_who_may_not_import_or_add_begins_nothing(team, owner):
    reader = make_user("reader", team)

    with pytest.raises(ForbiddenError):
        make_run(reader, BOTH)
    assert ImportRun.objects.count() == 0


def test_what_was_loaded_in_part_is_not_matched_checked_or_thrown_away_again(owner):
    run = loaded(owner, make_csv([("Haddad",)], ("Last name",)), "people.csv")
    ImportRun.objects.filter(pk=run.pk).update(state="failed")
    actor = owner.actor()

    for again in (
        lambda: imports.match(actor=actor, run_id=run.pk, mapping=run.mapping),
        lambda: imports.choose(actor=actor, run_id=run.pk, options={}),
        lambda: imports.start_check(actor=actor, run_id=run.pk),
        lambda: imports.discard(actor=actor, run_id=run.pk),
    ):
        with pytest.raises(RuleError, match="in already"):
            again()

    assert imports.start_undo(actor=actor, run_id=run.pk).state == "undoing"
    with pytest.raises(RuleError):
        imports.start_undo(actor=actor, run_id=run.pk)
