"""How many requests a minute: a bucket that refills evenly, kept as one number."""

from dataclasses import dataclass

WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class Verdict:
    """Whether the request may go on. `due_at` is what is to be remembered; `wait_seconds` is 0 for whoever may."""

    due_at: float
    wait_seconds: float = 0.0

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.wait_seconds == 0


def asked(due_at: float, now: float, per_minute: int) -> Verdict:
    """The answer to one more request.

    Shape: `due_at` is what was remembered, 0 at first; nothing is refused where `per_minute` is 0.
    Units: seconds since the epoch.
    Source: the generic cell rate algorithm, ITU-T I.371 annex A, with a burst of one minute.
    """
    if per_minute <= 0:
        return Verdict(due_at)
    step = WINDOW_SECONDS / per_minute
    # A clock that was set back must not lock anybody out for longer than the window.
    begin = min(max(due_at, now), now + WINDOW_SECONDS)
    over = begin + step - now - WINDOW_SECONDS
    return Verdict(begin, over) if over > 1e-9 else Verdict(begin + step)
