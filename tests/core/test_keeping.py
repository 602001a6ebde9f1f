"""The journal of backups, and the rest after a restore."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from keen.core import queries
from keen.core.actions import keeping
from keen.core.domain.actor import SYSTEM
from keen.core.jobs.mail import send_mail
from keen.core.jobs.runs import run_ready
from keen.core.models import Backup, Change, Hold, Notice
from keen.core.queue.overview import DISCARDED
from keen.lib.errors import ForbiddenError, RuleError
from tests.factories.core import make_user

pytestmark = pytest.mark.django_db


def mail(subject: str) -> None:
    send_mail.enqueue(to="a@b.example", subject=subject, body="x")


def written(**more: object) -> keeping.Written:
    return keeping.Written(
        **{"place": "/b/x.zip", "size": 1, "sha256": "0" * 64, "rows": 2, "files": 3, **more}
    )


def test_while_there_is_a_hold_no_task_is_taken():
    mail("Waits")
    keeping.hold(file="keen.zip", made_at=timezone.now())
    before = run_ready()
    keeping.resume(actor=SYSTEM, discard=False)

    assert (before, run_ready()) == (0, 1)


def test_going_on_sets_aside_what_waited_before_the_restore_and_nothing_else():
    mail("Old")
    keeping.hold(file="keen.zip", made_at=timezone.now())
    mail("New")
    receipt = keeping.resume(actor=SYSTEM, discard=True)

    assert receipt.text == "Background work goes on. 1 task from before the restore was set aside."
    assert [
        row.args_kwargs["kwargs"]["subject"] for row in DBTaskResult.objects.filter(backend_name=DISCARDED)
    ] == ["Old"]
    assert run_ready() == 1
    assert Change.objects.get(kind="installation").after == {
        "file": "keen.zip",
        "waited": 1,
        "discarded": True,
    }


def test_only_who_sees_health_lets_it_go_on_and_only_once():
    keeping.hold(file="keen.zip", made_at=timezone.now())
    with pytest.raises(ForbiddenError):
        keeping.resume(actor=make_user("sales_rep").actor(), discard=False)
    assert queries.held().file == "keen.zip"

    keeping.resume(actor=make_user("administrator").actor(), discard=False)
    with pytest.raises(RuleError, match="goes on already"):
        keeping.resume(actor=SYSTEM, discard=False)
    assert not Hold.objects.exists()


def test_the_journal_remembers_more_than_a_year_and_no_more():
    for _ in range(keeping.REMEMBERED + 5):
        keeping.note_backup(actor=SYSTEM, began=timezone.now(), scheduled=True, written=written())

    assert Backup.objects.count() == keeping.REMEMBERED


def test_a_failure_by_the_clock_is_told_to_those_who_see_health_and_one_by_hand_to_nobody():
    admin = make_user("administrator")
    make_user("sales_rep")
    began = timezone.now()
    keeping.note_failure(actor=SYSTEM, began=began, scheduled=False, problem="The disk is full.")
    assert not Notice.objects.exists()
    for _ in range(2):
        keeping.note_failure(actor=SYSTEM, began=began, scheduled=True, problem="The disk is full.")

    assert list(Notice.objects.values_list("user_id", "detail")) == [(admin.pk, "The disk is full.")]


def test_backups_are_well_when_the_last_one_is_fresh_and_its_trial_went_well():
    now = timezone.now()
    assert not queries.backups(now).well
    made = keeping.note_backup(actor=SYSTEM, began=now, scheduled=True, written=written())
    assert queries.backups(now).well
    assert not queries.backups(now + timedelta(hours=50)).well

    keeping.note_rehearsal(backup=made, seconds=3, problem="The file is damaged.")
    assert not queries.backups(now).well
    keeping.note_rehearsal(backup=made, seconds=3)
    assert queries.backups(now).well


def test_a_failed_backup_does_not_count_as_one():
    now = timezone.now()
    keeping.note_failure(actor=SYSTEM, began=now, scheduled=True, problem="No.")

    assert queries.backups(now).latest is None
    assert [line.problem for line in queries.backups(now).lines] == ["No."]
