"""The first steps of an import: the file, and which column becomes what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from keen.core import pages
from keen.core.domain.actor import Actor
from keen.lib import countries, text
from keen.lib.errors import ForbiddenError, RuleError
from keen.lib.ids import id_of
from keen.records import declare
from keen.records.actions import imports
from keen.records.actions.imports import TemplateWish, Upload
from keen.records.domain.mapping import ColumnMapping
from keen.records.domain.mapping import Mapping as ColumnMap
from keen.records.importing import files
from keen.records.importing import plan as plans
from keen.records.models import ImportRun, ImportTemplate
from keen.records.queries import imports as queries

RECENT = 12
ENCODINGS = (
    ("utf-8", "UTF-8"), ("cp1252", "Windows-1252 (Western Europe)"), ("utf-16", "UTF-16"), ("latin-1", "ISO-8859-1"),
    ("cp1250", "Windows-1250 (Central Europe)"), ("cp1251", "Windows-1251 (Cyrillic)"), ("iso8859-15", "ISO-8859-15"),
    ("cp437", "DOS (437)"), ("cp850", "DOS (850)"), ("mac-roman", "Mac Roman"), ("shift-jis", "Shift-JIS"), ("gb18030", "GB 18030"),
)  # fmt: skip
DELIMITERS = ((",", "Comma  ,"), (";", "Semicolon  ;"), ("\t", "Tab"), ("|", "Bar  |"))
DEFAULTS = {"mode": "upsert", "duplicates": "ask", "unreachable": "keep", "date_order": "dmy"}
# What an import says of how its file is read.
READING = ("choices", "encoding", "delimiter", "sheet", "sheets", "headers", "warnings", "preview")
STEPS = (("File", ""), ("Match", "match"), ("Check", "check"), ("Import", "load"), ("Done", ""))


def steps(run: ImportRun | None, current: int) -> list[tuple[str, str, str]]:
    """The road of an import with the places that can be gone back to."""
    base = f"/import/{run.pk}/" if run else ""
    back = bool(run and run.state in {"draft", "checked", "failed"} and not run.operation_id)
    found = []
    for place, (label, tail) in enumerate(STEPS):
        state = "done" if place < current else "current" if place == current else "ahead"
        found.append((label, state, base + tail + "/" if back and tail and place < current else ""))
    return found


def start(request: HttpRequest, *, error: str = "", status: int = 200) -> HttpResponse:
    """The page that takes a file."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {
        "runs": list(queries.runs(actor)[:RECENT]),
        "templates": queries.templates(actor),
        "error": error,
        "kinds": [made.plural.lower() for made in plans.importable(actor)],
        "megabytes": plans.LIMITS.file_bytes >> 20,
        "most_rows": plans.LIMITS.rows,
        "steps": steps(None, 0),
    }
    return pages.render(request, "records/import_start.html", context, status)


def take_in(actor: Actor, given_name: str, chunks: Iterable[bytes]) -> ImportRun:
    """The import of an uploaded file, read and matched as far as can be told.

    Raises: TableError with what to mend; OSError when the disk is full. Nothing stays of the file then.
    """
    if not plans.importable(actor):
        raise ForbiddenError("forbidden", "Your role may not add contacts or accounts. Ask an administrator.")
    stored, name, complete = files.keep(chunks), files.clean_name(given_name), False
    try:
        upload = read_upload(actor, stored, name, {})
        run = imports.begin(actor=actor, upload=upload)
        complete = True
    finally:
        if not complete:
            files.discard(stored.path)
    return run


def again(actor: Actor, run: ImportRun) -> ImportRun:
    """A new import of the same file, matched and with the rules as before.

    Raises: RuleError where the file is not kept any more; OSError when the disk is full.
    """
    if run.state != "undone" or not run.path:
        raise RuleError("no_file", "This file is not kept any more. Upload it again.")
    with plans.full_path(run.path).open("rb") as source:
        stored = files.keep(iter(partial(source.read, 1 << 20), b""))
    same = {name: getattr(run, name) for name in READING}
    upload = Upload(
        name=run.name,
        path=stored.path,
        size=stored.size,
        sha256=stored.sha256,
        kind=run.kind,
        reading=same,
        mapping=run.mapping,
        options=run.options,
    )
    complete = False
    try:
        made = imports.begin(actor=actor, upload=upload)
        complete = True
    finally:
        if not complete:
            files.discard(stored.path)
    return made


