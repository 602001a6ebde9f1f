"""The later steps of an import: the check, the progress, the result, and single rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone

from keen.core import pages
from keen.core.domain.actor import Actor
from keen.lib.errors import NotVisibleError, RuleError
from keen.lib.ids import id_of
from keen.records import declare, jobs
from keen.records.actions import imports
from keen.records.actions.importing import receipt_of
from keen.records.importing import check, runs
from keen.records.importing.plan import Plan, open_plan
from keen.records.models import ImportRow, ImportRun, Record
from keen.records.pages.importing import country_options, steps
from keen.records.queries import imports as queries

FIRST = 20
OUTCOMES = dict(ImportRow.OUTCOMES)
WRITTEN = ("created", "updated")
TONES = {"created": "ok", "updated": "info", "review": "warn", "rejected": "bad"}
SILENT = 90
MODES = (
    ("upsert", "Add new ones, complete those that are here"),
    ("create", "Only add new ones"),
    ("update", "Only complete those that are here"),
)
DUPLICATES = (
    ("ask", "Ask me, row by row"),
    ("update", "It is the same: update the one that is here"),
    ("skip", "Leave the row out"),
    ("create", "It is another one: add it"),
)
LABELS = {"checking": "Checking rows", "loading": "Importing rows", "undoing": "Taking records back"}


def place_of(run: ImportRun) -> str:
    """Where an import stands."""
    tail = {
        "draft": "match/",
        "checking": "check/",
        "checked": "check/",
        "loading": "load/",
        "undoing": "load/",
    }
    return f"/import/{run.pk}/{tail.get(run.state, '')}"


def progress_of(run: ImportRun) -> dict[str, Any]:
    """How far something in the background is."""
    total = run.total
    if run.state == "undoing":
        total = sum(run.counts.get(name, 0) for name in ("created", "updated", "accounts"))
    silent = (timezone.now() - run.seen_at).total_seconds()
    done = min(run.seen, total)
    return {
        "run": run,
        "done": done,
        "total": total,
        "label": LABELS.get(run.state, run.get_state_display()),
        "text": f"{done:,} of {total:,}",
        "stalled": silent > SILENT,
        "numbers": [(OUTCOMES[name], run.counts[name]) for name in OUTCOMES if run.counts.get(name)],
    }


def progress(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """The page of something in the background: it may be left."""
    context = {**progress_of(run), "steps": steps(run, 2 if run.state == "checking" else 3)}
    return pages.render(request, "records/import_progress.html", context)


def checked(
    request: HttpRequest, run: ImportRun, *, error: RuleError | None = None, status: int = 200
) -> HttpResponse:
    """The result of the dry run, with one rule for all of a kind."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    opened = open_plan(run, actor)
    groups = run.report.get("groups", [])
    context = {
        "run": run,
        "type": declare.get(run.kind),
        "counts": {name: run.counts.get(name, 0) for name in (*OUTCOMES, "accounts")},
        "coming": run.counts.get("created", 0) + run.counts.get("updated", 0),
        "headline": _headline(run),
        "groups": groups,
        "meanings": _meanings(run, opened),
        "unclear": _unclear(run),
        "has_dates": _has(opened, "birthday") or bool(run.report.get("unclear_dates")),
        "has_phones": any(target.startswith("phones.") for target in opened.mapping.targets()),
        "has_unreachable": any(group["kind"] == "unreachable" for group in groups)
        or run.options.get("unreachable") == "skip",
        "modes": MODES,
        "duplicates": DUPLICATES,
        "countries": [("", "As the file says"), *country_options()],
        "regions": country_options(),
        "review": _rows(run, opened, "review", actor),
        "rejected": _rows(run, opened, "rejected", actor),
        "error": error,
        "steps": steps(run, 2),
        "own": run.owner_id == actor.user_id,
    }
    return pages.render(request, "records/import_check.html", context, status)


def _headline(run: ImportRun) -> str:
    """What would come in, in one phrase."""
    record_type = declare.get(run.kind)
    new, updated = run.counts.get("created", 0), run.counts.get("updated", 0)
    parts = [f"{number:,} {word}" for number, word in ((new, "new"), (updated, "updated")) if number]
    noun = record_type.label if new + updated == 1 else record_type.plural
    return f"{' and '.join(parts)} {noun.lower()}"


def _has(opened: Plan, target: str) -> bool:
    return target in opened.mapping.targets()


