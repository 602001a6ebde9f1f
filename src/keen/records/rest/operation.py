"""One method of an address as OpenAPI describes it: parameters, answers, refusals."""

from typing import Any

from keen.core.domain.problems import MEDIA_TYPE, TITLES
from keen.records.rest import asking
from keen.records.rest.schemas import TEXT, Schema, ref

ALWAYS = (400, 401, 403, 404, 405, 429, 503)
WITH_BODY = (413, 415, 422)
WRITES = (409, 412, 428)
FIELDS: Schema = {
    "name": "fields",
    "in": "query",
    "schema": TEXT,
    "description": "Only these fields, separated by commas.",
}
KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {**TEXT, "maxLength": 255, "pattern": "^[!-~]*$"},
    "description": "The same request under the same key does something once, and is answered as the first time for two days.",
}
IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "schema": {**TEXT, "pattern": '^(\\*|"[0-9]{1,9}")$'},
    "description": "The ETag of the record as it was read, or * to overwrite whatever is there.",
}
PAGING: list[Schema] = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": asking.MOST, "default": asking.USUAL},
    },
    {
        "name": "after",
        "in": "query",
        "schema": {**TEXT, "minLength": 1},
        "description": "Where the page begins: page.next of the one before.",
    },
]


def problem_name(status: int) -> str:
    """What the answer of this status is called in the document."""
    return f"Problem{status}"


def problem(status: int) -> Schema:
    """The answer of a refusal."""
    headers: Schema = {}
    if status in {429, 503}:
        headers = {
            "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}}
        }
    return {
        "description": f"{TITLES[status]}.",
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
        **headers,
    }


def operation(
    name: str, summary: str, *answers: tuple[int, Schema], body: Schema | None = None, writes: bool = False
) -> dict[str, Any]:
    """One method of an address, with all that it answers."""
    statuses = (*ALWAYS, *(WITH_BODY if body is not None else ()), *(WRITES if writes else ()))
    responses: dict[str, Any] = {
        str(status): {
            "description": "Done." if writes else "Found.",
            "content": {"application/json": {"schema": schema}},
        }
        for status, schema in answers
    }
    responses |= {
        str(status): {"$ref": f"#/components/responses/{problem_name(status)}"} for status in sorted(statuses)
    }
    told: dict[str, Any] = {"operationId": name, "summary": summary, "parameters": [], "responses": responses}
    if body is not None:
        told["requestBody"] = {
            "required": bool(body.get("properties")) or "$ref" in body,
            "content": {"application/json": {"schema": body}},
        }
    return told
