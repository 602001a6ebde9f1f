"""The running installation: loads the application once, then forks the web server and the worker from it."""

import gc
import multiprocessing
import sys
from functools import partial
from pathlib import Path

from django.db import connections
from django.template import engines
from django.urls import reverse
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from keen.site.supervise import FORKS, Child, Supervisor, answers
from keen.site.wsgi import application  # noqa: F401  loaded here, so that the web workers find it in memory

# isort: split
from keen.core.domain import holidays
from keen.core.jobs.worker import Pace, Worker  # models can be loaded once the application is
from keen.core.wiring import wired


def warm_up() -> None:
    """Load what a first request would: wiring, addresses with their views, templates, and the holidays of the world."""
    wired()
    reverse("settings")  # works out all addresses
    environment = engines["keen"].env  # type: ignore[attr-defined]  # django-stubs knows the base class alone
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    holidays.supported()


def serve_pages(host: str, port: int, workers: int, threads: int) -> None:
    """Answer requests until SIGTERM; those that began are answered first."""
    if FORKS:
        multiprocessing.set_start_method("fork", force=True)
    Server(
        "keen.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        blocking_threads_idle_timeout=600,  # a thread that ends takes its database connection along
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        working_dir=Path.cwd(),
    ).serve()


def work() -> None:
    """Run background work until SIGTERM."""
    Worker(Pace()).work()


def main(host: str, port: int, workers: int, threads: int, greeting: str) -> int:
    """The exit code, after a signal ended the servers."""
    warm_up()
    connections.close_all()
    gc.collect()
    # A page or a batch of an import makes many objects, and hardly any in circles.
    gc.set_threshold(50_000, 20, 50)
    gc.freeze()  # the collector leaves alone what is shared, so that its pages stay shared
    children = [Child("web server", serve_pages, (host, port, workers, threads)), Child("worker", work)]
    return Supervisor(children, _say).run(partial(answers, host, port), greeting)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    at, said = sys.argv[1], sys.argv[5]
    sys.exit(main(at, int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), said))
