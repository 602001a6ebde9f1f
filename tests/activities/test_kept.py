"""What waited on a device arrives once, with the time at which it was written, from its writer alone."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keen.activities.models import Activity
from tests.factories.core import make_user
from tests.factories.people import make_contact

pytestmark = pytest.mark.django_db
HOURS = 3 * 3600


@pytest.fixture
def maya(client: Client):
    user = make_user("sales_rep", zone="Etc/UTC")
    client.force_login(user)
    return user


@pytest.fixture
def amira(maya):
    return make_contact("Amira Haddad", owner=maya, team=maya.team, actor=maya.actor())


def send(client: Client, user, of: str, ago: int = HOURS, once: str = "one", **fields: object):
    given = {"_of": of, "_once": once, "_user": user.pk, "_ago": ago, **fields}
    answer = client.post(reverse("kept"), given, headers={"HX-Request": "true"})
    return answer.status_code, json.loads(answer.content)


def test_a_call_took_place_when_it_was_written_and_is_there_once(client, maya, amira) -> None:
    about = {"kind": "contact", "id": amira.pk}
    first = send(client, maya, "call", outcome="voicemail", note="Tries again", **about)
    again = send(client, maya, "call", outcome="voicemail", note="Tries again", **about)

    (call,) = Activity.objects.all()
    assert first == again
    assert first[0] == 200
    assert (first[1]["outcome"], first[1]["object"]["href"]) == ("saved", f"/contacts/{amira.pk}/")
    assert first[1]["undo"]
    assert call.outcome == "voicemail"
    assert abs(timezone.now() - timedelta(seconds=HOURS) - call.done_at) < timedelta(minutes=1)


def test_the_same_call_sent_by_the_sheet_and_then_by_the_device_is_one(client, maya, amira) -> None:
    about = {"kind": "contact", "id": str(amira.pk), "outcome": "reached"}
    client.post(reverse("call-log"), {**about, "_once": "one"})

    assert send(client, maya, "call", **about)[0] == 200
    assert Activity.objects.count() == 1


def test_notes_tasks_and_plans_arrive(client, maya, amira) -> None:
    about = {"kind": "contact", "id": amira.pk}
    send(client, maya, "entry", text="Prefers mail", once="a", **about)
    send(client, maya, "entry", text="Send the offer\nwith two units", what="task", once="b", **about)
    send(
        client,
        maya,
        "plan",
        subject="Call back",
        what="call",
        when="tomorrow",
        ago=9 * 86400,
        once="c",
        **about,
    )

    note, task, call = Activity.objects.order_by("pk")
    today = timezone.now().date()
    assert (note.kind, note.body) == ("note", "Prefers mail")
    assert note.done_at < timezone.now() - timedelta(hours=2)
    assert (task.subject, task.body, task.plan_on) == ("Send the offer", "with two units", today)
    assert (call.kind, call.plan_on) == ("call", today)  # its day went by while it waited


def test_a_clear_line_is_what_it_says_and_an_unclear_one_is_a_note(client, maya, amira) -> None:
    clear = send(client, maya, "line", text="Spoke to Amira Haddad, wants two units", once="a")
    unclear = send(client, maya, "line", text="Spoke to Bertrand Nobody, wants three", once="b")

    call, note = Activity.objects.order_by("pk")
    assert (call.kind, call.contact_id) == ("call", amira.pk)
    assert call.done_at < timezone.now() - timedelta(hours=2)
    assert clear[1]["outcome"] == "saved"
    assert (note.kind, note.body) == ("note", "Spoke to Bertrand Nobody, wants three")
    assert "it is a note" in unclear[1]["text"]


@pytest.mark.parametrize(
    ("of", "fields", "status"),
    [
        ("entry", {"text": "  "}, 422),
        ("call", {}, 422),
        ("call", {"kind": "contact", "id": "999999"}, 404),
        ("call", {"kind": "contact", "id": "x"}, 422),
        ("nonsense", {}, 422),
        ("plan", {"what": "task"}, 422),
    ],
)
def test_what_cannot_be_written_says_why_and_writes_nothing(client, maya, of, fields, status) -> None:
    code, told = send(client, maya, of, **fields)

    assert (code, bool(told["message"])) == (status, True)
    assert not Activity.objects.exists()


def test_what_somebody_else_wrote_is_not_taken(client, maya) -> None:
    other = make_user("sales_rep")

    assert send(client, other, "entry", text="Mine")[0] == 401
    assert not Activity.objects.exists()


def test_a_clock_that_lies_moves_nothing_out_of_reach(client, maya) -> None:
    for number, ago in enumerate(("-5", "9" * 30, "x", "99999999")):
        assert send(client, maya, "entry", ago=ago, once=str(number), text="Note")[0] == 200  # type: ignore[arg-type]

    earliest = Activity.objects.earliest("done_at").done_at
    assert timezone.now() - earliest < timedelta(days=91)
