"""Endpoints made, changed, paused and taken back, by those who may."""

from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from keen.core.actions.operations import AlreadyDoneError
from keen.core.models import Change, Notice, Operation
from keen.integrations import sealing
from keen.integrations.actions import deliveries, endpoints
from keen.integrations.actions.deliveries import Sent
from keen.integrations.actions.endpoints import Wish
from keen.integrations.domain.health import Answer, Fault
from keen.integrations.models import Endpoint, State
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from tests.factories.core import make_role, make_user
from tests.factories.integrations import (
    Receiver,
    make_due,
    make_endpoint,
    make_waiting,
    work_off,
)
from tests.factories.records import undo

pytestmark = pytest.mark.usefixtures("transactional_db")
URL = "https://example.com/hook"


def wish(**fields: Any) -> Wish:
    return Wish(**{"name": "Shop", "url": URL, "topics": ("contact.created",), **fields})


def test_only_the_power_makes_webhooks(owner: Any, admin: Any) -> None:
    row, _ = make_endpoint(admin, URL)
    acts = (
        lambda actor: endpoints.make(actor=actor, wish=wish()),
        lambda actor: endpoints.change(actor=actor, endpoint_id=row.pk, wish=wish()),
        lambda actor: endpoints.rotate(actor=actor, endpoint_id=row.pk),
        lambda actor: endpoints.forget_old_secret(actor=actor, endpoint_id=row.pk),
        lambda actor: endpoints.set_state(actor=actor, endpoint_id=row.pk, state=State.OFF),
        lambda actor: endpoints.delete(actor=actor, endpoint_id=row.pk),
    )
    for act in acts:
        with pytest.raises(ForbiddenError):
            act(owner.actor())
        with pytest.raises(ForbiddenError):
            act(admin.actor(acting_by=owner.pk))

    assert Endpoint.objects.get().state == State.ACTIVE


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"name": " "}, "name"),
        ({"url": "http://example.com/"}, "url"),
        ({"topics": ()}, "topics"),
        ({"topics": ("contact.exploded",)}, "topics"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(admin: Any, fields: dict[str, Any], at: str) -> None:
    with pytest.raises(RuleError) as refused:
        endpoints.make(actor=admin.actor(), wish=wish(**fields))

    assert refused.value.field == at
    assert not Endpoint.objects.exists()


def test_two_webhooks_do_not_share_a_name(admin: Any) -> None:
    endpoints.make(actor=admin.actor(), wish=wish())
    with pytest.raises(RuleError, match="already"):
        endpoints.make(actor=admin.actor(), wish=wish(name="SHOP"))


def test_the_same_wish_makes_one(admin: Any) -> None:
    endpoints.make(actor=admin.actor(), wish=wish(), once="a")
    with pytest.raises(AlreadyDoneError):
        endpoints.make(actor=admin.actor(), wish=wish(), once="a")

    assert Endpoint.objects.count() == 1


def test_the_secret_lies_encrypted_and_in_no_trail(admin: Any) -> None:
    row, secret, receipt = endpoints.make(actor=admin.actor(), wish=wish())
    _, second, _ = endpoints.rotate(actor=admin.actor(), endpoint_id=row.pk)
    row.refresh_from_db()

    kept = [*Endpoint.objects.values().get().values(), *Change.objects.values(), *Operation.objects.values()]
    for shown in (secret, second, secret.removeprefix("whsec_"), second.removeprefix("whsec_")):
        assert shown not in str(kept)
    assert (sealing.unseal(row.secret), sealing.unseal(row.old_secret)) == (second, secret)
    assert receipt.undo


def test_another_key_of_the_installation_opens_nothing(admin: Any, settings: Any, heard: Receiver) -> None:
    row, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 1)
    settings.SECRET_KEY = "another"
    from keen.integrations.jobs import wake

    wake()
    work_off()

    row.refresh_from_db()
    assert heard.heard == []
    assert row.last_fault == "secret"
    with pytest.raises(RuleError, match="new secret"):
        sealing.unseal(row.secret)


def test_an_earlier_key_still_opens(admin: Any, settings: Any) -> None:
    row, secret = make_endpoint(admin, URL)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert sealing.unseal(row.secret) == secret


