"""What the causes are told by: measures of a team or a role, each with its unit. Never of one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from keen.adoption.domain.wording import percent


class Unit(StrEnum):
    """How a measure is written."""

    SHARE = "share"
    NUMBER = "number"
    DAYS = "days"
    WEEKS = "weeks"
    SECONDS = "seconds"
    ITEM = "of 7"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that speaks for or against a cause: in words, its unit, and whether people were asked for it."""

    words: str
    unit: Unit = Unit.SHARE
    asked: bool = False


SHARE, NUMBER, DAYS, WEEKS, SECONDS, ITEM, POINTS = Unit

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        # What people do here
        "value": Measure("value drawn (look-ups that lead to something)"),
        "rhythm": Measure("rhythm"),
        "breadth": Measure("breadth"),
        "unwilling": Measure("people going through the motions"),
        "friction": Measure("friction"),
        "completion_low_roles": Measure("roles that finish fewer than half of their tasks", NUMBER),
        "lookups": Measure("look-ups for each value event", NUMBER),
        "exports": Measure("exports for every 100 value events", NUMBER),
        "loops": Measure("exports that came back as an import, for each person and month", NUMBER),
        "shadow": Measure("shadow"),
        "shadow_rise": Measure("rise of shadow over the same weeks"),
        "rhythm_fall": Measure("fall of rhythm between day 30 and day 120"),
        "quality_fall": Measure("fall of quality while entries grow"),
        "identical_text": Measure("notes of identical text"),
        "bursts": Measure("entries made in the four hours before the review"),
        "dummy_entries": Measure("entries that look made up"),
        "notes_fall": Measure("fall of notes since scores were shown"),
        # What they were asked
        "usefulness": Measure("usefulness in the survey", ITEM, asked=True),
        "ease": Measure("ease of use in the survey", ITEM, asked=True),
        "usefulness_fall": Measure("fall of usefulness in the survey", ITEM, asked=True),
        "lovers": Measure("answers of 6 or 7 for usefulness", SHARE, asked=True),
        "haters": Measure("answers of 1 or 2 for usefulness", SHARE, asked=True),
        "umux_low_roles": Measure("roles whose survey is below 40 of 100", SHARE, asked=True),
        "not_as_expected": Measure("first-week answers of not as expected", SHARE, asked=True),
        "nominations": Measure("colleagues who named the champion", NUMBER, asked=True),
        # Other systems and the data
        "typed_twice": Measure("fields typed that came by import later"),
        "integration_lag_hours": Measure("hours that a connection lags behind", NUMBER),
        "integration_failures": Measure("deliveries of a connection that failed"),
        "duplicates": Measure("accounts touched that are there twice"),
        "bounces": Measure("e-mails that came back"),
        "stale_views": Measure("records viewed that nobody touched for 180 days"),
        "corrected_after_view": Measure("views with a correction or a merge right after"),
        "created_twice": Measure("records created after a search although they were there"),
        # Learning
        "friction_untrained": Measure("friction on features without the learning path"),
        "friction_trained": Measure("friction on features with the learning path"),
        "task_time_ratio": Measure("task time against the role's median", NUMBER),
        "practice_gain": Measure("fall of task time with practice"),
        "how_to_tickets": Measure("tickets that ask how"),
        "learned_unused": Measure("learning paths completed and not used in 14 days"),
        # Process, form and roll-out
        "required_fields": Measure("required fields in a save", NUMBER),
        "unused_fields": Measure("required fields that no report uses", NUMBER),
        "variants": Measure("variants that cover 80 % of cases", NUMBER),
        "rejected_saves": Measure("saves that were rejected"),
        "rejected_people": Measure("people of the role whose saves were rejected"),
        "save_seconds": Measure("median time to save", SECONDS),
        "modules_new": Measure("modules opened in 30 days", NUMBER),
        "screens_new": Measure("new screens in 30 days", NUMBER),
        "backlog_days": Measure("age of the support backlog in working days", DAYS),
        "never_started": Measure("people who never started after day 30"),
        "old_tool_days": Measure("days that the old tool can still be written in", DAYS),
        "wave_weeks": Measure("length of a wave", WEEKS),
        "reviews_here": Measure("review meetings held from here"),
        "answers_outside": Measure("questions answered outside"),
        "tested_before": Measure("users who tested before the start"),
        "ideas_answered": Measure("ideas answered"),
        "idea_days": Measure("days until an idea is answered", DAYS),
        # Champions, leaders, reward
        "champion_tenure_gap": Measure("champion's tenure below the area's median, in years", NUMBER),
        "champion_score": Measure("champion's own score", POINTS),
        "champions_in_area": Measure("champions in the area", NUMBER),
        "friction_despite_sessions": Measure("sessions held while friction stayed", NUMBER),
        "exec_weeks": Measure("of four weeks, those in which executives were here", NUMBER),
        "exec_reviews_here": Measure("forecast reviews opened here"),
        "exec_sheets": Measure("sheets outside that executives asked for, each month", NUMBER),
        "manager_rhythm": Measure("the manager's own rhythm, as a group figure"),
        "team_share_of_variance": Measure("variance of scores that the team explains"),
        "coaching": Measure("notes and coaching sessions for each person and month", NUMBER),
        "goals_set": Measure("goals set", NUMBER),
        "feedback_days": Measure("days since feedback was shown", DAYS),
        "kudos": Measure("thanks given", NUMBER),
        # Upkeep, tool, access, trust
        "defect_days": Measure("age of the oldest open defect", DAYS),
        "page_seconds": Measure("time within which 95 % of pages open", SECONDS),
        "availability_falls": Measure("months in which availability fell", NUMBER),
        "release_gap": Measure("days since the last release", DAYS),
        "ideas_growth": Measure("growth of the open ideas"),
        "blamed_tool": Measure("leaders who call the tool the cause", SHARE, asked=True),
        "cheaper_causes": Measure("other causes that the evidence points to", NUMBER),
        "failed_trials": Measure("measured interventions that cannot have brought 5 points", NUMBER),
        "failed_sign_ins": Measure("people who never started and whose sign-in failed"),
        "without_role": Measure("people without a role or a licence"),
        "phones_in_field": Measure("use by phone in field roles"),
        "site_page_seconds": Measure("time within which 95 % of pages open at the site", SECONDS),
        "opt_outs": Measure("people who opted out"),
        "format_spread": Measure("learners who chose another format than the usual one"),
        "format_unfinished": Measure("paths left unfinished in the usual format"),
    }
)


def written(name: str, value: float) -> str:
    """A figure as it is told: "exports for every 100 value events: 14"."""
    measure = MEASURES[name]
    return f"{measure.words}: {amount(measure.unit, value)}"


def amount(unit: Unit, value: float) -> str:
    """A number with its unit."""
    if unit is Unit.SHARE:
        return percent(value)
    shown = f"{value:.1f}".removesuffix(".0")
    return shown if unit is Unit.NUMBER else f"{shown} {_ENDINGS[unit]}"


_ENDINGS: Final = {
    Unit.DAYS: "days",
    Unit.WEEKS: "weeks",
    Unit.SECONDS: "s",
    Unit.ITEM: "of 7",
    Unit.POINTS: "points",
}
