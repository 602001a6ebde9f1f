"""The OpenAPI document, made from the declarations for whoever asks: what they may not see is not in it."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from keen.core.domain.actor import Actor
from keen.records import declare
from keen.records.actions.upsert import keys
from keen.records.declare import RecordType
from keen.records.domain import filters
from keen.records.queries import listing
from keen.records.rest import asking, including, schemas
from keen.records.rest.answers import respond
from keen.records.rest.batch import MOST, OPS
from keen.records.rest.door import ApiRequest
from keen.records.rest.operation import (
    ALWAYS,
    FIELDS,
    IF_MATCH,
    KEY,
    PAGING,
    WITH_BODY,
    WRITES,
    operation,
    problem,
    problem_name,
)
from keen.records.rest.parts import Part, parts_of
from keen.records.rest.schemas import ID, NULL, TEXT, Schema, closed, name_of, ref
from keen.records.rest.verbs import Verb, verbs_of

INTRODUCTION = (
    "What people do in Keen, for programs: with the rights of the person who made the token, within what the token was "
    "made for. Every write answers with a receipt that says what else changed and how to take it back."
)


def openapi(request: ApiRequest) -> HttpResponse:
    """The document for the one who asks."""
    return respond(document(request.actor))


def document(actor: Actor) -> dict[str, Any]:
    """The whole of it."""
    kinds = [kind for kind in declare.types() if actor.rights.scope(kind.kind, "view").reach]
    paths: dict[str, Any] = {
        "/me": {"get": operation("me", "Who this token is, and what it opens", (200, _ME))}
    }
    undo = operation("undo", "Take an operation back", (200, ref("Done")), body=closed({}), writes=True)
    undo["parameters"] = [
        {"name": "operation_id", "in": "path", "required": True, "schema": {**TEXT, "format": "uuid"}},
        KEY,
    ]
    paths["/operations/{operation_id}/undo"] = {"post": undo}
    made = schemas.shared()
    for record_type in kinds:
        paths |= _Kind(record_type, actor).paths()
        name = name_of(record_type)
        made[name] = schemas.record(record_type, actor)
        made[f"{name}Wish"] = schemas.wish(record_type, actor)
        made[f"{name}Filter"] = schemas.condition(record_type, actor)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Keen",
            "version": "1",
            "description": INTRODUCTION,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "servers": [{"url": f"{settings.KEEN.base_url}/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": kind.plural, "description": kind.empty} for kind in kinds],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "keen_…"}},
            "schemas": made,
            "responses": {problem_name(status): problem(status) for status in (*ALWAYS, *WITH_BODY, *WRITES)},
        },
    }


_ME = closed({"data": {"type": "object"}}, ["data"])


def _part(part: Part) -> dict[str, Any]:
    entries = {"type": "array", "items": closed(part.schema, list(part.schema))}
    return operation(f"{part.name}_{part.kind}", part.summary, (200, closed({"data": entries}, ["data"])))


class _Kind:
    """The addresses of one kind."""

    def __init__(self, record_type: RecordType, actor: Actor) -> None:
        self.type, self.actor = record_type, actor
        self.name, self.noun, self.plural = (
            name_of(record_type),
            record_type.label.lower(),
            record_type.plural.lower(),
        )
        self.one = ref(self.name)
        self.wish = ref(f"{self.name}Wish")
        self.keys = keys(record_type, actor)
        self.written = closed(
            {"data": {"anyOf": [self.one, NULL]}, "receipt": ref("Receipt")}, ["data", "receipt"]
        )

    def may(self, action: str) -> bool:
        """Whether the one who asks may do that at all."""
        return self.actor.rights.scope(self.type.kind, action).reach > 0

    def paths(self) -> dict[str, Any]:
        """All addresses that are open, each with its methods."""
        at = f"/{self.type.path}"
        record = {"name": "record_id", "in": "path", "required": True, "schema": ID}
        found = {
            at: {"get": self._list(), **({"post": self._create()} if self.may("add") else {})},
            f"{at}/query": {"post": self._query()},
            f"{at}/{{record_id}}": {"parameters": [record], **self._record()},
        }
        if self.keys:
            found[f"{at}/by/{{key}}/{{value}}"] = self._by()
        if self.may("add") or self.may("edit"):
            found[f"{at}/batch"] = {"post": self._batch()}
        if self.may("delete"):
            restore = operation(
                f"restore_{self.type.kind}",
                f"Take a {self.noun} out of the trash",
                (200, self.written),
                body=closed({}),
                writes=True,
            )
            restore["parameters"] = [FIELDS, KEY]
            found[f"{at}/{{record_id}}/restore"] = {"parameters": [record], "post": restore}
            found[f"{at}/trash"] = {"get": self._trash()}
        found |= {
            f"{at}/{{record_id}}/{part.name}": {"parameters": [record], "get": _part(part)}
            for part in parts_of(self.type.kind)
        }
        for verb in filter(lambda one: self.may(one.needs), verbs_of(self.type.kind)):
            found |= self._verb(verb, record)
        for methods in found.values():
            for method in (one for name, one in methods.items() if name != "parameters"):
                method["tags"] = [self.type.plural]
        return found

    def _list(self) -> dict[str, Any]:
        told = operation(f"list_{self.type.kind}", f"A page of {self.plural}", (200, self._page()))
        told["responses"]["200"]["headers"] = {
            "Link": {"schema": TEXT, "description": 'The next page: <…>; rel="next".'}
        }
        told["parameters"] = [
            *PAGING,
            {
                "name": "sort",
                "in": "query",
                "schema": {"enum": self._orders()},
                "description": "The order; downwards with a minus before it.",
            },
            {"name": "q", "in": "query", "schema": TEXT, "description": "Words, as in the search."},
            {
                "name": "total",
                "in": "query",
                "schema": {"type": "boolean"},
                "description": f"Count them, up to {listing.COUNT_CAP:,}.",
            },
            FIELDS,
            *self._include(),
            *self._filters(),
        ]
        return told

    def _include(self) -> list[Schema]:
        names = sorted(including.offered(self.type, self.actor))
        words = "Links whose records go along, separated by commas."
        return (
            [{"name": "include", "in": "query", "schema": {"enum": names}, "description": words}]
            if names
            else []
        )

    def _included(self) -> Schema:
        kinds = {declare.get(one.to) for one in including.offered(self.type, self.actor).values()}
        return closed({kind.path: {"type": "array", "items": ref(name_of(kind))} for kind in kinds})

    def _trash(self) -> dict[str, Any]:
        lying = schemas.record(self.type, self.actor)
        lying["properties"]["deleted_at"] = {**TEXT, "format": "date-time"}
        held = {"data": {"type": "array", "items": lying}, "page": ref("Page")}
        told = operation(
            f"trash_{self.type.kind}",
            f"{self.type.plural} in the trash",
            (200, closed(held, ["data", "page"])),
        )
        told["parameters"] = [*PAGING, FIELDS]
        return told

    def _orders(self) -> list[str]:
        fields = self.type.readable(self.actor)
        names = [field.name for field in fields if listing.sorts(self.type, self.actor, field)]
        return [*names, *(f"-{name}" for name in names)]

    def _filters(self) -> list[Schema]:
        """One parameter a field: the others differ in the operator alone, filter[city][contains]."""
        found = []
        for field in listing.filterable(self.type, self.actor):
            operators = filters.OPERATORS.get(field.kind, ())
            if operators:
                name = (
                    f"filter[{field.name}]" if "is" in operators else f"filter[{field.name}][{operators[0]}]"
                )
                words = f"{field.label}. Operators: {', '.join(operators)}, as in filter[{field.name}][{operators[-1]}]=1."
                found.append(
                    {"name": name, "in": "query", "schema": {**TEXT, "minLength": 1}, "description": words}
                )
        return found

    def _page(self) -> Schema:
        held = {
            "data": {"type": "array", "items": self.one}, "page": ref("Page"), "total": ref("Total"),
            "included": self._included(),
        }  # fmt: skip
        return closed(held, ["data", "page"])

    def _query(self) -> dict[str, Any]:
        asked = {
            "filter": {
                "type": "array",
                "items": ref(f"{self.name}Filter"),
                "maxItems": filters.MOST_CONDITIONS,
            },
            "sort": {"enum": self._orders()},
            "limit": {"type": "integer", "minimum": 1, "maximum": asking.MOST},
            "after": {**TEXT, "minLength": 1},
            "q": TEXT,
            "total": {"type": "boolean"},
            "include": {
                "type": "array",
                "items": {"enum": sorted(including.offered(self.type, self.actor))},
                "maxItems": including.MOST,
            },
            "fields": {
                "type": "array",
                "items": {"enum": [field.name for field in self.type.readable(self.actor)]},
            },
        }
        return operation(
            f"query_{self.type.kind}",
            f"A page of {self.plural}, asked for in a body",
            (200, self._page()),
            body=closed(asked),
        )

    def _create(self) -> dict[str, Any]:
        answers = [(201, self.written), *([(200, self.written)] if self.keys else [])]
        told = operation(
            f"create_{self.type.kind}", f"A new {self.noun}", *answers, body=self.wish, writes=True
        )
        told["parameters"] = [FIELDS, KEY]
        if self.keys:
            words = f"Change the {self.noun} that has the same, if there is one."
            told["parameters"].append(
                {"name": "match", "in": "query", "schema": {"enum": self.keys}, "description": words}
            )
        return told

    def _record(self) -> dict[str, Any]:
        kind = self.type.kind
        read = operation(f"read_{kind}", f"One {self.noun}", (200, self._found()))
        read["responses"]["304"] = {"description": "The program has it already."}
        read["responses"]["200"]["headers"] = {"ETag": {"schema": TEXT}}
        read["parameters"] = [
            FIELDS,
            *self._include(),
            {"name": "If-None-Match", "in": "header", "schema": TEXT},
        ]
        found = {"get": read}
        if self.may("edit"):
            found["patch"] = operation(
                f"change_{kind}", f"Change a {self.noun}", (200, self.written), body=self.wish, writes=True
            )
            content = found["patch"]["requestBody"]["content"]
            content["application/merge-patch+json"] = content["application/json"]
            found["patch"]["parameters"] = [FIELDS, {**IF_MATCH, "required": True}]
        if self.may("delete"):
            found["delete"] = operation(
                f"delete_{kind}", f"Move a {self.noun} to the trash", (200, ref("Done")), writes=True
            )
            found["delete"]["parameters"] = [{**IF_MATCH, "required": True}]
        return found

    def _found(self) -> Schema:
        return closed({"data": self.one, "included": self._included()}, ["data"])

    def _by(self) -> dict[str, Any]:
        kind = self.type.kind
        read = operation(f"find_{kind}", f"The {self.noun} that is recognised", (200, self._found()))
        read["responses"]["304"] = {"description": "The program has it already."}
        read["responses"]["409"] = {"$ref": "#/components/responses/Problem409"}
        read["parameters"] = [FIELDS, *self._include()]
        found = {
            "parameters": [
                {"name": "key", "in": "path", "required": True, "schema": {"enum": self.keys}},
                {
                    "name": "value",
                    "in": "path",
                    "required": True,
                    "schema": {**TEXT, "minLength": 1, "maxLength": 254},
                },
            ],
            "get": read,
        }
        if self.may("add") or self.may("edit"):
            told = operation(
                f"upsert_{kind}", f"Change the {self.noun} that is recognised, or make one",
                (200, self.written), (201, self.written), body=self.wish, writes=True,
            )  # fmt: skip
            told["parameters"] = [FIELDS, IF_MATCH]
            found["put"] = told
        return found

    def _batch(self) -> dict[str, Any]:
        match = {"match": {"enum": self.keys}} if self.keys else {}
        item = {
            "op": {"enum": list(OPS)},
            **match,
            "data": self.wish,
            "id": ID,
            "version": {"type": "integer", "minimum": 1, "maximum": 10**9},
        }
        body = {
            "items": {"type": "array", "items": closed(item, ["data"]), "minItems": 1, "maxItems": MOST},
            "op": {"enum": list(OPS)},
            **match,
        }
        told = operation(
            f"write_many_{self.type.kind}", f"Up to {MOST} {self.plural}, with an answer for each",
            (200, ref("BatchAnswer")), body=closed(body, ["items"]), writes=True,
        )  # fmt: skip
        told["parameters"] = [KEY]
        return told

    def _verb(self, verb: Verb, record: Schema) -> dict[str, Any]:
        wanted = closed(
            {
                field.name: {**schemas.written(field), "description": f"{field.label}. {field.help}".strip()}
                for field in verb.inputs(self.actor)
            },
            [field.name for field in verb.fields if field.required],
        )
        status = 200 if verb.on == "record" else 201
        name = f"{verb.name.replace('-', '_')}_{self.type.kind}"
        answers = [(status, self.written), *([(200, self.written)] if status == 201 else [])]
        told = operation(name, verb.summary, *answers, body=wanted, writes=True)
        told["parameters"] = [KEY]
        on_record = verb.on == "record"
        address = (
            f"/{self.type.path}/{{record_id}}/{verb.name}" if on_record else f"/{self.type.path}/{verb.name}"
        )
        return {address: {**({"parameters": [record]} if on_record else {}), "post": told}}
