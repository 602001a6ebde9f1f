"""What a request leaves behind: read off its answer, so that no view has to remember it."""

import json
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keen.core.models import Notice
from keen.records.models import ImportRun
from keen.telemetry import capture
from keen.telemetry.capture import NotAllowedError, checked, collecting, note
from keen.telemetry.domain.catalogue import Draft
from keen.telemetry.domain.groups import Label
from keen.telemetry.domain.levels import Level
from keen.telemetry.domain.lines import Place, Subject
from keen.telemetry.health import usage as vital
from keen.telemetry.vocabulary import field_of
from tests.factories.activities import make_activity
from tests.factories.api import program
from tests.factories.core import PASSWORD, make_role, make_user
from tests.factories.importing import checked as checked_run
from tests.factories.importing import make_csv, people, upload
from tests.factories.people import make_contact
from tests.telemetry.reader import names, props, recorded

PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of(usage: Path, at_level: Any) -> Any:
    """A function that signs somebody in, at the level that records most."""
    at_level(Level.PERSON)

    def sign_in(user: Any, **headers: str) -> Client:
        browser = Client(headers={"user-agent": PHONE, **headers})
        browser.force_login(user)
        return browser

    return sign_in


def test_a_list_a_record_and_a_search(usage: Path, client_of: Any, owner: Any) -> None:
    contact = make_contact(owner=owner, team=owner.team, actor=owner.actor(), last_name="Haddad")
    browser = client_of(owner)

    browser.get("/contacts/?job_title=x")
    browser.get(f"/contacts/{contact.pk}/", headers={"referer": "http://testserver/contacts/"})
    browser.get("/search/?q=haddad")
    browser.get(f"/contacts/{contact.pk}/", headers={"referer": "http://testserver/search/?q=haddad"})
    browser.get("/search/palette/?q=quetzalcoatl", headers={"hx-request": "true"})

    assert sorted(names(usage)) == sorted(
        ["page_viewed"] * 4
        + ["list_viewed"]
        + ["record_viewed"] * 2
        + ["search_made"] * 2
        + ["search_result_opened"]
    )
    assert props(usage, "list_viewed") == [{"saved": False, "filtered": True, "searched": False, "rows": "0"}]
    assert props(usage, "record_viewed") == [
        {"own": True, "after": after, "beside": False, "untouched": "30"} for after in ("list", "search")
    ]
    assert [row["outcome"] for row in recorded(usage, "search_made")] == ["found", "nothing"]
    one = recorded(usage, "list_viewed")[0]
    assert (one["kind"], one["device"], one["browser"], one["user_id"]) == (
        "contact",
        "phone",
        "chrome",
        owner.pk,
    )


def test_nothing_that_was_typed_seen_or_addressed_gets_into_the_files(
    usage: Path, client_of: Any, owner: Any
) -> None:
    contact = make_contact(
        owner=owner, team=owner.team, actor=owner.actor(), first_name="Zebedee", last_name="Quillfeather"
    )
    browser = client_of(owner)

    browser.get(f"/contacts/{contact.pk}/")
    browser.get("/search/?q=Zebedee")
    browser.get("/contacts/?q=Quillfeather")
    browser.post(
        "/contacts/new/",
        {"last_name": "", "first_name": "Marmaduke", "emails": "not an address", "_all": "1"},
    )
    browser.post("/notes/quick/", {"text": "Gooseberries for Zebedee"})
    browser.get("/nowhere/Quillfeather/")
    browser.post(
        "/usage/",
        {"events": json.dumps([{"name": "rage_click", "control": {"sort": "Zebedee", "to": "/Marmaduke/"}}])},
    )

    written = b"".join(path.read_bytes() for path in usage.rglob("*") if path.is_file()).lower()
    assert len(names(usage)) > 8
    for word in (
        b"zebedee",
        b"quillfeather",
        b"marmaduke",
        b"not an address",
        b"gooseberries",
        b"mozilla",
        b"127.0.0.1",
        owner.email.encode(),
    ):
        assert word not in written


def test_a_form_that_is_not_saved_tells_its_fields_and_rules(usage: Path, client_of: Any, owner: Any) -> None:
    browser = client_of(owner)

    browser.get("/contacts/new/")
    browser.post("/contacts/new/", {"last_name": "", "emails": "nobody", "_all": "1"})

    assert props(usage, "form_opened") == [{"form": "contact-new", "whole": False}]
    (rejected,) = recorded(usage, "form_rejected")
    assert (rejected["kind"], rejected["outcome"]) == ("contact", "invalid")
    assert props(usage, "form_rejected") == [
        {"form": "contact-new", "fields": ["emails", "last_name"], "rules": ["missing", "not_an_email"]}
    ]


def test_forms_of_django_and_of_activities_tell_theirs_too(usage: Path, client_of: Any, owner: Any) -> None:
    browser = client_of(owner)

    browser.post("/settings/", {"name": ""})
    browser.post("/plan/?what=task", {"what": "task", "subject": "Call", "on": "never"})

    settings, plan = props(usage, "form_rejected")
    assert (settings["form"], settings["fields"], settings["rules"]) == ("settings", ["name"], ["required"])
    assert plan["form"] == "activity-plan"
    assert plan["rules"]


