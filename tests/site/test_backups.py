"""Backups by the clock and by a button, their trial, and what the page says of them."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from keen.core.jobs.mail import send_mail
from keen.core.jobs.runs import run_ready
from keen.core.models import Backup, Change, Hold, Notice
from keen.site import jobs
from keen.site.keeping import routine
from tests.factories.core import make_user
from tests.factories.keeping import Company, here
from tests.receipts import assert_receipt


@pytest.fixture
def admin(client, transactional_db):
    user = make_user("administrator")
    client.force_login(user)
    return user


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rehearsal is told of the database: the one of this test."""
    monkeypatch.setattr(settings.KEEN, "database_url", here())


def test_the_backup_of_the_night_is_made_tried_and_the_oldest_forgotten(
    company: Company, data: Path, database: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settings.KEEN, "backup_keep", 2)
    folder = data / "backups"
    folder.mkdir()
    for name in ("keen-2020-01-01-000000.zip", "keen-2020-01-02-000000.zip", "keen-mine.zip", "other.zip"):
        (folder / name).write_text("old")
    for name in (".keen-2020-01-02-000000.zip.77.part", ".holiday-film.mp4.77.part"):
        (folder / name).write_text("half")  # of a night on which the worker was killed, and somebody else's
        os.utime(folder / name, (0, 0))
    (data / ".rehearsal-killed").mkdir()
    os.utime(data / ".rehearsal-killed", (0, 0))
    jobs.make_daily_backup.enqueue()
    run_ready()

    noted = Backup.objects.get()
    assert (noted.problem, noted.rehearsal_problem) == ("", "")
    assert noted.scheduled
    assert noted.rehearsed_at
    assert (noted.rows > 60, noted.files) == (True, 2)
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            Path(noted.place).name,
            "keen-2020-01-02-000000.zip",
            "keen-mine.zip",
            "other.zip",
            ".holiday-film.mp4.77.part",
        ]
    )
    assert noted.size == Path(noted.place).stat().st_size
    assert not list(data.glob(".rehearsal-*"))


