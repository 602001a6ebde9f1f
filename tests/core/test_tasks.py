"""Deciding about dead letters, and the page that shows them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.core.actions import tasks
from keen.core.jobs.runs import run_ready
from keen.core.models import Operation
from keen.core.queue import claims
from keen.core.queue.overview import discarded_letters, overview
from keen.core.wiring import rewired
from keen.lib.errors import ForbiddenError, NotVisibleError
from tests.factories import background
from tests.factories.background import order, runs
from tests.factories.core import make_role, make_user


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    runs.clear()
    order.clear()
    with rewired(background.WIRING):
        yield


@pytest.fixture
def admin(db: None) -> Any:
    return make_user(make_role(powers=["system.view"]))


@pytest.fixture
def browser(admin: Any) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def dead_letter(reason: str = "broken") -> DBTaskResult[Any, Any]:
    background.fail_always.enqueue(reason)
    run_ready()
    return DBTaskResult.objects.get(status="FAILED", args_kwargs__args__0=reason)


def test_a_dead_letter_that_is_retried_has_all_its_attempts_again(admin: Any) -> None:
    letter = dead_letter()

    receipt = tasks.retry_dead_letter(actor=admin.actor(), task_id=letter.pk)
    run_ready()

    assert (receipt.outcome, receipt.text, runs["fail_always"]) == ("saved", "“Fail always” runs again", 6)
    assert Operation.objects.get(pk=receipt.operation).verb == "task.retried"


def test_a_discarded_dead_letter_is_set_aside_and_can_run_after_all(admin: Any) -> None:
    letter = dead_letter()

    receipt = tasks.discard_dead_letter(actor=admin.actor(), task_id=letter.pk)
    set_aside = (overview(timezone.now()).dead_count, discarded_letters().count(), run_ready())
    tasks.retry_dead_letter(actor=admin.actor(), task_id=letter.pk)
    run_ready()

    assert set_aside == (0, 1, 0)
    assert receipt.alternative
    assert receipt.alternative.href == f"/jobs/{letter.pk}/retry/"
    assert (runs["fail_always"], discarded_letters().count()) == (6, 0)


def test_all_dead_letters_are_retried_at_once_and_discarded_ones_are_not(admin: Any) -> None:
    tasks.discard_dead_letter(actor=admin.actor(), task_id=dead_letter("first").pk)
    dead_letter("second")
    dead_letter("third")

    receipt = tasks.retry_all_dead_letters(actor=admin.actor())

    assert (receipt.text, discarded_letters().count()) == ("2 tasks run again", 1)


@pytest.mark.parametrize("decide", [tasks.retry_dead_letter, tasks.discard_dead_letter])
def test_a_task_that_did_not_fail_cannot_be_decided_about(admin: Any, decide: Any) -> None:
    background.remember.enqueue("waits")

    for task_id in (DBTaskResult.objects.get().pk, uuid4()):
        with pytest.raises(NotVisibleError):
            decide(actor=admin.actor(), task_id=task_id)


def test_nobody_decides_without_the_power(db: None) -> None:
    reader, letter = make_user(), dead_letter()

    for decide in (
        lambda: tasks.retry_dead_letter(actor=reader.actor(), task_id=letter.pk),
        lambda: tasks.discard_dead_letter(actor=reader.actor(), task_id=letter.pk),
        lambda: tasks.retry_all_dead_letters(actor=reader.actor()),
    ):
        with pytest.raises(ForbiddenError):
            decide()

    assert DBTaskResult.objects.get().status == "FAILED"


def test_the_page_shows_what_failed_waits_and_works(browser: Client) -> None:
    letter = dead_letter("<b>no</b> mail server")
    background.remember.enqueue("waits")
    claims.register(host="crane", pid=17, queue="default")

    page = browser.get("/jobs/").content.decode()

    assert f"error {claims.error_id(letter.pk, 3)}" in page
    assert "ValueError: &lt;b&gt;no&lt;/b&gt; mail server" in page
    assert ["crane (17)" in page, "Remember" in page, "<b>no</b>" in page] == [True, True, False]


def test_the_page_says_when_nobody_works(browser: Client) -> None:
    assert "No worker is running" in browser.get("/jobs/").content.decode()


def test_the_page_asks_as_many_questions_for_three_tasks_as_for_one(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    dead_letter("one")
    browser.get("/jobs/")
    with django_assert_max_num_queries(30) as one:
        browser.get("/jobs/")
    dead_letter("two")
    dead_letter("three")

    with django_assert_max_num_queries(len(one.captured_queries)):
        browser.get("/jobs/")


def test_retrying_on_the_page_leads_back_to_it_with_a_receipt(browser: Client) -> None:
    letter = dead_letter()

    answer = browser.post(f"/jobs/{letter.pk}/retry/")
    page = browser.get(answer["Location"]).content.decode()

    assert (answer.status_code, answer["Location"].startswith("/jobs/?r=")) == (303, True)
    assert "“Fail always” runs again" in page


def test_discarding_on_the_page_and_retrying_all_work_by_plain_posts(browser: Client) -> None:
    first, _second = dead_letter("first"), dead_letter("second")

    codes = [
        browser.post(f"/jobs/{first.pk}/discard/").status_code,
        browser.post("/jobs/retry-all/").status_code,
    ]

    assert codes == [303, 303]
    assert (discarded_letters().count(), DBTaskResult.objects.filter(status="READY").count()) == (1, 1)


def test_the_page_is_closed_to_those_without_the_power(db: None) -> None:
    client, letter = Client(), dead_letter()
    client.force_login(make_user())

    answers = [
        client.get("/jobs/"),
        client.post(f"/jobs/{letter.pk}/retry/"),
        client.post("/jobs/retry-all/"),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_a_decision_is_a_post_and_about_a_task_that_exists(browser: Client) -> None:
    assert browser.get(f"/jobs/{uuid4()}/retry/").status_code == 405
    assert browser.post(f"/jobs/{uuid4()}/retry/").status_code == 404


def test_a_discarded_task_is_forgotten_after_thirty_days(admin: Any) -> None:
    from keen.core.jobs.upkeep import forget_finished_tasks

    tasks.discard_dead_letter(actor=admin.actor(), task_id=dead_letter("old").pk)
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=31))
    tasks.discard_dead_letter(actor=admin.actor(), task_id=dead_letter("new").pk)

    assert (forget_finished_tasks.call(), discarded_letters().get().args_kwargs["args"]) == (1, ["new"])
