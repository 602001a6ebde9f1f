"""The causes of not being used, as data: what shows each, the question that settles it, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Link(StrEnum):
    """The chain of what it takes to use something. The first link that fails wins."""

    ACCESS = "access"
    REASON = "reason"
    KNOW_HOW = "know-how"
    ABILITY = "ability"
    TRUST = "trust in the data"
    REINFORCEMENT = "reinforcement"


@dataclass(frozen=True, slots=True)
class Signal:
    """What speaks for a cause when it holds.

    Shape: conditions such as "exports > 10", joined by "and"; it is available when every measure in it is.
    """

    when: str
    weight: float = 1.0
    kin: str = ""
    """Signals of one kin count as one, as they come from the same events."""
    needed: bool = False
    """Without it the cause is never named."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One line of the table."""

    number: int
    name: str
    link: Link
    signals: tuple[Signal, ...]
    intervention: str
    question: str = ""
    answers: tuple[str, ...] = ()
    by_survey_alone: bool = False


def _signals(*whens: str) -> tuple[Signal, ...]:
    return tuple(Signal(when) for when in whens)


CAUSES: Final[tuple[Cause, ...]] = (
    Cause(
        1,
        "no reason to be there",
        Link.REASON,
        (
            Signal("value < 0.25 and rhythm >= 0.5", kin="look-ups"),
            Signal("lookups < 1", kin="look-ups"),
            Signal("exports > 10"),
            Signal("usefulness <= 3.5 and ease >= 4.5"),
        ),
        "Bring in orders, invoices and tickets; a home page with three answers for the role; then measure value.",
        "What would make you open it first?",
        (
            "Orders and invoices of my customers",
            "My list for today",
            "It on my phone",
            "Nothing I can think of",
        ),
    ),
    Cause(
        2,
        "isolation from other systems",
        Link.REASON,
        _signals(
            "loops >= 3", "typed_twice >= 0.15", "integration_lag_hours > 24", "integration_failures > 0.02"
        ),
        "Connect the system, show it here, drop the field that is kept twice.",
        "Which other system do you look in?",
        ("Orders and stock", "Invoices and payments", "Tickets", "A sheet of my own", "None"),
    ),
    Cause(
        3,
        "dirty or duplicate data",
        Link.TRUST,
        _signals(
            "duplicates > 0.05",
            "bounces > 0.05",
            "stale_views >= 0.20",
            "corrected_after_view > 0.05",
            "created_twice >= 0.03",
        ),
        "Clean up with a burn-down, rules that stop new dirt, a gate for imports, an owner for each kind of record.",
        "What was the last wrong thing you met here?",
        ("A number or address", "The same customer twice", "Something long out of date", "Nothing"),
    ),
    Cause(
        4,
        "training gap",
        Link.KNOW_HOW,
        _signals(
            "friction_untrained > 0.25 and friction_trained <= 0.25",
            "task_time_ratio > 2 and practice_gain > 0.1",
            "how_to_tickets > 0.60",
            "learned_unused > 0.30",
        ),
        "A short path for the role, checked in one's own work; a buddy; a refresher on day 30 and 90.",
        "Has anyone shown you how to do this?",
        ("Yes, and it helped", "Yes, but not for my work", "No"),
    ),
    Cause(
        5,
        "relapse after training",
        Link.REINFORCEMENT,
        _signals("rhythm_fall >= 0.25", "shadow_rise > 0.10", "usefulness_fall > 0.5"),
        "A plan after the training, the manager's weekly round from here, the old tool read-only.",
        "What did you go back to?",
        ("A sheet", "My mailbox", "Paper", "The old tool", "Nothing, I use this"),
    ),
    Cause(
        6,
        "process too complex",
        Link.ABILITY,
        (
            Signal("required_fields > 12", kin="fields"),
            Signal("unused_fields > 2", kin="fields"),
            Signal("variants > 6"),
            Signal("rejected_saves > 0.10 and rejected_people >= 0.50"),
            Signal("save_seconds > 90"),
        ),
        "Delete fields, one standard path, forms that grow as needed; then measure friction again.",
        "Which field is pointless?",
        ("One I never know", "One nobody reads", "One asked twice", "None"),
    ),
    Cause(
        7,
        "roll-out too big",
        Link.KNOW_HOW,
        (
            Signal("modules_new >= 3", kin="size"),
            Signal("screens_new > 60", kin="size"),
            Signal("breadth < 0.3 and rhythm >= 0.5"),
            Signal("backlog_days > 5"),
            Signal("never_started > 0.20"),
        ),
        "Stop, cut into phases again, hide modules until their turn.",
        "Which part would you want first?",
        ("Contacts and calls", "Deals", "Service", "Reports", "All at once is fine"),
    ),
    Cause(
        8,
        "too slow, or felt to be optional",
        Link.REINFORCEMENT,
        _signals("old_tool_days > 60", "wave_weeks > 12", "reviews_here < 0.50", "answers_outside > 0.50"),
        "A date on which the old tool is frozen; answers as links to here.",
        "Is using this optional?",
        ("Yes", "It is unclear", "No"),
    ),
    Cause(
        9,
        "users shown it last",
        Link.REASON,
        (
            Signal("tested_before < 0.10"),
            Signal("ideas_answered < 0.50", kin="ideas"),
            Signal("idea_days > 14", kin="ideas"),
            Signal("not_as_expected > 0.30"),
        ),
        "Pilots, a board of ideas with their state, a look at what is new every two weeks.",
        "Who asked you before this came?",
        ("My team was asked", "I was asked", "Nobody"),
    ),
    Cause(
        10,
        "wrong champions",
        Link.KNOW_HOW,
        _signals(
            "champion_tenure_gap > 0",
            "nominations < 2",
            "champion_score < 60",
            "champions_in_area <= 1",
            "friction_despite_sessions > 2",
        ),
        "Choose again: at least two in each area, named by colleagues, with time freed.",
        "Whom do you ask when you are stuck?",
        ("Our champion", "Another colleague", "Support", "Nobody"),
    ),
    Cause(
        11,
        "executives absent",
        Link.REINFORCEMENT,
        _signals("exec_weeks < 2", "exec_reviews_here < 0.50", "exec_sheets >= 1", "manager_rhythm < 0.4"),
        "The executives' checklist, meetings held from here, messages of the sponsor.",
        "Do your leaders use it with you?",
        ("Every week", "Now and then", "Never"),
    ),
    Cause(
        12,
        "manager does not use or coach",
        Link.REINFORCEMENT,
        _signals("team_share_of_variance > 0.30", "coaching < 1", "bursts > 0.50"),
        "The manager's path; pipeline reviews from the live list.",
        "Does your lead use it with you?",
        ("Every week", "Now and then", "Never"),
    ),
    Cause(
        13,
        "not measured, not rewarded",
        Link.REINFORCEMENT,
        _signals("goals_set < 1", "feedback_days > 60", "kudos < 1"),
        "One's own figures, thanks, a short season.",
    ),
    Cause(
        14,
        "wrong incentive, going through the motions",
        Link.REASON,
        (
            Signal("unwilling >= 0.30"),
            Signal("bursts > 0.50"),
            Signal("identical_text > 0.20"),
            Signal("quality_fall > 0.05"),
        ),
        "Drop targets of counts; show who used what was entered, and what for.",
        "Who reads what you enter?",
        ("My team", "My manager, before the meeting", "Customers get something from it", "Nobody"),
    ),
    Cause(
        15,
        "no maintenance",
        Link.ABILITY,
        _signals(
            "defect_days > 30",
            "page_seconds > 3",
            "availability_falls >= 2",
            "release_gap > 90",
            "ideas_growth > 0.10",
        ),
        "An owner of the service, a monthly release, a page of its health.",
    ),
    Cause(
        16,
        "blaming the software",
        Link.REINFORCEMENT,
        (
            Signal("blamed_tool >= 0.50", needed=True),
            Signal("friction <= 0.15"),
            Signal("ease >= 5"),
            Signal("cheaper_causes >= 1"),
        ),
        "Show the evidence; no replacement before two cheaper causes were tried.",
    ),
    Cause(
        17,
        "wrong tool",
        Link.ABILITY,
        (
            Signal("failed_trials >= 3", needed=True),
            Signal("umux_low_roles >= 0.60"),
            Signal("completion_low_roles >= 2"),
            Signal("shadow > 0.60"),
        ),
        "A review that ends in a rescue or in stopping, written down with its date.",
    ),
    Cause(
        18,
        "loved by some, hated by others",
        Link.REASON,
        (Signal("lovers >= 0.25 and haters >= 0.25", needed=True),),
        "Compare both groups by role, connection, manager and device, and copy what the first have.",
        "Which of these do you have?",
        ("Customer data from other systems here", "A lead who works with it", "It on my phone", "None"),
        by_survey_alone=True,
    ),
    Cause(
        19,
        "access, device or speed",
        Link.ACCESS,
        (
            Signal("failed_sign_ins > 0.10"),
            Signal("without_role > 0"),
            Signal("phones_in_field <= 0"),
            Signal("site_page_seconds > 4"),
        ),
        "Mend access first.",
        "What keeps you from starting?",
        ("I cannot sign in", "I cannot see what I need", "It is too slow here", "No time yet", "No reason"),
    ),
    Cause(
        20,
        "distrust of being watched",
        Link.TRUST,
        _signals("opt_outs > 0.30", "dummy_entries > 0.05", "notes_fall > 0.20"),
        "Team figures alone, an agreement, the list of who looked.",
        "What are you afraid of?",
        ("Being judged by numbers", "Who can see it", "Nothing", "Something else"),
    ),
    Cause(
        21,
        "one way of learning for all",
        Link.KNOW_HOW,
        _signals("format_spread > 0.25", "format_unfinished > 0.30"),
        "Let people choose: live, video or a buddy. Never by age.",
        "How would you rather be shown?",
        ("Live, in a group", "A short video", "By a colleague", "Let me try"),
    ),
)

BY_NUMBER: Final[Mapping[int, Cause]] = MappingProxyType({cause.number: cause for cause in CAUSES})
LOVE_HATE: Final = 18
WRONG_TOOL: Final = 17
CHEAPER: Final = frozenset(range(1, 13))
"""Causes to be tried before the tool is blamed."""
