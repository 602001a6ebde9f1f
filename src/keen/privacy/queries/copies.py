"""Every text of the database in which somebody is named, whatever table it stands in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from keen.privacy.domain.scrub import Needles

MOST_PARTS = 50
# What cannot name anybody, or is rebuilt and looked through by other means.
LEFT_OUT = frozenset(
    {
        "django_migrations", "django_content_type", "privacy_erasure", "core_cache", "auth_permission", "auth_group",
        "django_session", "core_role", "core_stamp",
    }
)  # fmt: skip
# What may be rewritten: texts that repeat what stands elsewhere. Records, people who sign in, rights and settings
# belong to others; where these name the person, the proof says so and somebody looks.
PAPER = ("customer_name", "email", "contact_name", "reference", "lines")
CLEANED: Mapping[str, frozenset[str]] = {
    "core_operation": frozenset({"label", "receipt"}),
    "core_change": frozenset({"before", "after"}),
    "core_notice": frozenset({"text", "detail", "href"}),
    "core_invitation": frozenset({"message"}),
    "django_tasks_database_dbtaskresult": frozenset({"args_kwargs", "return_value", "traceback"}),
    "telemetry_levelchange": frozenset({"reason", "answer"}),
    "telemetry_namedread": frozenset({"purpose"}),
    "records_importrun": frozenset({"name", "headers", "warnings", "preview", "message", "report", "kept"}),
    "records_importrow": frozenset({"note", "repair", "column", "raw", "mended"}),
    "records_importtemplate": frozenset({"name"}),
    "records_savedlist": frozenset({"name", "query"}),
    "privacy_consent": frozenset({"source", "wording"}),
    "privacy_freeze": frozenset({"reason"}),
    "privacy_request": frozenset({"how", "answer"}),
    **{f"orders_{kind}": frozenset(PAPER) for kind in ("order", "invoice", "purchaseorder", "payment")},
    "orders_customer": frozenset({"name", "email", "why"}),
    "orders_milestone": frozenset({"detail"}),
    "orders_intake": frozenset({"name", "headers", "refused", "message"}),
    "sales_formentry": frozenset({"values"}),
    "sales_quote": frozenset({"contact_name", "email", "decided_name", "reason", "introduction", "lines"}),
    "processes_run": frozenset({"reason", "did"}),
    "adoption_message": frozenset({"text", "answer"}),
    "adoption_reply": frozenset({"text"}),
    "adoption_modechange": frozenset({"reason", "answer"}),
    "adoption_policyversion": frozenset({"reason"}),
    "integrations_delivery": frozenset({"told"}),
    "integrations_attempt": frozenset({"request", "answer"}),
}
# Tables that repeat the subjects of what was planned.
QUOTING = frozenset({"core_operation", "core_notice"})
# What other records are known by: their trail keeps it, for undo writes it back.
KNOWN_BY = frozenset({"name", "first_name", "last_name", "sort_name", "email", "emails", "phone", "phones"})
TEXTS = (models.CharField, models.TextField, models.JSONField)


def about_people() -> Iterator[tuple[type[models.Model], str]]:
    """The tables of packages above whose rows are about one person who signs in, each with the column that says who.

    Such a model says so by `ABOUT_PERSON`: its rows are told to the person, and go when the person is forgotten.
    """
    for model in apps.get_models():
        if column := getattr(model, "ABOUT_PERSON", ""):
            yield model, column


@dataclass(frozen=True)
class Table:
    """A table with its columns that hold texts."""

    model: type[models.Model]
    name: str
    key: str
    columns: tuple[str, ...]
    json: frozenset[str]
    limits: dict[str, int] = field(hash=False, default_factory=dict)


@dataclass(frozen=True)
class Copy:
    """A row that names the person, with the texts that do."""

    table: Table
    key: Any
    texts: dict[str, Any]


def tables() -> list[Table]:
    """Every table of every package, with the columns that may name somebody."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta  # noqa: SLF001  the public way to tables and columns
        columns = [one for one in meta.concrete_fields if isinstance(one, TEXTS) and not one.primary_key]
        if meta.managed and not meta.proxy and meta.db_table not in LEFT_OUT and columns:
            names = tuple(str(one.column) for one in columns)
            plain = frozenset(str(one.column) for one in columns if isinstance(one, models.JSONField))
            limits = {str(one.column): int(one.max_length) for one in columns if one.max_length}
            found.append(Table(model, meta.db_table, str(meta.pk.column), names, plain, limits))
    return found


def copies(needles: Needles, table: Table) -> Iterator[Copy]:
    """The rows of the table that name the person.

    Cost: 1 query that reads the whole table, for each 50 parts to look for.
    """
    seen = set()
    needles = needles.quoting() if table.name in QUOTING else needles
    for parts in _few(needles.fragments()):
        for key, *texts in _rows(table, parts):
            if key in seen:
                continue
            seen.add(key)
            held = dict(zip(table.columns, texts, strict=True))
            plain = {name: _plain(table, name, text) for name, text in held.items() if text}
            named = {name: value for name, value in plain.items() if needles.names(value)}
            if named:
                yield Copy(table, key, named)


def cleaned(needles: Needles, table: Table, name: str, value: Any) -> Any:
    """The value of the column without the person, as far as it may be rewritten."""
    if name not in CLEANED.get(table.name, ()):
        return value
    needles = needles.quoting() if table.name in QUOTING else needles
    if table.name == "core_change" and isinstance(value, dict):
        return {key: one if key in KNOWN_BY else needles.clean_value(one) for key, one in value.items()}
    return needles.clean_value(value)


def _few(parts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(parts), MOST_PARTS):
        yield parts[start : start + MOST_PARTS]


def _rows(table: Table, parts: Sequence[str]) -> list[tuple[Any, ...]]:
    """The key and the texts of the rows in which one of the parts stands, in whatever case."""
    quote = connection.ops.quote_name
    like = "ILIKE" if connection.vendor == "postgresql" else "LIKE"
    texts = [f"CAST({quote(column)} AS TEXT)" for column in table.columns]
    whole = " || ' ' || ".join(f"COALESCE({text}, '')" for text in texts)
    tests = " OR ".join(f"whole {like} %s ESCAPE '!'" for _ in parts)
    named = ", ".join(f"{text} AS t{place}" for place, text in enumerate(texts))
    chosen = ", ".join(f"t{place}" for place in range(len(texts)))
    sql = (
        f"SELECT key, {chosen} FROM (SELECT {quote(table.key)} AS key, {whole} AS whole, {named}"  # noqa: S608  names of our own tables
        f" FROM {quote(table.name)}) AS held WHERE {tests}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [_containing(part) for part in parts])
        return list(cursor.fetchall())


def _containing(part: str) -> str:
    escaped = part.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def _plain(table: Table, name: str, text: str) -> Any:
    return json.loads(text) if name in table.json else text


def everywhere(needles: Needles, *, without: Sequence[str] = ()) -> Iterator[Copy]:
    """The rows of all tables that name the person.

    Cost: 1 query for each table, each of which reads it whole.
    """
    for table in tables():
        if table.name not in without:
            yield from copies(needles, table)
