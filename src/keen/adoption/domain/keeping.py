"""The four quarter points of a record: complete for its stage, valid, no duplicate, fresh."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

FRESH_DAYS: Final = 180
LEGACY_DAYS: Final = 90
COMPLETE: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "contact": (("email", "phone"), ("account_id", "account_name"), ("last_name", "sort_name")),
    "account": (("email", "phone", "website"), ("city", "country")),
    "lead": (("email", "phone"), ("company", "last_name")),
    "opportunity": (("account_id",), ("amount",), ("close_date",), ("next_step_on", "closed_at")),
}
"""What each kind needs: of every group one field at least. An open deal needs a next step, too."""
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Points:
    """Which of the four quarter points a record has."""

    complete: bool
    valid: bool
    alone: bool
    fresh: bool

    @property
    def quarters(self) -> int:
        """How many of the four."""
        return self.complete + self.valid + self.alone + self.fresh


def points(kind: str, row: Mapping[str, Any], *, on: date, alone: bool) -> Points:
    """The points of the record as it stands on the day. Kinds that nothing is asked of are complete."""
    complete = all(any(row.get(name) for name in group) for group in COMPLETE.get(kind, ()))
    updated = row.get("updated_at")
    fresh = isinstance(updated, datetime) and updated.date() >= on - timedelta(days=FRESH_DAYS)
    return Points(complete, _valid(kind, row, on), alone, fresh)


def _valid(kind: str, row: Mapping[str, Any], on: date) -> bool:
    email = row.get("email")
    if email and not _ADDRESS.fullmatch(email):
        return False
    if kind != "opportunity" or row.get("closed_at"):
        return True
    overdue = row.get("close_date") is not None and row["close_date"] < on
    return not overdue and _positive(row.get("amount"))


def _positive(amount: Any) -> bool:
    return not amount or float(amount.get("amount") or 0) > 0


def is_legacy(created: date, *, imported: bool, on: date) -> bool:
    """Whether the record is dirt that somebody else brought in lately, which nobody is measured by yet."""
    return imported and on - created < timedelta(days=LEGACY_DAYS)
