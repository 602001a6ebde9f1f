"""Whether the row is here already: among the records that the actor may see, and among the rows before it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.wiring import wired
from keen.records.declare import RecordType
from keen.records.importing.lines import Line
from keen.records.models import Handle, Record
from keen.records.queries.sets import among, among_ids
from keen.records.queries.tombstones import erased_among

KEYS = frozenset({"external", "outside", "email", "phone", "name", "number", "domain"})
# A key that more records share tells companies and buildings, not persons; it counts only together with another.
TELLING = 20
SURE, MAYBE = "exact", "likely"


@dataclass(slots=True)
class Found:
    """What a row may be: a record that is here, or a row before it in the file."""

    score: float
    grade: str
    reasons: tuple[str, ...]
    record: Record | None = None
    twin: "Pending | None" = None

    @property
    def words(self) -> str:
        """The reasons in one phrase."""
        return ", ".join(self.reasons) or "same id"


@dataclass(slots=True, eq=False)
class Pending:
    """A row before, which becomes a new record. Its record is kept only until it is written."""

    number: int
    facts: list[Any]
    record: Record | None = None


Keys = Sequence[tuple[str, str]]


@dataclass
class Memory:
    """The new rows so far, by what they can be recognised by.

    Shape: keys are kept as hashes, for a dry run holds those of a whole file; who shares one is compared anyway.
    """

    by_key: dict[int, Pending | list[Pending]] = field(default_factory=dict)

    def add(self, keys: Keys, pending: Pending) -> None:
        """Remember a row under its keys."""
        for key in keys:
            held = self.by_key.setdefault(hash(key), pending)
            if isinstance(held, list):
                if len(held) < TELLING and pending not in held:
                    held.append(pending)
            elif held is not pending:
                self.by_key[hash(key)] = [held, pending]

    def under(self, key: tuple[str, str]) -> list[Pending]:
        """The rows before that have this key."""
        held = self.by_key.get(hash(key), [])
        return held if isinstance(held, list) else [held]

    def sharing(self, keys: Keys) -> list[Pending]:
        """The rows before that share a key, each once, in the order of the file."""
        found = {id(one): one for key in keys for one in self.under(key)}
        return sorted(found.values(), key=lambda one: one.number)


class Finder:
    """Finds what the rows of a batch are already."""

    def __init__(self, record_type: RecordType, actor: Actor, source: str) -> None:
        self._type, self._actor, self._source = record_type, actor, source
        comparer = next((made for made in wired().comparers if made[0] == record_type.kind), None)
        self._facts: Any = comparer[1] if comparer else None
        self._likeness: Any = comparer[2] if comparer else None
        self._own_id = re.compile(rf"^{re.escape(record_type.code)}-(\d{{1,18}})$")

    def keys(self, record: Record) -> list[tuple[str, str]]:
        """What a record can be recognised by."""
        return sorted((kind, value[:200]) for kind, value in record.handles() if kind in KEYS)

    def facts(self, record: Record) -> Any:
        """What is compared of a record; None for kinds that are not compared."""
        return self._facts(record) if self._facts else None

    def take_own_id(self, line: Line) -> None:
        """Recognise "C-123" from an exported list: it is the record itself, no id of another system."""
        record = line.record
        if record is not None and record.external_id and (own := self._own_id.match(record.external_id)):
            line.match_id, record.external_id = int(own.group(1)), ""

    def find(self, lines: Sequence[Line]) -> None:
        """Set `found` of each row to the record it most probably is.

        Cost: 1 query for each kind of key, 1 for the records, and 1 for whether they were erased.
        """
        for line in lines:
            line.keys = self.keys(line.record) if line.record is not None else ()
        every = {key for line in lines for key in line.keys}
        erased = erased_among(self._type.kind, every)
        for line in lines:
            line.erased_on = max((erased[key] for key in line.keys if key in erased), default=None)
        holders = self._holders(every)
        wanted = {pk for line in lines for pk in _candidates(line.keys, holders)}
        wanted |= {line.match_id for line in lines if line.match_id}
        rows = {
            row.pk: row
            for row in self._type.model.objects.visible_to(self._actor).filter(pk__in=among_ids(wanted))
        }
        known: dict[int, Any] = {}
        for line in lines:
            line.found = self._by_own_id(line, rows)
            line.match_id = None
            if line.found is None:
                candidates = [rows[pk] for pk in _candidates(line.keys, holders) if pk in rows]
                line.found = self._best(line, candidates, known)

    def _by_own_id(self, line: Line, rows: dict[int, Record]) -> Found | None:
        record = rows.get(line.match_id or 0)
        return Found(1.0, SURE, ("same record",), record) if record is not None else None

    def _holders(self, keys: set[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
        holders: dict[tuple[str, str], list[int]] = {}
        for kind in sorted(KEYS):
            values = [value for found, value in keys if found == kind]
            if values:
                rows = Handle.objects.filter(record_kind=self._type.kind, kind=kind, value__in=among(values))
                for value, pk in rows.values_list("value", "record_id").iterator(chunk_size=5000):
                    holders.setdefault((kind, value), []).append(pk)
        return holders

    def _best(self, line: Line, candidates: Sequence[Record], known: dict[int, Any]) -> Found | None:
        if self._likeness is None or line.record is None or not candidates:
            return None
        own = self.facts(line.record)
        best: Found | None = None
        for record in sorted(candidates, key=lambda row: row.pk):
            if record.pk not in known:
                known[record.pk] = self.facts(record)
            made = self._compared(line.record, own, record, known[record.pk])
            if best is None or made.score > best.score:
                best = made
        return best

    def _compared(self, new: Record, own: Any, record: Record, facts: Any) -> Found:
        match = self._likeness(own, facts)
        made = Found(match.score, str(match.grade), match.reasons, record)
        if set(getattr(new, "external_ids", ())) & set(getattr(record, "external_ids", ())):
            made.score, made.grade = 1.0, SURE
            made.reasons = ("same id in that system", *made.reasons)
        elif new.external_id and new.external_id == record.external_id:
            # The id of another system says the same, unless two systems happen to use one number.
            sure = made.grade != "none" or record.source == self._source or not match.reasons
            made.score, made.grade = (1.0, SURE) if sure else (0.95, MAYBE)
            made.reasons = ("same id elsewhere", *made.reasons)
        return made

    def among(self, line: Line, memory: Memory) -> Found | None:
        """The row before in the file that this one most probably is."""
        if self._likeness is None or line.record is None:
            return None
        before = memory.sharing(line.keys)
        own = self.facts(line.record) if before else None
        best: Found | None = None
        for pending in before:
            for facts in pending.facts:
                match = self._likeness(own, facts)
                if best is None or match.score > best.score:
                    best = Found(match.score, str(match.grade), match.reasons, twin=pending)
        same = [
            pending for key in line.keys if key[0] in {"external", "outside"} for pending in memory.under(key)
        ]
        if best is not None and best.twin in same:
            best.grade, best.score = SURE, 1.0
        return best


def _candidates(keys: Keys, holders: dict[tuple[str, str], list[int]]) -> set[int]:
    """The records that share a telling key, or two that are not."""
    found: set[int] = set()
    weak: list[set[int]] = []
    for key in keys:
        pks = holders.get(key, [])
        if len(pks) <= TELLING:
            found.update(pks)
        else:
            weak.append(set(pks))
    for shared in _pairs(weak):
        found.update(sorted(shared)[:TELLING])
    return found


def _pairs(sets: Sequence[set[int]]) -> Iterator[set[int]]:
    for place, one in enumerate(sets):
        for other in sets[place + 1 :]:
            yield one & other
