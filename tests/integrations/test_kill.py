"""The sender as a process, killed in the middle: every message arrives, under one id each."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from keen.integrations.jobs import wake
from keen.integrations.models import Attempt, Delivery
from tests.factories.integrations import Receiver, make_due, make_endpoint, make_waiting

PROJECT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.usefixtures("transactional_db")


def start() -> "subprocess.Popen[bytes]":
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.factories.integrations_settings",
        "KEEN_TEST_NAME": str(connection.settings_dict["NAME"]),
        "KEEN_TEST_KEY": settings.SECRET_KEY,
        "KEEN_WEBHOOK_ALLOW_HTTP": "1",
        "KEEN_WEBHOOK_NETWORKS": "127.0.0.0/8",
        "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}",
    }
    command = [sys.executable, "-m", "django", "worker", "--lease=1.5", "--beat=0.2"]
    return subprocess.Popen(command, env=environment)


def until_delivered(number: int, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while Delivery.objects.filter(outcome="delivered").count() < number:
        assert time.monotonic() < end, list(Delivery.objects.values_list("outcome", "attempts", "due_at"))[:5]
        time.sleep(0.1)


def test_killed_in_the_middle_nothing_is_lost(admin: Any, heard: Receiver) -> None:
    row, _ = make_endpoint(admin, heard.url)
    heard.slow = 0.02
    waiting = make_waiting(row, 400)
    wake()
    worker = start()
    try:
        heard.wait_for(150, 40)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert 0 < Delivery.objects.filter(outcome="delivered").count() < 400
        make_due()  # as if the lease of what was claimed were over
        worker = start()
        until_delivered(400)
    finally:
        worker.kill()
        worker.wait()

    arrived = [one.headers["webhook-id"] for one in heard.heard]
    assert set(arrived) == {one.message_id for one in waiting}
    assert len(arrived) < 400 + 100  # what was sent and not yet written down comes twice
    assert Attempt.objects.filter(status=204).count() == 400


def test_asked_to_stop_the_sender_ends_soon_and_keeps_what_it_did(admin: Any, heard: Receiver) -> None:
    row, _ = make_endpoint(admin, heard.url)
    heard.slow = 0.02
    make_waiting(row, 400)
    wake()
    worker = start()
    try:
        heard.wait_for(40, 40)
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        code = worker.wait(15)
    finally:
        worker.kill()
        worker.wait()

    assert (code, time.monotonic() - began < 10) == (0, True)
    assert Delivery.objects.filter(outcome="delivered").count() == len(heard.heard) < 400
    make_due()
    worker = start()
    try:
        until_delivered(400)
    finally:
        worker.kill()
        worker.wait()
    assert len(heard.heard) == 400
