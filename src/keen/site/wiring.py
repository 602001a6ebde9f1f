"""What joins the packages: who listens to what, what runs by the clock, what is in the menu and on whose page.

Each list is data. Read from top to bottom, it says what happens when something happens.
"""

from typing import Any

from keen.core.domain.timings import At
from keen.core.events import Event
from keen.core.jobs.upkeep import forget_finished_tasks
from keen.core.wiring import Handler, Schedule

HANDLERS: list[tuple[type[Event], Handler]] = []

SCHEDULES: list[Schedule] = [
    Schedule("forget-finished-tasks", forget_finished_tasks, At(3, 30)),
]

NAV: list[Any] = []

PANELS: list[Any] = []

RECORD_TYPES: list[Any] = []
