"""The door for programs that bring papers: recognised by system and number, written only where something is new."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from keen.core.domain.problems import Fault, Problem, pointer
from keen.lib.errors import ForbiddenError
from keen.orders.actions import intake
from keen.orders.domain import sent
from keen.orders.domain.facts import Facts
from keen.orders.domain.reading import UnreadError
from keen.orders.models import FEED
from keen.orders.queries.compare import Decision
from keen.records.rest import body
from keen.records.rest.answers import RefusedError, respond
from keen.records.rest.door import ApiRequest, Method, resource
from keen.records.rest.once import once

MOST = 500


def take(request: ApiRequest) -> HttpResponse:
    """What became of each paper: new, changed, unchanged, older than what is known, or refused with its reason."""
    if not request.actor.rights.has(FEED):
        raise ForbiddenError("forbidden", "This token may not bring in orders, or its owner may not.")
    given = body.members(request, ("system", "papers"))
    system, told = given.get("system"), given.get("papers")
    if not isinstance(system, str) or not system.strip() or len(system) > 40:
        raise _invalid("Name the system that the papers are from, in at most 40 characters.", "system")
    if not isinstance(told, list) or not 1 <= len(told) <= MOST:
        raise _invalid(f"Send 1 to {MOST} papers.", "papers")
    results: list[dict[str, Any]] = []
    papers: list[Facts] = []
    for place, one in enumerate(told):
        try:
            papers.append(replace(sent.paper(one, " ".join(system.split())), rows=(place,)))
            results.append({"place": place})
        except UnreadError as error:
            results.append({"place": place, "outcome": "refused", "why": f"{error.why}. {error.repair}."})
    with transaction.atomic():
        done = (
            intake.deliver(actor=request.actor, system=" ".join(system.split()), papers=papers)[1]
            if papers
            else []
        )
    for one in done:
        results[one.facts.rows[0]] |= _result(one)
    return respond({"data": results, "summary": _summary(results)})


def _result(found: Decision) -> Mapping[str, Any]:
    told = {"kind": found.facts.kind, "number": found.facts.number}
    return told | {"outcome": found.outcome, "id": found.record.pk if found.record else None}


def _summary(results: list[dict[str, Any]]) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "older", "refused")
    return {name: sum(one["outcome"] == name for one in results) for name in names}


def _invalid(words: str, member: str) -> RefusedError:
    return RefusedError(Problem(422, "invalid", words, [Fault(words, "wrong_value", pointer(member))]))


papers = resource({"POST": Method(once(take), writes=True)})
