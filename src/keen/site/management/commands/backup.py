import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keen.core.health import pending_migrations
from keen.lib.errors import RuleError
from keen.site.keeping import routine


class Command(BaseCommand):
    """Write everything into one file while Keen runs."""

    help = "Write everything into one file while Keen runs: database, files, settings and key."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help="Where to write it; into the directory of backups when not given",
        )
        parser.add_argument(
            "--rehearse",
            action="store_true",
            help="Restore it into a temporary place afterwards, and compare every row and file",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if pending_migrations():
            raise CommandError("The database is not up to date: run ./keen migrate")
        target = options["file"].absolute() if options["file"] else routine.new_place()
        began = time.monotonic()
        try:
            noted, done = routine.make_backup(target)
        except RuleError as error:
            raise CommandError(error.message) from None
        sealed = ", encrypted" if noted.sealed else ""
        self.stdout.write(
            f"{done.path} holds {done.rows:,} rows of {done.tables} tables and {done.files:,} files:"
            f" {done.size / 1e6:,.1f} MB in {time.monotonic() - began:.1f} s{sealed}. SHA-256 {done.sha256}"
        )
        for note in done.notes:
            self.stdout.write(note)
        if options["rehearse"]:
            self.stdout.flush()
            tried = routine.rehearse(noted)
            if tried.problem:
                raise CommandError(f"It cannot be restored: {tried.problem}")
            self.stdout.write(
                f"Restored into a temporary place in {tried.seconds:.1f} s: every row and file is the same."
            )
