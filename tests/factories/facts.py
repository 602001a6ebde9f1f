"""Made-up facts: rows of every table for some people and days, from a seed."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from keen.adoption.domain.catalogue import MEANINGS
from keen.adoption.domain.features import FEATURES
from keen.adoption.facts import tables

END = date(2026, 11, 20)
ROLES = ("sales_rep", "executive", "power_user+sales_rep", "")
USES = ("attempt", "consulted", "struggle:stuck", "search_used", "list_used", "task_tried", "task_completed")
Rows = dict[str, list[tuple[Any, ...]]]


def make_facts(seed: int, *, people: int = 4, days: int = 100) -> Rows:
    """Rows as messy as days are: people who come and go, half days, changes of role, traces on days off."""
    chance = Random(seed)  # noqa: S311  made-up facts
    rows: Rows = {name: [] for name in tables.TABLES}
    for person in range(1, people + 1):
        role, busy = chance.choice(ROLES), chance.random()
        for day in range(END.toordinal() - chance.randrange(days), END.toordinal() + 3):
            role = chance.choice(ROLES) if chance.random() < 0.02 else role
            share = chance.choice((0.0, 0.5, 1.0, 1.0))
            place = (
                person % 2 or None,
                role,
                share,
                chance.random() < 0.5,
                not share and chance.random() < 0.5,
            )
            rows["person_day"].append((person, day, *place, chance.random() < 0.5))
            if chance.random() < busy:
                _busy(rows, chance, person, day)
    return rows


def _busy(rows: Rows, chance: Random, person: int, day: int) -> None:
    for what in sorted({chance.choice(sorted(MEANINGS)) for _ in range(3)}):
        rows["deed"].append((person, day, what, chance.randrange(1, 5)))
    for what in sorted({chance.choice(USES) for _ in range(3)}):
        rows["use"].append((person, day, what, chance.randrange(1, 5)))
    rows["occasion"].append((person, day, chance.choice(FEATURES).occasion))
    record = chance.randrange(1, 9)
    rows["process"].append((person, day, "deal", record, chance.random() < 0.5))
    known, reviewed = chance.random() < 0.8, chance.random() < 0.5
    late = chance.choice((0.5, 24.0, 24.5, 60.0))
    rows["entry"].append(
        (
            person,
            day,
            "call",
            record,
            late,
            known,
            chance.random() < 0.5,
            reviewed,
            reviewed and chance.random() < 0.5,
        )
    )
    rows["quality"].append((person, day, chance.choice(("contact", "lead")), record, chance.randrange(5)))


def write_facts(root: Path, rows: Rows) -> None:
    """The rows as folders of days."""
    for day in sorted({row[1] for row in rows["person_day"]}):
        of_day = {name: [row for row in found if row[1] == day] for name, found in rows.items()}
        tables.put(root, date.fromordinal(day), of_day, {"made": "up"})
