"""A question that takes too long is stopped, says what to do instead, and leaves the connection as it was."""

from time import monotonic
from typing import Any

import pytest
from django.db import OperationalError, connection

from keen.lib.errors import RuleError
from keen.records.queries import patience
from keen.records.queries.patience import within
from tests.factories.people import make_contact
from tests.factories.records import browser, html

pytestmark = pytest.mark.django_db
ENDLESS = {
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c",
    "postgresql": "SELECT pg_sleep(30)",
}


def ask(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_what_takes_too_long_ends_with_what_to_do_instead() -> None:
    start = monotonic()
    with pytest.raises(RuleError, match="Narrow it first") as caught, within(0.2):
        ask(ENDLESS[connection.vendor])
    assert caught.value.code == "too_slow"
    assert monotonic() - start < 5
    assert ask("SELECT 1") == (1,)


def test_what_is_quick_is_left_alone_and_other_errors_are_themselves() -> None:
    with within(5):
        assert ask("SELECT 1") == (1,)
    with pytest.raises(OperationalError, match="no more room"), within(5):
        raise OperationalError("no more room")


@pytest.mark.sqlite
def test_a_list_that_takes_too_long_says_so(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        make_contact(f"Ada {number}", owner=owner, team=owner.team)
    monkeypatch.setattr(patience, "SECONDS", 0.0)
    monkeypatch.setattr(patience, "STEPS", 50)
    client = browser(owner)
    answer = client.get("/contacts/?job_title.contains=x")
    assert answer.status_code == 422
    assert "took longer than 0 seconds" in html(answer)
    assert client.get("/contacts/").status_code == 200
