"""Record kinds as JSON schemas (2020-12, as OpenAPI 3.1 wants them), for what somebody may read and write."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.domain.problems import TITLES
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import elsewhere, filters
from keen.records.domain.fieldvalues import (
    ADDRESS_PARTS,
    MOST_EMAIL,
    MOST_ENTRIES,
    MOST_LABEL,
    MOST_LONG_TEXT,
    MOST_PHONE,
    MOST_TAG,
    MOST_TEXT,
)
from keen.records.queries import listing

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
ID: Schema = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
NULL: Schema = {"type": "null"}


def ref(name: str) -> Schema:
    """A schema of the document by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def name_of(record_type: RecordType) -> str:
    """What the schema of a kind is called."""
    return "".join(part.capitalize() for part in record_type.kind.split("_"))


def record(record_type: RecordType, actor: Actor) -> Schema:
    """A record as it is answered. With `fields`, only some of it is."""
    properties: Schema = {
        "id": ID,
        "version": {"type": "integer", "minimum": 1, "description": "Goes up with each change."},
        "title": {**TEXT, "description": f"What people call this {record_type.label.lower()}."},
        "url": {**TEXT, "format": "uri", "description": "Its page."},
    }
    properties |= {field.name: _described(field, _read(field)) for field in record_type.readable(actor)}
    return closed(properties, ["id", "version"])


def wish(record_type: RecordType, actor: Actor) -> Schema:
    """A record as it is sent; whatever is left out stays as it is, and null empties."""
    fields = record_type.writable(actor)
    return closed({field.name: _described(field, written(field)) for field in fields})


def closed(properties: Mapping[str, Any], required: Sequence[str] = ()) -> Schema:
    """An object with these members and no others."""
    made: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**made, "required": list(required)} if required else made


def _described(field: Field, schema: Schema) -> Schema:
    words = f"{field.label}. {field.help}".strip() if field.help else f"{field.label}."
    return {**schema, "description": words}


def _read(field: Field) -> Schema:
    return _READ[field.kind](field) if field.kind in _READ else TEXT


def written(field: Field) -> Schema:
    """The value of a field as it is sent."""
    return _WRITTEN.get(field.kind, _short)(field)


def _short(field: Field) -> Schema:
    return {"type": ["string", "null"], "maxLength": field.most or MOST_TEXT}


def _long(field: Field) -> Schema:
    return {"type": ["string", "null"], "maxLength": field.most or MOST_LONG_TEXT}


def _choice(field: Field) -> Schema:
    return {"type": ["string", "null"], "enum": [*(key for key, _ in field.choices), "", None]}


def _link(field: Field) -> Schema:
    named = [ID, closed({"id": ID, "title": TEXT}, ["id"])]
    if field.kind is Kind.REFERENCE:
        named.append(closed({"external_id": {**TEXT, "minLength": 1}}, ["external_id"]))
    return {"anyOf": [*named, NULL]}


def _parts(names: Sequence[str], most: int) -> Schema:
    return closed({name: {"type": ["string", "null"], "maxLength": most} for name in names})


def _several(main: str, others: Sequence[str], most: int) -> Schema:
    entry = _parts(others, MOST_LABEL)
    entry["properties"][main] = {"type": "string", "minLength": 1, "maxLength": most}
    entry["required"] = [main]
    one = {"anyOf": [{"type": "string", "maxLength": most}, entry]}
    return {"type": ["array", "null"], "items": one, "maxItems": MOST_ENTRIES}


def _listed(*names: str) -> Schema:
    return {"type": "array", "items": {"type": "object", "properties": dict.fromkeys(names, TEXT)}}


