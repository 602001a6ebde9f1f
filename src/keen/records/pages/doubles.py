"""New lines of a table that may be somebody who is here already, or the same as a line above them."""

from collections.abc import Mapping
from dataclasses import dataclass

from keen.core.domain.actor import Actor
from keen.records.declare import RecordType
from keen.records.importing.lines import Line
from keen.records.importing.same import Finder, Found, Memory, Pending
from keen.records.models import Record

NO_MATCH = "none"


@dataclass(frozen=True)
class Double:
    """What a new line may be already, and why; no address when that is a line above it."""

    title: str
    reasons: str
    href: str = ""


def doubles(record_type: RecordType, actor: Actor, drafts: Mapping[int, Record]) -> dict[int, Double]:
    """What the new records may be already, by their places.

    Cost: 1 query for each kind of key that is compared, 1 for the records, and 1 for whether they were erased.
    """
    finder, memory = Finder(record_type, actor, ""), Memory()
    lines = [Line(place, [], record=record) for place, record in sorted(drafts.items())]
    finder.find(lines)
    told = {}
    for line in lines:
        found = _closest(line.found, finder.among(line, memory))
        if found is not None:
            told[line.number] = _told(record_type, actor, found)
        elif line.erased_on is not None:
            on = line.erased_on
            told[line.number] = Double("somebody who was erased on request", f"on {on.day} {on:%b %Y}")
        memory.add(line.keys, Pending(line.number, [finder.facts(drafts[line.number])]))
    return told


def _closest(*found: Found | None) -> Found | None:
    near = [one for one in found if one is not None and one.grade != NO_MATCH]
    return max(near, key=lambda one: one.score, default=None)


def _told(record_type: RecordType, actor: Actor, found: Found) -> Double:
    if found.record is None:
        return Double("a new line above", found.words)
    title = record_type.as_read_by(actor, found.record).title
    return Double(title, found.words, f"/{record_type.path}/{found.record.pk}/")
