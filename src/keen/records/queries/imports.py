"""Questions about imports: one's own runs, their rows, kept mappings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Q, QuerySet

from keen.core.domain.actor import Actor
from keen.lib.errors import NotVisibleError
from keen.records import declare
from keen.records.models import ImportRow, ImportRun, ImportTemplate, Record

PAGE = 50


def runs(actor: Actor) -> QuerySet[ImportRun]:
    """The actor's own imports, newest first: rows hold what somebody's own rights let them bring in.

    Cost: 1 query.
    """
    found = ImportRun.objects.select_related("owner").order_by("-created_at", "-pk")
    return found.filter(owner_id=actor.user_id)


def run_of(actor: Actor, run_id: int) -> ImportRun:
    """The import.

    Raises: NotVisibleError for somebody else's.
    Cost: 1 query.
    """
    found = runs(actor).select_related("operation", "undo").filter(pk=run_id).first()
    if found is None:
        raise NotVisibleError("not_visible", "This import does not exist, or it is somebody else's.")
    return found


def file_paths() -> set[str]:
    """Where the files of all imports lie, and of what else says by UPLOADS in which column it keeps a file.

    Cost: 1 query for each kind of row that keeps files.
    """
    found = set(ImportRun.objects.exclude(path="").values_list("path", flat=True))
    for model in apps.get_models():
        if column := getattr(model, "UPLOADS", ""):
            found |= set(model._base_manager.exclude(**{column: ""}).values_list(column, flat=True))  # noqa: SLF001  all rows
    return found


def run_by_operation(actor: Actor, operation_id: UUID) -> ImportRun | None:
    """The actor's own import that an operation belongs to, None for any other operation.

    Cost: 1 query.
    """
    return ImportRun.objects.filter(operation_id=operation_id, owner_id=actor.user_id).first()


@dataclass(frozen=True)
class RowPage:
    """Some rows of an import, with where the next ones begin."""

    rows: Sequence[ImportRow]
    total: int
    next: int = 0


def rows(run: ImportRun, *, outcome: str = "", after: int = 0, most: int = PAGE) -> RowPage:
    """The rows of one outcome, or all, in the order of the file.

    Cost: 2 queries.
    """
    found = run.rows.filter(outcome=outcome) if outcome else run.rows.all()
    shown = list(found.filter(line__gt=after).order_by("line")[: most + 1])
    return RowPage(shown[:most], found.count(), shown[most - 1].line if len(shown) > most else 0)


def row(run: ImportRun, line: int) -> ImportRow | None:
    """What is known of one row.

    Cost: 1 query.
    """
    return run.rows.filter(line=line).first()


def living(run: ImportRun, actor: Actor, ids: Collection[int]) -> dict[int, Record]:
    """The records of the run's kind that the actor sees, by their ids.

    Cost: 1 query.
    """
    model = declare.get(run.kind).model
    return {row.pk: row for row in model.objects.visible_to(actor).filter(pk__in=ids)}


def written_by(run: ImportRun, actor: Actor, ids: Collection[int]) -> dict[int, Record]:
    """The same with those in the trash: an import that was taken back still says whom it had brought in.

    Cost: 1 query.
    """
    model = declare.get(run.kind).model
    return {row.pk: row for row in model.objects.filter(model.allowed(actor, "view"), pk__in=ids)}


def outcomes(run: ImportRun) -> dict[str, int]:
    """How many rows have each outcome.

    Cost: 1 query.
    """
    return dict(run.rows.values_list("outcome").annotate(Count("pk")).order_by())


def templates(actor: Actor, signature: str = "") -> list[ImportTemplate]:
    """The mappings that the actor may use, one's own first; with a signature only those for files of these columns.

    Cost: 1 query.
    """
    found = ImportTemplate.objects.select_related("owner").filter(Q(owner_id=actor.user_id) | Q(shared=True))
    if signature:
        found = found.filter(signature=signature)
    return sorted(found, key=lambda made: (made.owner_id != actor.user_id, made.name.casefold()))


def template_named(actor: Actor, name: str) -> ImportTemplate:
    """The mapping of this name, one's own before one that is shared.

    Raises: NotVisibleError.
    Cost: 1 query.
    """
    for made in templates(actor):
        if made.name.casefold() == name.casefold():
            return made
    raise NotVisibleError("no_template", f"There is no mapping called “{name[:80]}”.")


def stalled(before: object) -> list[ImportRun]:
    """Imports at work of which nothing was heard since.

    Cost: 1 query.
    """
    return list(ImportRun.objects.filter(state__in=("checking", "loading", "undoing"), seen_at__lt=before))
