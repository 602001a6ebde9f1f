"""`./keen importlog`: the usage of another CRM from its log."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from keen.adoption.actions.foreign import LogFile, keep_log_figures, load_log, say_calendar
from keen.adoption.domain.foreign import PRESETS
from keen.adoption.domain.logfiles import described
from keen.adoption.domain.policy import Policy
from keen.adoption.queries.foreign import people_of, set_aside, without_calendar
from keen.core.domain.actor import SYSTEM
from keen.lib.errors import RuleError


class Command(BaseCommand):
    """Reads a log, says whom it holds and what it can show, and takes in when these people work."""

    help = "Bring in the event log of another CRM, so that its use can be measured."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the log; it may be packed with gzip")
        parser.add_argument("--name", required=True, help="what to call the other CRM")
        parser.add_argument("--format", required=True, choices=sorted(PRESETS), help="how the log is written")
        parser.add_argument("--zone", default=settings.TIME_ZONE, help="zone of times that tell none")
        for column in ("who", "at", "case", "time_format"):
            parser.add_argument(f"--{column.replace('_', '-')}", help="another column, or way, than usual")
        for names in ("what", "value", "attempt", "nothing", "closing", "steps", "nobody"):
            parser.add_argument(f"--{names}", nargs="+", help="other names than usual; * stands for anything")
        parser.add_argument(
            "--hours",
            nargs=7,
            type=float,
            help="hours of work by weekday, Monday first, of all people in the log",
        )
        parser.add_argument("--country", default="", help="whose public holidays they have, for example NL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the log in, and say what there is to be said about it."""
        try:
            self._load(options)
        except (RuleError, OSError) as error:
            raise CommandError(str(error)) from error

    def _load(self, options: dict[str, Any]) -> None:
        mapping = PRESETS[options["format"]]
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name in type(mapping).__dataclass_fields__
            if (value := options.get(name)) is not None
        }
        mapping = replace(mapping, **given)
        log, receipt = load_log(
            actor=SYSTEM,
            given=LogFile(
                path=options["file"],
                name=options["name"],
                format=options["format"],
                mapping=mapping,
                zone=options["zone"],
            ),
        )
        self.stdout.write(receipt.text)
        self.stdout.write(
            f"Read as: {', '.join(f'{part} = {where}' for part, where in described(mapping).items())}."
        )
        self.stdout.write(f"{log.nameless:,} events name nobody and count for nobody.")
        for one in set_aside(log):
            self.stdout.write(f"Set aside: {one.key}. {one.why}")
        if options["hours"]:
            minutes = [round(hours * 60) for hours in options["hours"]]
            self.stdout.write(
                say_calendar(actor=SYSTEM, log=log, minutes=minutes, country=options["country"]).text
            )
            self.stdout.write(f"{keep_log_figures(log, Policy())} windows are worked out.")
        if waiting := without_calendar(log).count():
            self.stdout.write(
                f"When do these people work? It is not known of {waiting} of {people_of(log).count()}, and it is never made out "
                "from what they did. Give it with --hours and --country."
            )
        for measure, why in log.supports.items():
            self.stdout.write(f"{measure}: {why or 'can be shown.'}")
