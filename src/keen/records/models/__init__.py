"""The base of every record, and what is kept about records."""

from keen.records.models.answers import ApiAnswer
from keen.records.models.importing import ImportMark, ImportRow, ImportRun, ImportTemplate
from keen.records.models.lists import Favourite, Recent, SavedList
from keen.records.models.moments import FieldMoment
from keen.records.models.own import OwnField
from keen.records.models.record import Handle, Record, RecordQuerySet
from keen.records.models.search import SearchEntry
from keen.records.models.tombstones import Tombstone

__all__ = [
    "ApiAnswer",
    "Favourite",
    "FieldMoment",
    "Handle",
    "ImportMark",
    "ImportRow",
    "ImportRun",
    "ImportTemplate",
    "OwnField",
    "Recent",
    "Record",
    "RecordQuerySet",
    "SavedList",
    "SearchEntry",
    "Tombstone",
]
