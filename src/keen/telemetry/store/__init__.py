"""Events on disk: segments become Parquet files, one folder a day, and daily figures beside them.

Readers see each event once at any moment, whatever died when: a step that moves events from files to files writes the new
files first, then a plan that names old and new, and every later step of the plan can be done again.
"""

from keen.telemetry.store.base import reading
from keen.telemetry.store.compact import compact, merge_days
from keen.telemetry.store.daily import roll_up
from keen.telemetry.store.forget import erase, forget

__all__ = ["compact", "erase", "forget", "merge_days", "reading", "roll_up"]
