"""The pages about personal data: who opens them, what they do, what they say when something is wrong."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.activities.actions.about import About
from keen.activities.actions.log import Note, write_note
from keen.core.models import Change, User
from keen.lib.errors import RuleError
from keen.people.models import Contact
from keen.privacy.actions.freeze import set_freeze
from keen.privacy.actions.requests import Asked, a_month_after, answer_request, note_request
from keen.privacy.actions.retention import Ruling, run_rules, save_rule, switch_rule
from keen.privacy.models import Consent, Erasure, Request, RetentionRule, RetentionRun
from keen.privacy.queries.retention import dry_run
from tests.factories.activities import client_of, make_activity, words
from tests.factories.core import make_user
from tests.factories.people import make_account, make_contact
from tests.receipts import assert_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make_user("administrator")


@pytest.fixture
def contact(owner: User) -> Contact:
    return make_contact("Amira Haddad", owner=owner, team=owner.team, emails=["amira@vela.example"])


def unzipped(answer: Any) -> tuple[dict[str, Any], set[str]]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        return json.loads(held.read("everything.json")), set(held.namelist())


def quiet_for(contact: Contact, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    Contact.objects.filter(pk=contact.pk).update(updated_at=then, created_at=then, last_contact_at=None)


def test_pages_open_for_whom_they_are(owner: User, boss: User, stranger: User, contact: Contact) -> None:
    rule = RetentionRule.objects.create(name="Old", record_kind="contact", months=36, set_at=timezone.now())

    def status(user: User, address: str) -> int:
        return client_of(user).get(address).status_code

    own = f"/privacy/contact/{contact.pk}/"
    assert [status(user, own) for user in (owner, boss, stranger)] == [200, 200, 404]
    for address in (
        "/settings/privacy/",
        f"/settings/privacy/rules/{rule.pk}/",
        f"/settings/privacy/former/{owner.pk}/",
    ):
        assert [status(user, address) for user in (owner, boss)] == [403, 200]
    assert status(owner, "/settings/me/data/") == 200


def test_without_the_power_nothing_but_consent_is_offered(owner: User, contact: Contact) -> None:
    client = client_of(owner)

    page = words(client.get(f"/privacy/contact/{contact.pk}/"))
    answers = [
        client.post(f"/privacy/contact/{contact.pk}/{end}").status_code
        for end in ("erase/", "file/", "asked/", "restriction/set/", "hold/lift/")
    ]

    assert "Erase for good" not in page
    assert "Write it down" in page
    assert answers == [403] * 5


def test_a_no_is_one_click_on_the_contact_s_page(owner: User, contact: Contact) -> None:
    client = client_of(owner)
    given = {"channel": "email", "granted": "no", "basis": "objection", "next": f"/contacts/{contact.pk}/"}

    answer = client.post(f"/privacy/contact/{contact.pk}/consent/", given)

    assert_receipt(answer, undo=False, says="no longer reached by e-mail")
    page = words(client.get(f"/contacts/{contact.pk}/"))
    assert "May we get in touch?" in page
    assert "E-mail: no" in page


def test_a_consent_without_a_source_comes_back_with_what_was_typed(owner: User, contact: Contact) -> None:
    given = {"channel": "phone", "granted": "yes", "basis": "consent", "wording": "Version 7"}

    answer = client_of(owner).post(f"/privacy/contact/{contact.pk}/consent/", given)

    assert answer.status_code == 422
    assert "Say where the consent came from" in words(answer)
    assert 'value="Version 7"' in words(answer)
    assert not Consent.objects.exists()


def test_the_file_of_a_contact_holds_everything_and_no_private_note(
    owner: User, boss: User, contact: Contact
) -> None:
    account = make_account("Vela", owner=owner)
    write_note(actor=owner.actor(), about=About("contact", contact.pk), note=Note(text="Likes tea"))
    write_note(
        actor=owner.actor(), about=About("account", account.pk), note=Note(text="Amira Haddad decides there")
    )
    make_activity(owner, actor=owner.actor(), contact=contact, subject="A secret of mine", is_private=True)

    answer = client_of(boss).post(f"/privacy/contact/{contact.pk}/file/")

    found, names = unzipped(answer)
    assert {"README.txt", "everything.json", "record.csv", "activities.csv", "history.csv"} <= names
    assert found["record"][0]["first_name"] == "Amira"
    assert any(row.get("body") == "Likes tea" for row in found["activities"])
    assert any("decides there" in row["text"] for row in found["mentions"])
    assert "A secret of mine" not in answer.content.decode("latin-1") + json.dumps(found)
    assert answer["Cache-Control"] == "no-store"
    assert Change.objects.filter(kind="contact", record_id=contact.pk, verb="handed out").exists()


def test_one_s_own_file_is_one_s_own(owner: User, stranger: User, boss: User) -> None:
    theirs = make_contact("Bert Bystander", owner=stranger, team=stranger.team)
    User.objects.filter(pk=owner.pk).update(name="Jonas Brandt")
    write_note(
        actor=stranger.actor(),
        about=About("contact", theirs.pk),
        note=Note(text="Jonas Brandt is hard to reach"),
    )
    fresh = User.objects.get(pk=owner.pk)

    found, names = unzipped(client_of(fresh).post("/settings/me/data/"))

    assert found["account"][0]["name"] == "Jonas Brandt"
    assert "password" not in found["account"][0]
    assert found["mentions"] == []  # no way around what one may see
    assert "account.csv" in names


def test_who_looks_as_somebody_else_gets_no_file(owner: User, boss: User) -> None:
    client = client_of(boss)
    client.post(f"/settings/people/{owner.pk}/act-as/")

    assert client.post("/settings/me/data/").status_code == 403


def test_cells_of_the_file_start_no_formula(boss: User, contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(job_title="=1+1")

    answer = client_of(boss).post(f"/privacy/contact/{contact.pk}/file/")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as held:
        assert "'=1+1" in held.read("record.csv").decode()


def test_erasing_asks_for_the_name_and_ends_on_the_list(boss: User, contact: Contact) -> None:
    client = client_of(boss)

    wrong = client.post(f"/privacy/contact/{contact.pk}/erase/", {"confirmed": "Amira"})
    right = client.post(f"/privacy/contact/{contact.pk}/erase/", {"confirmed": "amira  haddad"})

    assert wrong.status_code == 422
    assert "Type the name exactly" in words(wrong)
    assert_receipt(right, undo=False, says="A contact was erased.")
    assert Erasure.objects.get().record_id == contact.pk
    assert "Haddad" not in words(client.get("/settings/privacy/"))


def test_a_request_has_a_month_and_goes_off_the_list_when_answered(boss: User, contact: Contact) -> None:
    client = client_of(boss)
    asked_on = timezone.localdate() - timedelta(days=40)

    answer = client.post(
        f"/privacy/contact/{contact.pk}/asked/",
        {"what": "access", "asked_on": asked_on.isoformat(), "how": "By mail"},
    )

    assert_receipt(answer, undo=False, says="is written down")
    row = Request.objects.get()
    assert row.due_on == a_month_after(asked_on)
    assert "late, was due" in words(client.get("/settings/privacy/"))
    done = client.post(f"/settings/privacy/requests/{row.pk}/answer/", {"answer": "Sent the file"})
    assert_receipt(done, undo=False)
    assert "late, was due" not in words(client.get("/settings/privacy/"))
    assert client.post(f"/settings/privacy/requests/{row.pk}/answer/", {"answer": "Twice"}).status_code == 404


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2027, 12, 15), date(2028, 1, 15)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_a_month_ends_with_the_month(day: date, due: date) -> None:
    assert a_month_after(day) == due


def test_a_request_for_nothing_and_of_tomorrow_is_refused(boss: User, contact: Contact) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for asked, field in ((Asked(what="cake"), "what"), (Asked(what="access", asked_on=tomorrow), "asked_on")):
        with pytest.raises(RuleError) as refused:
            note_request(actor=boss.actor(), contact_id=contact.pk, asked=asked)
        assert refused.value.field == field
    note_request(actor=boss.actor(), contact_id=contact.pk, asked=Asked(what="access"))
    with pytest.raises(RuleError):
        answer_request(actor=boss.actor(), request_id=Request.objects.get().pk, answer=" ")


def test_a_rule_rests_tells_whom_it_would_touch_and_keeps_who_is_held(boss: User, owner: User) -> None:
    quiet, held, heard = (make_contact(name, owner=owner) for name in ("Ada Quiet", "Bo Held", "Cy Heard"))
    planned = make_contact("Di Planned", owner=owner)
    for contact in (quiet, held, heard, planned):
        quiet_for(contact, 1200)
    Contact.objects.filter(pk=heard.pk).update(last_contact_at=timezone.now())
    make_activity(owner, actor=owner.actor(), contact=planned, plan_on=date(2030, 1, 1))
    set_freeze(actor=boss.actor(), what="hold", contact_id=held.pk, reason="Lawsuit")
    quiet_for(held, 1200)
    save_rule(actor=boss.actor(), ruling=Ruling(name="Three years", months=36))
    rule = RetentionRule.objects.get()

    dry = dry_run(rule, timezone.now())
    rested = run_rules(now=timezone.now(), swept=lambda _: None)
    page = words(client_of(boss).get(f"/settings/privacy/rules/{rule.pk}/"))
    switch_rule(actor=boss.actor(), rule_id=rule.pk, on=True)
    ran = run_rules(now=timezone.now(), swept=lambda _: None)

    assert ({due.contact.pk for due in dry.first}, dry.count, dry.held) == ({quiet.pk, held.pk}, 1, 1)
    assert "Ada Quiet" in page
    assert "under a legal hold: stays" in page
    assert (rested, ran) == (0, 1)
    assert Contact.objects.get(pk=quiet.pk).erased_at is not None
    assert Contact.objects.get(pk=held.pk).first_name == "Bo"
    run = RetentionRun.objects.get()
    assert (run.erased, run.held, run.ids) == (1, 1, [quiet.pk])


def test_a_rule_may_ask_for_source_and_missing_consent(boss: User, owner: User) -> None:
    one = make_contact("Ada Fair", owner=owner, source="Fair 2020")
    two = make_contact("Bo Fair", owner=owner, source="fair 2021")
    other = make_contact("Cy Web", owner=owner, source="Web")
    for contact in (one, two, other):
        quiet_for(contact, 400)
    Consent.objects.create(
        contact=two,
        channel="email",
        granted=True,
        source="x",
        given_on=date(2020, 1, 1),
        noted_at=timezone.now(),
    )
    rule = RetentionRule(name="Fairs", record_kind="contact", months=6, source="Fair", without_consent=True)

    assert [due.contact for due in dry_run(rule, timezone.now()).first] == [one]


def test_rules_without_a_name_or_with_odd_months_are_refused(boss: User) -> None:
    client = client_of(boss)

    for given, says in (
        ({"name": "", "months": "12"}, "Give the rule a name"),
        ({"name": "A", "months": "²"}, "Between 1 and 600 months"),
        ({"name": "A", "months": "0"}, "Between 1 and 600 months"),
    ):
        answer = client.post("/settings/privacy/", given)
        assert answer.status_code == 422
        assert says in words(answer)


def test_a_former_colleague_is_erased_by_name(boss: User) -> None:
    user = make_user("sales_rep", name="Jonas Brandt")
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = client_of(boss)

    wrong = client.post(f"/settings/privacy/former/{user.pk}/", {"confirmed": "Jonas"})
    right = client.post(f"/settings/privacy/former/{user.pk}/", {"confirmed": "Jonas Brandt"})

    assert wrong.status_code == 422
    assert_receipt(right, undo=False, says="A former colleague was erased.")