def test_a_save_tells_its_road_and_its_receipt(usage: Path, client_of: Any, owner: Any) -> None:
    browser = client_of(owner)

    saved = browser.post("/contacts/new/", {"last_name": "Okoro"})
    browser.get(saved["Location"])
    address = saved["Location"].partition("?")[0]
    browser.post(f"{address}fact/job_title/", {"job_title": "Head"}, headers={"hx-request": "true"})
    operation = saved["Location"].rpartition("=")[2]
    browser.post(f"/undo/{operation}/")

    assert [(one["deed"], one["road"]) for one in props(usage, "save_made")] == [
        ("contact-new", "page"), ("contact-fact", "inline"), ("undo", "page"),
    ]  # fmt: skip
    assert [row["kind"] for row in recorded(usage, "save_made")][:2] == ["contact", "contact"]
    assert len(recorded(usage, "undo_made")) == 1
    assert props(usage, "receipt_shown")[0] == {"next": True, "undo": True}


def test_an_export_an_import_step_and_an_error(usage: Path, client_of: Any, owner: Any) -> None:
    browser = client_of(owner)

    list(browser.get("/contacts/export/?format=csv").streaming_content)
    browser.post("/import/", {})
    browser.get("/contacts/999999/")

    assert props(usage, "export_made") == [{"rows": "0", "format": "csv"}]
    assert props(usage, "form_rejected")[0]["form"] == "import-start"
    assert props(usage, "error_shown") == [{"screen": "contact", "rules": ["not_visible"]}]


def test_a_reminder_that_is_acted_upon_and_a_notice(usage: Path, client_of: Any, owner: Any) -> None:
    reminded = make_activity(owner=owner, reminder_at=timezone.now(), reminded_at=timezone.now())
    quiet = make_activity(owner=owner)
    notice = Notice.objects.create(user=owner, kind="mention", text="Somebody", at=timezone.now())
    browser = client_of(owner)

    browser.post(f"/activities/{reminded.pk}/done/")
    browser.post(f"/activities/{quiet.pk}/done/")
    browser.post("/notices/read/", {"notice": notice.pk, "about": "mention"})
    browser.post("/notices/read/", {"about": "Amira wants a word"})

    assert props(usage, "reminder_acted") == [{"deed": "done"}]
    assert props(usage, "notice_opened") == [
        {"notice": "mention", "all": False},
        {"notice": "other", "all": True},
    ]


def test_who_signs_in_is_known_by_the_day(usage: Path, at_level: Any, owner: Any) -> None:
    at_level(Level.PERSON)
    Client().post("/account/login/", {"login": owner.email, "password": PASSWORD})

    (one,) = recorded(usage, "signed_in")
    local = one["at"].replace(tzinfo=UTC).astimezone(timezone.get_default_timezone())
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert one["user_id"] == owner.pk


def test_of_strangers_and_of_who_looks_as_somebody_else_nothing_is_recorded(
    usage: Path, client_of: Any, owner: Any
) -> None:
    Client().get("/help/")
    sam = make_user("administrator", owner.team)
    browser = client_of(sam)
    browser.post(f"/settings/people/{owner.pk}/act-as/")
    before = len(names(usage))

    browser.get("/contacts/")
    browser.get("/help/")

    assert len(names(usage)) == before
    assert {row["user_id"] for row in recorded(usage)} <= {sam.pk}


def test_at_the_levels_below_nobody_is_written(usage: Path, at_level: Any, owner: Any) -> None:
    browser = Client()
    browser.force_login(owner)
    place = {owner.pk: Place(7, "sales_rep", Label(3, ""))}

    at_level(Level.NONE, place)
    browser.get("/contacts/")
    assert not list(usage.rglob("*.ndjson"))

    at_level(Level.AGGREGATED, place)
    browser.get("/contacts/")
    assert {(row["user_id"], row["who"], row["session"], row["team"]) for row in recorded(usage)} == {
        (None, None, None, 3)
    }

    at_level(Level.PSEUDONYMOUS, place)
    browser.get("/contacts/")
    coded = [row for row in recorded(usage) if row["level"] == "pseudonymous"]
    assert {(row["user_id"], len(row["who"]), row["team"]) for row in coded} == {(None, 20, 7)}


