"""Erasures done again after a backup was restored: whoever was erased does not come back."""

from datetime import date
from typing import Any

from keen.core.domain.actor import SYSTEM
from keen.core.models import User
from keen.privacy.actions import journal
from keen.privacy.actions.erasure import Wish, erase_held
from keen.privacy.actions.forget_user import NOBODY
from keen.privacy.queries.subjects import USER, Person, marks_of, parties, person_of
from keen.records.models import Tombstone
from keen.records.queries.tombstones import hashes_of


def reapply_erasures() -> int:
    """How many were erased again, after a backup was restored: all of the journal who are here as they were before.

    Shape: an id that belongs to somebody else in the restored data is left alone: neither handles nor marks fit.
    """
    count = 0
    for line in journal.lines():
        done: set[int] = set()
        for row in _of_line(line):
            person = Person(USER, row.pk, (row.pk,)) if isinstance(row, User) else person_of(row)
            if row.pk not in done:
                erase_held(actor=SYSTEM, person=person, wish=Wish(why="restored"))
                done |= set(person.ids)
                count += 1
        stones = [
            Tombstone(record_kind=line.kind, hash=digest, erased_on=date.fromisoformat(line.on))
            for digest in line.hashes
        ]
        Tombstone.objects.bulk_create(stones, ignore_conflicts=True)
    return count


def _of_line(line: journal.Line) -> list[Any]:
    """The rows of the line that hold somebody."""
    rows: list[Any]
    if model := parties().get(line.kind):
        rows = list(model.objects.filter(pk__in=line.ids, erased_at__isnull=True))
    else:
        rows = list(User.objects.filter(pk=line.record_id).exclude(email__endswith=NOBODY))
    known = {*line.hashes, *line.marks}
    return [
        row for row in rows if known & (marks_of(line.kind, row) | set(hashes_of(line.kind, _handles(row))))
    ]


def _handles(row: Any) -> set[tuple[str, str]]:
    return {("email", row.email)} if isinstance(row, User) else set(row.handles())
