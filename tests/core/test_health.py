"""The address that a monitor asks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from keen.core import health
from keen.core.models import Worker
from keen.core.queue import claims


@pytest.fixture(autouse=True)
def _unsettled() -> Iterator[None]:
    health._settled.clear()
    yield
    health._settled.clear()


def worker(*, silent_for: timedelta = timedelta(0)) -> None:
    worker_id = claims.register(host="crane", pid=17, queue="default")
    Worker.objects.filter(pk=worker_id).update(seen_at=timezone.now() - silent_for)


def ask() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/healthz")
    return answer.status_code, answer.json()


def test_all_is_well_when_the_database_is_up_to_date_and_a_worker_lives(db: None) -> None:
    worker(silent_for=timedelta(seconds=40))

    assert ask() == (200, {"ok": True, "database": "ok", "migrations": "ok", "worker": "ok", "usage": "ok"})


def test_a_worker_silent_for_a_minute_is_told(db: None) -> None:
    worker(silent_for=timedelta(seconds=61))

    assert ask() == (
        503,
        {"ok": False, "database": "ok", "migrations": "ok", "worker": "silent", "usage": "ok"},
    )


def test_a_missing_migration_is_told(db: None) -> None:
    worker()
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")

    assert health.pending_migrations() == ["core.0001_initial"]
    assert ask()[1]["migrations"] == "1 not applied"


def test_a_database_that_does_not_answer_is_told(transactional_db: None, settings: Any) -> None:
    worker()
    wanted = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "/nowhere/keen" if connection.vendor == "sqlite" else "keen_nowhere"
    try:
        state = ask()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = wanted

    assert state[0] == 503
    assert state[1]["database"] == "does not answer"


def test_asking_again_costs_one_query(db: None, django_assert_num_queries: Any) -> None:
    worker()
    ask()

    with django_assert_num_queries(1):
        ask()
