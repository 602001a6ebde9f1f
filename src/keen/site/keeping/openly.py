"""What leaves the house in open formats, under which names, and what stays: secrets, and what is of this place alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from keen.records import declare
from keen.site.keeping.tables import LEFT_OUT, Column, Table, tables

STAYS = {
    "account_emailaddress": "how people sign in; made anew",
    "account_emailconfirmation": "keys that open an account",
    "auth_group": "not used",
    "auth_group_permissions": "not used",
    "auth_permission": "not used",
    "core_apitoken": "keys of programs; they are given new ones",
    "core_backup": "the backups of this place",
    "core_invitation": "keys that open an account; people are invited anew",
    "core_invitation_roles": "keys that open an account; people are invited anew",
    "core_scheduleslot": "background work of this place",
    "core_stamp": "marks of this place",
    "core_worker": "background work of this place",
    "django_content_type": "made anew",
    "django_tasks_database_dbtaskresult": "background work of this place: it must not happen twice",
    "integrations_attempt": "what was sent from this place",
    "integrations_delivery": "what was sent from this place",
    "integrations_endpoint": "secrets shared with other systems; they are connected anew",
    "mfa_authenticator": "how people sign in",
    "records_apianswer": "what programs were answered, kept for a few days",
    "telemetry_pseudonymkey": "keys that tell pseudonyms apart",
    **LEFT_OUT,
    "sales_quotelink": "private links of customers; they are sent new ones",
}
"""Tables that no export holds, each with its reason."""
WITHHELD = {"core_user": {"password", "session_stamp"}, "privacy_erasure": {"needles"}}
"""Columns that no export holds: whoever is imported sets a new password."""
TYPES = {
    "integer": "integer",
    "text": "string",
    "boolean": "boolean",
    "number": "number",
    "decimal": "string",
    "date": "string",
    "time": "string",
    "moment": "string",
    "duration": "integer",
    "uuid": "string",
    "binary": "string",
}
FORMATS = {"date": "date", "time": "time", "moment": "date-time", "uuid": "uuid", "duration": "microseconds"}
ODD_PLURALS = {"company_day_off": "company_days_off"}
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Open:
    """One table as an export has it: the name of its files, and a sentence about it."""

    name: str
    table: Table
    about: str


def open_tables(models: Iterable[type[Model]]) -> list[Open]:
    """The tables that an export holds, by name."""
    by_table = {model._meta.db_table: model for model in models}  # noqa: SLF001
    kinds = {kind.model: kind.path for kind in declare.types()}
    found = []
    for table in tables(by_table.values()):
        if table.name in STAYS:
            continue
        model: Any = by_table[table.name]
        kept = tuple(column for column in table.columns if column.name not in WITHHELD.get(table.name, ()))
        about = "" if model._meta.auto_created else (model.__doc__ or "").strip().split("\n")[0]  # noqa: SLF001
        name = kinds.get(model) or _plural(_CAPITAL.sub("_", model.__name__).lower())
        found.append(Open(name, Table(table.name, table.key, kept, table.label), about))
    return sorted(found, key=lambda one: one.name)


def _plural(name: str) -> str:
    if name in ODD_PLURALS:
        return ODD_PLURALS[name]
    if name.endswith(("s", "x", "ch")):
        return name if name.endswith("s") else f"{name}es"
    return f"{name[:-1]}ies" if re.search("[^aeo]y$", name) else f"{name}s"


def schema(tables_: list[Open]) -> dict[str, Any]:
    """A JSON Schema for one line of each file."""
    by_table = {one.table.name: one.name for one in tables_}
    labels = {
        (kind.model._meta.db_table, field.column): field.label  # noqa: SLF001
        for kind in declare.types()
        for field in kind.fields
    }
    made = {
        one.name: {
            "type": "object",
            "description": one.about,
            "required": one.table.names,
            "properties": {
                column.name: _property(column, by_table, labels.get((one.table.name, column.name), ""))
                for column in one.table.columns
            },
        }
        for one in tables_
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A company as Keen exports it: each line of data/NAME.jsonl is an object of $defs/NAME",
        "$defs": made,
    }


def _property(column: Column, by_table: dict[str, str], label: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if column.kind in TYPES:
        kind = TYPES[column.kind]
        made["type"] = [kind, "null"] if column.null else kind
    if column.kind in FORMATS:
        made["format"] = FORMATS[column.kind]
    if label:
        made["title"] = label
    if column.to in by_table:
        made["description"] = f"The id of a line in data/{by_table[column.to]}.jsonl"
    return made
