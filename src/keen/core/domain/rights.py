"""What somebody may see and do: scopes per record kind, powers, and fields kept from view."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

ANY_KIND = "*"
ACTIONS = ("view", "add", "edit", "delete", "export")
WRITES = frozenset({"add", "edit", "delete"})


class Scope(StrEnum):
    """How far a right reaches."""

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    ALL = "all"

    @property
    def reach(self) -> int:
        """A rank: a wider scope has the larger one."""
        return list(Scope).index(self)


POWERS = {
    "import": "Bring files in",
    "views.share": "Share views with a team or everyone",
    "merge": "Merge duplicates",
    "reassign": "Give records to somebody else",
    "audit.view": "Read the audit trail",
    "users.manage": "Invite people, set teams and roles",
    "system.view": "See jobs, events and health",
    "export.all": "Take everything out as one file",
    "integrations.manage": "Connect other systems: webhooks",
    "automations.manage": "Set up automations, and see what forms and processes cost",
    "fields.manage": "Add fields and change them",
    "act_as": "See the app as somebody else",
    "orders.feed": "Bring in orders and invoices",
    "orders.match": "Say whose orders and invoices they are",
    "pipelines.manage": "Set up pipelines and exchange rates",
    "targets.set": "Set targets for teams and people",
    "forms.manage": "Set up web forms, and look at what they kept back as spam",
    "prices.manage": "Set up products, prices, taxes and the paper of quotes",
    "privacy.manage": "Answer requests about personal data",
    "adoption.view": "See how teams use Keen, in groups of five and more",
    "adoption.manage": "Answer what people say about Keen, ask them, and set how adoption is measured",
    "adoption.mode": "Set who sees figures about people",
    "usage.level": "Set how much of the use is recorded",
    "usage.agree": "Agree to more of the use being recorded",
}


@dataclass(frozen=True)
class Rights:
    """The union of somebody's roles, with the teams that "team" means for them.

    Shape: `mirrors` are kinds that are only looked at, whatever was granted: read from elsewhere, or kept by a power.
    """

    records: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    powers: frozenset[str] = frozenset()
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    locked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    teams: frozenset[int] = frozenset()
    mirrors: frozenset[str] = field(default=frozenset(), compare=False)

    def scope(self, kind: str, action: str) -> Scope:
        """How far the action reaches on records of the kind. NONE when nothing was granted."""
        if kind in self.mirrors and action in WRITES:
            return Scope.NONE
        grants = self.records.get(kind) or self.records.get(ANY_KIND) or {}
        return Scope(grants.get(action, Scope.NONE))

    def has(self, power: str) -> bool:
        """Whether the power was granted."""
        return power in self.powers

    def hides(self, kind: str, name: str) -> bool:
        """Whether the field is kept from view."""
        return name in self.hidden.get(kind, ())

    def locks(self, kind: str, name: str) -> bool:
        """Whether the field may not be changed."""
        return name in self.locked.get(kind, ()) or self.hides(kind, name)

    def to_json(self) -> dict[str, Any]:
        """The rights as plain data, sorted, for the row of the person."""
        return {
            "records": {kind: dict(grants) for kind, grants in sorted(self.records.items())},
            "powers": sorted(self.powers),
            "hidden": {kind: sorted(names) for kind, names in sorted(self.hidden.items())},
            "locked": {kind: sorted(names) for kind, names in sorted(self.locked.items())},
            "teams": sorted(self.teams),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The rights that `to_json` wrote. Missing parts grant nothing."""
        return cls(
            records=data.get("records", {}),
            powers=frozenset(data.get("powers", ())),
            hidden={kind: frozenset(names) for kind, names in data.get("hidden", {}).items()},
            locked={kind: frozenset(names) for kind, names in data.get("locked", {}).items()},
            teams=frozenset(data.get("teams", ())),
        )


def union(roles: Iterable[Mapping[str, Any]], *, teams: Iterable[int] = ()) -> Rights:
    """The rights of somebody who has all these roles: the widest scope wins.

    Shape: a field is hidden when every role hides it that shows such records, locked when every role locks it that
    lets add or edit them. A role is {"records": {kind: {action: scope}}, "powers": [...], "hidden": {kind: [...]}, "locked": {...}}.
    """
    given = list(roles)
    kinds = {kind for role in given for kind in role.get("records", {})}
    records = {kind: {action: _widest(given, kind, action) for action in ACTIONS} for kind in kinds}
    powers = frozenset(power for role in given for power in role.get("powers", ()) if power in POWERS)
    hidden = _shared(given, ("hidden",), ("view",))
    locked = _shared(given, ("locked", "hidden"), ("add", "edit"))
    return Rights(records, powers, hidden, locked, frozenset(teams))


def _widest(roles: list[Mapping[str, Any]], kind: str, action: str) -> str:
    return max((_scope(role, kind, action) for role in roles), key=lambda scope: scope.reach).value


def _scope(role: Mapping[str, Any], kind: str, action: str) -> Scope:
    records = role.get("records", {})
    return Scope((records.get(kind) or records.get(ANY_KIND) or {}).get(action, Scope.NONE))


def _shared(
    roles: list[Mapping[str, Any]], parts: tuple[str, ...], actions: tuple[str, ...]
) -> dict[str, frozenset[str]]:
    """What every role holds back that opens the kind by one of the actions; a role that opens nothing has no say."""
    found: dict[str, frozenset[str]] = {}
    for kind in {kind for role in roles for part in parts for kind in role.get(part, {})}:
        opening = [role for role in roles if any(_scope(role, kind, action).reach for action in actions)]
        kept = [frozenset(n for part in parts for n in role.get(part, {}).get(kind, ())) for role in opening]
        if names := frozenset[str]().union(*kept[:1]).intersection(*kept[1:]):
            found[kind] = names
    return found
