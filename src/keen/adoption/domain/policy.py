"""What the organisation decides about its measures: weights, targets and thresholds. Versioned, shown to everyone."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final


class Dimension(StrEnum):
    """The six parts of Adoption."""

    RHYTHM = "rhythm"
    BREADTH = "breadth"
    DEPTH = "depth"
    TIMELINESS = "timeliness"
    QUALITY = "quality"
    VALUE = "value"


WEIGHTS: Final[Mapping[Dimension, float]] = MappingProxyType(
    {
        Dimension.RHYTHM: 0.20,
        Dimension.BREADTH: 0.15,
        Dimension.DEPTH: 0.20,
        Dimension.TIMELINESS: 0.15,
        Dimension.QUALITY: 0.20,
        Dimension.VALUE: 0.10,
    }
)


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """What is expected of one role."""

    tau: float
    """The share of the scheduled days on which the role's work leaves a trace."""
    kappa: float = 0.5
    """The share of the active days on which looking something up is of use."""
    timely_hours: float = 24.0
    """Working hours within which a fact is to be entered (g)."""
    weights: Mapping[Dimension, float] = field(default_factory=lambda: dict(WEIGHTS))
    feature_weights: Mapping[str, float] = field(default_factory=dict)
    """Of features that count more or less than 1."""

    def weight_of(self, feature: str) -> float:
        """What a feature counts in breadth."""
        return self.feature_weights.get(feature, 1.0)


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """How few occasions are held against too much certainty."""

    mass: float = 4.0
    """Occasions of the role's median that are added to everyone's own (m)."""
    most: float = 40.0
    """Occasions that count at most, as events of one day hang together."""
    prior: float = 0.6
    """Expected of a dimension while the role has no median."""
    friction_prior: float = 0.10
    draws: int = 2_000


@dataclass(frozen=True, slots=True)
class Minimum:
    """What must be there before a number is shown, and what counts as a change."""

    days: float = 8.0
    occasions: float = 10.0
    half_width: float = 12.0
    change: float = 5.0
    change_certainty: float = 0.9
    interval: float = 0.8
    """The share of the draws between the two ends that are printed."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far back is looked."""

    days: int = 28
    longest: int = 84
    wanted_days: float = 12.0
    """The window reaches further back, a week at a time, until it holds so many scheduled days."""
    inactive_run: int = 5
    """Scheduled days without anything, after which the person is asked whether they were away."""


@dataclass(frozen=True, slots=True)
class Ramp:
    """How newcomers are spared."""

    new_days: int = 28
    until: int = 84
    start: float = 0.4
    role_change: float = 0.7


@dataclass(frozen=True, slots=True)
class Labels:
    """The thresholds of the segments and of "adopted"."""

    gate: float = 0.25
    """Below this share of the expected rhythm the rest counts in proportion."""
    adopted: float = 70.0
    adopted_least: float = 0.5
    """What rhythm, depth and quality must each reach to be called adopted."""
    access_days: float = 10.0
    idle_active: float = 0.15
    idle_attempts: float = 0.25
    lapsed_rhythm: float = 0.5
    lapsed_weeks: int = 4
    struggling_attempts: float = 0.30
    friction: float = 0.25
    completion: float = 0.70
    motions_rhythm: float = 0.35
    motions_want: float = 0.35
    keen_score: float = 70.0
    keen_want: float = 0.60
    keen_quality: float = 0.60
    occasional: float = 0.35
    slipping: float = 10.0
    slipping_certainty: float = 0.9
    certainty: float = 0.6
    """A segment less likely than this is called unclear."""


