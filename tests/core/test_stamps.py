"""The mark by which every process knows whether the fields it remembers are those of now."""

from threading import Thread

import pytest
from django.db import connection, transaction

from keen.core import stamps
from keen.core.actions.stamps import renew
from keen.core.models import Stamp
from keen.records.declare import get
from tests.factories.core import make_user
from tests.factories.fields import make_field, names
from tests.factories.records import browser, html


@pytest.mark.django_db
def test_a_request_sees_the_fields_of_now_without_a_query_more() -> None:
    user = make_user("administrator")
    page = browser(user)
    page.get("/contacts/new/?all=1")
    make_field()
    stamps.see("")  # as another process that has heard of nothing
    assert names() == []
    assert "Price list" in html(page.get("/contacts/new/?all=1"))


@pytest.mark.django_db
def test_a_mark_is_renewed_inside_its_change_alone() -> None:
    renew()
    first = stamps.look()
    renew()
    assert stamps.look() != first
    assert Stamp.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_it_is_refused() -> None:
    with pytest.raises(RuntimeError):
        renew()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_was_never_there() -> None:
    with transaction.atomic():
        make_field()
        assert names() == ["x_price_list"]
        transaction.set_rollback(True)
    stamps.look()
    assert names() == []


@pytest.mark.django_db(transaction=True)
def test_another_thread_does_not_see_what_is_not_saved_yet() -> None:
    found: list[list[str]] = []

    def other() -> None:
        found.append([field.name for field in get("contact").fields if field.own])
        connection.close()

    with transaction.atomic():
        make_field()
        thread = Thread(target=other)
        thread.start()
        thread.join()
    assert found == [[]]
