"""The worker as a process: killed, stopped, two at a time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from keen.core.models import ScheduleSlot, Team, Worker
from keen.core.queue.backend import QUEUES
from tests.factories import background

PROJECT = Path(__file__).parent.parent.parent
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where the tasks write what they do."""
    path = tmp_path / "notes.txt"
    path.touch()
    return path


@pytest.fixture
def start(transactional_db: None, notes: Path) -> Iterator[Start]:
    """Starts worker processes on the test's database, and ends what is left of them."""
    started: list[subprocess.Popen[bytes]] = []
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.factories.background_settings",
        "KEEN_TEST_NAME": str(connection.settings_dict["NAME"]),
        "KEEN_TEST_NOTES": str(notes),
        "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}",
    }

    def run(*options: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "django",
            "worker",
            "--lease=1.5",
            "--beat=0.2",
            *options,
        ]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        sys.stderr.write(process.communicate()[1].decode())


def until(what: Callable[[], Any], seconds: float = 15) -> Any:
    """The first true answer."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.05)
    return found


def lines(notes: Path) -> list[str]:
    return [line.partition(" ")[2] for line in notes.read_text().splitlines()]


def task() -> DBTaskResult[Any, Any]:
    return DBTaskResult.objects.exclude(task_path__endswith=".say").get()


def test_a_task_whose_worker_is_killed_is_run_again_by_another(start: Start, notes: Path) -> None:
    background.sleep.enqueue(1)
    first = start()
    until(lambda: lines(notes).count("sleeps") == 1)
    first.kill()
    first.wait()

    start()
    until(lambda: "slept" in lines(notes))
    until(lambda: task().status == "SUCCESSFUL")

    assert [line for line in lines(notes) if line != "tick"] == ["sleeps", "sleeps", "slept"]
    assert len(task().worker_ids) == 2


def test_a_stopped_worker_finishes_its_task_and_returns_a_long_one_that_can_pause(
    start: Start, notes: Path
) -> None:
    background.sleep.enqueue(0.5)
    background.work_long.enqueue(2000)
    worker = start()
    until(lambda: {"sleeps", "begins"} <= set(lines(notes)))

    worker.send_signal(signal.SIGTERM)
    code = worker.wait(5)

    by_path = {row.task_path.rpartition(".")[2]: row for row in DBTaskResult.objects.all()}
    assert (code, by_path["sleep"].status) == (0, "SUCCESSFUL")
    assert (by_path["work_long"].status, by_path["work_long"].worker_ids) == ("READY", [])
    assert Worker.objects.count() == 0


def test_a_task_that_outlasts_the_grace_of_a_stop_is_handed_back(start: Start, notes: Path) -> None:
    background.sleep.enqueue(30)
    worker = start("--grace=0.3")
    until(lambda: "sleeps" in lines(notes))

    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    code = worker.wait(10)

    assert (code, task().status, task().worker_ids) == (0, "READY", [])
    assert time.monotonic() - began < 3


def test_a_task_that_hangs_ends_its_worker_and_is_tried_again(start: Start, notes: Path) -> None:
    background.hang.enqueue()

    for _attempt in range(2):
        assert start().wait(15) == 75

    assert (lines(notes).count("hangs"), task().status) == (2, "FAILED")
    assert task().exception_class_path == "builtins.TimeoutError"


def test_two_workers_run_every_task_once(start: Start, notes: Path) -> None:
    for number in range(60):
        background.say.enqueue(f"task {number}")
    start()
    start()

    until(lambda: sum(line.startswith("task") for line in lines(notes)) >= 60)
    time.sleep(0.5)

    said = [line for line in lines(notes) if line.startswith("task")]
    assert sorted(said) == sorted(f"task {number}" for number in range(60))
    assert (
        DBTaskResult.objects.exclude(args_kwargs__kwargs__line="tick").exclude(status="SUCCESSFUL").count()
        == 0
    )


def test_an_idle_worker_hears_of_a_task_at_once_and_keeps_the_schedules(start: Start, notes: Path) -> None:
    start()
    until(lambda: Worker.objects.count() == len(QUEUES))
    until(lambda: "tick" in lines(notes))
    time.sleep(1.5)

    began = time.monotonic()
    background.say.enqueue("heard")
    until(lambda: "heard" in lines(notes))

    assert time.monotonic() - began < 1
    assert ScheduleSlot.objects.get().last_run_at is not None


@pytest.mark.long
def test_workers_killed_at_any_moment_lose_nothing_and_write_nothing_twice(start: Start, notes: Path) -> None:
    names = {f"Team {number}" for number in range(300)}
    for name in names:
        background.found_team.enqueue(name, takes=0.02)
    chance = Random(7)  # noqa: S311  the same kills in every run
    lost_by_kill = 0

    for _kill in range(25):
        worker = start()
        until(Worker.objects.filter(pid=worker.pid).exists)
        time.sleep(chance.uniform(0, 0.3))
        worker.kill()
        worker.wait()
        lost_by_kill += Worker.objects.filter(pid=worker.pid, task_id__isnull=False).count()
    before = Team.objects.count()
    start()
    until(lambda: Team.objects.count() >= len(names), 60)
    until(lambda: not DBTaskResult.objects.filter(status__in=("READY", "RUNNING")).exists())

    founded = list(Team.objects.values_list("name", flat=True))
    assert before < len(names), "the workers were killed too late to prove anything"
    assert lost_by_kill > 5, "too few were killed in the middle of a task to prove anything"
    assert (len(founded), set(founded) == names) == (len(names), True)
    assert not DBTaskResult.objects.filter(status="FAILED").exists()
