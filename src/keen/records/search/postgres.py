"""The search on PostgreSQL: a column of tokens beside each entry under an inverted index. It needs no extension."""

from collections.abc import Sequence

from django.db import connection

from keen.records.domain.findable import Every, Leaf, Node
from keen.records.search.store import COLUMNS, Row, Store

# A materialized expression is planned for all of its rows, and read no further than the limit. Without it the planner
# would gamble on a walk through the whole table, in the hope of meeting enough rows early.
_LOOKUP = (
    "SELECT id FROM (WITH found AS MATERIALIZED (SELECT id FROM records_searchentry WHERE tokens @@ %s::tsquery)"
    " SELECT id FROM found LIMIT %s) AS few"
)
_TYPES = "text, bigint, text, text, text, bigint, bigint, timestamptz, text"


def _render(node: Node) -> str:
    if isinstance(node, Leaf):
        return f"'{node.token}':*" if node.starts else f"'{node.token}'"
    joint = " & " if isinstance(node, Every) else " | "
    return "(" + joint.join(_render(inner) for inner in node.nodes) + ")"


def _insert(rows: Sequence[Row]) -> None:
    arrays = ", ".join(f"%s::{name.strip()}[]" for name in _TYPES.split(","))
    given = zip(
        *((row.record_kind, row.record_id, row.title, row.subtitle, row.words, row.owner_id, row.team_id,
           row.updated_at, row.tokens) for row in rows),
        strict=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO records_searchentry ({COLUMNS}, tokens)"  # noqa: S608
            f" SELECT {COLUMNS}, array_to_tsvector(string_to_array(tokens, ' '))"
            f" FROM unnest({arrays}) AS given ({COLUMNS}, tokens)",
            [list(column) for column in given],
        )


def _tidy() -> None:
    """Merge what waits to be merged into the index, and count the rows for the planner."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('records_search_tokens'::regclass)")
        cursor.execute("ANALYZE records_searchentry")


STORE = Store(_render, _LOOKUP, _insert, _tidy)
