"""Keen: a CRM that people want to use.

SQLite 3.7.0 to 3.51.2 can corrupt a write-ahead log under concurrency, and the one of many
systems is in that range. Importing Keen puts a newer build in its place, before Django looks.
"""

import sys

import pysqlite3

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
