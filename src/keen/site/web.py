"""The web server process: loads the application once, then forks workers that share its memory."""

import gc
import multiprocessing
import sys
from pathlib import Path

from django.db import connections
from django.template import engines
from django.urls import get_resolver
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from keen.core.wiring import wired
from keen.site import supervise
from keen.site.wsgi import application  # noqa: F401  loaded here, so that the workers find it in memory


def warm_up() -> None:
    """Load what a first request would: wiring, addresses with their views, and templates."""
    wired()
    _ = get_resolver().url_patterns
    environment = engines["keen"].env  # type: ignore[attr-defined]  # django-stubs knows the base class alone
    for name in environment.list_templates(extensions=["html"]):
        if name.startswith(("core/", "records/", "people/", "activities/", "ui/")) or name == "base.html":
            environment.get_template(name)


def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or SIGINT; requests that began are answered first."""
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
    warm_up()
    connections.close_all()
    gc.collect()
    gc.freeze()  # the collector leaves alone what is shared, so the pages stay shared
    supervise.stop_with_parent()
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


if __name__ == "__main__":
    serve(sys.argv[1], *map(int, sys.argv[2:5]))
