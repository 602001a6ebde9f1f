"""What follows when fields of one's own change."""

from keen.records.events import FieldsChanged
from keen.records.jobs import count_field_fills, keep_field_indexes, refresh_records


def follow_fields(event: FieldsChanged) -> None:
    """Have the indexes, the records of the kind and the numbers beside the fields made anew, in the background."""
    keep_field_indexes.enqueue()
    if event.deep:
        refresh_records.enqueue(kind=event.kind)
    count_field_fills.enqueue()