_NAMED: Schema = {"anyOf": [closed({"id": ID, "title": TEXT}, ["id", "title"]), NULL]}
_MONEY: Schema = {"anyOf": [closed({"amount": TEXT, "currency": TEXT}, ["amount", "currency"]), NULL]}
_READ: Mapping[Kind, Callable[[Field], Schema]] = {
    Kind.BOOLEAN: lambda _: {"type": "boolean"},
    Kind.NUMBER: lambda _: {"type": ["number", "null"]},
    Kind.DATE: lambda _: {"type": ["string", "null"], "format": "date"},
    Kind.DATETIME: lambda _: {"type": ["string", "null"], "format": "date-time"},
    Kind.REFERENCE: lambda _: _NAMED,
    Kind.USER: lambda _: _NAMED,
    Kind.TEAM: lambda _: _NAMED,
    Kind.EMAILS: lambda _: _listed("address", "label"),
    Kind.PHONES: lambda _: _listed("raw", "e164", "label", "extension"),
    Kind.ADDRESSES: lambda _: _listed(*ADDRESS_PARTS),
    Kind.TAGS: lambda _: {"type": "array", "items": TEXT},
    Kind.IDS: lambda _: {"type": "array", "items": TEXT},
    Kind.TEXT: lambda _: TEXT,
    Kind.LONG_TEXT: lambda _: TEXT,
    Kind.URL: lambda _: TEXT,
    Kind.CHOICE: lambda _: TEXT,
    Kind.CHOICES: lambda _: {"type": "array", "items": TEXT},
    Kind.MONEY: lambda _: _MONEY,
    Kind.AMOUNT: lambda _: _MONEY,
    Kind.LINES: lambda _: {"type": "array", "items": {"type": "object"}},
}
_WRITTEN: Mapping[Kind, Callable[[Field], Schema]] = {
    Kind.TEXT: _short,
    Kind.URL: _short,
    Kind.LONG_TEXT: _long,
    Kind.CHOICE: _choice,
    Kind.BOOLEAN: lambda _: {"type": ["boolean", "null"]},
    Kind.NUMBER: lambda _: {"type": ["number", "null"]},
    Kind.DATE: lambda _: {"type": ["string", "null"], "format": "date"},
    Kind.DATETIME: lambda _: {"type": ["string", "null"], "format": "date-time"},
    Kind.REFERENCE: _link,
    Kind.USER: _link,
    Kind.TEAM: _link,
    Kind.EMAILS: lambda _: _several("address", ["label"], MOST_EMAIL),
    Kind.PHONES: lambda _: _several("raw", ["e164", "label", "extension"], MOST_PHONE),
    Kind.CHOICES: lambda field: {
        "type": ["array", "null"],
        "items": {"enum": [key for key, _ in field.choices]},
        "maxItems": MOST_ENTRIES,
    },
    Kind.MONEY: lambda _: {
        "anyOf": [
            closed(
                {
                    "amount": {"type": ["number", "string"]},
                    "currency": {**TEXT, "pattern": "^[A-Z]{3}$"},
                },
                ["amount"],
            ),
            NULL,
        ],
        "description": "ISO 4217; the amount as a decimal string keeps every digit.",
    },
    Kind.ADDRESSES: lambda _: {
        "type": ["array", "null"],
        "items": _parts(ADDRESS_PARTS, MOST_TEXT),
        "maxItems": MOST_ENTRIES,
    },
    Kind.LINES: lambda field: {
        "type": ["array", "null"],
        "items": closed({name: {"type": ["string", "number", "null"]} for name in field.labels}),
        "description": "Numbers as decimal strings keep every digit.",
    },
    Kind.IDS: lambda _: {
        "type": ["array", "null"],
        "items": {
            "type": "string",
            "maxLength": elsewhere.MOST_SYSTEM + 1 + elsewhere.MOST_ID,
            "pattern": ":",
            "examples": ["sap:4711"],
        },
        "maxItems": MOST_ENTRIES,
    },
    Kind.TAGS: lambda _: {
        "type": ["array", "null"],
        "items": {"type": "string", "maxLength": MOST_TAG},
        "maxItems": MOST_ENTRIES,
    },
}


def condition(record_type: RecordType, actor: Actor) -> Schema:
    """One filter of a query: a field, an operator that it has, and a value."""
    value = {"type": ["string", "number", "boolean", "null"]}
    return {
        "anyOf": [
            closed(
                {
                    "field": {"const": field.name},
                    "op": {"enum": list(filters.OPERATORS[field.kind])},
                    "value": value,
                },
                ["field", "op"],
            )
            for field in listing.filterable(record_type, actor)
            if filters.OPERATORS.get(field.kind)
        ]
    }


def shared() -> dict[str, Schema]:
    """The schemas that every kind uses."""
    fault = {"pointer": TEXT, "parameter": TEXT, "code": TEXT, "detail": TEXT}
    problem = {
        "type": {**TEXT, "format": "uri"},
        "title": {**TEXT, "enum": sorted(set(TITLES.values()))},
        "status": {"type": "integer"},
        "code": {**TEXT, "description": "Stable, for programs."},
        "detail": {**TEXT, "description": "A sentence that says what to mend."},
        "errors": {"type": "array", "items": closed(fault, ["code", "detail"])},
    }
    link = closed({"label": TEXT, "href": TEXT}, ["label", "href"])
    receipt = {
        "outcome": {"enum": ["saved", "gap", "not_saved", "kept"]},
        "text": {**TEXT, "description": "What happened, in a sentence."},
        "also": {"type": "array", "items": TEXT, "description": "What else changed."},
        "next": {"anyOf": [link, NULL], "description": "What a person would do next."},
        "undo": {"anyOf": [closed({"href": TEXT, "method": TEXT}, ["href", "method"]), NULL]},
    }
    counts = {name: {"type": "integer"} for name in ("created", "updated", "unchanged", "refused")}
    result = {
        "place": {"type": "integer", "minimum": 0},
        "outcome": {"enum": list(counts)},
        "status": {"type": "integer"},
        "id": ID,
        "version": {"type": "integer"},
        "problem": ref("Problem"),
    }
    return {
        "Problem": {
            "type": "object",
            "properties": problem,
            "required": ["type", "title", "status", "code", "detail"],
        },
        "Receipt": closed(receipt, list(receipt)),
        "Page": closed(
            {"limit": {"type": "integer"}, "next": {"type": ["string", "null"]}}, ["limit", "next"]
        ),
        "Total": closed({"count": {"type": "integer"}, "exact": {"type": "boolean"}}, ["count", "exact"]),
        "BatchAnswer": closed(
            {
                "data": {"type": "array", "items": closed(result, ["place", "outcome", "status"])},
                "summary": closed(counts),
                "receipt": ref("Receipt"),
            },
            ["data", "summary", "receipt"],
        ),
        "Done": closed({"data": NULL, "receipt": ref("Receipt")}, ["data", "receipt"]),
    }
