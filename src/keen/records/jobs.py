"""Ways into background work: checking, loading and taking back files."""

from datetime import timedelta

from django.utils import timezone

from keen.core.jobs import LONG, Policy, job, pause_if_stopping
from keen.records import declare, search
from keen.records.actions import answers, importing, indexes, refreshing
from keen.records.importing import files, runs
from keen.records.queries import imports as queries

LONGEST = Policy(limit=timedelta(hours=4))
STRAY_FOR = timedelta(days=1)
SILENT_FOR = timedelta(minutes=3)
ANSWERS_KEPT = timedelta(days=2)


@job(queue=LONG, policy=LONGEST)
def check_file(run_id: int) -> None:
    """Check the file of an import."""
    runs.check(run_id)


@job(queue=LONG, policy=LONGEST)
def load_file(run_id: int) -> None:
    """Load the file of an import, from where it stopped."""
    runs.load(run_id, pause=pause_if_stopping)


@job(queue=LONG, policy=LONGEST)
def undo_file(run_id: int) -> None:
    """Take an import back, from where it stopped."""
    runs.undo(run_id, pause=pause_if_stopping)


JOBS = {"checking": check_file, "loading": load_file, "undoing": undo_file}


@job(queue=LONG, policy=LONGEST)
def keep_field_indexes() -> int:
    """How many indexes of fields of one's own were made or dropped."""
    done = indexes.bring_into_step(pause_if_stopping)
    return len(done.made) + len(done.dropped)


@job(queue=LONG, policy=LONGEST)
def refresh_records(kind: str) -> int:
    """How many records of the kind were worked out anew, after one of its fields changed."""
    return refreshing.refresh(declare.get(kind), pause_if_stopping)


@job(priority=-50, queue=LONG, policy=LONGEST)
def count_field_fills() -> None:
    """Count how many records have each field of one's own filled."""
    for record_type in declare.types():
        refreshing.count_fills(record_type)


@job()
def wake_stalled_imports() -> int:
    """How many imports go on again of which nothing was heard for minutes: their process is gone."""
    stalled = queries.stalled(timezone.now() - SILENT_FOR)
    for run in stalled:
        importing.touch(run)
        JOBS[run.state].enqueue(run_id=run.pk)
    return len(stalled)


@job(priority=-50)
def forget_import_files() -> int:
    """How many files were deleted: of drafts, of imports that can no longer be taken back, and of nobody."""
    now = timezone.now()
    old = now - importing.KEPT_FOR
    paths = importing.old_files(old)
    for path in paths:
        files.discard(path)
    importing.forget(old, paths)
    return len(paths) + files.sweep(queries.file_paths(), now - STRAY_FOR)


@job(priority=-50)
def tidy_search() -> None:
    """Bring the search's own tables into the shape in which they answer fastest, after a day of writing."""
    search.tidy()


@job()
def forget_api_answers() -> int:
    """How many answers to programs were dropped, two days after they were given."""
    return answers.forget_answers(timezone.now() - ANSWERS_KEPT)
