"""Many records in one request, with an answer for each."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.http import HttpResponse

from keen.core.domain.problems import Fault, Problem, pointer
from keen.lib.errors import ForbiddenError, KeenError
from keen.records.actions.batch import Item, Result, told, write_batch
from keen.records.actions.upsert import Match, field_of, holders, keys
from keen.records.declare import RecordType
from keen.records.queries.unchanged import unchanged
from keen.records.rest import body
from keen.records.rest.answers import RefusedError, invalid, problem_of, receipt_json, respond
from keen.records.rest.door import ApiRequest
from keen.records.rest.reading import Reader

MOST = 500
OPS = ("upsert", "create", "update")
MEMBERS = frozenset({"op", "match", "data", "id", "version"})
STATUS = {"created": 201, "updated": 200, "unchanged": 200}


@dataclass
class Seen:
    """An item on its way: what it wants, and what became of it as soon as that is known."""

    op: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    match: Match | None = None
    record_id: int | None = None
    version: int | None = None
    done: dict[str, Any] | None = None


def write(request: ApiRequest, record_type: RecordType) -> HttpResponse:
    """The outcome of each item; those that cannot be written keep no other one out."""
    may = [request.actor.rights.scope(record_type.kind, action).reach for action in ("add", "edit")]
    if not any(may):
        words = f"This token may not write {record_type.plural.lower()}, or its owner may not."
        raise ForbiddenError("forbidden", words)
    given = body.members(request, {"items", "op", "match"})
    items = given.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST:
        fault = Fault(f"Send a list of 1 to {MOST} items.", "wrong_type", pointer("items"))
        raise RefusedError(invalid([fault]))
    batch = _Batch(request, record_type, given)
    seen = [batch.look(item) for item in items]
    batch.refuse_doubles(seen)
    batch.link(seen)
    with transaction.atomic():
        batch.pass_over_unchanged(seen)
        wanted = batch.read(seen)
        before = Counter(one.done["outcome"] for one in seen if one.done)
        if wanted:
            results, receipt = write_batch(record_type, actor=request.actor, items=wanted, before=before)
            for place, result in results.items():
                seen[place].done = _told(result)
        else:
            receipt = told(record_type, before)
    answers = [{"place": place, **(one.done or {})} for place, one in enumerate(seen)]
    summary = Counter(answer["outcome"] or "refused" for answer in answers)
    for answer in answers:
        answer["outcome"] = answer["outcome"] or "refused"
    return respond({"data": answers, "summary": summary, "receipt": receipt_json(receipt)})


def _told(result: Result) -> dict[str, Any]:
    if result.error is not None or result.record is None:
        return _refused(problem_of(result.error or KeenError(), ("data",)))
    record = result.record
    return {
        "outcome": result.outcome,
        "status": STATUS[result.outcome],
        "id": record.pk,
        "version": record.version,
    }


def _refused(problem: Problem) -> dict[str, Any]:
    return {"outcome": "", "status": problem.status, "problem": problem.to_json()}


class _Batch:
    """What holds for all items of one request."""

    def __init__(self, request: ApiRequest, record_type: RecordType, given: dict[str, Any]) -> None:
        self.actor, self.record_type = request.actor, record_type
        self.op, self.match = given.get("op", "upsert"), given.get("match", "external_id")
        self.keys = keys(record_type, request.actor)
        self.reader = Reader(record_type, request.actor)

    def look(self, item: Any) -> Seen:
        """The item, as far as its form tells what it wants."""
        try:
            return self._looked(body.object_of(item, MEMBERS))
        except RefusedError as error:
            return Seen(done=_refused(error.problem))

    def _looked(self, item: dict[str, Any]) -> Seen:
        op, data = item.get("op", self.op), item.get("data")
        if op not in OPS:
            raise _fault("op", f"Say one of {', '.join(OPS)}.")
        if not isinstance(data, dict):
            raise _fault("data", "Send an object of fields.")
        seen = Seen(op, data)
        if op == "upsert":
            seen.match = self._match(item.get("match", self.match), data)
        if op == "update":
            seen.record_id = _number(item, "id")
        if op == "update" or "version" in item:
            seen.version = _number(item, "version")
        return seen

    def _match(self, key: Any, data: dict[str, Any]) -> Match:
        if key not in self.keys:
            raise _fault("match", f"Match by one of: {', '.join(self.keys) or 'nothing'}.")
        name = field_of(self.record_type, key)
        value = data.get(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, dict):
            first = first.get("address")
        if not isinstance(first, str) or not first.strip():
            words = f"Give the {self.record_type.by_name[name].label} by which the record is to be found."
            raise RefusedError(invalid([Fault(words, "missing", pointer("data", name))]))
        return Match(key, first.strip()[:254])

    def refuse_doubles(self, seen: Sequence[Seen]) -> None:
        """Of items that name one record, the first holds."""
        known: dict[Any, int] = {}
        for place, one in enumerate(seen):
            names = one.match.handle if one.match else one.record_id
            if one.done is None and names and known.setdefault(names, place) != place:
                words = f"Item {known[names]} names the same record. Send each record once."
                one.done = _refused(Problem(409, "double_item", words))

    def link(self, seen: Sequence[Seen]) -> None:
        """Links by ids of another system become ids of ours; items with links that lead nowhere are refused."""
        waiting = [one for one in seen if one.done is None]
        faults = self.reader.link([one.data for one in waiting], ("data",))
        for place, found in faults.items():
            waiting[place].done = _refused(invalid(found))

    def pass_over_unchanged(self, seen: Sequence[Seen]) -> None:
        """Say of the items that surely change nothing that they do not: nothing more is done for them."""
        ids = self._ids(seen)
        by_id: dict[int, list[int]] = defaultdict(list)
        for place, pk in ids.items():
            by_id[pk].append(place)
        single = {places[0]: pk for pk, places in by_id.items() if len(places) == 1}
        same = unchanged(
            self.record_type, self.actor, [(pk, seen[place].data) for place, pk in single.items()]
        )
        for place, pk in single.items():
            if pk in same and seen[place].version in {None, same[pk]}:
                seen[place].done = {"outcome": "unchanged", "status": 200, "id": pk, "version": same[pk]}
        for places in by_id.values():
            for place in places[1:]:
                words = f"Item {places[0]} names the same record. Send each record once."
                seen[place].done = _refused(Problem(409, "double_item", words))

    def _ids(self, seen: Sequence[Seen]) -> dict[int, int]:
        """The records that are there, by the places of the items that name them."""
        found = {place: one.record_id for place, one in enumerate(seen) if one.record_id and not one.done}
        for key in {one.match.key for one in seen if one.match and not one.done}:
            wanted = {
                place: one.match
                for place, one in enumerate(seen)
                if one.match and not one.done and one.match.key == key
            }
            here = holders(self.record_type, self.actor, list(wanted.values()))
            for place, match in wanted.items():
                ids = here.get(match.handle[1], [])
                if len(ids) == 1:
                    found[place] = ids[0]
        return found

    def read(self, seen: Sequence[Seen]) -> list[Item]:
        """The items that are still to be decided, with their values."""
        wanted = []
        for place, one in enumerate(seen):
            if one.done is not None:
                continue
            try:
                values = self.reader.typed(one.data, ("data",))
            except RefusedError as error:
                one.done = _refused(error.problem)
            else:
                wanted.append(Item(place, values, one.match, one.record_id, one.version))
        return wanted


def _number(item: dict[str, Any], name: str) -> int:
    given = item.get(name)
    if type(given) is int and 0 < given < 10**18:
        return given
    if given is None and name == "version":
        words = "Send the version of the record that you read, so that nobody's change is overwritten unseen."
        raise RefusedError(Problem(428, "precondition_required", words))
    raise _fault(name, "Send a number.")


def _fault(name: str, words: str) -> RefusedError:
    return RefusedError(invalid([Fault(words, "wrong_type", pointer(name))]))
