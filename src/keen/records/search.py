"""The one search: what is written for each record."""

from collections.abc import Iterable

from keen.records.models import Record, SearchEntry


def index(records: Iterable[Record]) -> None:
    """Write what the records are found by; those in the trash are taken out.

    Cost: 2 queries a batch.
    """
    given = list(records)
    if not given:
        return
    kind = given[0].KIND
    SearchEntry.objects.filter(record_kind=kind, record_id__in=[record.pk for record in given]).delete()
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(
                record_kind=kind,
                record_id=record.pk,
                title=record.title[:300],
                subtitle=record.subtitle[:300],
                words=record.search_words(),
                owner_id=record.owner_id,
                team_id=record.team_id,
                updated_at=record.updated_at,
            )
            for record in given
            if record.deleted_at is None
        ],
        batch_size=500,
    )