def read_upload(
    actor: Actor, stored: files.Stored, name: str, chosen: Mapping[str, Any], kind: str = ""
) -> Upload:
    """What a kept file is, with a mapping that somebody kept for such files, or else a proposed one."""
    table, reading = plans.read(plans.full_path(stored.path), name, chosen)
    known = queries.templates(actor, plans.signature(table.headers))
    offered = {made.kind for made in plans.importable(actor)}
    template = next((made for made in known if made.kind in offered and kind in {"", made.kind}), None)
    if template is not None:
        mapping, options, kind = (
            with_template(template, table.headers),
            {**DEFAULTS, **template.options},
            template.kind,
        )
        reading["preview"]["template"] = template.name
    else:
        proposal = plans.propose(table, actor, kind)
        mapping, options, kind = proposal.mapping, dict(DEFAULTS), proposal.kind
    return Upload(
        name=name,
        path=stored.path,
        size=stored.size,
        sha256=stored.sha256,
        kind=kind,
        reading=reading,
        mapping=mapping.to_json(),
        options={"region": settings.KEEN.region, **options},
    )


def with_template(template: ImportTemplate, headers: list[str]) -> ColumnMap:
    """The kept mapping, laid on the columns of a file by their names."""
    kept = ColumnMap.from_json(template.mapping)
    by_name = {text.fold(column.column): column.target for column in kept.columns}
    columns = tuple(
        ColumnMapping(place, header, target, 1.0 if target else 0.0, f"template “{template.name}”")
        for place, header in enumerate(headers)
        for target in [by_name.get(text.fold(header), "")]
    )
    return ColumnMap(columns, kept.constants, kept.template)


@dataclass(frozen=True)
class MatchWish:
    """What the match page sends: how to read the file, what becomes what, and where to go."""

    do: str
    reading: dict[str, Any]
    kind: str
    targets: dict[int, str]
    tag: str = ""
    template: TemplateWish | None = None
    added: tuple[int, str] | None = None
    sheet: str = ""

    @classmethod
    def read(cls, given: QueryDict) -> Self:
        """The form's values; nothing is trusted."""
        targets = {
            place: str(value)
            for key, value in given.items()
            if key.startswith("target-") and (place := id_of(key.removeprefix("target-"))) is not None
        }
        column, target = id_of(given.get("add_column", "")), given.get("add_target", "")
        name = given.get("template", "").strip()
        head = given.get("has_header", "")
        return cls(
            do=given.get("do", "go"),
            reading={
                "encoding": given.get("encoding", "") if given.get("encoding", "") in dict(ENCODINGS) else "",
                "delimiter": given.get("delimiter", "")
                if given.get("delimiter", "") in dict(DELIMITERS)
                else "",
                "sheet": given.get("sheet", "")[:120],
                "has_header": {"yes": True, "no": False}.get(head),
            },
            kind=given.get("kind", ""),
            targets=targets,
            tag=text.clean(given.get("tag", ""), 40),
            template=TemplateWish(name, "share" in given) if name else None,
            added=(column, target) if column is not None and target and given.get("do") == "add" else None,
        )

    @property
    def stays(self) -> bool:
        """Whether the page is to be shown again."""
        return self.do in {"add", "stay", "read"}

    def rereads(self, run: ImportRun) -> bool:
        """Whether the file is to be read in another way than it was."""
        if self.kind and self.kind != run.kind:
            return True
        shown = {"encoding": _shown_encoding(run.encoding), "delimiter": run.delimiter, "sheet": run.sheet}
        changed = any(value and value != shown[name] for name, value in self.reading.items() if name in shown)
        header = self.reading["has_header"]
        return changed or (header is not None and header != run.choices.get("has_header"))

    def mapping(self, run: ImportRun, actor: Actor) -> dict[str, Any]:
        """The run's mapping with the form's choices.

        Raises: RuleError when a target does not exist, or nothing would come in.
        """
        known = {target.name for target in plans.targets_for(declare.get(run.kind), actor)}
        made = ColumnMap.from_json(run.mapping)
        wishes = dict(self.targets)
        if self.added:
            wishes[self.added[0]] = self.added[1]
        now = {column.place: column.target for column in made.columns}
        for place, target in wishes.items():
            if target and target not in known:
                raise RuleError(
                    "no_such_field", "Choose one of the fields that are offered.", f"target-{place}"
                )
            if place in now and now[place] != target:
                made = made.with_target(place, target)
        constants = {"tags": self.tag} if self.tag else {}
        made = ColumnMap(made.columns, constants, made.template)
        if not any(column.target for column in made.columns):
            raise RuleError(
                "nothing_matched", "Give at least one column a home, a name or an e-mail address."
            )
        return made.to_json()


