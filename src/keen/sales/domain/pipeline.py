"""Pipelines and their stages as data, and what follows from a stage for a deal that stands there."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

CERTAIN: Final = 100
MOST_HELP: Final = 3
# So many finished stays make the company's own history say more than the number that somebody set.
ENOUGH_STAYS: Final = 20
USUAL_DAYS: Final = 14


class StageType(StrEnum):
    """Whether a deal that stands here is still to be decided."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Forecast(StrEnum):
    """Where the value of a deal is counted in a forecast."""

    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    COMMIT = "commit"
    CLOSED = "closed"
    OMITTED = "omitted"


TYPE_LABELS: Final = ((StageType.OPEN, "Open"), (StageType.WON, "Won"), (StageType.LOST, "Lost"))
FORECASTS: Final[tuple[tuple[str, str], ...]] = (
    (Forecast.PIPELINE.value, "Pipeline"),
    (Forecast.BEST_CASE.value, "Best case"),
    (Forecast.COMMIT.value, "Commit"),
    (Forecast.CLOSED.value, "Closed"),
    (Forecast.OMITTED.value, "Omitted"),
)


@dataclass(frozen=True)
class StageFacts:
    """One stage. Its key never changes; what people read does.

    Units: `probability` in percent; `usual_days` is the number somebody set, `seen_days` the median of the history.
    """

    key: str
    name: str
    type: StageType = StageType.OPEN
    probability: int = 0
    forecast: Forecast = Forecast.PIPELINE
    help: tuple[str, ...] = ()
    usual_days: int | None = None
    seen_days: int | None = None
    seen_count: int = 0
    most: int | None = None
    archived: bool = False
    pipeline: str = ""

    @property
    def is_open(self) -> bool:
        """Whether deals that stand here are to be decided."""
        return self.type is StageType.OPEN

    @property
    def usual(self) -> int:
        """The days a deal usually stays: from the company's own history when there is enough, else the set number."""
        if self.seen_days is not None and self.seen_count >= ENOUGH_STAYS:
            return max(self.seen_days, 1)
        return self.usual_days or USUAL_DAYS


@dataclass(frozen=True)
class PipelineFacts:
    """One way in which deals are made, with its stages in their order."""

    key: str
    name: str
    stages: tuple[StageFacts, ...]
    archived: bool = False

    @property
    def offered(self) -> tuple[StageFacts, ...]:
        """The stages that deals can be moved to."""
        return tuple(stage for stage in self.stages if not stage.archived)

    def first_of(self, wanted: StageType) -> StageFacts | None:
        """The first stage of the type that is in use."""
        return next((stage for stage in self.offered if stage.type is wanted), None)


@dataclass(frozen=True)
class Pipelines:
    """All pipelines, in their order; archived ones last."""

    all: tuple[PipelineFacts, ...]

    @cached_property
    def stages(self) -> Mapping[str, StageFacts]:
        """Every stage by its key, archived ones too."""
        return {stage.key: stage for pipeline in self.all for stage in pipeline.stages}

    @cached_property
    def offered(self) -> tuple[PipelineFacts, ...]:
        """The pipelines that are in use."""
        return tuple(pipeline for pipeline in self.all if not pipeline.archived and pipeline.offered)

    @cached_property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Every stage with its name; with that of its pipeline where there are several."""
        several = len(self.offered) > 1
        return tuple(
            (stage.key, f"{pipeline.name}: {stage.name}" if several else stage.name)
            for pipeline in self.all
            for stage in pipeline.stages
        )

    @cached_property
    def retired(self) -> frozenset[str]:
        """The stages that nothing can be moved to any more."""
        offered = {stage.key for pipeline in self.offered for stage in pipeline.offered}
        return frozenset(self.stages.keys() - offered)

    def pipeline(self, key: str) -> PipelineFacts | None:
        """The pipeline of the key."""
        return next((pipeline for pipeline in self.all if pipeline.key == key), None)

    def of_stage(self, key: str) -> PipelineFacts | None:
        """The pipeline in which the stage stands."""
        stage = self.stages.get(key)
        return self.pipeline(stage.pipeline) if stage else None

    def first(self) -> StageFacts:
        """The stage at which a deal begins when nothing else is said."""
        return self.offered[0].offered[0]


@dataclass(frozen=True)
class Weight:
    """What a stage, and what somebody set by hand, come to for one deal."""

    probability: int
    forecast: str


def weight(stage: StageFacts, by_hand: int | None, forecast_by_hand: str) -> Weight:
    """The probability and the forecast category: of the stage unless set by hand; what is decided is certain."""
    if not stage.is_open:
        return Weight(stage.probability, stage.forecast.value)
    return Weight(
        stage.probability if by_hand is None else min(max(by_hand, 0), CERTAIN),
        forecast_by_hand or stage.forecast.value,
    )