def _unclear(run: ImportRun) -> list[str]:
    return [run.headers[place] for place in run.report.get("unclear_dates", []) if place < len(run.headers)]


def _meanings(run: ImportRun, opened: Plan) -> list[dict[str, Any]]:
    """Values that mean nothing yet, with what they may mean; those that were given a meaning stay to be changed."""
    found = []
    chosen: Mapping[str, Mapping[str, str]] = run.options.get("values") or {}
    columns = {made.column: made for made in opened.mapping.columns}
    unknown: Mapping[str, Mapping[str, int]] = run.report.get("meanings", {})
    places = {str(columns[name].place): name for name in columns}
    for name in dict.fromkeys([*unknown, *(places[place] for place in chosen if place in places)]):
        made = columns.get(name)
        target = next((t for t in opened.targets if made and t.name == made.target), None)
        if made is None or target is None:
            continue
        options = country_options() if target.kind == "country" else list(target.choices)
        given = chosen.get(str(made.place), {})
        values = [
            (value, unknown.get(name, {}).get(value, 0), given.get(value, ""))
            for value in {**unknown.get(name, {}), **given}
        ]
        found.append(
            {
                "column": name,
                "place": made.place,
                "options": [("", "Leave it out"), *options],
                "values": values,
            }
        )
    return found


def options_of(given: QueryDict) -> dict[str, Any]:
    """The rules that the check page sends."""
    wanted: dict[str, Any] = {
        name: given[name]
        for name in ("mode", "duplicates", "date_order", "unreachable", "country", "region")
        if name in given
    }
    codes = {code for code, _ in country_options()} | {""}
    for name in ("country", "region"):
        if wanted.get(name, "") not in codes:
            raise RuleError("no_such_country", "Choose a country from the list.", name)
    if "mode" in given:
        wanted["overwrite"] = "overwrite" in given
    values: dict[str, dict[str, str]] = {}
    for key in given:
        value = str(given[key])
        place, _, number = key.removeprefix("means-").partition("-")
        if key.startswith("means-") and id_of(place) is not None and id_of(number) is not None:
            word = given.get(f"word-{place}-{number}", "")
            if word and value:
                values.setdefault(place, {})[word] = value
    if values or "meanings" in given:
        wanted["values"] = values
    return wanted


def _rows(run: ImportRun, opened: Plan, outcome: str, actor: Actor, most: int = FIRST) -> dict[str, Any]:
    """The first rows of an outcome as people look at them, each with the record that it may be."""
    page = queries.rows(run, outcome=outcome, most=most)
    ids = {row.record_id for row in page.rows if row.record_id}
    model = opened.record_type.model
    known: dict[int, Record] = {row.pk: row for row in model.objects.visible_to(actor).filter(pk__in=ids)}
    shown = [_shown(row, opened, known.get(row.record_id or 0)) for row in page.rows]
    return {"rows": shown, "total": page.total, "more": page.total - len(shown)}


def _shown(row: ImportRow, opened: Plan, record: Record | None) -> dict[str, Any]:
    cells = shown_cells(opened, row.mended or row.raw or [], row.column)
    filled = [cell for cell in cells if cell["value"]]
    named = [
        cell
        for cell in filled
        if cell["target"] in {"first_name", "last_name", "full_name", "name", "middle_name"}
    ]
    return {
        "row": row,
        "record": record,
        "href": f"/{opened.record_type.path}/{record.pk}/" if record else "",
        "title": " ".join(cell["value"] for cell in named)
        or (filled[0]["value"] if filled else f"Row {row.line}"),
        "facts": [(cell["label"], cell["value"]) for cell in filled if cell not in named][:5],
        "fault": next((cell for cell in cells if cell["fault"]), None),
        "mended": row.mended is not None,
    }


def shown_cells(opened: Plan, cells: Sequence[str], column: str) -> list[dict[str, Any]]:
    """The cells of a row that become something, the one at fault first."""
    labels = {target.name: target.label for target in opened.targets}
    found = [
        {
            "place": made.place,
            "column": made.column,
            "label": labels[made.target],
            "target": made.target,
            "value": cells[made.place] if made.place < len(cells) else "",
            "fault": bool(column) and made.column == column,
        }
        for made in opened.mapping.columns
        if made.target in labels
    ]
    return sorted(found, key=lambda cell: (not cell["fault"], cell["place"]))


