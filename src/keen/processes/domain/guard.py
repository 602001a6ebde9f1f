"""What keeps automations from running in circles, and from failing again and again unnoticed."""

from typing import Final

MOST_DEPTH: Final = 4
"""So many automations may set each other off, one after the other."""
MOST_AN_HOUR: Final = 10
"""So often one automation acts on one record within an hour."""
MOST_FAILURES: Final = 5
"""After so many failures in a row it is switched off."""
MOST_ATTEMPTS: Final = 3
"""So often what broke for reasons outside is tried."""
MOST_A_DAY: Final = 1_000
"""So many records an automation takes in hand at one look at the clock; the rest follows with the next one."""


def stops(*, depth: int, lately: int) -> str:
    """Why the automation is to be stopped before it acts, "" when it may.

    Shape: a code: "depth" or "often".
    """
    if depth > MOST_DEPTH:
        return "depth"
    return "often" if lately >= MOST_AN_HOUR else ""
