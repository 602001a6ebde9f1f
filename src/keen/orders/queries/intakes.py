"""Files by which papers came in, and what one would do that is not in yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keen.core.domain.actor import Actor
from keen.orders.domain.facts import Facts, Refused, completed
from keen.orders.models import Customer, Intake
from keen.orders.queries import matching
from keen.orders.queries.compare import decide, values_of
from keen.orders.queries.files import LIMITS, Read
from keen.records.domain import tabular

SHOWN = 8
RECENT = 12
USUAL = "ERP"


@dataclass
class Preview:
    """What a file would do."""

    counts: Counter[str]
    first: Sequence[tuple[Facts, dict[str, Any], str]] = ()
    refused: Sequence[Refused] = ()
    tied: int = 0
    unmatched: int = 0
    lines: int = 0
    names: list[str] = field(default_factory=list)


def preview(actor: Actor, read: Read) -> Preview:
    """What the file would do, without doing it.

    Cost: 1 query for each system, and 4 for the customers.
    """
    del actor  # whoever may bring papers in may know whose they would be
    told = decide(read.papers)
    found = Preview(
        Counter(one.outcome for one in told), lines=sum(len(one.lines or ()) for one in read.papers)
    )
    found.first = [
        (one.facts, completed(one.facts, values_of(one.record)), one.outcome) for one in told[:SHOWN]
    ]
    found.refused = read.refused[:SHOWN]
    parties = {(one.system, matching.kept_key(one.party)): one.party for one in read.papers}
    known = {
        (row.system, row.key): row
        for row in Customer.objects.filter(system__in={system for system, _ in parties}).only(
            "system", "key", "state"
        )
    }
    asked = {
        place: party for place, (key, party) in enumerate(parties.items()) if key[1] and key not in known
    }
    fresh = matching.beyond_doubt(asked)
    before = [known[key] for key in parties if key in known]
    found.tied = len(fresh) + sum(one.state == Customer.TIED for one in before)
    waiting = [party for place, party in asked.items() if place not in fresh]
    found.unmatched = len(waiting) + sum(one.state == Customer.WAITING for one in before)
    found.names = [party.name or party.number or party.email for party in waiting[:3]]
    return found


def top(path: Path, name: str) -> tuple[list[str], list[str]]:
    """The names of the columns, and what stands first in each.

    Raises: TableError.
    """
    table = tabular.read(path, name, LIMITS)
    try:
        first = next(table.rows()).values
        return table.headers, [*first, *[""] * len(table.headers)][: len(table.headers)]
    finally:
        table.close()


def recent() -> list[Intake]:
    """The files and calls of late, the last one first.

    Cost: 1 query.
    """
    return list(Intake.objects.select_related("by").order_by("-pk")[:RECENT])


def systems() -> list[str]:
    """The names of the systems that are known, with a first one where there is none.

    Cost: 1 query.
    """
    found = Intake.objects.exclude(system="").order_by("system").values_list("system", flat=True).distinct()
    return list(found) or [USUAL]
