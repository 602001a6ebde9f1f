"""Why deals are won and lost: one tap each."""

from typing import Final

WON: Final = (
    ("won_fit", "Fits best"),
    ("won_trust", "They trust us"),
    ("won_price", "Price"),
    ("won_speed", "We were faster"),
    ("won_service", "Service"),
    ("won_other", "Something else"),
)
LOST: Final = (
    ("lost_price", "Price"),
    ("lost_competitor", "A competitor"),
    ("lost_no_budget", "No money for it"),
    ("lost_no_decision", "They did not decide"),
    ("lost_timing", "Wrong time"),
    ("lost_missing", "Something is missing"),
    ("lost_other", "Something else"),
)
ALL: Final = (
    *((key, f"Won: {label}") for key, label in WON),
    *((key, f"Lost: {label}") for key, label in LOST),
)
LABELS: Final = {**dict(WON), **dict(LOST)}
ROLES: Final = (
    ("decides", "Decides"),
    ("signs", "Signs"),
    ("influences", "Influences"),
    ("uses", "Will use it"),
    ("checks", "Checks"),
    ("supports", "Speaks for us"),
    ("against", "Is against it"),
)
