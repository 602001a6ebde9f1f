import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from keen.core.health import pending_migrations
from keen.site.alone import serve_alone
from keen.site.preflight import Trouble, check_port

LEAN = {"MALLOC_ARENA_MAX": "2"}
"""glibc gives each thread a heap of its own; with two in all, the servers take about 10 MB less."""


class Command(BaseCommand):
    """Serve the pages and run background work until stopped."""

    help = "Serve the pages, with a worker for what happens behind them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on; 0.0.0.0 for all")
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on")
        parser.add_argument("--workers", type=int, default=2, help="Web processes")
        parser.add_argument(
            "--threads", type=int, default=2, help="Requests that one process answers at a time"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if pending_migrations():
            raise CommandError("The database is not up to date: run ./keen migrate")
        address = f"http://{options['host']}:{options['port']}"
        start(options, f"Keen is at {address} (Ctrl+C stops it).")


def start(options: dict[str, Any], greeting: str) -> None:
    """Become the supervisor of the servers; does not return.

    Raises: CommandError with what to mend.
    """
    try:
        serve_alone(settings.KEEN.data, options["port"])
        check_port(options["host"], options["port"])
    except Trouble as trouble:
        raise CommandError(str(trouble)) from None
    collect_static_files()
    numbers = [str(options[name]) for name in ("port", "workers", "threads")]
    command = [sys.executable, "-P", "-m", "keen.site.servers", options["host"], *numbers, greeting]
    sys.stdout.flush()
    # A fresh process takes this one's place, with the same id: it holds no more than what all servers share.
    os.execve(sys.executable, command, LEAN | os.environ)  # noqa: S606  our own interpreter and module


def collect_static_files() -> bool:
    """Whether the static files had changed and were collected anew."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / "collected.txt"
    state = _state()
    if stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)
    return True


def _state() -> str:
    """A digest of all static files' places, sizes and times."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            about = Path(storage.path(path)).stat()
            digest.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()
