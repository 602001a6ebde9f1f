"""A restore takes an empty place, refuses whole what it refuses, and lets nothing go out before somebody looked."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from keen.core.actions.invitations import Welcome, invite
from keen.core.domain.roster import Invitee
from keen.core.jobs.mail import send_mail
from keen.people.models import Contact
from keen.privacy.actions.erasure import erase_contact
from keen.records.queries.tombstones import hashes_of
from keen.site.keeping import backup
from tests.factories.api import make_token
from tests.factories.fields import make_field
from tests.factories.keeping import Company, run
from tests.factories.people import make_contact


@pytest.fixture
def archive(company: Company, tmp_path: Path) -> Path:
    send_mail.enqueue(to="a@b.example", subject="Waits", body="x")
    return backup.back_up(tmp_path / "company.zip").path


def changed(archive: Path, change: Callable[[dict[str, bytes], dict], None]) -> Path:
    """The archive with other content, its manifest in step, as an older or newer Keen may have made it."""
    with zipfile.ZipFile(archive) as old:
        content = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(content.pop("manifest.json"))
    change(content, manifest)
    manifest["members"] = [member for member in manifest["members"] if member["name"] in content]
    target = archive.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as new:
        for name, data in content.items():
            new.writestr(name, data)
        new.writestr("manifest.json", json.dumps(manifest))
    return target


def tables_of(address: str) -> int:
    with psycopg.connect(address) as server:
        found = server.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return found[0] if found else 0


def test_a_damaged_backup_is_refused_before_anything_is_written(
    archive: Path, data: Path, tmp_path: Path, elsewhere: str
):
    damaged = bytearray(archive.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    archive.write_bytes(damaged)
    there = tmp_path / "there"
    said = run("restore", archive, "--data", there, data=data, database=elsewhere)

    assert said.returncode == 1
    assert "damaged" in said.stderr
    assert said.stderr.strip().endswith("Nothing was restored.")
    assert list(there.iterdir()) == []
    assert not elsewhere or tables_of(elsewhere) == 0


def test_a_file_that_would_run_as_part_of_keen_is_refused(
    archive: Path, data: Path, tmp_path: Path, elsewhere: str
):
    def change(content: dict[str, bytes], manifest: dict) -> None:
        name = "data/files/imports/abc"
        member = next(member for member in manifest["members"] if member["name"] == name)
        member["name"] = "data/cache/__jinja2_x.cache"
        content["data/cache/__jinja2_x.cache"] = content.pop(name)

    said = run(
        "restore", changed(archive, change), "--data", tmp_path / "there", data=data, database=elsewhere
    )

    assert "which no backup has. Nothing was restored." in said.stderr
    assert list((tmp_path / "there").iterdir()) == []


def test_a_backup_of_a_newer_keen_is_refused_by_name(
    archive: Path, data: Path, tmp_path: Path, elsewhere: str
):
    newer = changed(archive, lambda _, manifest: manifest["migrations"].append(["core", "0999_tomorrow"]))
    said = run("restore", newer, "--data", tmp_path / "there", data=data, database=elsewhere)

    assert "core.0999_tomorrow is not known here" in said.stderr
    assert "update this Keen first" in said.stderr


def test_a_backup_of_an_older_keen_is_brought_up_to_date(
    archive: Path, data: Path, tmp_path: Path, elsewhere: str
):
    def change(content: dict[str, bytes], manifest: dict) -> None:
        """As before there was a journal of backups."""
        own = [
            one
            for one in manifest["migrations"]
            if (one[0] == "core" and one[1] >= "0009") or "_squashed_" in one[1]
        ]
        later = ("privacy", "orders", "sales", "processes", "adoption")
        others = [one for one in manifest["migrations"] if one[0] in later]
        manifest["migrations"] = [one for one in manifest["migrations"] if one not in own + others]
        gone = {"core_backup"} | {t["name"] for t in manifest["tables"] if t["name"].startswith(later)}
        manifest["tables"] = [table for table in manifest["tables"] if table["name"] not in gone]
        for name in gone:
            del content[f"tables/{name}.jsonl"]

    there = tmp_path / "there"
    said = run("restore", changed(archive, change), "--data", there, data=data, database=elsewhere)
    after = run("backup", tmp_path / "again.zip", data=there, database=elsewhere)

    assert (said.returncode, after.returncode) == (0, 0), said.stderr + after.stderr


@pytest.mark.sqlite
def test_a_place_that_is_not_empty_is_refused_and_kept_beside_when_forced(
    archive: Path, data: Path, tmp_path: Path, elsewhere: str
):
    there = tmp_path / "there"
    (there / "backups").mkdir(parents=True)
    (there / "backups" / "old.zip").write_text("stays")
    (there / "precious.txt").write_text("mine")
    refused = run("restore", archive, "--data", there, data=data, database=elsewhere)
    forced = run("restore", archive, "--data", there, "--force", data=data, database=elsewhere)

    assert "is not empty" in refused.stderr
    assert forced.returncode == 0, forced.stderr
    (aside,) = there.glob("before-restore-*")
    assert (aside / "precious.txt").read_text() == "mine"
    assert (there / "backups" / "old.zip").read_text() == "stays"
    assert str(aside) in forced.stdout


@pytest.mark.sqlite
def test_a_place_that_keen_is_using_is_refused(archive: Path, data: Path, tmp_path: Path):
    there = tmp_path / "there"
    run("migrate", "-v0", data=there)
    with closing(sqlite3.connect(there / "keen.sqlite3")) as server:
        server.execute("SELECT count(*) FROM core_user").fetchone()
        said = run("restore", archive, "--data", there, "--force", data=data)

    assert f"Keen is using {there}: stop it first." in said.stderr


@pytest.mark.postgres
def test_a_database_that_is_not_empty_is_refused_and_kept_in_a_schema_when_forced(
    archive: Path, data: Path, tmp_path: Path, elsewhere: str
):
    with psycopg.connect(elsewhere, autocommit=True) as server:
        server.execute("CREATE TABLE core_user (id int); INSERT INTO core_user VALUES (7)")
    refused = run("restore", archive, "--data", tmp_path / "there", data=data, database=elsewhere)
    forced = run("restore", archive, "--data", tmp_path / "there", "--force", data=data, database=elsewhere)

    assert "The database is not empty" in refused.stderr
    assert forced.returncode == 0, forced.stderr
    with psycopg.connect(elsewhere) as server:
        (schema,) = server.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore_%'"
        ).fetchone()
        assert server.execute(f'SELECT id FROM "{schema}".core_user').fetchall() == [(7,)]  # noqa: S608
        assert server.execute("SELECT count(*) FROM core_user").fetchone() == (2,)
    assert f"the schema {schema}" in forced.stdout


@pytest.mark.sqlite
def test_a_restore_that_was_stopped_halfway_is_noticed_at_the_next_start(
    archive: Path, data: Path, tmp_path: Path
):
    there = tmp_path / "there"
    (there / ".restoring-1").mkdir(parents=True)
    said = run("migrate", data=there)
    again = run("restore", archive, "--data", there, data=data)

    assert said.returncode == 1
    assert "was not completed" in said.stderr
    assert again.returncode == 0, again.stderr
    assert not (there / ".restoring-1").exists()


@pytest.mark.sqlite
def test_nothing_goes_out_of_a_restored_copy_before_somebody_says_so(
    archive: Path, data: Path, tmp_path: Path, elsewhere: str
):
    there = tmp_path / "there"
    told = run("restore", archive, "--data", there, data=data, database=elsewhere)
    code = "from keen.core.jobs.runs import run_ready; print(run_ready())"
    look = ("shell", "--no-imports", "--command", code)
    before = run(*look, data=there, database=elsewhere)
    resumed = run("resume", data=there, database=elsewhere)
    after = run(*look, data=there, database=elsewhere)
    again = run("resume", data=there, database=elsewhere)

    assert "No mail, webhook or schedule goes out yet" in told.stdout
    assert (before.stdout, after.stderr) == ("0\n", ""), before.stderr + after.stderr
    assert int(after.stdout) >= 1
    assert resumed.stdout == "Background work goes on.\n"
    assert len(list((there / "mail").iterdir())) == 1
    assert "goes on already" in again.stderr


@pytest.mark.sqlite
def test_tokens_invitations_and_sessions_that_were_ended_since_stay_ended(
    company: Company, data: Path, tmp_path: Path, elsewhere: str
):
    make_token(company.rep)
    invite(actor=company.admin.actor(), people=[Invitee("New", "new@x.example")], welcome=Welcome())
    session = company.rep.get_session_auth_hash()
    archive = backup.back_up(tmp_path / "company.zip").path
    there = tmp_path / "there"
    said = run("restore", archive, "--data", there, "--check", data=data, database=elsewhere)
    code = (
        "from keen.core.models import ApiToken as A, Invitation as I, User as U\n"
        "print(A.objects.filter(revoked_at=None).count(), I.objects.filter(revoked_at=None).count(),"
        f" U.objects.get(pk={company.rep.pk}).get_session_auth_hash() == {session!r})"
    )
    found = run("shell", "--no-imports", "--command", code, data=there, database=elsewhere)

    assert "1 API tokens and 1 invitations were revoked and everybody was signed out" in said.stdout, (
        said.stderr
    )
    assert found.stdout == "0 0 False\n", found.stderr


@pytest.mark.parametrize("known_before", [pytest.param(True, marks=pytest.mark.long), False])
def test_who_was_erased_since_the_backup_stays_erased(
    company: Company, data: Path, tmp_path: Path, elsewhere: str, *, known_before: bool
):
    who, other = make_contact("Gerda Geht", emails=["gone@x.example"]), make_contact("Berta Bleibt")
    named = make_contact("Nora Nameonly")
    if known_before:
        hashes_of(
            "contact", {("email", "gone@x.example")}
        )  # makes the key, as an erasure before the backup does
    archive = backup.back_up(tmp_path / "company.zip").path
    for one in (who, named):
        erase_contact(actor=company.admin.actor(), contact_id=one.pk, confirmed=one.title)
    there = tmp_path / "there"
    given = ("--data", there, "--erasures", data / "erasures")
    said = run("restore", archive, *given, data=data, database=elsewhere)
    code = (
        "from keen.people.models import Contact as C\n"
        f"print([C.objects.get(pk=pk).last_name for pk in ({who.pk}, {named.pk}, {other.pk})])"
    )
    names = run("shell", "--no-imports", "--command", code, data=there, database=elsewhere)

    assert "2 people who were erased since were erased again." in said.stdout, said.stderr
    assert names.stdout == "['', '', 'Bleibt']\n", names.stderr


def test_fields_of_ones_own_are_filtered_by_their_indexes_again(
    company: Company, data: Path, tmp_path: Path, elsewhere: str
):
    field = make_field("Tier", type="choice", choices=["Gold", "Silver"])
    Contact.objects.filter(pk=company.kept.pk).update(own={field.name: field.choices[0]["key"]})
    archive = backup.back_up(tmp_path / "company.zip").path
    said = run("restore", archive, "--data", tmp_path / "there", data=data, database=elsewhere)
    code = (
        "from django.db import connection as c; from keen.people.models import Contact as C\n"
        f"print([row.pk for row in C.objects.filter({field.name}={field.choices[0]['key']!r})])\n"
        "print([n for n in c.introspection.get_constraints(c.cursor(), 'people_contact') if n.startswith('own_')])"
    )
    found = run("shell", "--no-imports", "--command", code, data=tmp_path / "there", database=elsewhere)

    assert said.returncode == 0, said.stderr
    assert found.stdout.splitlines() == [f"[{company.kept.pk}]", f"['own_contact_{field.pk}']"], found.stderr


@pytest.mark.sqlite
def test_a_restore_from_a_full_disk_says_so_and_leaves_the_place_empty(
    archive: Path, data: Path, tmp_path: Path
):
    import resource

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    there = tmp_path / "there"
    said = run("restore", archive, "--data", there, data=data, preexec_fn=little_room)

    assert said.returncode == 1
    assert said.stderr.count("\n") == 1, said.stderr
    assert "Nothing was restored" in said.stderr
    assert list(there.iterdir()) == []
    assert connection.vendor == "sqlite"
