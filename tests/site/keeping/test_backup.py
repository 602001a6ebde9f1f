"""A backup is whole, of one moment, and appears only when it is on the disk."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from threading import Event, Thread

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from keen.core.models import User
from keen.lib.errors import RuleError
from keen.people.models import Relation
from keen.site.keeping import backup, restore
from keen.site.keeping.reading import snapshot
from keen.site.keeping.tables import LEFT_OUT, NOT_MODELS, tables
from tests.factories.keeping import FILES, PROJECT, Company, Place, here, rows_at, run

AS_IT_COMES = {
    "core_hold",
    "core_cache",
    "records_searchentry",
    "sqlite_sequence",
    "django_session",
    "django_migrations",
}


def place_of(database: str, data: Path) -> Path | str:
    return database or data / "keen.sqlite3"


def test_a_backup_restored_elsewhere_has_every_row_of_every_table_and_every_file(
    company: Company, data: Path, tmp_path: Path, elsewhere: str
) -> None:
    done = backup.back_up(tmp_path / "company.zip")
    there = tmp_path / "there"
    restored = run(
        "restore", done.path, "--data", there, "--check", "--keep-tokens", data=data, database=elsewhere
    )

    assert (restored.returncode, restored.stderr) == (0, "")
    assert "2 people who sign in, 4 contacts, 2 accounts, 2 activities, 2 files" in restored.stdout
    before = rows_at(Path(connection.settings_dict["NAME"]) if not elsewhere else here())
    after = rows_at(place_of(elsewhere, there))
    assert set(before) == set(after)
    assert {name for name in before if before[name] != after[name]} <= AS_IT_COMES
    assert sum(map(len, before.values())) > 60
    assert {name: (there / name).read_bytes() for name in FILES} == FILES
    assert (there / "secret.key").read_text() == (data / "secret.key").read_text()
    assert oct((there / "secret.key").stat().st_mode)[-3:] == "600"
    assert oct(done.path.stat().st_mode)[-3:] == "600"


def test_what_was_restored_is_found_and_gives_new_ids_to_new_records(
    company: Company, data: Path, tmp_path: Path, elsewhere: str
) -> None:
    with transaction.atomic():  # the highest id is given out and gone: it must not come back to somebody else
        gone = Relation.objects.create(
            from_kind="a", from_id=1, to_kind="b", to_id=2, role="", created_at=company.rep.created_at
        )
    number = gone.pk
    gone.delete()
    done = backup.back_up(tmp_path / "company.zip")
    there = tmp_path / "there"
    run("restore", done.path, "--data", there, data=data, database=elsewhere)

    code = (
        "from keen.people.models import Relation as R; from django.utils.timezone import now;"
        "from keen.records.models import SearchEntry as S;"
        "print(R.objects.create(from_kind='a', from_id=1, to_kind='b', to_id=3, role='', created_at=now()).pk,"
        " S.objects.filter(record_kind='contact').count())"
    )
    said = run("shell", "--no-imports", "--command", code, data=there, database=elsewhere)

    assert said.stdout.split() == [str(number + 1), "4"], said.stderr


def test_a_backup_between_two_writes_of_one_transaction_has_both_or_none(
    company: Company, data: Path, tmp_path: Path, elsewhere: str
) -> None:
    stop, wrote = Event(), []

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with transaction.atomic():
                for side in ("left", "right"):
                    Relation.objects.create(
                        from_kind=side, from_id=number, to_kind="x", to_id=1, role="", created_at=company.rep.created_at
                    )  # fmt: skip
            wrote.append(time.monotonic())
        connection.close()

    writer = Thread(target=write)
    writer.start()
    try:
        while len(wrote) < 20:
            time.sleep(0.01)
        began = time.monotonic()
        done = backup.back_up(tmp_path / "company.zip")
        ended = time.monotonic()
    finally:
        stop.set()
        writer.join()
    restored = run(
        "restore", done.path, "--data", tmp_path / "there", "--check", data=data, database=elsewhere
    )

    assert restored.returncode == 0, restored.stderr
    with zipfile.ZipFile(done.path) as archive:
        told = json.loads(archive.read("manifest.json"))
        columns = next(t for t in told["tables"] if t["name"] == "people_relation")["columns"]
        at = [column["name"] for column in columns].index("from_kind")
        kinds = [json.loads(line)[at] for line in archive.read("tables/people_relation.jsonl").splitlines()]
    assert kinds.count("left") == kinds.count("right") >= 20
    assert [moment for moment in wrote if began < moment < ended], "the writer waited for the backup"


def test_a_backup_that_is_killed_leaves_no_file_under_its_name(
    company: Company, data: Path, tmp_path: Path
) -> None:
    target = tmp_path / "company.zip"
    code = (
        "import django, sys, time; django.setup()\n"
        "from keen.site.keeping import backup\n"
        "from pathlib import Path\n"
        "whole = backup.write_files\n"
        "def slow(writer, data):\n"
        "    print('halfway', flush=True); time.sleep(60); return whole(writer, data)\n"
        "backup.write_files = slow\n"
        "backup.back_up(Path(sys.argv[1]))\n"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.factories.import_settings",
        "KEEN_TEST_NAME": str(connection.settings_dict["NAME"]),
        "KEEN_TEST_FILES": str(data / "files"),
        "PYTHONPATH": f"{PROJECT / 'src'}:{PROJECT}",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", code, target], env=environment, stdout=subprocess.PIPE, cwd=PROJECT
    )
    assert process.stdout.readline() == b"halfway\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert not target.exists()
    (draft,) = tmp_path.glob(".company.zip.*.part")
    os.utime(draft, (0, 0))
    assert backup.back_up(target).rows > 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []


@pytest.mark.sqlite
def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(vacant: Place, tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))

    place = vacant.data
    (place / "files").mkdir(exist_ok=True)
    (place / "files" / "big.jpg").write_bytes(os.urandom(8_000_000))
    out = tmp_path / "out"
    said = run("backup", out / "company.zip", data=place, preexec_fn=little_room)

    assert said.returncode == 1
    assert said.stderr.strip().endswith(
        f"The disk of {out} is full: make room or give another place. No backup was written."
    )
    assert list(out.iterdir()) == []


def test_a_backup_overwrites_nothing(company: Company, tmp_path: Path) -> None:
    target = tmp_path / "company.zip"
    target.write_text("precious")

    with pytest.raises(RuleError, match="is there already"):
        backup.back_up(target)

    assert target.read_text() == "precious"


def test_what_follows_from_others_and_what_is_no_file_stays_out(
    company: Company, data: Path, tmp_path: Path
) -> None:
    for name in (
        "backups/old.zip",
        "static/a.css",
        "cache/a.cache",
        ".write-1",
        "keen.sqlite3-wal",
        "usage/1.ndjson",
    ):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_text("x")
    (data / "files" / "out").symlink_to("/etc/passwd")
    done = backup.back_up(tmp_path / "company.zip")

    with zipfile.ZipFile(done.path) as archive:
        found = {name for name in archive.namelist() if name.startswith("data/")}
    assert found == {*(f"data/{name}" for name in FILES), "data/usage/1.ndjson"}


def test_settings_go_along_but_not_those_of_the_place(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEEN_REGION", "FR")
    monkeypatch.setenv("KEEN_EMAIL_FROM", 'A "B" <a@b.example>')
    monkeypatch.setenv("KEEN_DATABASE_URL", os.environ.get("KEEN_DATABASE_URL", ""))
    done = backup.back_up(tmp_path / "company.zip")

    with zipfile.ZipFile(done.path) as archive:
        lines = archive.read("settings.env").decode().splitlines()
    assert 'KEEN_REGION="FR"' in lines
    assert 'KEEN_EMAIL_FROM="A \\"B\\" <a@b.example>"' in lines
    assert not [line for line in lines if line.startswith(("KEEN_DATA", "KEEN_TEST", "KEEN_SECRET"))]


@pytest.mark.django_db
def test_every_table_of_the_database_is_kept_or_left_out_for_a_reason() -> None:
    models = apps.get_models(include_auto_created=True)
    kept = {table.name for table in tables(models)}
    with snapshot() as read:
        found = {name for name in read.names() if not name.startswith(("records_searchtokens", "sqlite_"))}

    assert found - kept - set(LEFT_OUT) - set(NOT_MODELS) == set()
    assert kept <= found


@pytest.mark.django_db
def test_every_column_that_the_database_has_is_read() -> None:
    described = connection.introspection.get_table_description
    with connection.cursor() as cursor:
        missing = {
            f"{table.name}.{column.name}"
            for table in tables(apps.get_models(include_auto_created=True))
            for column in described(cursor, table.name)
            if column.name not in table.names
        }

    assert missing == set()


def test_the_migrations_of_the_archive_are_those_of_the_database(company: Company, tmp_path: Path) -> None:
    done = backup.back_up(tmp_path / "company.zip")
    with done.path.open("rb") as source:
        manifest = restore.Reader(source, {backup.FORMAT}).manifest

    assert ["core", "0001_initial"] in manifest.migrations
    assert manifest.database == connection.vendor
    assert (manifest.rows, done.tables) == (done.rows, len(manifest.tables))
    assert User._meta.db_table in {table["name"] for table in manifest.tables}
    assert settings.SECRET_KEY not in json.dumps(manifest.tables)
