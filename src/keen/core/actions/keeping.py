"""What is noted of backups, and the rest that a restored installation keeps until somebody says go on."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult

from keen.core import queries
from keen.core.actions import operations
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import ApiToken, Backup, Hold, Notice, User
from keen.core.queue.backend import ring
from keen.core.queue.overview import DISCARDED
from keen.lib.errors import ForbiddenError, RuleError

REMEMBERED = 400
"""Lines of the journal: more than a year of daily backups."""
FURTHER = 1_000
"""By how much session stamps are raised: more often than anybody ended their sessions since a backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What there is to say of a backup that was written."""

    place: str
    size: int
    sha256: str
    rows: int
    files: int
    sealed: bool = False
    notes: tuple[str, ...] = field(default=())


def note_backup(*, actor: Actor, began: datetime, scheduled: bool, written: Written) -> Backup:
    """A new line of the journal: the backup is whole. The oldest lines go.

    Cost: 2 queries.
    """
    made = Backup.objects.create(
        started_at=began,
        finished_at=timezone.now(),
        by_id=actor.user_id,
        scheduled=scheduled,
        place=written.place[:1000],
        size=written.size,
        sha256=written.sha256,
        rows=written.rows,
        files=written.files,
        sealed=written.sealed,
        notes=[note[:300] for note in written.notes[:50]],
    )
    Backup.objects.filter(pk__lte=made.pk - REMEMBERED).delete()
    return made


def note_failure(*, actor: Actor, began: datetime, scheduled: bool, problem: str) -> None:
    """A line of the journal that says why there is no backup; those who see jobs and health are told, once a day.

    Cost: 1 query, 3 for one by the clock.
    """
    now = timezone.now()
    with transaction.atomic():
        Backup.objects.create(
            started_at=began, finished_at=now, by_id=actor.user_id, scheduled=scheduled, problem=problem[:400]
        )
        if scheduled:
            _tell("The backup failed", problem, f"backup-failed-{now:%Y-%m-%d}")


def note_rehearsal(*, backup: Backup, seconds: float, problem: str = "") -> None:
    """Note that restoring the backup was tried, and tell those who see jobs and health when it did not work.

    Cost: 1 query, 3 when it did not work.
    """
    now = timezone.now()
    with transaction.atomic():
        Backup.objects.filter(pk=backup.pk).update(
            rehearsed_at=now, rehearsal_seconds=seconds, rehearsal_problem=problem[:400]
        )
        if problem:
            _tell("A backup cannot be restored", problem, f"rehearsal-failed-{now:%Y-%m-%d}")


def ask_for(*, actor: Actor, what: str, once: str = "") -> Receipt:
    """The receipt of asking for a backup or an export, which the caller puts in the queue in the same transaction.

    Raises: AlreadyDoneError when it was asked for with the same page before.
    Cost: 3 queries.
    """
    said = {
        "backup": ("The backup is being made.", "A notice says when it is there and was tried."),
        "export": ("Everything is being written out.", "A notice says when it can be fetched."),
    }
    work = operations.start(actor=actor, verb=f"asked for {what}", once=once[:80])
    operations.note(work, operations.Entry("installation", 0, 0, f"{what} wanted", {}, {"what": what}))
    text, after = said[what]
    told = Receipt("saved", text, object=Link("Backups", reverse("backups")), nothing_next=after)
    return operations.finish(work, told, undoable=False)


def tell_asker(*, user: User, text: str, detail: str, href: str) -> None:
    """A notice to whoever asked for something that took its time.

    Cost: 1 query.
    """
    Notice.objects.create(
        user=user, kind="backup", text=text[:300], detail=detail[:300], href=href, at=timezone.now()
    )


def _tell(text: str, detail: str, once: str) -> None:
    people = [user for user in User.objects.filter(is_active=True) if user.given.has("system.view")]
    Notice.objects.bulk_create(
        [
            Notice(
                user=user,
                kind="backup",
                text=text,
                detail=detail[:300],
                href=reverse("backups"),
                at=timezone.now(),
                once=once,
            )
            for user in people
        ],
        ignore_conflicts=True,
    )


def hold(*, file: str, made_at: datetime) -> Hold:
    """Let no background work be taken from now on: this database was restored from the file.

    Cost: 2 queries.
    """
    Hold.objects.all().delete()
    return Hold.objects.create(since=timezone.now(), made_at=made_at, file=file[:300])


@dataclass(frozen=True, slots=True)
class Closed:
    """How many API tokens and invitations were open, and open nothing now."""

    tokens: int
    invitations: int


@transaction.atomic
def close_old_doors() -> Closed:
    """What was closed: a restored database has the tokens, invitations and sessions that were ended since its backup.

    Cost: 5 queries.
    """
    work = operations.start(actor=SYSTEM, verb="restored")
    tokens = ApiToken.objects.filter(revoked_at=None, expires_at__gt=work.at).update(revoked_at=work.at)
    invitations = queries.open_invitations().order_by().update(revoked_at=work.at)
    User.objects.update(session_stamp=F("session_stamp") + FURTHER)
    told: dict[str, object] = {"tokens": tokens, "invitations": invitations}
    operations.note(work, operations.Entry("installation", 0, 0, "restored", {}, told))
    operations.finish(work, Receipt("saved", "Restored a backup."), undoable=False)
    return Closed(tokens, invitations)


@transaction.atomic
def resume(*, actor: Actor, discard: bool) -> Receipt:
    """The receipt, after background work goes on; what waited since before the restore is set aside if so wished.

    Raises: ForbiddenError; RuleError when nothing rests.
    """
    if not (actor.rights.has("system.view") and actor.may_write):
        raise ForbiddenError
    held = Hold.objects.select_for_update().order_by("pk").last()
    if held is None:
        raise RuleError("not_held", "Background work goes on already.")
    waiting = DBTaskResult.objects.filter(
        status__in=(Status.READY, Status.RUNNING), backend_name="default", enqueued_at__lt=held.since
    )
    count = waiting.count()
    if discard:
        waiting.update(status=Status.FAILED, backend_name=DISCARDED, finished_at=timezone.now())
    Hold.objects.all().delete()
    work = operations.start(actor=actor, verb="resumed")
    told = {"file": held.file, "waited": count, "discarded": discard}
    operations.note(work, operations.Entry("installation", 0, 0, "resumed", {}, told))
    ring()
    tasks = "1 task" if count == 1 else f"{count:,} tasks"
    aside = (
        f" {tasks} from before the restore {'was' if count == 1 else 'were'} set aside."
        if discard and count
        else ""
    )
    receipt = Receipt(
        "saved",
        f"Background work goes on.{aside}",
        object=Link("Jobs and health", reverse("jobs")),
        nothing_next="The worker takes what waits within seconds.",
    )
    return operations.finish(work, receipt, undoable=False)


def note_export(*, actor: Actor, rows: int, files: int) -> None:
    """A line of the audit trail: who took everything along.

    Cost: 2 queries.
    """
    with transaction.atomic():
        work = operations.start(actor=actor, verb="exported")
        told = {"records": "Everything", "count": rows, "files": files}
        operations.note(work, operations.Entry("installation", 0, 0, "exported", {}, told))
        operations.finish(work, Receipt("saved", "Exported everything."), undoable=False)
