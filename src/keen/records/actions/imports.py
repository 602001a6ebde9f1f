"""What somebody does with an import: begin, match, choose, load, mend rows, take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.domain.actor import Actor
from keen.core.models import Operation
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.models import ImportRow, ImportRun, ImportTemplate

EDITABLE = frozenset({"draft", "checked", "failed"})
MODES = ("upsert", "create", "update")
DUPLICATES = ("ask", "update", "skip", "create")
DECISIONS = ("", "create", "update", "skip")
ORDERS = ("dmy", "mdy")
LEFT_OUT = frozenset({"review", "rejected", "skipped"})


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file that was kept and read: what it is and what its columns probably become."""

    name: str
    path: str
    size: int
    sha256: str
    kind: str
    reading: Mapping[str, Any]
    mapping: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)


def begin(*, actor: Actor, upload: Upload) -> ImportRun:
    """The new import of a file.

    Raises: ForbiddenError for those who may not bring files in or add such records.
    """
    _require(actor, upload.kind)
    if actor.user_id is None:
        raise ForbiddenError(
            "forbidden", "A file is brought in by somebody, so that its records have an owner."
        )
    now = timezone.now()
    return ImportRun.objects.create(
        owner_id=actor.user_id,
        kind=upload.kind,
        name=upload.name,
        path=upload.path,
        size=upload.size,
        sha256=upload.sha256,
        mapping=dict(upload.mapping),
        options=dict(upload.options),
        seen_at=now,
        created_at=now,
        **upload.reading,
    )


def _require(actor: Actor, kind: str) -> None:
    record_type = declare.find(kind)
    if record_type is None or not record_type.importable:
        raise RuleError("no_such_kind", "Choose what the rows become: contacts or accounts.", "kind")
    if not actor.rights.has("import"):
        raise ForbiddenError("forbidden", "Your role does not bring files in. Ask an administrator.")
    if not actor.rights.scope(kind, "add").reach:
        raise ForbiddenError(
            "forbidden", f"You may not add {record_type.plural.lower()}. Ask an administrator."
        )


def own(actor: Actor, run_id: int, states: frozenset[str] = frozenset()) -> ImportRun:
    """The actor's own import, locked for a change.

    Raises: NotVisibleError; RuleError when it is in none of the states.
    """
    run = ImportRun.objects.select_for_update().filter(pk=run_id).first()
    if run is None or run.owner_id != actor.user_id:
        raise NotVisibleError("not_visible", "This import does not exist, or it is somebody else's.")
    if states and run.state not in states:
        raise RuleError(
            "wrong_state", f"This import is {run.get_state_display().lower()}; that is not possible now."
        )
    _require(actor, run.kind)
    return run


@transaction.atomic
def reread(*, actor: Actor, run_id: int, upload: Upload) -> ImportRun:
    """The import after its file is read in another way; what was said about single rows is forgotten."""
    run = _unloaded(own(actor, run_id, EDITABLE))
    run.rows.all().delete()
    run.kind, run.mapping = upload.kind, dict(upload.mapping)
    run.options = {**run.options, "found_orders": {}, "date_orders": {}, "values": {}}
    for name, value in upload.reading.items():
        setattr(run, name, value)
    return _drafted(run)


@transaction.atomic
def match(*, actor: Actor, run_id: int, mapping: Mapping[str, Any]) -> ImportRun:
    """The import with its columns matched; it has to be checked next."""
    run = _unloaded(own(actor, run_id, EDITABLE))
    run.mapping = dict(mapping)
    run.options = {**run.options, "found_orders": {}}
    return _drafted(run)


@transaction.atomic
def choose(*, actor: Actor, run_id: int, options: Mapping[str, Any]) -> ImportRun:
    """The import with other rules for all rows; it has to be checked next.

    Raises: RuleError for a rule that does not exist.
    """
    run = _unloaded(own(actor, run_id, EDITABLE))
    known = {"mode": MODES, "duplicates": DUPLICATES, "date_order": ORDERS, "unreachable": ("keep", "skip")}
    for name, allowed in known.items():
        if name in options and options[name] not in allowed:
            raise RuleError("unknown_rule", "Choose one of the rules that are offered.", name)
    run.options = {**run.options, **options}
    return _drafted(run)


def _unloaded(run: ImportRun) -> ImportRun:
    """The import, when nothing of it was written yet.

    Raises: RuleError once rows were loaded: a second start would lose what the first one wrote.
    """
    if run.operation_id is not None:
        message = "Rows of this file are in already. Go on where it stopped, or take the import back first."
        raise RuleError("loaded", message)
    return run


def _drafted(run: ImportRun) -> ImportRun:
    run.state, run.message, run.counts, run.report, run.seen = "draft", "", {}, {}, 0
    run.save()
    return run


@transaction.atomic
def start_check(*, actor: Actor, run_id: int) -> ImportRun:
    """The import, now being checked."""
    run = _unloaded(own(actor, run_id, EDITABLE | {"checking"}))
    run.state, run.message, run.seen, run.seen_at = "checking", "", 0, timezone.now()
    run.save()
    return run


@transaction.atomic
def start_load(*, actor: Actor, run_id: int) -> ImportRun:
    """The import, now being loaded, with the operation that its changes belong to.

    Raises: RuleError when it was not checked.
    """
    run = own(actor, run_id, frozenset({"checked"}))
    if not run.counts.get("created") and not run.counts.get("updated") and not run.counts.get("unchanged"):
        raise RuleError(
            "nothing_to_load", "No row of this file can come in yet. Mend what is listed below first."
        )
    work = operations.start(actor=actor, verb="imported", bulk=True)
    run.operation = operations.open_bulk(work, f"Import of {run.name}")
    run.state, run.message, run.cursor, run.seen = "loading", "", 0, 0
    run.counts, run.seen_at = {}, timezone.now()
    run.save()
    return run


