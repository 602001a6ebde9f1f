"""The days and times of clauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from keen.activities.domain.sentence.clauses import Clause
from keen.activities.domain.sentence.clock import Clock
from keen.activities.domain.sentence.dates import Mention
from keen.activities.domain.sentence.found import When
from keen.activities.domain.sentence.line import Line, Span


@dataclass(frozen=True)
class Moments:
    """The clauses of a line, asked for their days."""

    line: Line
    parts: Sequence[Clause]

    def says_more(self, at: int) -> bool:
        """Whether a clause has words beside names, days and the like."""
        part = self.parts[at]
        return bool(self.line.rest(part.start, part.end, self.line.spans))

    def day(self, at: int, *, alone: bool = True) -> Mention | None:
        """The day of a clause, else of a clause beside it that says nothing else."""
        for near in self._beside(at) if alone else [at]:
            for day in self.line.days:
                if self.parts[near].start <= day.start < self.parts[near].end:
                    return day
        return None

    def clocks(self, at: int, *, alone: bool = True) -> list[Clock]:
        """The times of a clause, and of those beside it that say nothing else."""
        near = self._beside(at) if alone else [at]
        return [
            one for place in near for one in self.line.clocks
            if self.parts[place].start <= one.start < self.parts[place].end
        ]  # fmt: skip

    def _beside(self, at: int) -> list[int]:
        beside = [near for near in (at + 1, at - 1, at + 2) if 0 <= near < len(self.parts)]
        return [at, *(near for near in beside if not self.says_more(near))]

    def places(self, at: int) -> list[Span]:
        """The places of the day and the time of a clause."""
        day = self.day(at)
        return [(one.start, one.end) for one in ([day] if day else []) + self.clocks(at)[:1]]

    def when(self, at: int, *, past: bool) -> When | None:
        """The day and the time of a clause; what was `past` lies behind."""
        day, moment = self.day(at), next(iter(self.clocks(at)), None)
        chosen = day.day.chosen(self.line.scene.now, past=past) if day else ()
        if day is None or not chosen:
            # No day at all, or one that no calendar has.
            return self._of_today(moment, past=past) if moment else None
        clock = moment.at if moment else time(day.hour) if day.hour is not None else chosen[0][1]
        others = [(on, clock) for on, _ in chosen[1:]]
        if moment is not None and moment.other is not None:
            others.insert(0, (chosen[0][0], moment.other))
        sure = day.sure and day.hour is None and (moment is None or moment.sure)
        return When(chosen[0][0], clock, sure, tuple(others))

    def _of_today(self, moment: Clock, *, past: bool) -> When:
        """A time without a day: today, or for a plan tomorrow when it is over."""
        now = self.line.scene.now
        today = now.date()
        following = today.fromordinal(today.toordinal() + 1)
        over = moment.at <= now.time() and not past
        first, second = (following, today) if over else (today, following)
        others = [] if past else [(second, moment.at)]
        if moment.other is not None:
            others.insert(0, (first, moment.other))
        return When(first, moment.at, moment.sure and not over, tuple(others))