def mended(given: QueryDict, cells: Sequence[str]) -> list[str]:
    """The cells with what somebody wrote over them."""
    found = list(cells)
    for key in given:
        value, place = str(given[key]), key.removeprefix("cell-")
        known = key.startswith("cell-") and (id_of(place) or 0) < len(found) and id_of(place) is not None
        # A browser writes line ends in its own way; the cell is only changed when its words are.
        if known and value.replace("\r\n", "\n") != found[int(place)].replace("\r\n", "\n"):
            found[int(place)] = value[:20_000]
    return found


def row(request: HttpRequest, run: ImportRun, line: int, *, status: int = 200) -> HttpResponse:
    """One row to look at: its cells, what becomes of it, who it may be."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    opened = open_plan(run, actor)
    found = queries.row(run, line)
    cells = (found.mended or found.raw) if found else None
    if cells is None:
        read = check.raw_row(opened, line) if run.path else None
        if read is None:
            raise NotVisibleError("no_row", "This file has no such row.")
        cells = read.values
    record = None
    if found and found.record_id:
        record = opened.record_type.model.objects.visible_to(actor).filter(pk=found.record_id).first()
    context = {
        "run": run,
        "line": line,
        "found": found,
        "cells": shown_cells(opened, cells, found.column if found else ""),
        "record": record,
        "type": opened.record_type,
        "word": OUTCOMES.get(found.outcome, "") if found else "",
        "tone": TONES.get(found.outcome, "") if found else "",
        "may_change": run.owner_id == actor.user_id and run.state in {"checked", "done"},
        "steps": steps(run, 4 if run.state == "done" else 2),
    }
    return pages.render(request, "records/import_row.html", context, status)


def take_back(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Where to look while an import is taken back; a small one is done at once."""
    run = imports.start_undo(actor=request.actor, run_id=run.pk)  # type: ignore[attr-defined]
    if sum(run.counts.get(name, 0) for name in ("created", "updated", "accounts")) > runs.AT_ONCE:
        jobs.undo_file.enqueue(run_id=run.pk)
        to = place_of(run)
    else:
        runs.undo(run.pk, tell=False)
        to = f"/import/{run.pk}/?r={run.undo_id}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return HttpResponseRedirect(to, status=303)


def result(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """What became of every row."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    record_type = declare.get(run.kind)
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    after = request.GET.get("after", "")
    page = queries.rows(run, outcome=outcome, after=id_of(after) or 0)
    ids = {row.record_id for row in page.rows if row.record_id}
    undone = run.state == "undone"
    known = queries.written_by(run, actor, ids) if undone else queries.living(run, actor, ids)
    counts = queries.outcomes(run)
    receipt = receipt_of(run) if run.operation_id else None
    until = run.operation.undo_until if run.operation else None
    context = {
        "run": run,
        "type": record_type,
        "rows": [
            (row, known.get(row.record_id or 0), *_outcome(row, known.get(row.record_id or 0), undone=undone))
            for row in page.rows
        ],
        "page": page,
        "next": f"?outcome={outcome}&after={page.next}" if page.next else "",
        "tabs": [("All rows", "?", sum(counts.values()), not outcome)]
        + [
            (
                f"Were {label.lower()}" if undone and name in WRITTEN else label,
                f"?outcome={name}",
                counts[name],
                outcome == name,
            )
            for name, label in OUTCOMES.items()
            if counts.get(name)
        ],
        "outcome": outcome,
        "counts": counts,
        "taken_back": max(sum(counts.get(name, 0) for name in WRITTEN) - len(run.kept), 0) if undone else 0,
        "may_repeat": undone and run.path and run.owner_id == actor.user_id,
        "left": sum(counts.get(name, 0) for name in ("rejected", "review", "skipped")),
        "see": receipt.alternative or receipt.next if receipt else None,
        "own": run.owner_id == actor.user_id,
        "may_undo": run.owner_id == actor.user_id
        and run.state == "done"
        and until is not None
        and until > timezone.now(),
        "until": until,
        "steps": steps(run, 4),
    }
    return pages.render(request, "records/import_result.html", context)


def _outcome(row: ImportRow, record: Record | None, *, undone: bool) -> tuple[str, str]:
    """The tone and the word for what became of a row; once the import was taken back, what became of that."""
    if undone and row.outcome == "created":
        return ("info", "Kept") if record is not None and record.deleted_at is None else ("", "Taken back")
    if undone and row.outcome == "updated":
        return "", "As before"
    return TONES.get(row.outcome, ""), OUTCOMES[row.outcome]