def test_for_a_day_both_secrets_sign(admin: Any, heard: Receiver) -> None:
    from keen.integrations.jobs import wake
    from tests.integrations.test_sending import signature

    row, first = make_endpoint(admin, heard.url)
    _, second, _ = endpoints.rotate(actor=admin.actor(), endpoint_id=row.pk)
    make_waiting(row, 1)
    wake()
    work_off()
    endpoints.forget_old_secret(actor=admin.actor(), endpoint_id=row.pk)
    make_waiting(row, 1)
    wake()
    work_off()

    both, alone = heard.heard
    assert both.headers["webhook-signature"].split() == [signature(second, both), signature(first, both)]
    assert alone.headers["webhook-signature"].split() == [signature(second, alone)]


def test_whoever_saves_a_webhook_answers_for_what_it_sends(admin: Any) -> None:
    other = make_user(make_role(records={"*": {"view": "own"}}, powers=["integrations.manage"]))
    row, _ = make_endpoint(admin, URL)

    saved, receipt = endpoints.change(actor=other.actor(), endpoint_id=row.pk, wish=wish(url=URL + "/mine"))

    assert saved.owner_id == other.pk
    assert any("you may read" in line for line in receipt.also)


def test_taking_back_never_brings_back_somebody_elses_rights(admin: Any) -> None:
    """First the owner changes with something harmless, then the address, then the first change is taken back."""
    other = make_user(make_role(records={"*": {"view": "own"}}, powers=["integrations.manage"]))
    row, _ = make_endpoint(admin, URL)
    _, first = endpoints.change(actor=other.actor(), endpoint_id=row.pk, wish=wish(name=row.name))
    endpoints.change(
        actor=other.actor(), endpoint_id=row.pk, wish=wish(name=row.name, url="https://evil.example/")
    )
    undo(other, first)
    row.refresh_from_db()

    assert row.topics == ["*"]
    assert (row.url, row.owner_id) == ("https://evil.example/", other.pk)


def test_what_was_done_can_be_taken_back(admin: Any) -> None:
    row, _, made = endpoints.make(actor=admin.actor(), wish=wish())
    _, changed = endpoints.change(actor=admin.actor(), endpoint_id=row.pk, wish=wish(name="Store"))
    undo(admin, changed)
    assert Endpoint.objects.get().name == "Shop"

    gone = endpoints.delete(actor=admin.actor(), endpoint_id=row.pk)
    with pytest.raises(NotVisibleError):
        endpoints.delete(actor=admin.actor(), endpoint_id=row.pk)
    undo(admin, gone)
    assert Endpoint.objects.get().deleted_at is None

    undo(admin, made)
    assert Endpoint.objects.get().deleted_at is not None
    assert [change.verb for change in Change.objects.filter(kind="webhook").order_by("pk")] == [
        "created",
        "updated",
        "updated",
        "deleted",
        "restored",
        "deleted",
    ]


def test_what_was_changed_again_is_not_taken_back(admin: Any) -> None:
    row, _ = make_endpoint(admin, URL)
    _, first = endpoints.change(actor=admin.actor(), endpoint_id=row.pk, wish=wish(name="One"))
    endpoints.change(actor=admin.actor(), endpoint_id=row.pk, wish=wish(name="Two"))
    with pytest.raises(RuleError, match="again since"):
        undo(admin, first)


def test_a_paused_webhook_keeps_what_happens_and_sends_it_later(admin: Any, heard: Receiver) -> None:
    from keen.integrations.jobs import wake
    from tests.factories.records import create

    row, _ = make_endpoint(admin, heard.url, "contact.created")
    endpoints.set_state(actor=admin.actor(), endpoint_id=row.pk, state=State.PAUSED)
    create(admin, last_name="Haddad")
    work_off()
    assert heard.heard == []

    endpoints.set_state(actor=admin.actor(), endpoint_id=row.pk, state=State.ACTIVE)
    wake()
    work_off()
    assert len(heard.heard) == 1


