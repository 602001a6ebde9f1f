"""What happens to records."""

from dataclasses import dataclass

from keen.core.events import Event


@dataclass(frozen=True, kw_only=True)
class RecordCreated(Event):
    """A record came to be."""

    name = "records.record_created"

    kind: str
    record_id: int


@dataclass(frozen=True, kw_only=True)
class RecordChanged(Event):
    """Fields of a record have other values."""

    name = "records.record_changed"

    kind: str
    record_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RecordDeleted(Event):
    """A record went to the trash."""

    name = "records.record_deleted"

    kind: str
    record_id: int


@dataclass(frozen=True, kw_only=True)
class RecordRestored(Event):
    """A record came back from the trash."""

    name = "records.record_restored"

    kind: str
    record_id: int


@dataclass(frozen=True, kw_only=True)
class FieldsChanged(Event):
    """A field of one's own came to be, or is another one now. `deep` when what records derive from it changes, too."""

    name = "records.fields_changed"

    kind: str
    deep: bool = True


@dataclass(frozen=True, kw_only=True)
class RecordsMerged(Event):
    """One record took in another."""

    name = "records.records_merged"

    kind: str
    record_id: int
    absorbed_id: int
