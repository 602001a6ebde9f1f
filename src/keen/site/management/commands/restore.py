import errno
import os
import shlex
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from keen.core.models import User
from keen.lib.errors import RuleError
from keen.records import declare
from keen.records.queries.tombstones import FOLDER as ERASURES
from keen.site.config import PROJECT
from keen.site.keeping import places, restore
from keen.site.preflight import RESTORE_INTO


class Command(BaseCommand):
    """Make an installation from a backup."""

    help = "Make an installation from a backup, in an empty place."
    requires_system_checks = []  # they load every page
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="The backup")
        parser.add_argument(
            "--data", metavar="DIR", help="An empty or new directory; KEEN_DATA when not given"
        )
        parser.add_argument(
            "--force", action="store_true", help="Set aside what is there, in a directory or schema beside"
        )
        parser.add_argument(
            "--check", action="store_true", help="Compare every row with the backup before it is put in place"
        )
        parser.add_argument(
            "--keep-tokens",
            action="store_true",
            help="Leave API tokens, invitations and sessions open that were open at the time of the backup",
        )
        parser.add_argument(
            "--erasures",
            type=Path,
            metavar="DIR",
            help="The directory erasures of the lost place, whose journal knows who was erased since the backup",
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        draft, data = settings.KEEN.data, Path(os.environ[RESTORE_INTO])
        began = time.monotonic()
        erasures = options["erasures"] or data / ERASURES
        wish = restore.Wish(
            force=options["force"], check=options["check"], erasures=erasures, doors=options["keep_tokens"]
        )
        try:
            with options["file"].open("rb") as source:
                done = restore.restore(source, options["file"].name, wish)
            found = self.found(done)
            connection.close()
            aside = places.put_in_place(draft, data)
        except RuleError as error:
            filled = error.code == restore.DIFFERS and connection.vendor == "postgresql"
            ending = (
                "The database was filled, no file was put in place." if filled else "Nothing was restored."
            )
            raise CommandError(f"{error.message} {ending}") from None
        except OperationalError as error:
            raise CommandError(f"The database cannot be written: {error}. Nothing was restored.") from None
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            reason = f"the disk of {data} is full" if full else f"{error.filename or data}: {error.strerror}"
            raise CommandError(f"Nothing was restored: {reason}.") from None
        self.tell(done, found, aside, time.monotonic() - began)

    def found(self, done: restore.Restored) -> str:
        """What can be worked with now."""
        counts = [(User.objects.filter(is_active=True).count(), "people who sign in")]
        counts += [(kind.model.objects.living().count(), kind.plural.lower()) for kind in declare.types()]
        counts.append((done.files, "files"))
        return ", ".join(f"{number:,} {name}" for number, name in counts if number)

    def tell(self, done: restore.Restored, found: str, aside: Path | None, seconds: float) -> None:
        """Say what is there, and what is to be done."""
        data = os.environ[RESTORE_INTO]
        where = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
        made = done.manifest.made_at[:16].replace("T", " ")
        self.stdout.write(
            f"Restored the backup of {made} UTC into {data} and {where} in {seconds:.1f} s: {found}."
        )
        if aside or done.set_aside:
            kept = " and ".join(
                filter(None, [str(aside or ""), done.set_aside and f"the schema {done.set_aside}"])
            )
            self.stdout.write(f"What was there before is kept in {kept}.")
        if done.erased:
            self.stdout.write(f"{done.erased:,} people who were erased since were erased again.")
        self.stdout.write(_doors(done))
        if os.environ.get("KEEN_SECRET_KEY"):
            self.stdout.write(
                "KEEN_SECRET_KEY is set here, so the key of the backup in secret.key is not used."
            )
        if (Path(data) / restore.OLD_SETTINGS).exists():
            self.stdout.write(f"The settings of then are in {Path(data) / restore.OLD_SETTINGS}.")
        self.stdout.write(onward(Path(data)))


def onward(data: Path) -> str:
    """What to do with the copy, in the directory where it is."""
    given = "" if data == PROJECT / "var" / "keen" else f"KEEN_DATA={shlex.quote(str(data))} "
    return (
        f"No mail, webhook or schedule goes out yet: look around with {given}./keen serve, then run"
        f" {given}./keen resume, or press Go on on the page Jobs and health."
    )


def _doors(done: restore.Restored) -> str:
    """Who can come in now."""
    if done.closed is None:
        return "API tokens, invitations and sessions are open as in the backup: look for those that were ended since."
    return (
        f"{done.closed.tokens:,} API tokens and {done.closed.invitations:,} invitations were revoked and everybody was"
        " signed out, as some of them were ended since the backup: make new tokens. Passwords and who is active are"
        " those of the backup: check them."
    )
