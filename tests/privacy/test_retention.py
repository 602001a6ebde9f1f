"""Rules by which data goes: tried dry, run with a log, holding what is held."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from keen.activities.models import ActivityLink
from keen.core.domain.actor import SYSTEM
from keen.core.models import User
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.privacy.actions.again import reapply_erasures
from keen.privacy.actions.erasure import Wish, erase_held
from keen.privacy.actions.freeze import set_freeze
from keen.privacy.actions.retention import Ruling, run_rules, save_rule, switch_rule
from keen.privacy.actions.sweep import sweep
from keen.privacy.models import Consent, Erasure, Freeze, RetentionRule, RetentionRun
from keen.privacy.queries.retention import dry_run
from keen.privacy.queries.subjects import person_of
from tests.factories.activities import client_of, make_activity, words
from tests.factories.people import make_account, make_contact
from tests.factories.privacy import dump

pytestmark = pytest.mark.django_db


def quiet_for(contact: Contact, days: int) -> None:
    then = timezone.now() - timedelta(days=days)
    Contact.objects.filter(pk=contact.pk).update(updated_at=then, created_at=then, last_contact_at=None)


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

    assert ({due.record.pk for due in dry.first}, dry.count, dry.held) == ({quiet.pk, held.pk}, 1, 1)
    assert "Ada Quiet" in page
    assert "under a legal hold or restricted: stays" in page
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

    assert [due.record for due in dry_run(rule, timezone.now()).first] == [one]


@pytest.mark.django_db(transaction=True)
def test_a_rule_for_accounts_erases_those_to_which_nothing_leads(boss: User, owner: User, data: Path) -> None:
    alone, held, peopled, parent = (
        make_account(name, owner=owner, emails=[f"{name.split()[0].lower()}@firm.example"])
        for name in ("Solveig Trades", "Held Works", "Peopled Works", "Parent Works")
    )
    make_account("Daughter Works", owner=owner, parent=parent)
    make_contact("Ada Ash", owner=owner, account=peopled)
    call = make_activity(
        owner, account=alone, subject="Ring Solveig Trades", body="Spoke", kind="call", status="done"
    )
    then = timezone.now() - timedelta(days=1200)
    Account.objects.exclude(name="Daughter Works").update(
        updated_at=then, created_at=then, last_contact_at=None
    )
    ActivityLink.objects.update(at=then)
    Freeze.objects.create(
        what="hold", record_kind="account", record_id=held.pk, reason="Lawsuit", set_at=then
    )
    answer = client_of(boss).post("/settings/privacy/", {"name": "Firms", "months": "36", "kind": "account"})
    rule = RetentionRule.objects.get()
    page = words(client_of(boss).get(answer["Location"]))
    switch_rule(actor=boss.actor(), rule_id=rule.pk, on=True)
    swept: list[UUID] = []

    ran = run_rules(now=timezone.now(), swept=swept.append)
    for erasure_id in swept:
        sweep(Erasure.objects.get(pk=erasure_id))

    assert "Solveig Trades" in page
    assert "Accounts to which no record leads" in page
    assert ran == 1
    alone.refresh_from_db()
    call.refresh_from_db()
    assert (alone.name, alone.emails, alone.erased_at is not None) == ("", [], True)
    assert (call.subject, call.body, call.account_name) == ("", "", "")
    assert set(Account.objects.living().values_list("name", flat=True)) == {
        "Held Works", "Peopled Works", "Parent Works", "Daughter Works",
    }  # fmt: skip
    left = {name for name, text in dump().items() if "solveig" in text}
    assert left == set()
    assert RetentionRun.objects.get().held == 1
    Account.objects.filter(pk=alone.pk).update(name="Solveig Trades", erased_at=None, deleted_at=None)
    assert reapply_erasures() == 1


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


def test_no_rule_erases_who_is_restricted(boss: User, owner: User) -> None:
    contact = make_contact("Lee Gal", owner=owner)
    set_freeze(actor=boss.actor(), what="restriction", contact_id=contact.pk, reason="Claims, article 18")
    quiet_for(contact, 4000)
    rule = RetentionRule.objects.create(
        name="r", record_kind="contact", months=12, set_by=boss, set_at=timezone.now(), active=True
    )

    ran = run_rules(now=timezone.now(), swept=lambda _: None)
    with pytest.raises(RuleError) as refused:
        erase_held(actor=SYSTEM, person=person_of(contact), wish=Wish(why="retention"))

    contact.refresh_from_db()
    assert (ran, contact.erased_at, refused.value.code) == (0, None, "restricted")
    assert (dry_run(rule, timezone.now()).held, RetentionRun.objects.get().held) == (1, 1)
