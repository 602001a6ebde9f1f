"""The pipeline that an installation starts with, until somebody changes it."""

from typing import Final

from keen.sales.domain.pipeline import Forecast, PipelineFacts, Pipelines, StageFacts, StageType

KEY: Final = "sales"

_STAGES: Final = (
    StageFacts(
        "prospecting", "Prospecting", probability=10, usual_days=14, pipeline=KEY,
        help=(
            "You know whom to talk to, and they know why you call.",
            "They said what bothers them, in their words.",
            "A first talk has a date.",
        ),
    ),
    StageFacts(
        "qualification", "Qualification", probability=20, usual_days=14, pipeline=KEY,
        help=(
            "It is clear who decides and who signs.",
            "There is money, or a way to it.",
            "They said by when they want it solved.",
        ),
    ),
    StageFacts(
        "proposal", "Proposal", probability=50, forecast=Forecast.BEST_CASE, usual_days=21, pipeline=KEY,
        help=(
            "They agreed to look at an offer, and to talk it over on a day.",
            "The offer answers what they said bothers them.",
            "Whoever decides has seen the price.",
        ),
    ),
    StageFacts(
        "negotiation", "Negotiation", probability=80, forecast=Forecast.COMMIT, usual_days=14, pipeline=KEY,
        help=(
            "What is still open is a short list that both sides know.",
            "Their purchasing and yours speak with each other.",
            "The day of the signature is agreed.",
        ),
    ),
    StageFacts(
        "closed_won", "Won", StageType.WON, 100, Forecast.CLOSED, pipeline=KEY,
        help=("The order is there in writing.", "The customer knows who looks after them from now on."),
    ),
    StageFacts(
        "closed_lost", "Lost", StageType.LOST, 0, Forecast.OMITTED, pipeline=KEY,
        help=("You asked why, and wrote it down.", "You left on terms on which you can call again."),
    ),
)  # fmt: skip

DEFAULTS: Final = Pipelines((PipelineFacts(KEY, "Sales", _STAGES),))
