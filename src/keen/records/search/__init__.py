"""The one search: what is written for each record, and how it is found."""

from keen.records.search.entries import index, index_all, tidy
from keen.records.search.finding import Hit, find, ids, lately, named

__all__ = ["Hit", "find", "ids", "index", "index_all", "lately", "named", "tidy"]
