"""Loading files: what becomes of rows, in one go, again, with other rules, and what stays when the process is killed."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from keen.core.models import Change, Notice, Operation
from keen.lib.errors import RuleError
from keen.people.models import Account, Contact
from keen.records import search
from keen.records.actions import importing as bookkeeping
from keen.records.actions import imports
from keen.records.actions.importing import LostLeaseError
from keen.records.importing import runs
from keen.records.importing.load import Loader
from keen.records.models import Handle, ImportMark, ImportRun
from tests.factories.importing import (
    ANNA,
    BEN,
    checked,
    importer,
    loaded,
    make_csv,
    make_run,
    outcomes,
    people,
)
from tests.factories.people import make_account, make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]
BOTH = make_csv([ANNA, BEN])


def test_a_dry_run_writes_no_record_and_counts_what_a_load_would_do(owner):
    make_contact("Anna Berg", owner=owner, team=owner.team, emails=["anna.berg@nordwind.example"])

    run = checked(owner, BOTH)

    assert (run.state, run.counts) == ("checked", {"created": 1, "updated": 1, "accounts": 2})
    assert (
        Contact.objects.count(),
        Account.objects.count(),
        Operation.objects.filter(verb="imported").count(),
    ) == (1, 0, 0)


def test_new_rows_become_records_with_company_source_owner_and_everything_that_follows_a_save(owner):
    run = loaded(owner, BOTH)

    anna = Contact.objects.get(last_name="Berg")
    assert (anna.first_name, anna.city, anna.phone) == ("Anna", "Berlin", "+49305550101")
    assert anna.account
    assert (anna.account.name, anna.account_name) == ("Nordwind Logistik GmbH", "Nordwind Logistik GmbH")
    assert (anna.source, anna.owner_id, anna.team_id) == ("Import: people.csv", owner.pk, owner.team_id)
    assert Handle.objects.filter(record_kind="contact", record_id=anna.pk, kind="email").exists()
    assert [hit.record_id for hit in search.find(owner.actor(), "nordwind berg", kinds=("contact",))] == [
        anna.pk
    ]
    change = Change.objects.get(kind="contact", record_id=anna.pk)
    assert (change.operation_id, change.verb, change.after["last_name"]) == (
        run.operation_id,
        "created",
        "Berg",
    )
    assert run.counts == {"created": 2, "accounts": 2}
    assert outcomes(run) == [(2, "created"), (3, "created")]


def test_people_of_one_company_share_it_within_a_file_and_with_what_is_here(owner):
    here = make_account("Vela Foods GmbH", owner=owner, team=owner.team)
    other = ("Carla", "Dorn", "Nordwind Logistik", "carla@nordwind.example", "", "")

    loaded(owner, make_csv([ANNA, BEN, other]))

    assert Account.objects.count() == 2
    assert Contact.objects.get(last_name="Cohen").account_id == here.pk
    assert (
        len(set(Contact.objects.filter(last_name__in=["Berg", "Dorn"]).values_list("account_id", flat=True)))
        == 1
    )


def test_the_same_file_again_changes_nothing_and_says_so(owner):
    content = make_csv(people(30))
    loaded(owner, content)
    before = Change.objects.count()

    run = loaded(owner, content)

    assert run.counts == {"unchanged": 30}
    assert (Change.objects.count(), Contact.objects.count()) == (before, 30)
    assert set(run.rows.values_list("reason", flat=True)) == {"came_before"}


def test_unchanged_rows_cost_the_same_few_questions_however_many_they_are(
    owner, django_assert_max_num_queries
):
    content = make_csv(people(400))
    loaded(owner, content)
    run = checked(owner, content)
    imports.start_load(actor=importer(owner), run_id=run.pk)

    with django_assert_max_num_queries(40):
        runs.load(run.pk, tell=False)


def test_a_record_that_was_deleted_comes_in_again(owner):
    loaded(owner, BOTH)
    Contact.objects.filter(last_name="Berg").update(deleted_at=timezone.now())

    run = loaded(owner, BOTH)

    assert outcomes(run) == [(2, "created"), (3, "unchanged")]


def test_a_batch_asks_the_same_number_of_questions_for_ten_rows_and_for_three_hundred(owner):
    def cost(content: bytes) -> int:
        run = checked(owner, content)
        imports.start_load(actor=importer(owner), run_id=run.pk)
        with CaptureQueries() as seen:
            runs.load(run.pk, tell=False)
        return seen.count

    few, many = cost(make_csv(people(25))), cost(make_csv(people(300, 1000)))

    assert many <= few + 4


class CaptureQueries:
    """Counts the statements of a block."""

    def __enter__(self):
        self.before = len(connection.queries_log)
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        return self

    def __exit__(self, *_):
        self.count = len(connection.queries_log)
        connection.force_debug_cursor = False


def test_taking_back_removes_what_is_new_restores_what_changed_and_keeps_what_was_touched(owner):
    anna = make_contact("Anna Berg", owner=owner, team=owner.team, emails=["anna.berg@nordwind.example"])
    run = loaded(owner, make_csv([ANNA, BEN, ("Carla", "Dorn", "Orbit Labs", "carla@orbit.example", "", "")]))
    make_contact("Dana Ek", owner=owner, team=owner.team, account=Account.objects.get(name="Vela Foods"))
    carla = Contact.objects.get(last_name="Dorn")
    Change.objects.create(
        operation=Operation.objects.create(actor=owner, verb="saved", label="x", at=timezone.now(), via="page"),
        actor=owner, at=timezone.now(), kind="contact", record_id=carla.pk, version=2, verb="updated",
    )  # fmt: skip

    imports.start_undo(actor=importer(owner), run_id=run.pk)
    runs.undo(run.pk, tell=False)

    anna.refresh_from_db()
    run.refresh_from_db()
    assert (anna.phones, anna.account_id, anna.deleted_at) == ([], None, None)
    living = Contact.objects.living().values_list("last_name", flat=True)
    assert sorted(living) == ["Berg", "Dorn", "Ek"]
    assert sorted(Account.objects.living().values_list("name", flat=True)) == ["Orbit Labs", "Vela Foods"]
    assert (run.state, sorted(run.kept)) == ("undone", ["Carla Dorn", "Orbit Labs", "Vela Foods"])
    assert ImportMark.objects.count() == 0


def test_taking_back_goes_on_where_it_was_stopped(owner, monkeypatch):
    monkeypatch.setattr("keen.records.importing.undo.BATCH", 7)
    run = loaded(owner, make_csv(people(20)))
    imports.start_undo(actor=importer(owner), run_id=run.pk)

    with pytest.raises(InterruptedError):
        runs.undo(run.pk, tell=False, pause=interrupt)
    assert 0 < Contact.objects.living().count() < 20
    runs.undo(run.pk, tell=False)

    assert (Contact.objects.living().count(), Account.objects.living().count()) == (0, 0)


def interrupt() -> None:
    raise InterruptedError


def test_after_taking_back_the_same_file_comes_in_anew(owner):
    run = loaded(owner, BOTH)
    imports.start_undo(actor=importer(owner), run_id=run.pk)
    runs.undo(run.pk, tell=False)

    assert loaded(owner, BOTH).counts["created"] == 2


def test_an_import_cannot_be_taken_back_after_its_time(owner):
    run = loaded(owner, BOTH)
    Operation.objects.filter(pk=run.written_by).update(undo_until=timezone.now() - timedelta(minutes=1))

    with pytest.raises(RuleError, match="no longer"):
        imports.start_undo(actor=importer(owner), run_id=run.pk)


def test_whoever_lost_the_import_to_another_process_writes_nothing(owner, monkeypatch):
    monkeypatch.setattr("keen.records.importing.load.BATCH", 5)
    run = checked(owner, make_csv(people(20)))
    imports.start_load(actor=importer(owner), run_id=run.pk)
    took = bookkeeping.take(run.pk, "loading")
    assert took
    taken, lease = took
    loader = Loader(taken, lease, importer(owner))
    work = loader.batches()
    next(work)

    assert bookkeeping.take(run.pk, "loading") is not None
    with pytest.raises(LostLeaseError):
        next(work)

    run.refresh_from_db()
    assert (Contact.objects.count(), run.seen, run.rows.count()) == (5, 5, 5)


def test_a_load_by_somebody_who_lost_the_right_meanwhile_fails_in_words(owner):
    run = checked(owner, BOTH)
    imports.start_load(actor=importer(owner), run_id=run.pk)
    owner.rights = {**owner.rights, "powers": []}
    owner.save()

    runs.load(run.pk)

    run.refresh_from_db()
    assert (run.state, Contact.objects.count()) == ("failed", 0)
    assert "may no longer import" in run.message


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_pauses_the_load_and_it_goes_on_once_there_is_room(owner, monkeypatch):
    monkeypatch.setattr("keen.records.importing.load.BATCH", 20)
    run = checked(owner, make_csv(people(400)))
    imports.start_load(actor=importer(owner), run_id=run.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # pages that earlier tests gave back are no room
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 60}")

    runs.load(run.pk, tell=False)

    run.refresh_from_db()
    assert (run.state, run.message) == ("paused", runs.FULL)
    assert Contact.objects.count() == run.seen < 400
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")
    imports.resume(actor=importer(owner), run_id=run.pk)
    runs.load(run.pk, tell=False)
    run.refresh_from_db()
    assert (run.state, Contact.objects.count(), run.rows.count()) == ("done", 400, 400)


def test_who_is_elsewhere_by_the_end_finds_a_notice(owner):
    run = checked(owner, BOTH)
    imports.start_load(actor=importer(owner), run_id=run.pk)

    runs.load(run.pk)

    notice = Notice.objects.get(user=owner, kind="import")
    assert (notice.text, notice.href) == ("people.csv is in: 2 new.", f"/import/{run.pk}/")


def test_old_files_and_cells_are_forgotten_and_the_outcomes_stay(owner, files):
    run = loaded(owner, make_csv([("", "", "", "", "", "Berlin"), BEN]))
    draft = make_run(owner, BOTH)
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=40))

    from keen.records.jobs import forget_import_files

    assert forget_import_files.func() == 2
    run.refresh_from_db()
    assert (run.path, outcomes(run)) == ("", [(2, "rejected"), (3, "created")])
    assert run.rows.exclude(raw=None).count() == 0
    assert not ImportRun.objects.filter(pk=draft.pk).exists()
    assert list((files / "imports").iterdir()) == []


def test_a_file_that_no_import_knows_of_is_swept_and_one_coming_in_stays(owner, files):
    known = make_run(owner, BOTH)
    stray, coming = files / "imports" / "stray", files / "imports" / "coming"
    for path in (stray, coming):
        path.write_bytes(b"left by a process that was killed")
    for path in (stray, files / known.path):
        os.utime(path, (0, 0))

    from keen.records.jobs import forget_import_files

    assert forget_import_files.func() == 1
    assert {path.name for path in (files / "imports").iterdir()} == {"coming", Path(known.path).name}


def test_an_import_whose_file_could_not_be_deleted_is_tried_again(owner, files, monkeypatch):
    run = make_run(owner, BOTH)
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=40))

    from keen.records.jobs import forget_import_files

    def killed(path):
        raise OSError(5, "stopped")

    monkeypatch.setattr("keen.records.importing.files.discard", killed)
    with pytest.raises(OSError, match="stopped"):
        forget_import_files.func()
    assert ImportRun.objects.filter(pk=run.pk).exists()
    monkeypatch.undo()
    assert (forget_import_files.func(), ImportRun.objects.count()) == (1, 0)
    assert list((files / "imports").iterdir()) == []