@transaction.atomic
def resume(*, actor: Actor, run_id: int) -> ImportRun:
    """The import that goes on where it stopped."""
    run = own(actor, run_id, frozenset({"paused", "loading", "checking", "undoing", "failed"}))
    if run.state == "failed":
        run.state = "undoing" if run.undo_id else "loading" if run.operation_id else "checking"
    elif run.state == "paused":
        run.state = "undoing" if run.undo_id else "loading"
    run.message, run.lease, run.seen_at = "", None, timezone.now()
    run.save()
    return run


@transaction.atomic
def say(*, actor: Actor, run_id: int, row: ImportRow) -> ImportRow:
    """What somebody said of one row, kept: other cells, or what to do with it. The row comes with what it would become.

    Raises: RuleError for a decision that does not exist.
    """
    run = own(actor, run_id, frozenset({"checked", "done"}))
    if row.decision not in DECISIONS:
        raise RuleError("unknown_decision", "Choose one of the answers that are offered.", "decision")
    before = run.rows.filter(line=row.line).first()
    if run.state == "checked":
        recount(run, before.outcome if before else "", row.outcome)
    elif before is None or before.outcome not in LEFT_OUT:
        raise RuleError("is_in", "This row is in already. Change its record instead.", "decision")
    else:
        # What became of it is written when it is loaded; until then nothing did.
        row.outcome, row.reason, row.note, row.repair = (
            before.outcome,
            before.reason,
            before.note,
            before.repair,
        )
        row.record_id = before.record_id
    if before:
        row.pk = before.pk
    row.run = run
    row.save()
    return row


def recount(run: ImportRun, before: str, after: str) -> None:
    """Move one row from one outcome to another in the numbers of the import."""
    if before == after:
        return
    counts = dict(run.counts)
    counts[before] = max(0, counts.get(before, 0) - 1) if before else 0
    counts[after] = counts.get(after, 0) + 1
    counts.pop("", None)
    run.counts = counts
    run.save(update_fields=["counts"])


@transaction.atomic
def start_undo(*, actor: Actor, run_id: int) -> ImportRun:
    """The import, now being taken back.

    Raises: RuleError when it is too late.
    """
    run = own(actor, run_id, frozenset({"done", "paused", "failed"}))
    if run.undo_id is not None:
        raise RuleError("undoing", "This import is being taken back already. Let it go on.")
    operation = Operation.objects.get(pk=run.operation_id) if run.operation_id else None
    if operation is None or operation.undo_until is None or operation.undo_until < timezone.now():
        raise RuleError(
            "too_late", "This import can no longer be taken back. Change or delete its records instead."
        )
    work = operations.start(actor=actor, verb="undone", bulk=True)
    run.undo = operations.open_bulk(work, f"Taking back the import of {run.name}")
    Operation.objects.filter(pk=work.id).update(undo_until=None)
    Operation.objects.filter(pk=operation.pk).update(undone_by=run.undo_id)
    run.state, run.message, run.undo_cursor, run.kept = "undoing", "", None, []
    run.seen, run.seen_at = 0, timezone.now()
    run.save()
    return run


@transaction.atomic
def discard(*, actor: Actor, run_id: int) -> str:
    """Where the file lies that nobody needs any more, after a draft was thrown away."""
    run = _unloaded(own(actor, run_id, EDITABLE | {"checking"}))
    path = run.path
    run.delete()
    return path


@dataclass(frozen=True)
class TemplateWish:
    """A mapping to keep."""

    name: str
    shared: bool = False


@transaction.atomic
def keep_template(*, actor: Actor, run_id: int, wish: TemplateWish, signature: str) -> ImportTemplate:
    """The mapping, kept under its name; one of the same name is replaced.

    Raises: RuleError for a missing name; ForbiddenError to share without the power.
    """
    run = own(actor, run_id)
    name = text.clean(wish.name, 80)
    if not name:
        raise RuleError("missing", "Give the template a name, such as “Trade fair list”.", "template")
    if wish.shared and not actor.rights.has("views.share"):
        raise ForbiddenError("forbidden", "Your role does not share with others. Keep it for yourself.")
    kept = (
        "region",
        "country",
        "date_order",
        "date_orders",
        "mode",
        "duplicates",
        "overwrite",
        "unreachable",
        "values",
    )
    values: dict[str, Any] = {
        "kind": run.kind,
        "signature": signature,
        "mapping": run.mapping,
        "options": {key: value for key, value in run.options.items() if key in kept},
        "shared": wish.shared,
        "created_at": timezone.now(),
    }
    made, _ = ImportTemplate.objects.update_or_create(owner_id=actor.user_id, name=name, defaults=values)
    return made


@transaction.atomic
def delete_template(*, actor: Actor, template_id: int) -> str:
    """The name of the actor's own mapping that is gone now.

    Raises: NotVisibleError.
    """
    found = ImportTemplate.objects.filter(pk=template_id, owner_id=actor.user_id).first()
    if found is None:
        raise NotVisibleError("no_template", "This template does not exist, or it is somebody else's.")
    found.delete()
    return found.name


def new_lease() -> Any:
    """A mark for whoever works on an import now."""
    return uuid4()


def rows_said(run: ImportRun) -> Sequence[ImportRow]:
    """The rows about which somebody said something."""
    return list(run.rows.exclude(mended=None, decision=""))
