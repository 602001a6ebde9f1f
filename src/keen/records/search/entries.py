"""Writing what records are found by, in the transaction of the records themselves."""

import json
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from keen.records import declare
from keen.records.domain.findable import Findable, tokens
from keen.records.models import Record, own
from keen.records.search import postgres, sqlite
from keen.records.search.store import Row, Store

BATCH = 2000
_STORES = {"sqlite": sqlite.STORE, "postgresql": postgres.STORE}


def store() -> Store:
    """The search of the database in use."""
    return _STORES[connection.vendor]


def index(records: Iterable[Record], *, fresh: bool = False) -> None:
    """Write what the records, all of one kind, are found by; those in the trash are taken out.

    Shape: `fresh` records were never indexed before.
    Cost: 3 queries a batch of 2,000, 2 for fresh ones.
    """
    given = list(records)
    for start in range(0, len(given), BATCH):
        batch = given[start : start + BATCH]
        rows = [_row(record) for record in batch if record.deleted_at is None]
        with transaction.atomic(savepoint=False):
            if not fresh:
                _remove(batch[0].KIND, [record.pk for record in batch])
            if rows:
                store().insert(rows)


def index_all() -> dict[str, int]:
    """Rebuild the search from the records; the number of entries by kind. It goes on answering meanwhile.

    Cost: 4 queries for each 2,000 records; each batch is a transaction of its own.
    """
    _forget_unknown([record_type.kind for record_type in declare.types()])
    return {record_type.kind: _index_kind(record_type.model) for record_type in declare.types()}


def tidy() -> None:
    """Bring what the database keeps for the search into the shape in which it answers fastest."""
    store().tidy()


def _index_kind(model: type[Record]) -> int:
    last, count = 0, 0
    while True:
        with transaction.atomic():
            batch = list(model.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
            upto = batch[-1].pk if batch else None
            _remove_between(model.KIND, last, upto)
            rows = [_row(record) for record in batch if record.deleted_at is None]
            if rows:
                store().insert(rows)
        if upto is None:
            tidy()
            return count
        last, count = upto, count + len(rows)


def _row(record: Record) -> Row:
    words = {
        name: [text for text in texts if text]
        for name, texts in {**record.search_words(), **own.words(record)}.items()
    }
    words = {name: texts for name, texts in words.items() if texts}
    # Somebody without a name is called by an address or number, which not everybody may read.
    borrowed = record.title in {*words.get("emails", ()), *words.get("phones", ())}
    title, subtitle = "" if borrowed else record.title[:300], record.subtitle[:300]
    found = tokens(Findable(record.KIND, title, subtitle, words, record.owner_id, record.team_id))
    return Row(
        record.KIND, record.pk, title, subtitle, json.dumps(words, ensure_ascii=False),
        record.owner_id, record.team_id, record.updated_at, " ".join(found),
    )  # fmt: skip


def _remove(kind: str, ids: Sequence[int]) -> None:
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        sql = f"DELETE FROM records_searchentry WHERE record_kind = %s AND record_id IN ({marks})"  # noqa: S608
        cursor.execute(sql, [kind, *ids])


def _remove_between(kind: str, above: int, upto: int | None) -> None:
    """Everything above the first id, up to the second one where there is one."""
    limit = "" if upto is None else " AND record_id <= %s"
    parameters: list[str | int] = [kind, above, *([] if upto is None else [upto])]
    with connection.cursor() as cursor:
        sql = f"DELETE FROM records_searchentry WHERE record_kind = %s AND record_id > %s{limit}"  # noqa: S608
        cursor.execute(sql, parameters)


def _forget_unknown(kinds: Sequence[str]) -> None:
    marks = ", ".join(["%s"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM records_searchentry WHERE record_kind NOT IN ({marks})", list(kinds))  # noqa: S608
