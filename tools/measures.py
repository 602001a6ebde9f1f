"""The page of the measures of adoption, from the definitions that compute them."""

from collections.abc import Iterable
from dataclasses import fields

from keen.adoption.domain.axes import SHADOW_SIGNS
from keen.adoption.domain.causes import CAUSES, Cause, Link
from keen.adoption.domain.counts import Counts
from keen.adoption.domain.experiments.card import Verdict
from keen.adoption.domain.experiments.planning import CORRELATIONS, USUAL_SD, WORDS, detectable_table
from keen.adoption.domain.experiments.result import GRADES
from keen.adoption.domain.explain import DEFINITIONS
from keen.adoption.domain.gates import FITS, LATEST_WEEKS, LEAST_ASKED, Wave, conditions
from keen.adoption.domain.ladder import WORDS as STEPS
from keen.adoption.domain.policy import WEIGHTS, Labels, Minimum, Policy, Ramp, Shrinkage, Window
from keen.adoption.domain.segments import MEANINGS, Segment, rule
from keen.adoption.domain.signs import MEASURES
from keen.adoption.domain.wording import percent

SIGNS = ("value", "own_time", "notes", "self_started", "usefulness")


def lines() -> Iterable[str]:
    """Every measure with its definition, its unit and its starting values."""
    yield "# Measures of adoption\n"
    yield "What each number means, how it is computed and what a company decides about it. Weights and targets below are those"
    yield "a company starts with: proposals from the literature and from simulation, no norm of any industry. What the numbers are"
    yield "made of is listed in [what measures are made of](adoption-data.md).\n"
    yield from _dimensions()
    yield from _roles()
    yield from _certainty()
    yield from _axes()
    yield from _segments()
    yield from _ladder()
    yield from _numbers()
    yield from _causes()
    yield from _experiments()


def _dimensions() -> Iterable[str]:
    yield "## Adoption, 0 to 100\n"
    yield "`100 x gate x weighted mean of the dimensions that had an occasion`. A dimension without an occasion is left out, and the"
    yield "others weigh more instead.\n"
    yield "| dimension | weight | what it says | formula | counted in |"
    yield "|---|---|---|---|---|"
    for dimension, one in DEFINITIONS.items():
        yield f"| {one.name} | {percent(WEIGHTS[dimension])} | {one.meaning} | `{one.formula}` | {one.unit} |"
    labels = Labels()
    yield f"\nThe gate is `min(1, rhythm / {labels.gate:g})`: below a quarter of the expected days the rest counts in proportion."
    yield f"Somebody is called adopted from {labels.adopted:g} points on, and only if rhythm, depth and quality each reach"
    yield f"{percent(labels.adopted_least)}: nothing makes up for what is missing.\n"


def _roles() -> Iterable[str]:
    yield "## What is expected of each role\n"
    yield "| role | days with a trace (tau) | days with a look-up (kappa) | to be entered within (g) |"
    yield "|---|---|---|---|"
    for key, role in Policy().roles.items():
        name = key.replace("_", " ") or "every other role"
        yield f"| {name} | {percent(role.tau)} of scheduled days | {percent(role.kappa)} of active days | {role.timely_hours:g} working hours |"
    yield "\nOf several roles the one with the highest tau counts. All of it can be changed, with a version that every number carries.\n"


def _certainty() -> Iterable[str]:
    some, least, ramp, window = Shrinkage(), Minimum(), Ramp(), Window()
    yield "## How sure a number is\n"
    yield f"Each share is believed as `Beta(m p + s, m (1 - p) + n - s)`: s of n seen, m = {some.mass:g} occasions of the role's median"
    yield f"p (without one {some.prior:g}) added, n at most {some.most:g}. The range printed holds {percent(least.interval)} of {some.draws:,} joint"
    yield "draws, whose seed comes from person and window, so that they are the same whenever they are made.\n"
    yield f"- Shown from {least.days:g} scheduled days and {least.occasions:g} occasions on, if half the range is at most {least.half_width:g} points."
    yield f"- A change is told from {least.change:g} points on, if it is more than {percent(least.change_certainty)} sure."
    yield f"- The window is {window.days} days, and reaches back up to {window.longest} until it holds {window.wanted_days:g} scheduled days."
    yield f"- A run of {window.inactive_run} scheduled days without anything is asked about; it counts once answered, or after as many more."
    yield f"- The first {ramp.new_days} days have no score. Until day {ramp.until} the days expected grow from {percent(ramp.start)} to all of them; a new role"
    yield f"  begins again at {percent(ramp.role_change)}.\n"