def test_what_is_not_declared_is_an_error_here_and_dropped_and_counted_in_production(
    usage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = Draft("page_viewed", props={"screen": "Amira Haddad"})

    with pytest.raises(NotAllowedError):
        checked(bad)
    monkeypatch.setattr(capture.losses, "strict", False)

    assert checked(bad) is None
    assert capture.losses.waiting["not_allowed"] == 1


def test_outside_of_a_request_a_note_is_about_nobody() -> None:
    note("page_viewed", screen="today")

    with collecting() as drafts:
        note("page_viewed", screen="today")
    assert [draft.name for draft in drafts] == ["page_viewed"]


def test_a_directory_that_cannot_be_written_stops_nobody_and_is_told(
    usage: Path, client_of: Any, owner: Any
) -> None:
    """Where the directory of segments should be there is a file: as good as a disk that refuses."""
    usage.mkdir()
    (usage / "open").write_text("in the way")
    browser = client_of(owner)

    assert browser.get("/contacts/").status_code == 200
    assert capture.losses.waiting["unwritable"] == 2
    assert vital().state == "losing events"
    (usage / "open").unlink()
    browser.get("/contacts/")

    assert props(usage, "events_lost") == [{"count": 2, "reason": "unwritable"}]
    assert recorded(usage, "events_lost")[0]["user_id"] is None
    assert vital().state == "ok"


def test_a_full_disk_is_told_as_one(usage: Path, at_level: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at_level(Level.PERSON)
    monkeypatch.setattr("os.write", lambda *_: 0)

    capture.write([Draft("undo_made")], Subject(1))

    assert capture.losses.waiting["full"] == 1


def test_no_question_is_asked_of_the_database_for_it(
    client_of: Any, owner: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        capture.write([Draft("undo_made")], Subject(owner.pk, "session"))


def test_pages_may_be_closed_to_somebody_and_that_is_an_error_shown(
    usage: Path, client_of: Any, owner: Any
) -> None:
    nobody = make_user(make_role(records={}), owner.team)

    client_of(nobody).get("/contacts/")

    assert [row["outcome"] for row in recorded(usage, "error_shown")] == ["403"]


def test_old_records_are_told_apart_by_their_age(usage: Path, client_of: Any, owner: Any) -> None:
    contact = make_contact(owner=owner, team=owner.team, actor=owner.actor())
    type(contact).objects.filter(pk=contact.pk).update(updated_at=timezone.now() - timedelta(days=200))

    client_of(owner).get(f"/contacts/{contact.pk}/?mode=peek", headers={"hx-request": "true"})

    assert props(usage, "record_viewed")[0]["untouched"] == "older"
    assert props(usage, "record_viewed")[0]["beside"] is True


def test_a_program_with_a_token_is_told_apart_from_its_owner(usage: Path, at_level: Any, owner: Any) -> None:
    at_level(Level.PERSON)
    asking = program(owner)

    made = asking.post("contacts", {"last_name": "Okoro"})
    asking.get("contacts")
    asking.get("contacts/999999")
    asking.post("contacts", {"last_name": ""})

    assert made.status_code == 201
    assert [(one["deed"], one["method"]) for one in props(usage, "api_called")] == [
        ("api-list", "POST"), ("api-list", "GET"), ("api-record", "GET"), ("api-list", "POST"),
    ]  # fmt: skip
    assert [(row["outcome"], row["kind"]) for row in recorded(usage, "api_called")] == [
        ("done", "contact"), ("done", "contact"), ("refused", "contact"), ("refused", "contact"),
    ]  # fmt: skip
    assert [one["road"] for one in props(usage, "save_made")] == ["api"]
    assert set(names(usage)) == {"api_called", "save_made"}


def test_what_is_entered_into_a_grid_is_told_as_such(usage: Path, client_of: Any, owner: Any) -> None:
    contact = make_contact(owner=owner, team=owner.team, actor=owner.actor())
    cells = {"ids": [contact.pk], "cols": "last_name,job_title", "act": "save", "new": "2"}

    client_of(owner).post(
        "/contacts/grid/", cells | {f"v-{contact.pk}": contact.version, f"c-{contact.pk}-job_title": "Head"}
    )

    assert [(one["deed"], one["road"]) for one in props(usage, "save_made")] == [("contact-grid", "grid")]


@pytest.mark.parametrize(
    ("name", "field"),
    [("last_name", "last_name"), ("c-12-job_title", "job_title"), ("c-n1-emails", "emails"), ("emails-0", "emails"),
     ("c-12-secret", "other"), ("Amira", "other"), (None, "other")],
)  # fmt: skip
def test_an_input_is_known_by_its_field(name: Any, field: str) -> None:
    assert field_of(name) == field


def test_an_import_tells_its_steps_its_format_and_about_how_much(
    usage: Path, client_of: Any, owner: Any
) -> None:
    browser = client_of(owner)

    upload(browser, make_csv(people(12)))
    run = ImportRun.objects.latest("pk")
    checked_run(owner, make_csv(people(12)))
    ready = ImportRun.objects.latest("pk")
    browser.post(f"/import/{ready.pk}/load/")
    browser.post(f"/import/{run.pk}/discard/")
    browser.post("/import/", {})

    steps = recorded(usage, "import_step")
    assert [
        (row["outcome"], one["step"], one.get("rows"), one.get("format"))
        for row, one in zip(steps, props(usage, "import_step"), strict=True)
    ] == [
        ("done", "upload", None, "csv"),
        ("done", "load", "10-99", None),
        ("done", "discard", None, None),
        ("refused", "upload", None, None),
    ]
    assert steps[1]["kind"] == "contact"
