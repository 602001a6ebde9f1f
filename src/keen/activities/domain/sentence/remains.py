"""What is left of a line for people to read: the words of a plan, and the note."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from keen.activities.domain.choices import What
from keen.activities.domain.sentence.clauses import Clause, Told
from keen.activities.domain.sentence.found import Sort
from keen.activities.domain.sentence.line import Line, Span, spans_of
from keen.activities.domain.sentence.people import Token
from keen.activities.domain.sentence.words import Manner

_EDGES = " ,;:-"


@dataclass(frozen=True)
class Remains:
    """A line without the places of days that stand in fields of their own."""

    line: Line
    used: Sequence[Span]

    def plan(self, part: Clause, told: Told) -> str:
        """The words of a plan without its day; empty when a verb and a name are all it has."""
        bare = self.line.rest(
            part.start, part.end, [*self.used, *self.line.name_spans, (told.start, told.end)]
        )
        if told.deed.what is not What.TASK and not bare:
            return ""
        label = [(told.start, told.end)] if told.deed.manner is Manner.LABEL else []
        return capital(self.cut(part, label))

    def note(
        self, parts: Sequence[tuple[Clause, Told | None]], main: int | None, planned: Sequence[int | None]
    ) -> str:
        """The clauses that say more than what stands in fields of their own; those `planned` are told elsewhere."""
        kept: list[str] = []
        for at, (part, told) in enumerate(parts):
            if at in planned:
                continue
            said = self._without_ends(part, told) if at == main else self._left_of(part)
            if said.strip(" ." + _EDGES):
                kept.append(said + (part.sign if part.sign in {".", "!", "?"} else ""))
        last = len(kept) - 1
        return capital(
            " ".join(one if one[-1] in ".!?" or at == last else f"{one}," for at, one in enumerate(kept))
        )

    def _left_of(self, part: Clause) -> str:
        """The clause; without its day where that is all it says."""
        says_day = any(part.start <= start < part.end for start, _ in self.used)
        only = says_day and not self.line.rest(part.start, part.end, self.line.spans)
        return self.cut(part) if only else self.line.written[part.start : part.end].strip(_EDGES)

    def cut(self, part: Clause, spans: Sequence[Span] = ()) -> str:
        """The clause without days that stand elsewhere, and without the given places."""
        kept, at = "", part.start
        for start, end in sorted(span for span in [*self.used, *spans] if part.start <= span[0] < part.end):
            kept += self.line.written[at : max(start, at)]
            at = max(end, at)
        return re.sub(r" {2,}", " ", kept + self.line.written[at : part.end]).strip(_EDGES)

    def _without_ends(self, part: Clause, told: Told | None) -> str:
        """The clause without what stands in fields of their own at its two ends: verb, people, day."""
        lengths = [one for one in self.line.guesses if one.sort is Sort.DURATION]
        gone = [
            *self.used,
            *self.line.name_spans,
            *spans_of(lengths),
            *([(told.start, told.end)] if told else []),
        ]
        inside = [word for word in self.line.tokens if part.start <= word.start < part.end]
        first = self._led(inside, gone)
        last = len(inside)
        while last > first and _within(inside[last - 1], gone):
            last -= 1
        if first >= last:
            return ""
        end = part.end if last == len(inside) else inside[last - 1].end
        return self.line.written[inside[first].start : end].strip(_EDGES)

    def _led(self, inside: Sequence[Token], gone: Sequence[Span]) -> int:
        """How many words stand before what the clause says: what is told elsewhere, with the words that link it."""
        first = 0
        for at, word in enumerate(inside):
            if _within(word, gone):
                first = at + 1
            elif word.text not in self.line.words.linking:
                break
        return first


def _within(word: Token, spans: Sequence[Span]) -> bool:
    return any(start <= word.start < end for start, end in spans)


def capital(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
