"""Not useful: one tap puts a thing aside and lowers its cause, for one person, until they take it back."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from keen.activities.models import Verdict
from keen.activities.queries.day import day
from tests.factories.activities import client_of, make_activity
from tests.factories.sales import make_opportunity
from tests.receipts import assert_receipt


def say(client: Any, kind: str, pk: int, why: str = "now", cause: str = "no_step") -> Any:
    return client.post(f"/today/{kind}/{pk}/not-useful/", {"why": why, "cause": cause})


def keys(user: Any) -> list[tuple[str, int]]:
    found = day(user.actor(), timezone.now())
    return [line.key for line in (found.first, *found.then) if line]


def test_it_is_put_aside_for_one_person_lowered_shown_and_taken_back(owner: Any, colleague: Any) -> None:
    deals = [make_opportunity(owner=owner, team=owner.team, amount=9000) for _ in range(2)]
    client = client_of(owner)
    before = day(owner.actor(), timezone.now())

    receipt = assert_receipt(say(client, "opportunity", deals[0].pk), undo=True, says="put aside")

    after = day(owner.actor(), timezone.now())
    assert keys(owner) == [("opportunity", deals[1].pk)]
    assert before.first
    assert after.first
    assert after.first.cause == "no_step"
    page = client.get("/settings/today/").content.decode()
    assert "That a deal has no next step" in page
    assert "counts 75 % of its points" in page
    assert "Everything counts fully" in client_of(colleague).get("/settings/today/").content.decode()

    client.post(f"/undo/{receipt.undo}/")
    assert not Verdict.objects.exists()
    assert len(keys(owner)) == 2

    say(client, "opportunity", deals[0].pk)
    again = assert_receipt(client.post("/settings/today/again/", {"cause": "no_step"}), undo=True)
    assert not Verdict.objects.exists()
    client.post(f"/undo/{again.undo}/")
    assert Verdict.objects.get().cause == "no_step"


def test_what_was_put_aside_comes_back_on_its_day(owner: Any) -> None:
    task = make_activity(owner, plan_on=timezone.localdate())
    say(client_of(owner), "activity", task.pk, cause="planned")
    assert keys(owner) == []

    Verdict.objects.update(until=timezone.localdate() - timedelta(days=1))

    assert keys(owner) == [("activity", task.pk)]


def test_a_promise_is_put_aside_but_never_lowered(owner: Any) -> None:
    task = make_activity(owner, due_at=timezone.now() - timedelta(hours=2), promised_to_customer=True)

    assert_receipt(say(client_of(owner), "activity", task.pk, cause="late_promise"))

    assert Verdict.objects.get().cause == ""


def test_nobody_judges_what_they_do_not_see_or_without_a_reason(owner: Any, stranger: Any) -> None:
    deal = make_opportunity(owner=owner, team=owner.team)

    assert say(client_of(stranger), "opportunity", deal.pk).status_code == 404
    assert say(client_of(owner), "opportunity", deal.pk, why="because").status_code == 422
    assert client_of(owner).post("/settings/today/again/", {"cause": "no_step"}).status_code == 404
    assert not Verdict.objects.exists()


def test_a_tap_that_comes_twice_counts_once(owner: Any) -> None:
    deal = make_opportunity(owner=owner, team=owner.team)
    given = {"why": "now", "cause": "no_step", "_once": "k1"}

    answers = [client_of(owner).post(f"/today/opportunity/{deal.pk}/not-useful/", given) for _ in range(2)]

    assert [one.status_code for one in answers] == [303, 303]
    assert Verdict.objects.count() == 1