DEFAULT_ROLE: Final = ""
ROLES: Final[Mapping[str, RolePolicy]] = MappingProxyType(
    {
        DEFAULT_ROLE: RolePolicy(0.50),
        "sales_rep": RolePolicy(0.80),
        "field_sales": RolePolicy(0.50, timely_hours=48.0),
        "sales_manager": RolePolicy(0.60),
        "service_agent": RolePolicy(0.80),
        "service_manager": RolePolicy(0.60),
        "marketer": RolePolicy(0.50),
        "executive": RolePolicy(0.20),
        "power_user": RolePolicy(0.80),
        "data_entry": RolePolicy(0.80),
        "data_steward": RolePolicy(0.60),
        "rollout_lead": RolePolicy(0.50),
        "administrator": RolePolicy(0.50),
    }
)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that is decided, not measured. A starting point from the literature, not a norm of any industry."""

    version: int = 1
    roles: Mapping[str, RolePolicy] = field(default_factory=lambda: dict(ROLES))
    shrinkage: Shrinkage = Shrinkage()
    minimum: Minimum = Minimum()
    window: Window = Window()
    ramp: Ramp = Ramp()
    labels: Labels = Labels()

    def of(self, role: str) -> RolePolicy:
        """What is expected of a role. Of several, written with a plus, the one with the highest target counts.

        Shape: "sales_rep", "power_user+sales_rep"; what has no line of its own has that of the default role.
        """
        known = [self.roles[part] for part in role.split("+") if part in self.roles]
        return max(known, key=lambda one: one.tau, default=self.roles[DEFAULT_ROLE])


PARTS: Final = (
    ("shrinkage", Shrinkage),
    ("minimum", Minimum),
    ("window", Window),
    ("ramp", Ramp),
    ("labels", Labels),
)
# Numbers that are counts or days rather than shares; everything else of a policy lies between 0 and 1.
_COUNTED: Final = frozenset(
    {"mass", "most", "draws", "days", "occasions", "half_width", "change", "longest"}
) | {
    "wanted_days",
    "inactive_run",
    "new_days",
    "until",
    "adopted",
    "access_days",
    "lapsed_weeks",
    "keen_score",
    "slipping",
}


def as_data(policy: Policy) -> dict[str, Any]:
    """The policy as it is kept: plain numbers by name."""
    return asdict(replace(policy, roles={key: replace(one) for key, one in policy.roles.items()}))


def read(data: Mapping[str, Any]) -> Policy:
    """The policy that was kept. What a newer version added has its default.

    Raises: ValueError with a sentence for every number that cannot be.
    """
    roles = {key: _role(one) for key, one in data.get("roles", as_data(Policy())["roles"]).items()}
    parts = {name: _part(kind, data.get(name, {})) for name, kind in PARTS}
    policy = Policy(version=int(data.get("version", 1)), roles=roles, **parts)
    if found := list(problems(policy)):
        raise ValueError(" ".join(found))
    return policy


def _part(kind: type[Any], data: Mapping[str, Any]) -> Any:
    return kind(**{one.name: data[one.name] for one in fields(kind) if one.name in data})


def _role(data: Mapping[str, Any]) -> RolePolicy:
    weights = {Dimension(key): float(weight) for key, weight in data.get("weights", WEIGHTS).items()}
    role: RolePolicy = _part(RolePolicy, data)
    return replace(role, weights=weights)


def problems(policy: Policy) -> Iterator[str]:
    """What is wrong with a policy, each as a sentence that says what to mend."""
    if DEFAULT_ROLE not in policy.roles:
        yield "Say what holds for roles without a line of their own."
    for key, role in policy.roles.items():
        yield from _role_problems(key or "every other role", role)
    for name, kind in PARTS:
        part = getattr(policy, name)
        for one in fields(kind):
            number, highest = getattr(part, one.name), 1e6 if one.name in _COUNTED else 1.0
            if not 0 <= number <= highest:
                yield f"{name}.{one.name} is {number:g}; it has to lie between 0 and {highest:g}."
    if policy.ramp.until <= policy.ramp.new_days:
        yield "The ramp of newcomers has to end after it begins."


def _role_problems(name: str, role: RolePolicy) -> Iterator[str]:
    if not 0 < role.tau <= 1:
        yield f"The expected share of days of {name} is {role.tau:g}; it has to lie above 0 and up to 1."
    if not 0 < role.kappa <= 1:
        yield f"The expected share of days with a look-up of {name} is {role.kappa:g}; above 0 and up to 1."
    if role.timely_hours <= 0:
        yield f"The hours in which {name} is to enter a fact have to be more than 0."
    if set(role.weights) != set(Dimension):
        yield f"{name} needs a weight for each of {', '.join(Dimension)}."
    if min([*role.weights.values(), *role.feature_weights.values()], default=0) < 0:
        yield f"{name} has a weight below 0."
    if abs(sum(role.weights.values()) - 1) > 0.001:
        yield f"The weights of {name} add up to {sum(role.weights.values()):g}; they have to add up to 1."
