import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keen.core.actions.keeping import note_export
from keen.core.domain.actor import SYSTEM
from keen.core.health import pending_migrations
from keen.lib.errors import RuleError
from keen.site.keeping import export
from keen.site.keeping.routine import trouble


class Command(BaseCommand):
    """Write everything out in open formats."""

    help = "Write everything out in open formats: JSON Lines, CSV and files, in one ZIP. Passwords and keys stay."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Where to write it, such as company.zip")
        parser.add_argument("--all", action="store_true", help="Everything; there is no other choice yet")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if pending_migrations():
            raise CommandError("The database is not up to date: run ./keen migrate")
        target = options["file"].absolute()
        began = time.monotonic()
        try:
            done = export.export_all(target)
        except OSError as error:
            raise CommandError(trouble(target, error, "export")) from None
        except RuleError as error:
            raise CommandError(error.message) from None
        note_export(actor=SYSTEM, rows=done.rows, files=done.files)
        self.stdout.write(
            f"{done.path} holds {done.rows:,} lines of {done.tables} tables and {done.files:,} files:"
            f" {done.size / 1e6:,.1f} MB in {time.monotonic() - began:.1f} s. Its README.txt says what is what."
        )
