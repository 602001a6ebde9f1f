"""From a change to the receiver: signed, told once, only what the owner may read."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from keen.integrations.models import Attempt, Delivery, Endpoint, State
from keen.people.records import ACCOUNT, CONTACT
from keen.records.actions import life, merge
from tests.factories.core import make_role, make_user
from tests.factories.integrations import Heard, Receiver, make_due, make_endpoint, work_off
from tests.factories.people import make_contact
from tests.factories.records import change, create, undo

pytestmark = pytest.mark.usefixtures("transactional_db")


def signature(secret: str, heard: Heard) -> str:
    """As the specification has it, written a second time."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()


def topics(heard: Receiver) -> list[str]:
    return [one.told["type"] for one in heard.heard]


def test_a_new_contact_is_told_signed_and_logged(admin: Any, heard: Receiver, settings: Any) -> None:
    endpoint, secret = make_endpoint(admin, heard.url, "contact.created")

    made = create(admin, last_name="Haddad").record
    work_off()

    (one,) = heard.heard
    assert one.headers["webhook-signature"] == signature(secret, one)
    assert abs(int(one.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert one.headers["content-type"] == "application/json"
    assert one.told == {
        "type": "contact.created",
        "timestamp": made.created_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "id": made.pk,
            "kind": "contact",
            "url": f"{settings.KEEN.base_url}/contacts/{made.pk}/",
            "api_url": f"{settings.KEEN.base_url}/api/v1/contacts/{made.pk}",
            "version": 1,
        },
    }
    delivery = Delivery.objects.get()
    (tried,) = Attempt.objects.all()
    assert (delivery.outcome, delivery.attempts, delivery.last_status) == ("delivered", 1, 204)
    assert delivery.message_id == one.headers["webhook-id"]
    assert (tried.status, tried.url, tried.request["body"]) == (204, heard.url, one.told)
    assert secret not in str(tried.request)
    assert signature(secret, one) not in str(tried.request)
    endpoint.refresh_from_db()
    assert endpoint.last_success_at is not None
    assert endpoint.failures == 0


def test_everything_that_happens_to_a_record_has_a_type(admin: Any, heard: Receiver) -> None:
    make_endpoint(admin, heard.url)
    first, second = create(admin, last_name="Haddad").record, create(admin, last_name="Hadad").record
    change(admin, first, last_name="Haddad-Kaya", tags=["tea"])
    life.delete(CONTACT, actor=admin.actor(), record_id=second.pk)
    life.restore(CONTACT, actor=admin.actor(), record_id=second.pk)
    joined = merge.merge(CONTACT, actor=admin.actor(), keep_id=first.pk, lose_id=second.pk, chosen={})
    undo(admin, joined)
    work_off()

    told = [(one.told["type"], one.told["data"]["id"]) for one in heard.heard]
    assert set(told) >= {
        ("contact.created", first.pk),
        ("contact.created", second.pk),
        ("contact.updated", first.pk),
        ("contact.deleted", second.pk),
        ("contact.restored", second.pk),
        ("contact.merged", first.pk),
    }
    assert told.count(("contact.deleted", second.pk)) == 2
    assert told.count(("contact.restored", second.pk)) == 2
    merged = next(one for one in heard.heard if one.told["type"] == "contact.merged")
    assert merged.told["data"]["absorbed"] == second.pk
    updated = next(one for one in heard.heard if one.told["type"] == "contact.updated")
    assert updated.told["data"]["changed"] == ["last_name", "tags"]


def test_only_the_chosen_types_are_told(admin: Any, heard: Receiver) -> None:
    make_endpoint(admin, heard.url, "account.created", "contact.deleted")
    made = create(admin, last_name="Haddad").record
    create(admin, ACCOUNT, name="Vela Foods")
    change(admin, made, last_name="Kaya")
    life.delete(CONTACT, actor=admin.actor(), record_id=made.pk)
    work_off()

    assert sorted(topics(heard)) == ["account.created", "contact.deleted"]


def test_nothing_is_queued_when_nobody_listens(admin: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    create(admin, last_name="Haddad")

    assert DBTaskResult.objects.count() == 0


def test_the_record_goes_along_as_its_owner_may_read_it_and_is_not_kept(heard: Receiver) -> None:
    role = make_role(
        records={"*": {"view": "all", "add": "all", "edit": "all"}},
        powers=["integrations.manage"],
        hidden={"contact": ["tags"]},
    )
    owner, writer = make_user(role), make_user("administrator")
    make_endpoint(owner, heard.url, "contact.created", with_record=True)

    create(writer, last_name="Haddad", job_title="Buyer", tags=["a secret tag"])
    work_off()

    (one,) = heard.heard
    record = one.told["data"]["record"]
    assert (record["last_name"], record["job_title"]) == ("Haddad", "Buyer")
    assert "tags" not in record
    assert b"a secret tag" not in one.body
    kept = Attempt.objects.get().request
    assert "record" not in kept["body"]["data"]
    assert "Buyer" not in str(kept)


def test_a_change_of_hidden_fields_alone_is_not_told(heard: Receiver) -> None:
    role = make_role(
        records={"*": {"view": "all", "add": "all", "edit": "all"}},
        powers=["integrations.manage"],
        hidden={"contact": ["tags"]},
    )
    owner, writer = make_user(role), make_user("administrator")
    make_endpoint(owner, heard.url, "contact.updated")
    made = make_contact("Amira Haddad", owner=writer)

    change(writer, made, tags=["hidden"])
    change(writer, made, tags=["hidden too"], job_title="Buyer")
    work_off()

    assert [one.told["data"]["changed"] for one in heard.heard] == [["job_title"]]
    assert sorted(Delivery.objects.values_list("outcome", flat=True)) == ["delivered", "skipped"]


def test_records_that_the_owner_may_not_see_at_the_time_of_sending_are_not_told(
    heard: Receiver, stranger: Any
) -> None:
    role = make_role(
        records={"*": {"view": "own", "add": "all", "edit": "own"}}, powers=["integrations.manage"]
    )
    owner = make_user(role)
    make_endpoint(owner, heard.url, "contact.created")
    mine = create(owner, last_name="Mine").record
    given_away = create(owner, last_name="Given").record
    create(stranger, last_name="Hidden")
    type(given_away).objects.filter(pk=given_away.pk).update(owner=stranger)
    work_off()

    assert [one.told["data"]["id"] for one in heard.heard] == [mine.pk]
    assert Delivery.objects.filter(outcome="skipped").count() == 2


def test_whose_power_was_taken_is_sent_for_no_more(admin: Any, heard: Receiver) -> None:
    owner = make_user("administrator")
    endpoint, _ = make_endpoint(owner, heard.url)
    create(admin, last_name="Haddad")
    owner.roles.set([])
    owner.rights = {}
    owner.save()
    work_off()

    endpoint.refresh_from_db()
    assert heard.heard == []
    assert (endpoint.state, endpoint.reason) == (State.OFF, "owner")
    assert Delivery.objects.get().outcome == "waiting"


def test_a_failed_message_is_sent_again_under_the_same_id(admin: Any, heard: Receiver) -> None:
    make_endpoint(admin, heard.url)
    heard.replies = [(500, {}, b"<b>broken</b>"), (302, {"Location": "/elsewhere"}, b"")]
    create(admin, last_name="Haddad")
    work_off()

    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.attempts, delivery.last_fault) == ("waiting", 1, "answer")
    assert timedelta(seconds=2) < delivery.due_at - delivery.tries.get().at < timedelta(seconds=8)
    make_due()
    work_off()
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.last_fault) == (2, "redirect")
    make_due()
    work_off()

    delivery.refresh_from_db()
    assert (delivery.outcome, delivery.attempts) == ("delivered", 3)
    assert {one.headers["webhook-id"] for one in heard.heard} == {delivery.message_id}
    assert {one.path for one in heard.heard} == {"/hook"}
    assert len(heard.heard) == 3
    assert Endpoint.objects.get().failing_since is None
    assert list(delivery.tries.values_list("status", flat=True)) == [500, 302, 204]
    assert delivery.tries.first().answer == "<b>broken</b>"


def test_completing_an_activity_is_told(admin: Any, heard: Receiver) -> None:
    from keen.activities.actions import close
    from tests.factories.activities import make_activity

    make_endpoint(admin, heard.url, "activity.completed")
    task = make_activity(admin, kind="task", subject="Call")
    close.complete(actor=admin.actor(), activity_id=task.pk)
    work_off()

    (one,) = heard.heard
    assert one.told["type"] == "activity.completed"
    assert one.told["data"]["id"] == task.pk
    assert one.told["data"]["kind"] == "activity"


def test_a_hundred_happenings_are_noted_in_as_many_queries_as_one(
    admin: Any, heard: Receiver, django_assert_max_num_queries: Any
) -> None:
    from django.db import transaction

    from keen.integrations.handlers import tell_webhooks
    from keen.records.events import RecordCreated

    make_endpoint(admin, heard.url)
    make_endpoint(admin, heard.url, "contact.created")
    events = [RecordCreated(kind="contact", record_id=number) for number in range(100)]
    with transaction.atomic(), django_assert_max_num_queries(8):
        tell_webhooks(events)

    assert Delivery.objects.count() == 200
