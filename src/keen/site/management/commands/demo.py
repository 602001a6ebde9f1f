import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from keen.site.management.commands.serve import start
from keen.site.preflight import DEMO_COMPLETE, DEMO_MARK

LEAST_PEOPLE, USUAL_MONTHS, MOST_MONTHS = 60, 9, 36


class Command(BaseCommand):
    """Serve a made-up company to try everything in."""

    help = "Serve a made-up company to try everything in. It is kept apart from real data."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="Port to listen on")
        parser.add_argument(
            "--data", metavar="DIR", help="Directory that keeps the demo; var/demo when not given"
        )
        parser.add_argument(
            "--reset", action="store_true", help="Forget all changes and start with a new company"
        )
        parser.add_argument("--people", type=int, help="So many people instead of 60, with their customers")
        parser.add_argument("--months", type=int, help="So many months of work instead of 9")
        parser.add_argument(
            "--keep-events",
            action="store_true",
            help="Keep every single usage event, not just those of the last 30 days, until the first night",
        )
        parser.add_argument("--build-only", action="store_true", help="Make the company, do not serve it")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        data = settings.KEEN.data
        if not (settings.KEEN.demo and (data / DEMO_MARK).exists()):
            raise CommandError("Start the demo with ./keen demo, which keeps it apart from real data.")
        call_command("migrate", interactive=False, verbosity=0)
        sized = options["people"] or options["months"] or options["keep_events"]
        if DEMO_COMPLETE not in (data / DEMO_MARK).read_text():
            self._build(options)
            with (data / DEMO_MARK).open("a") as mark:
                mark.write(f"{DEMO_COMPLETE}\n")
        elif sized:
            raise CommandError("The company is there already: add --reset to make one of another size.")
        if options["build_only"]:
            return
        address = f"http://127.0.0.1:{options['port']}"
        os.environ["KEEN_BASE_URL"] = address.replace("127.0.0.1", "localhost")
        serving = {"host": "127.0.0.1", "port": options["port"], "workers": 2, "threads": 2}
        start(serving, f"Keen's demo is at {address} (Ctrl+C stops it). Its data is in {data}.")

    def _build(self, options: dict[str, Any]) -> None:
        people, months = options["people"] or LEAST_PEOPLE, options["months"] or USUAL_MONTHS
        if people < LEAST_PEOPLE or not 1 <= months <= MOST_MONTHS:
            raise CommandError(
                f"The company has at least {LEAST_PEOPLE} people, and from 1 to {MOST_MONTHS} months of work."
            )
        self.stdout.write("Making a company to try things in, this takes a minute or so.")
        self.stdout.flush()
        if find_spec("keen.site.demo") is None:
            raise CommandError("This copy of Keen has no demo company: keen.site.demo is missing.")
        build = import_module("keen.site.demo.build")
        size = build.Size.of(people, months, keep_events=options["keep_events"])
        build.build_demo(timezone.localdate(), size)