def read_again(actor: Actor, run: ImportRun, wish: MatchWish) -> ImportRun:
    """The import with its file read as somebody chose.

    Raises: TableError when it cannot be read that way.
    """
    imports.own(actor, run.pk)
    kept = {key: value for key, value in run.choices.items() if key != "expected_encoding"}
    chosen = {**kept, **{key: value for key, value in wish.reading.items() if value not in ("", None)}}
    if wish.reading["sheet"] and wish.reading["sheet"] != run.sheet:
        chosen.pop("has_header", None)
    stored = files.Stored(run.path, run.size, run.sha256)
    upload = read_upload(actor, stored, run.name, chosen, wish.kind or run.kind)
    return imports.reread(actor=actor, run_id=run.pk, upload=upload)


def keep_template(actor: Actor, run: ImportRun, wish: MatchWish) -> None:
    """Keep the mapping under the name of the form."""
    if wish.template:
        signature = plans.signature(run.headers)
        imports.keep_template(actor=actor, run_id=run.pk, wish=wish.template, signature=signature)


@dataclass
class Column:
    """One column as the match page shows it."""

    place: int
    name: str
    target: str
    samples: list[str]
    tone: str = ""
    sure: str = ""
    why: str = ""
    options: list[Any] = field(default_factory=list)


def match(
    request: HttpRequest, run: ImportRun, *, error: RuleError | None = None, status: int = 200
) -> HttpResponse:
    """The page on which columns get a home."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    record_type = declare.get(run.kind)
    targets = plans.targets_for(record_type, actor)
    mapped = ColumnMap.from_json(run.mapping)
    columns = [_column(run, made) for made in mapped.columns]
    homeless = [column for column in columns if not column.target]
    context = {
        "run": run,
        "type": record_type,
        "columns": [column for column in columns if column.target],
        "homeless": homeless,
        "column_choices": [
            ("", "Choose a column"),
            *((str(column.place), column.name) for column in homeless),
        ],
        "empty": sum(not column.samples for column in homeless),
        "options": [("", "Leave this column out"), *((target.name, target.label) for target in targets)],
        "kinds": [(made.kind, made.plural) for made in plans.importable(actor)],
        "encodings": _with(ENCODINGS, _shown_encoding(run.encoding)),
        "encoding": _shown_encoding(run.encoding),
        "delimiters": DELIMITERS,
        "preview": _preview(run, mapped),
        "tag": mapped.constants.get("tags", ""),
        "error": error,
        "steps": steps(run, 1),
        "may_change": run.owner_id == actor.user_id and run.state in imports.EDITABLE,
        "missing": _missing(run.kind, mapped),
    }
    return pages.render(request, "records/import_match.html", context, status)


def _missing(kind: str, mapped: ColumnMap) -> str:
    """What is needed and has no column yet."""
    targets = mapped.targets()
    named = {"name"} if kind == "account" else {"last_name", "first_name", "full_name", "account.name"}
    reach = any(target.startswith(("emails.", "phones.")) for target in targets)
    if targets & named or (reach and kind != "account"):
        return ""
    return "No column becomes a name yet. Rows without a name stay out."


def _column(run: ImportRun, made: ColumnMapping) -> Column:
    samples: list[list[str]] = run.preview.get("samples", [])
    chosen = made.reason == "chosen" or made.reason.startswith("template")
    sure = "chosen" if chosen else f"{made.confidence:.0%}" if made.target else ""
    tone = "ok" if made.confidence >= 0.9 else "warn"
    shown = samples[made.place] if made.place < len(samples) else []
    return Column(made.place, made.column, made.target, shown, tone, sure, made.reason)


def _preview(run: ImportRun, mapped: ColumnMap) -> dict[str, Any]:
    """The first rows, without columns that are empty there."""
    rows: list[list[str]] = run.preview.get("rows", [])
    filled = [
        place for place in range(len(run.headers)) if any(place < len(row) and row[place] for row in rows)
    ][:14]
    return {
        "heads": [run.headers[place] for place in filled],
        "rows": [[row[place] if place < len(row) else "" for place in filled] for row in rows],
        "program": run.preview.get("program", ""),
        "template": run.preview.get("template", ""),
        "known": mapped.template,
    }


def _shown_encoding(name: str) -> str:
    return {"utf-8-sig": "utf-8", "ascii": "utf-8", "iso-8859-1": "latin-1", "windows-1252": "cp1252"}.get(
        name.lower(), name.lower()
    )


def _with(options: tuple[tuple[str, str], ...], current: str) -> list[tuple[str, str]]:
    return list(options) if current in dict(options) else [(current, current.upper()), *options]


def country_options() -> list[tuple[str, str]]:
    """Every country, for a select."""
    return countries.choices()
