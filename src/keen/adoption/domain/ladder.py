"""The first steps of somebody new, who has no score yet: what was reached, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """What newcomers reach, usually in this order."""

    SIGNED_IN = "signed_in"
    OWN_RECORD = "own_record"
    WHOLE_PROCESS = "whole_process"
    CONSULTED = "consulted"
    FULL_WEEK = "full_week"


WORDS: Final[Mapping[Step, str]] = {
    Step.SIGNED_IN: "signed in",
    Step.OWN_RECORD: "entered a record of your own",
    Step.WHOLE_PROCESS: "brought a process to its end, step by step",
    Step.CONSULTED: "looked something up and acted on it",
    Step.FULL_WEEK: "a full week at the rhythm of your role",
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: when it was reached, and on which day since the start (the first being 1)."""

    step: Step
    reached: date | None
    day: int | None

    @property
    def words(self) -> str:
        """The step as the person reads it."""
        return WORDS[self.step]


def ladder(start: date, firsts: Mapping[Step, date]) -> list[Rung]:
    """All steps in their order, with the day on which each was first reached; what lies before the start counts as day 1."""
    return [
        Rung(step, on, max(1, (on - start).days + 1) if on else None)
        for step in Step
        for on in [firsts.get(step)]
    ]


def next_step(rungs: list[Rung]) -> Rung | None:
    """The first step that is not reached yet."""
    return next((rung for rung in rungs if rung.reached is None), None)
