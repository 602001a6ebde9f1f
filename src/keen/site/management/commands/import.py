# ruff: noqa: N999  the command is called like this
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keen.core.domain.actor import Actor
from keen.core.health import pending_migrations
from keen.core.models import User
from keen.lib.errors import RuleError
from keen.records import declare
from keen.records.actions import imports
from keen.records.importing import files, runs
from keen.records.models import ImportRun
from keen.records.pages import importing
from keen.records.queries import imports as queries
from keen.site.keeping import intake

CHUNK = 1 << 20
RESUMABLE = ("loading", "paused", "failed")


class Command(BaseCommand):
    """Bring a file in: records, or the whole export of a company."""

    help = (
        "Bring a CSV or Excel file in, checked and matched as the pages under /import/ do it; or a whole export"
        " (.zip) into an empty installation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="The file: CSV, .xlsx, or .zip of an export")
        parser.add_argument("--kind", help="What the rows are: contact or account; found out when not given")
        parser.add_argument(
            "--as", dest="email", metavar="EMAIL", help="Whose rights hold, and who owns the new records"
        )
        parser.add_argument(
            "--mapping", metavar="NAME", help="A kept match; else the columns are matched by themselves"
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say what would happen")
        parser.add_argument(
            "--resume", type=int, metavar="NUMBER", help="Go on with an import that was stopped"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if options["file"] and options["file"].suffix.lower() == ".zip":
            self._take_company(options["file"])
            return
        try:
            run = self._resumed(options["resume"]) if options["resume"] else self._read(options)
            if run is not None:
                self._finish(run)
        except RuleError as error:
            raise CommandError(error.message) from None

    def _take_company(self, path: Path) -> None:
        if pending_migrations():
            raise CommandError("The database is not up to date: run ./keen migrate")
        began = time.monotonic()
        try:
            with path.open("rb") as source:
                taken = intake.take_in(source)
        except RuleError as error:
            raise CommandError(f"{error.message} Nothing was imported.") from None
        except OSError as error:
            raise CommandError(f"Nothing was imported: {error.filename or path}: {error.strerror}.") from None
        counts = [f"{User.objects.count():,} people"]
        found = {kind.plural.lower(): kind.model.objects.living().count() for kind in declare.types()}
        counts += [f"{count:,} {name}" for name, count in found.items() if count]
        counts.append(f"{taken.files:,} files")
        self.stdout.write(
            f"The company of {path.name} is in, {taken.manifest.rows:,} lines in {time.monotonic() - began:.1f} s:"
            f" {', '.join(counts)}."
        )
        first = next(
            (
                user
                for user in User.objects.filter(is_active=True).order_by("pk")
                if user.given.has("users.manage")
            ),
            None,
        )
        if first:
            self.stdout.write(
                f"Passwords are not in an export. ./keen changepassword {first.email} sets one for an administrator;"
                " the others get a link under “Forgot it?” on the sign-in page."
            )

    def _resumed(self, number: int) -> ImportRun:
        run = ImportRun.objects.filter(pk=number, state__in=RESUMABLE).first()
        if run is None:
            raise CommandError(f"There is no stopped import {number}.")
        owner = User.objects.get(pk=run.owner_id)
        return imports.resume(actor=owner.actor(via="import"), run_id=run.pk)

    def _read(self, options: dict[str, Any]) -> ImportRun | None:
        """The import, ready to be loaded; None after a dry run."""
        if not options["file"] or not options["email"]:
            raise CommandError("Name a file, and with --as the one who brings it in.")
        actor = self._actor(options["email"])
        run = self._match(self._take_in(options["file"], actor), actor, options)
        imports.start_check(actor=actor, run_id=run.pk)
        runs.check(run.pk)
        run.refresh_from_db()
        self._tell(run)
        if run.state != "checked":
            raise CommandError(run.message)
        if options["dry_run"]:
            files.discard(imports.discard(actor=actor, run_id=run.pk))
            self.stdout.write("Nothing was written.")
            return None
        return imports.start_load(actor=actor, run_id=run.pk)

    def _actor(self, email: str) -> Actor:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody here signs in as {email}.")
        return user.actor(via="import")

    def _take_in(self, path: Path, actor: Actor) -> ImportRun:
        try:
            with path.open("rb") as source:
                return importing.take_in(actor, path.name, iter(lambda: source.read(CHUNK), b""))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from None

    def _match(self, run: ImportRun, actor: Actor, options: dict[str, Any]) -> ImportRun:
        kind, name = options["kind"], options["mapping"]
        if kind and declare.find(kind) is None:
            raise CommandError(f"There is no kind “{kind}”.")
        stored = files.Stored(run.path, run.size, run.sha256)
        if name:
            template = queries.template_named(actor, name)
            upload = importing.read_upload(actor, stored, run.name, run.choices, template.kind)
            run = imports.reread(actor=actor, run_id=run.pk, upload=upload)
            mapping = importing.with_template(template, run.headers).to_json()
            run = imports.match(actor=actor, run_id=run.pk, mapping=mapping)
            return imports.choose(actor=actor, run_id=run.pk, options=template.options)
        if kind and kind != run.kind:
            upload = importing.read_upload(actor, stored, run.name, run.choices, kind)
            run = imports.reread(actor=actor, run_id=run.pk, upload=upload)
        return run

    def _tell(self, run: ImportRun) -> None:
        for column in run.mapping["columns"]:
            if column["target"]:
                self.stdout.write(f"  {column['column']} becomes {column['target']}")
        for group in run.report.get("groups", ()):
            self.stdout.write(f"  {group['count']:,}: {group['repair']}")
        self.stdout.write(self._numbers(run))

    def _numbers(self, run: ImportRun) -> str:
        return (
            ", ".join(f"{number:,} {name}" for name, number in sorted(run.counts.items()) if number)
            or "no rows"
        )

    def _finish(self, run: ImportRun) -> None:
        self.stdout.write(
            f"Import {run.pk} begins; `keen import --resume {run.pk}` goes on with it if it is stopped."
        )
        self.stdout.flush()
        runs.load(run.pk, tell=False)
        run.refresh_from_db()
        if run.state != "done":
            raise CommandError(run.message or f"The import is {run.get_state_display().lower()}.")
        self.stdout.write(f"{run.name} is in: {self._numbers(run)}.")
