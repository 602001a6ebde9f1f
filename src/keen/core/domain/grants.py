"""Rights compared and told in words: what somebody would gain, and why they see what they see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from keen.core.domain.rights import ACTIONS, ANY_KIND, POWERS, Rights, Scope, union

REACHES = {
    Scope.NONE: "no",
    Scope.OWN: "their own",
    Scope.TEAM: "their team's",
    Scope.ALL: "all",
}
VERBS = {"view": "see", "add": "add", "edit": "change", "delete": "delete", "export": "export"}


def excess(giver: Rights, before: Rights, after: Rights) -> list[str]:
    """What the change would add that the giver does not have, as phrases; empty when it may be done.

    Shape: `before` and `after` are the rights of the person or role that is changed.
    """
    kinds = sorted({ANY_KIND, *giver.records, *before.records, *after.records})
    wider = [
        said(action, after.scope(kind, action), kind)
        for kind in kinds
        for action in ACTIONS
        if _outreaches(giver, before, after, (kind, action))
    ]
    powers = [
        POWERS[name].lower() for name in sorted(after.powers - before.powers - giver.powers) if name in POWERS
    ]
    seen = [
        f"see {name.replace('_', ' ')} of {words_for(kind)}"
        for kind, name in _held_back(giver.hidden, before.hidden)
        if _shows(after, kind, name) and not _shows(before, kind, name) and not _shows(giver, kind, name)
    ]
    written = [
        f"change {name.replace('_', ' ')} of {words_for(kind)}"
        for kind, name in _held_back(giver.locked, before.locked)
        if _writes(after, kind, name) and not _writes(before, kind, name) and not _writes(giver, kind, name)
    ]
    return wider + powers + seen + written


def _held_back(*fields: Mapping[str, frozenset[str]]) -> list[tuple[str, str]]:
    return sorted({(kind, name) for held in fields for kind, names in held.items() for name in names})


def _outreaches(giver: Rights, before: Rights, after: Rights, right: tuple[str, str]) -> bool:
    wanted, had, own = after.scope(*right), before.scope(*right), giver.scope(*right)
    if own is Scope.ALL or wanted is Scope.NONE:
        return False
    if wanted.reach > had.reach and wanted.reach > own.reach:
        return True
    return wanted is Scope.TEAM and bool(after.teams - before.teams - giver.teams)


def _shows(rights: Rights, kind: str, name: str) -> bool:
    return rights.scope(kind, "view") is not Scope.NONE and not rights.hides(kind, name)


def _writes(rights: Rights, kind: str, name: str) -> bool:
    opened = any(rights.scope(kind, action) is not Scope.NONE for action in ("add", "edit"))
    return opened and not rights.locks(kind, name)


def covers(rights: Rights, other: Rights) -> bool:
    """Whether somebody with these rights could hand out all of the other ones."""
    return not excess(rights, Rights(), other)


def said(action: str, scope: Scope, kind: str) -> str:
    """A right as a phrase: "change their team's contacts"."""
    whose = "" if action == "add" and scope is Scope.ALL else f"{REACHES[scope]} "
    return f"{VERBS[action]} {whose}{words_for(kind)}"


def words_for(kind: str) -> str:
    """A record kind in the plural, as a person says it."""
    if kind == ANY_KIND:
        return "records"
    said = kind.replace("_", " ")
    return f"{said[:-1]}ies" if said.endswith("y") and said[-2:-1] not in "aeiou" else f"{said}s"


@dataclass(frozen=True)
class Because:
    """One line of an explanation: what is possible, and the roles that give it."""

    says: str
    roles: tuple[str, ...]


def explain(roles: Iterable[tuple[str, Mapping[str, Any]]], kind: str) -> list[Because]:
    """Why somebody with these roles can do what with records of the kind.

    Shape: roles are (name, grants); one line for each action that is possible, with the roles that reach as far.
    """
    named = list(roles)
    given = [(name, union([grants])) for name, grants in named]
    whole = union(grants for _, grants in named)
    lines = []
    for action in ACTIONS:
        scope = whole.scope(kind, action)
        if scope is Scope.NONE:
            continue
        by = tuple(name for name, rights in given if rights.scope(kind, action) is scope)
        lines.append(Because(said(action, scope, kind), by))
    return lines
