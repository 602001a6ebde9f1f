"""The search on SQLite: a full-text table without content, whose rows carry the ids of the entries."""

from collections.abc import Sequence

from django.db import connection

from keen.records.domain.findable import Every, Leaf, Node
from keen.records.search.store import COLUMNS, Row, Store

# The newest entries have the highest ids, as each write makes a new one; walking down is free.
_LOOKUP = (
    "SELECT id FROM (SELECT rowid AS id FROM records_searchtokens WHERE records_searchtokens MATCH %s"
    " ORDER BY rowid DESC LIMIT %s)"
)

_MERGED_PAGES = 500
_NOTHING_DONE = 2


def _render(node: Node) -> str:
    if isinstance(node, Leaf):
        return f'"{node.token}"*' if node.starts else f'"{node.token}"'
    joint = " AND " if isinstance(node, Every) else " OR "
    return "(" + joint.join(_render(inner) for inner in node.nodes) + ")"


def _insert(rows: Sequence[Row]) -> None:
    """Write the rows under new ids. The transaction holds the one write lock, so nobody else takes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'records_searchentry'")
        last = found[0] if (found := cursor.fetchone()) else 0
        ids = range(last + 1, last + 1 + len(rows))
        cursor.executemany(
            f"INSERT INTO records_searchentry (id, {COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",  # noqa: S608
            [
                (pk, row.record_kind, row.record_id, row.title, row.subtitle, row.words, row.owner_id, row.team_id,
                 connection.ops.adapt_datetimefield_value(row.updated_at))
                for pk, row in zip(ids, rows, strict=True)
            ],
        )  # fmt: skip
        cursor.executemany(
            "INSERT INTO records_searchtokens (rowid, tokens) VALUES (%s, %s)",
            [(pk, row.tokens) for pk, row in zip(ids, rows, strict=True)],
        )


def _tidy() -> None:
    """Merge the parts of the full-text table into one, in short steps that let others write in between."""
    with connection.cursor() as cursor:
        pages, before = -_MERGED_PAGES, -_NOTHING_DONE
        # A first step with a negative number asks for all to be merged; fewer than two changes mean that it is done.
        while connection.connection.total_changes - before >= _NOTHING_DONE:
            before = connection.connection.total_changes
            cursor.execute(
                "INSERT INTO records_searchtokens (records_searchtokens, rank) VALUES ('merge', %s)", [pages]
            )
            pages = _MERGED_PAGES


STORE = Store(_render, _LOOKUP, _insert, _tidy)