@pytest.mark.sqlite
def test_a_backup_that_cannot_be_restored_is_told_to_those_who_see_health(
    company: Company, data: Path, database: None
):
    noted, done = routine.make_backup(routine.new_place())
    spoilt = bytearray(done.path.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    done.path.write_bytes(spoilt)
    tried = routine.rehearse(noted)

    assert "damaged" in tried.problem
    noted.refresh_from_db()
    assert noted.rehearsal_problem == tried.problem
    assert list(Notice.objects.filter(kind="backup").values_list("user__name", "text")) == [
        (company.admin.name, "A backup cannot be restored")
    ]
    assert not list(data.glob(".rehearsal-*"))


def test_a_backup_that_fails_at_night_leaves_its_reason_and_a_notice_once_a_day(
    company: Company, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("no directory")
    monkeypatch.setattr(settings.KEEN, "backup_dir", str(tmp_path / "file" / "below"))
    for _ in range(2):
        with pytest.raises(Exception, match="cannot be written"):
            jobs.make_daily_backup.call()

    assert Backup.objects.count() == 2
    assert all("cannot be written (Not a directory)" in row.problem for row in Backup.objects.all())
    assert Notice.objects.filter(kind="backup").count() == 1


def test_nothing_is_made_at_night_when_none_is_to_be_kept(
    company: Company, data: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settings.KEEN, "backup_keep", 0)

    assert jobs.make_daily_backup.call() == "none wanted"
    assert not (data / "backups").exists()


def test_the_page_says_when_the_last_one_was_and_how_its_trial_went(client, admin, data: Path):
    empty = client.get(reverse("backups")).content.decode()
    assert "No backup yet" in empty

    at = timezone.now() - timedelta(hours=3)
    made = {
        "started_at": at,
        "finished_at": at,
        "place": "/b/keen.zip",
        "size": 5_000_000,
        "rows": 12345,
        "files": 3,
    }
    Backup.objects.create(**made, rehearsed_at=at, rehearsal_seconds=41, scheduled=True)
    Backup.objects.create(
        started_at=at - timedelta(days=1), finished_at=at, problem="The disk of /b is full", scheduled=True
    )
    page = client.get(reverse("backups")).content.decode()
    jobs_page = client.get(reverse("jobs")).content.decode()

    assert "12,345" in page
    assert "All the same" in page
    assert "in 41 s" in page
    assert "The disk of /b is full" in page
    assert "No fresh backup" not in page
    assert re.search(r"Last one 3 (h|hours) ago", jobs_page)

    Backup.objects.update(started_at=timezone.now() - timedelta(days=3))
    assert "No fresh backup" in client.get(reverse("backups")).content.decode()


@pytest.mark.sqlite
def test_a_button_makes_a_backup_and_a_notice_says_so(
    client, admin, company: Company, data: Path, database: None
):
    given = {"_once": "abc"}
    answer = client.post(reverse("backup-now"), given)
    assert_receipt(answer)
    client.post(reverse("backup-now"), given)  # pressed twice
    run_ready()

    noted = Backup.objects.get()
    assert (noted.by, noted.problem, noted.rehearsal_problem) == (admin, "", "")
    assert Notice.objects.get(user=admin).text == "The backup is made, and was restored on trial"


def test_a_button_writes_everything_out_for_the_one_who_asked(client, admin, company: Company, data: Path):
    assert_receipt(client.post(reverse("export-now"), {"_once": "x"}))
    run_ready()
    page = client.get(reverse("backups")).content.decode()
    (address,) = re.findall(r'href="(/settings/backups/export/[^"]+)"', page)
    answer = client.get(address)

    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert answer["Content-Disposition"].startswith('attachment; filename="keen-')
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    assert Change.objects.filter(kind="installation", verb="exported", actor=admin).count() == 1
    other = make_user("administrator")
    client.force_login(other)
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("backups")).content.decode()


@pytest.mark.parametrize("name", ["../../secret.key", "..%2fsecret.key", "1-x.zip", "secret.key"])
def test_nothing_but_exports_is_handed_out(client, admin, data: Path, name: str):
    (data / "secret.key").write_text("canary")

    assert client.get(f"/settings/backups/export/{name}").status_code == 404


def test_an_export_can_be_fetched_for_two_days(company: Company, data: Path):
    name, _ = routine.export_for(company.admin.actor())
    path = data / "exports" / name
    killed = path.with_name(f".1-20200101-000000-{'0' * 32}.zip.77.part")
    killed.write_text("half")
    os.utime(killed, (0, 0))
    other, _ = routine.export_for(company.admin.actor())
    assert not killed.exists()
    assert routine.forget_exports() == 0
    (data / "exports" / other).unlink()
    old = (timezone.now() - timedelta(days=2, minutes=1)).timestamp()
    os.utime(path, (old, old))

    assert routine.forget_exports() == 1
    assert not path.exists()


@pytest.mark.parametrize("role", ["sales_rep", "executive", "reader"])
def test_who_may_not_see_health_sees_no_backups_and_takes_nothing_out(
    client, transactional_db, data: Path, role: str
):
    client.force_login(make_user(role))

    assert client.get(reverse("backups")).status_code == 403
    for name in ("backup-now", "export-now", "job-resume"):
        assert client.post(reverse(name)).status_code == 403
    assert (
        client.get(reverse("export-file", args=["1-20260101-000000-" + "0" * 32 + ".zip"])).status_code == 403
    )
    assert not (data / "exports").exists()


def test_whoever_lost_the_power_meanwhile_gets_no_export(client, admin, company: Company, data: Path):
    client.post(reverse("export-now"), {"_once": "x"})
    admin.roles.clear()
    type(admin).objects.filter(pk=admin.pk).update(rights={})
    run_ready()

    assert not (data / "exports").exists()


def test_a_restored_copy_says_on_its_pages_that_it_waits_and_goes_on_when_told(client, admin, data: Path):
    send_mail.enqueue(to="a@b.example", subject="Old", body="x")
    Hold.objects.create(since=timezone.now(), made_at=timezone.now() - timedelta(days=1), file="keen.zip")
    send_mail.enqueue(to="a@b.example", subject="New", body="x")
    assert run_ready() == 0
    page = client.get(reverse("jobs")).content.decode()
    assert "Restored from a backup" in page
    receipt = assert_receipt(client.post(reverse("job-resume"), {"discard": "1"}))

    assert "1 task from before the restore was set aside" in receipt.text
    assert run_ready() == 1
    assert client.post(reverse("job-resume")).status_code == 422
    assert "Restored from a backup" not in client.get(reverse("jobs")).content.decode()
