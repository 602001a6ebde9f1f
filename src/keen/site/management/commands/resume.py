from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keen.core.actions import keeping
from keen.core.domain.actor import SYSTEM
from keen.lib.errors import RuleError


class Command(BaseCommand):
    """Let background work go on after a restore."""

    help = "Let background work go on after a restore: mail, webhooks, imports, schedules."
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--discard", action="store_true", help="Set aside what waited when the backup was made"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        try:
            receipt = keeping.resume(actor=SYSTEM, discard=options["discard"])
        except RuleError as error:
            raise CommandError(error.message) from None
        self.stdout.write(receipt.text)
