"""The one search: what is written for each record, and how it is found."""

from keen.records.search.entries import index, index_all
from keen.records.search.finding import Hit, find, lately

__all__ = ["Hit", "find", "index", "index_all", "lately"]
