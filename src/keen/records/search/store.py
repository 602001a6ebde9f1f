"""What a database must be able to do for the search: keep tokens, and look them up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from keen.records.domain.findable import Node

COLUMNS = "record_kind, record_id, title, subtitle, words, owner_id, team_id, updated_at"


@dataclass(frozen=True, slots=True)
class Row:
    """One row to write. `words` is JSON; `tokens` are parted by blanks."""

    record_kind: str
    record_id: int
    title: str
    subtitle: str
    words: str
    owner_id: int | None
    team_id: int | None
    updated_at: datetime
    tokens: str


@dataclass(frozen=True, slots=True)
class Store:
    """How one database does it.

    `lookup` is a query with two parameters, a rendered tree and the most rows wanted: the ids of entries that have
    the tokens, newest first where that costs nothing.
    """

    render: Callable[[Node], str]
    lookup: str
    insert: Callable[[Sequence[Row]], None]
    tidy: Callable[[], None]
