"""What a program is answered: JSON with its entity tag, and problems with what to mend."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from zlib import crc32

import orjson
from django.http import HttpResponse

from keen.core.domain.problems import MEDIA_TYPE, Fault, Problem, pointer
from keen.core.domain.receipts import Link, Receipt
from keen.lib.errors import ForbiddenError, KeenError, NotVisibleError, RuleError, StaleVersionError
from keen.records.actions.conflicts import Clash, ConflictError
from keen.records.actions.upsert import AmbiguousError
from keen.records.actions.values import InvalidError
from keen.records.domain.fieldvalues import plain

JSON = "application/json"
OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
NOT_FOUND = Problem(404, "not_found", "This does not exist, or it is not shared with you.")


class RefusedError(KeenError):
    """A request that is refused with this problem."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers or {}


def respond(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The body as JSON, for this program alone."""
    answer = HttpResponse(
        orjson.dumps(body, default=plain, option=OPTIONS), content_type=JSON, status=status, headers=headers
    )
    return _private(answer)


def refuse(problem: Problem, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """The problem as RFC 9457 writes it."""
    body = orjson.dumps(problem.to_json(), default=plain, option=OPTIONS)
    return _private(HttpResponse(body, content_type=MEDIA_TYPE, status=problem.status, headers=headers))


def _private(answer: HttpResponse) -> HttpResponse:
    answer.setdefault("Cache-Control", "private, no-cache")
    answer["Vary"] = "Authorization"
    return answer


def entity_tag(record: Mapping[str, Any]) -> str:
    """The tag of a record as it is answered: its version, and a sum over what follows from other records.

    Shape: If-Match asks for the version alone, If-None-Match for all of it.
    """
    body = orjson.dumps(record, default=plain, option=OPTIONS)
    return f'"{record["version"]}-{crc32(body):08x}"'


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """The receipt as a program reads it: addresses where a page has buttons."""
    undo = {"href": f"/api/v1/operations/{receipt.undo}/undo", "method": "POST"} if receipt.undo else None
    return {
        "outcome": receipt.outcome,
        "text": receipt.text,
        "also": list(receipt.also),
        "next": _link(receipt.next),
        "undo": undo,
    }


def _link(link: Link | None) -> dict[str, str] | None:
    return {"label": link.label, "href": link.href} if link else None


def problem_of(error: KeenError, at: tuple[str | int, ...] = ()) -> Problem:
    """The problem that an error of the rules is. `at` is where in the body the values stand.

    Shape: what is not visible and what is not there are one problem.
    """
    if isinstance(error, RefusedError):
        return error.problem
    if isinstance(error, StaleVersionError):
        return _stale(error)
    if isinstance(error, NotVisibleError):
        return NOT_FOUND
    if isinstance(error, RuleError):
        return _of_rule(error, at)
    return Problem(500, "broken", "Nothing that was saved before is lost. Try again.")


def _of_rule(error: RuleError, at: tuple[str | int, ...]) -> Problem:
    if isinstance(error, InvalidError):
        return invalid(
            [
                Fault(str(words), getattr(words, "code", ""), pointer(*at, name))
                for name, words in error.errors.items()
            ]
        )
    if isinstance(error, AmbiguousError):
        return Problem(409, error.code, str(error.message), more={"candidates": error.ids})
    faults = [Fault(str(error.message), error.code, pointer(*at, error.field))] if error.field else []
    status = 403 if isinstance(error, ForbiddenError) else 422
    return Problem(status, error.code.replace("-", "_"), str(error.message), faults)


def invalid(faults: list[Fault], status: int = 422) -> Problem:
    """Several things to mend."""
    if any(fault.code == "forbidden" for fault in faults):
        status = 403
    said = "Nothing was saved. Mend what is named and send it again."
    return Problem(status, "forbidden" if status == 403 else "invalid", said, faults)


def _stale(error: StaleVersionError) -> Problem:
    if not isinstance(error, ConflictError):
        return Problem(412, error.code, str(error.message))
    said = "Somebody changed the record since you read it. Read it again, and decide what holds."
    clashes = [_clash(clash) for clash in error.clashes]
    return Problem(412, "stale_version", said, more={"version": error.record.version, "clashes": clashes})


def _clash(clash: Clash) -> dict[str, Any]:
    return {
        "pointer": pointer(clash.field),
        "field": clash.field,
        "was": plain(clash.base),
        "theirs": plain(clash.theirs),
        "yours": plain(clash.mine),
        "by": clash.who,
    }


def link_header(**targets: str) -> dict[str, str]:
    """The Link header of RFC 8288 with the targets that there are."""
    given = [
        f'<{quote(target, safe="/?&=%:+-_.~[]")}>; rel="{name}"' for name, target in targets.items() if target
    ]
    return {"Link": ", ".join(given)} if given else {}
