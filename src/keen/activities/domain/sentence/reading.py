"""A line read as a whole: what took place or is planned, with whom, when, what comes next, and what is left as a note."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from keen.activities.domain.choices import What
from keen.activities.domain.sentence.clauses import Clause, Taken, Told, clauses, deed_of
from keen.activities.domain.sentence.found import Guess, Reading, Scene, Sort, Step, When
from keen.activities.domain.sentence.line import Line, Span, look
from keen.activities.domain.sentence.moments import Moments
from keen.activities.domain.sentence.remains import Remains, capital
from keen.activities.domain.sentence.words import Manner

# What is longer is a letter, and kept as a note.
MOST_READ: Final = 1_000
_NOUNS: Final = frozenset([Manner.NOUN, Manner.NOUN_WITH_DAY])
_ORDERS: Final = frozenset([Manner.ORDER, Manner.TO_DO])
_FEW: Final = 3
_PLANNED: Final = re.compile(r"\b(?:prevue?|planned|geplant|prevista|scheduled)\b")


def read(written: str, scene: Scene) -> Reading:
    """What the line says, read in the language that it is written in. Never raises; nothing of it gets lost.

    Shape: what was not understood stands in `note`; the places of guesses are within the text.
    """
    if len(written) > MOST_READ:
        return Reading(note=written.strip())
    line = look(written, scene)
    parts = clauses(line.text, line.spans)
    taken = Taken(line.spans, line.day_spans, line.name_spans)
    told = [deed_of(line.text, part, line.words, taken) for part in parts]
    return _Clauses(line, parts, told, Moments(line, parts)).reading()


@dataclass(frozen=True)
class _Clauses:
    """The clauses of a line with the deeds they tell of."""

    line: Line
    parts: Sequence[Clause]
    told: Sequence[Told | None]
    moments: Moments

    def reading(self) -> Reading:
        """The line as a whole."""
        main, step = self._choose()
        begun = self.told[main] if main is not None else None
        done = main is None or begun is None or self._is_over(main, begun)
        when = self._when(main, step, done=done)
        used = self._used(main if when else None, step)
        remains = Remains(self.line, used)
        nothing = main is None and step is None
        elsewhere = [step, None if done else main]
        return Reading(
            what=begun.deed.what if begun else What.NOTE,
            done=done,
            sure=begun is not None and begun.deed.manner not in _NOUNS,
            when=when,
            text="" if done or begun is None or main is None else remains.plan(self.parts[main], begun),
            note=self.line.written.strip() if nothing else remains.note([*zip(self.parts, self.told, strict=True)], main, elsewhere),
            step=None if step is None else self._step(step, remains),
            outcome=begun.deed.outcome if begun else "",
            incoming=begun is not None and begun.deed.incoming,
            language=self.line.words.code,
            guesses=self._guesses(used, [one for at, one in enumerate(self.told) if one and at in {main, step}]),
        )  # fmt: skip

    # Which clause is what -----------------------------------------------------------------------------------

    def _choose(self) -> tuple[int | None, int | None]:
        """Which clause says what the line is, and which says what comes next."""
        first = next((at for at, one in enumerate(self.told) if one is not None), None)
        begun = None if first is None else self.told[first]
        if first is None or begun is None:
            return None, None
        if begun.deed.manner is Manner.LABEL:
            return first, None
        if not self._is_done(first, begun):
            before = any(self.moments.says_more(at) for at in range(first))
            return (None, first) if before else (first, None)
        later = range(first + 1, len(self.parts))
        step = next((at for at in later if self._is_step(at)), None)
        return first, step if step is not None else next((at for at in later if self._is_bare_step(at)), None)

    def _is_step(self, at: int) -> bool:
        one = self.told[at]
        if one is None or one.deed.manner in {Manner.DONE, Manner.LABEL}:
            return False
        return one.deed.manner not in _NOUNS or self.moments.when(at, past=False) is not None

    def _is_bare_step(self, at: int) -> bool:
        """Whether a clause has no verb, but a day and "again", or a time and a word or two: "technician fri 8am"."""
        part = self.parts[at]
        if self.told[at] is not None or self.moments.day(at, alone=False) is None:
            return False
        when = self.moments.when(at, past=False)
        words = self.line.rest(part.start, part.end, self.line.spans).split()
        return self._says_again(part) or (when is not None and when.at is not None and 0 < len(words) <= _FEW)

    def _says_again(self, part: Clause) -> bool:
        return bool(re.search(rf"\b(?:{self.line.words.again})\b", self.line.text[part.start : part.end]))

    def _is_over(self, main: int, begun: Told) -> bool:
        """Whether the thing itself is no plan."""
        if begun.deed.manner is Manner.LABEL:
            return begun.deed.what is What.NOTE
        return self._is_done(main, begun)

    def _is_done(self, at: int, begun: Told) -> bool:
        """Whether a clause tells of what took place: by its verb, or for "meeting with" by its day."""
        if begun.deed.manner not in _NOUNS:
            return begun.deed.manner is Manner.DONE
        part = self.parts[at]
        if _PLANNED.search(self.line.text):
            return False
        if re.search(rf"\b(?:{self.line.words.over})\b", self.line.text[part.start : part.end]):
            return True
        return self._is_behind(at)

    def _is_behind(self, at: int) -> bool:
        """Whether the day of a clause is over; without one, or today, a time or an order behind it decides."""
        now = self.line.scene.now
        day = self.moments.day(at)
        chosen = day.day.chosen(now, past=False) if day else ()
        on = chosen[0][0] if chosen else now.date()
        if on != now.date():
            return on < now.date()
        ordered = any(one is not None and one.deed.manner in _ORDERS for one in self.told[at + 1 :])
        return ordered or not self.moments.clocks(at, alone=False)

    # Putting it together ------------------------------------------------------------------------------------

    def _when(self, main: int | None, step: int | None, *, done: bool) -> When | None:
        """When the thing itself took place or is to take place: what took place has no day to come."""
        if main is None:
            return None
        when = self.moments.when(main, past=done)
        if when is None and not done and step is None:
            behind = (self.moments.when(at, past=False) for at in range(main + 1, len(self.parts)))
            when = next((found for found in behind if found), None)
        return None if done and when is not None and when.on > self.line.scene.now.date() else when

    def _used(self, *clauses_: int | None) -> list[Span]:
        """The places of days and times that stand in fields of their own, and need not be told again."""
        return [place for at in clauses_ if at is not None for place in self.moments.places(at)]

    def _step(self, at: int, remains: Remains) -> Step:
        """The next step of a clause; without a verb "again" is what took place before, all else a task."""
        one, when = self.told[at], self.moments.when(at, past=False)
        if one is not None:
            return Step(one.deed.what, when, remains.plan(self.parts[at], one), one.deed.manner not in _NOUNS)
        begun = next((other for other in self.told if other is not None), None)
        what = begun.deed.what if begun is not None and self._says_again(self.parts[at]) else What.TASK
        text = capital(remains.cut(self.parts[at]))
        return Step(what, when, text if what is What.TASK else "", sure=False)

    def _guesses(self, used: Sequence[Span], told: Sequence[Told]) -> tuple[Guess, ...]:
        line = self.line
        found = [
            *line.guesses,
            *(Guess(Sort.DAY, one.start, one.end, line.text[one.start : one.end], one.sure) for one in line.days if (one.start, one.end) in used),
            *(Guess(Sort.TIME, one.start, one.end, one.at, one.sure) for one in line.clocks if (one.start, one.end) in used),
            *(Guess(Sort.DEED, one.start, one.end, one.deed.what.value, one.deed.manner not in _NOUNS) for one in told),
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda one: (one.start, one.end)))
