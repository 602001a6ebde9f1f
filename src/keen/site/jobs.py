"""Work in the background that is about the whole installation: backups, their rehearsal, exports of everything."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from keen.core.actions import keeping
from keen.core.jobs import LONG, Policy, job
from keen.core.models import User
from keen.lib.errors import ForbiddenError
from keen.site.keeping import routine

LONGEST = Policy(max_attempts=3, limit=timedelta(hours=6))


@job(queue=LONG, policy=LONGEST)
def make_daily_backup() -> str:
    """Where the backup of today is. The oldest ones are deleted, the new one is tried."""
    if not settings.KEEN.backup_keep:
        return "none wanted"
    noted, done = routine.make_backup(routine.new_place(), scheduled=True)
    routine.forget_old()
    if settings.KEEN.backup_rehearse:
        routine.rehearse(noted)
    return done.path.name


@job(queue=LONG, policy=LONGEST)
def back_up_now(user_id: int) -> str:
    """Where the backup is that somebody asked for. It is tried, and they are told."""
    user = User.objects.get(pk=user_id)
    actor = user.actor(via="job") if user.is_active else None
    if actor is None or not actor.rights.has("system.view"):
        raise ForbiddenError
    noted, done = routine.make_backup(routine.new_place(), actor=actor)
    tried = routine.rehearse(noted)
    keeping.tell_asker(
        user=user,
        text="The backup cannot be restored"
        if tried.problem
        else "The backup is made, and was restored on trial",
        detail=tried.problem or f"{done.rows:,} rows, {done.files:,} files, {done.size / 1e6:,.1f} MB.",
        href=reverse("backups"),
    )
    return done.path.name


@job(queue=LONG, policy=LONGEST)
def export_everything(user_id: int) -> str:
    """The name of the export that somebody asked for. They are told where to fetch it."""
    user = User.objects.get(pk=user_id)
    actor = user.actor(via="job") if user.is_active else None
    if actor is None or not actor.rights.has("export.all"):
        raise ForbiddenError
    name, done = routine.export_for(actor)
    keeping.tell_asker(
        user=user,
        text="The export of everything is ready",
        detail=f"{done.rows:,} lines, {done.size / 1e6:,.1f} MB. It can be fetched for two days.",
        href=reverse("backups") + "#exports",
    )
    return name


@job(priority=-50)
def forget_exports() -> int:
    """How many exports were deleted that nobody can fetch any more."""
    return routine.forget_exports()
