import errno
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from keen.core.health import pending_migrations
from keen.lib.errors import RuleError
from keen.site.keeping import backup


class Command(BaseCommand):
    """Write everything into one file while Keen runs."""

    help = "Write everything into one file while Keen runs: database, files, settings and key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help="Where to write it; into the directory of backups when not given",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if pending_migrations():
            raise CommandError("The database is not up to date: run ./keen migrate")
        target = (
            options["file"] or settings.KEEN.data / "backups" / f"keen-{timezone.now():%Y-%m-%d-%H%M%S}.zip"
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        try:
            done = backup.back_up(target.absolute())
        except OSError as error:
            raise CommandError(trouble(target, error)) from None
        except RuleError as error:
            raise CommandError(error.message) from None
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{done.path} holds {done.rows:,} rows of {done.tables} tables and {done.files:,} files:"
            f" {done.size / 1e6:,.1f} MB in {seconds:.1f} s."
        )


def trouble(target: Path, error: OSError, what: str = "backup") -> str:
    """What to say when the file could not be written."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return f"The disk of {target.parent} is full: make room or give another place. No {what} was written."
    return f"{target} cannot be written ({error.strerror}): give another place. No {what} was written."
