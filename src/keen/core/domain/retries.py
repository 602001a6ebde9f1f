"""When a failed task is tried again."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a task is run: attempts, waits between them, and what happens around a run.

    Shape: `atomic` runs the task and marks it done in one transaction, so its writes happen exactly once;
    `forget` removes the row of a done task, with its arguments.
    Units: `limit` is the longest run before the worker gives up on it.
    """

    max_attempts: int = 8
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(hours=1)
    limit: timedelta = timedelta(minutes=10)
    atomic: bool = False
    forget: bool = False

    def wait(self, attempt: int, chance: float) -> timedelta:
        """How long to wait after the failed attempt: three times longer after each, spread so that many do not come at once.

        Shape: attempt counts from 1; chance is in [0, 1).
        Units: between half and one and a half of the plain wait, never beyond `longest_wait`.
        """
        plain = self.first_wait * int(3 ** min(attempt - 1, 20))
        return min(plain * (0.5 + chance), self.longest_wait)

    def is_last(self, attempt: int) -> bool:
        """Whether nothing is tried after this attempt."""
        return attempt >= self.max_attempts
