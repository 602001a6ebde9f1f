"""Django's `migrate`, and afterwards what is derived from rules that a new version may read differently."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate

from keen.core.actions.rights import refresh_rights
from keen.core.models import User

SERVE = "./keen serve"
FIRST = "./keen createuser, then ./keen serve"


class Command(Migrate):
    """Make the database, or bring it up to date."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        super().handle(*arguments, **options)
        if options["app_label"] is None and not options["plan"] and not options["check_unapplied"]:
            refresh_rights(User.objects.all())
            if options["verbosity"]:
                somebody = User.objects.filter(is_active=True).exists()
                self.stdout.write(f"The database is ready. Next: {SERVE if somebody else FIRST}")