def _axes() -> Iterable[str]:
    some = Shrinkage()
    yield "## Friction, want, shadow\n"
    yield f"- **Friction**: days with a struggle, of days with an attempt; pulled to {percent(some.friction_prior)}. Thinking time is no struggle."
    yield "- **Completion**: tasks finished, of those begun."
    yield f"- **Want**: the mean of what can be seen, two of these at least: {', '.join(one.replace('_', ' ') for one in SIGNS)}."
    yield "  Own time is the share of entries not made in the four hours before the review; usefulness is asked, and of who consents."
    yield f"- **Shadow**, of teams of five and more alone: {'; '.join(SHADOW_SIGNS.values())}. Each as its distance from the middle of the"
    yield "  teams, in deviations that no outlier stretches; the mean of them from 0 to 1, a half being usual.\n"


def _segments() -> Iterable[str]:
    yield "## Segments\n"
    yield f"The first that fits, shown if it is {percent(Labels().certainty)} likely over the draws.\n"
    yield "| segment | when | first response |"
    yield "|---|---|---|"
    policy = Policy()
    for segment in Segment:
        one = MEANINGS[segment]
        yield f"| {one.name} | {rule(segment, policy)} | {one.response} |"
    labels = Labels()
    yield f"\nOver it, **slipping**: {labels.slipping:g} points or more below one's own median of twelve weeks, more than {percent(labels.slipping_certainty)} sure.\n"


def _ladder() -> Iterable[str]:
    yield "## First steps and next waves\n"
    yield f"Who is new has no score but steps: {', '.join(STEPS.values())}.\n"
    yield "The next wave of a roll-out may start when the one before has all of this:\n"
    yield from (f"- {one.words.replace(': not known, has to be', ':')}" for one in conditions(Wave()))
    yield f"\nAfter {LATEST_WEEKS} weeks of waiting the executives decide. A segment's description is held to be right when, of at least"
    yield f"{LEAST_ASKED} asked, {percent(FITS)} say that it fits them, with the lower end of the range.\n"


def _numbers() -> Iterable[str]:
    yield "## All that a policy decides\n"
    yield "| name | starts with |"
    yield "|---|---|"
    for part in (Shrinkage(), Minimum(), Window(), Ramp(), Labels()):
        for one in fields(part):
            yield f"| `{type(part).__name__.lower()}.{one.name}` | {getattr(part, one.name):g} |"
    yield "\n## What is counted of a person\n"
    yield f"{', '.join(f'`{one.name}`' for one in fields(Counts))}.\n"


def _causes() -> Iterable[str]:
    yield "## Causes\n"
    yield "Told of teams, roles and programmes of five people and more, never of a person. A cause is named when two independent signals"
    yield "hold, one of them from more than a survey; its strength is the share of the signals that hold, of those that could be read."
    yield f"What fails first in the chain {', '.join(Link)} is where to begin.\n"
    yield "| # | cause | link | signs | question that settles it | what to do |"
    yield "|---|---|---|---|---|---|"
    yield from (_cause(cause) for cause in CAUSES)
    yield "\n### What the signs are\n"
    yield from (
        f"- `{name}`: {one.words} ({one.unit}{', asked' if one.asked else ''})"
        for name, one in MEASURES.items()
    )
    yield ""


def _cause(cause: Cause) -> str:
    signs = "; ".join(f"`{signal.when}`" for signal in cause.signals)
    return f"| {cause.number} | {cause.name} | {cause.link} | {signs} | {cause.question} | {cause.intervention} |"


def _experiments() -> Iterable[str]:
    yield "## Whether something helped\n"
    yield "| design | what is done |"
    yield "|---|---|"
    yield from (f"| {name} | {words} |" for name, words in WORDS.items())
    yield f"\nThe outcome is one of: {', '.join(Verdict)}. What it is worth as evidence:\n"
    yield from (f"- **{grade}** {words}" for grade, words in GRADES.items())
    yield f"\nThe smallest effect that half of the people against the other half would show, in points, at a deviation of {USUAL_SD:g},"
    yield "80 % power and a level of 5 %, by how closely values before foretell those after:\n"
    yield f"| people | {' | '.join(f'correlation {one:g}' for one in CORRELATIONS)} |"
    yield f"|---|{'---|' * len(CORRELATIONS)}"
    yield from (
        f"| {people} | {' | '.join(f'{one:.1f}' for one in effects)} |"
        for people, effects in detectable_table()
    )