def test_a_webhook_that_is_off_keeps_nothing(admin: Any, heard: Receiver) -> None:
    from tests.factories.records import create

    row, _ = make_endpoint(admin, heard.url, "contact.created")
    endpoints.set_state(actor=admin.actor(), endpoint_id=row.pk, state=State.OFF)
    create(admin, last_name="Haddad")
    work_off()

    assert row.deliveries.count() == 0


def test_gone_switches_off_and_tells_the_owner_why(admin: Any, heard: Receiver) -> None:
    from keen.integrations.jobs import wake

    heard.reply = (410, {}, b"")
    row, _ = make_endpoint(admin, heard.url)
    make_waiting(row, 3)
    wake()
    work_off()
    make_due()
    work_off()

    row.refresh_from_db()
    notice = Notice.objects.get(user=admin)
    assert len(heard.heard) == 1
    assert (row.state, row.reason) == (State.OFF, "gone")
    assert "switched off" in notice.text
    assert "gone for good" in notice.detail
    assert notice.href == row.get_absolute_url()
    assert Change.objects.filter(kind="webhook", actor=None, after__state="off").exists()
    assert row.deliveries.filter(outcome="waiting").count() == 3


def test_whoever_can_mend_it_gets_a_mail_and_a_notice_too(admin: Any, owner: Any) -> None:
    other, gone = make_user("administrator"), make_user("administrator", is_active=False)
    row, _ = make_endpoint(admin, "https://example.com/hook", failing_since=timezone.now())

    endpoints.stop(row.pk, "failing", timezone.now())
    work_off()

    assert {user.pk for user in (admin, other)} == set(Notice.objects.values_list("user_id", flat=True))
    assert {to for letter in mail.outbox for to in letter.to} == {admin.email, other.email}
    letter = next(one for one in mail.outbox if one.to == [other.email])
    assert row.name in letter.subject
    assert "failed for days on end" in letter.body
    assert row.get_absolute_url() in letter.body
    assert gone.email not in letter.body


def test_days_of_failure_switch_off(admin: Any, heard: Receiver, settings: Any) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from keen.integrations.jobs import wake

    heard.reply = (500, {}, b"")
    long_ago = timezone.now() - timedelta(days=settings.KEEN.webhook_days)
    row, _ = make_endpoint(admin, heard.url, failures=7, failing_since=long_ago)
    make_waiting(row, 1)
    wake()
    work_off()

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.OFF, "failing")
    assert Notice.objects.filter(user=admin, kind="webhook").count() == 1


def test_there_is_an_end_to_how_many(admin: Any) -> None:
    from keen.integrations.queries.endpoints import MOST

    row, _ = make_endpoint(admin, URL)
    fields = {
        column.attname: getattr(row, column.attname)
        for column in Endpoint._meta.concrete_fields
        if not column.primary_key
    }
    Endpoint.objects.bulk_create([Endpoint(**{**fields, "name": f"n{n}"}) for n in range(MOST - 1)])
    with pytest.raises(RuleError, match="Delete one"):
        endpoints.make(actor=admin.actor(), wish=wish())


def test_a_name_that_leads_inside_is_saved_with_a_warning(admin: Any) -> None:
    row, _, made = endpoints.make(actor=admin.actor(), wish=wish(), inside=True)
    _, changed = endpoints.change(actor=admin.actor(), endpoint_id=row.pk, wish=wish())

    assert made.outcome == "gap"
    assert "KEEN_WEBHOOK_NETWORKS" in " ".join(made.also)
    assert (changed.outcome, changed.also) == ("saved", ())


def test_what_keen_itself_refuses_is_not_tried_for_days(admin: Any) -> None:
    row, _ = make_endpoint(admin, "https://inside.example/hook")
    closed, late = make_waiting(row, 2)
    now = timezone.now()
    answers = [(closed, Answer(fault=Fault.CLOSED)), (late, Answer(fault=Fault.TIMEOUT))]
    deliveries.record([Sent(one, row.url, now, {}, answer, 0) for one, answer in answers], now)

    closed.refresh_from_db()
    late.refresh_from_db()
    assert (closed.outcome, closed.attempts, closed.last_fault) == ("failed", 1, "closed")
    assert late.outcome == "waiting"
