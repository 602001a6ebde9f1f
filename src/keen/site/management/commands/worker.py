from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from keen.core.jobs.worker import Pace, Worker
from keen.core.wiring import wired


class Command(BaseCommand):
    """Run background work until stopped."""

    help = "Run background work: events, imports, schedules. `serve` starts one by itself."
    requires_system_checks = []  # they load every page, which a worker never needs

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--lease", type=float, default=30.0, help="Seconds of silence after which a worker is dead"
        )
        parser.add_argument("--beat", type=float, default=5.0, help="Seconds between two signs of life")
        parser.add_argument(
            "--grace", type=float, default=10.0, help="Seconds that running tasks get when stopping"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        pace = Pace(
            lease=timedelta(seconds=options["lease"]),
            beat=timedelta(seconds=options["beat"]),
            grace=timedelta(seconds=options["grace"]),
        )
        wired()  # a mistake in the wiring shows now and not at the first event
        Worker(pace).work()
