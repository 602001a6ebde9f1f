"""Which group somebody counts for where no person may be told from it."""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from keen.telemetry.domain.levels import LEAST_GROUP


class Member(NamedTuple):
    """Somebody's place: their team, and the keys of their roles in one word."""

    team: int | None
    role: str


class Label(NamedTuple):
    """What is written of somebody's place. None and "" say nothing."""

    team: int | None
    role: str


NO_LABEL: Final = Label(None, "")


def labels(
    members: Mapping[int, Member], parents: Mapping[int, int | None], least: int = LEAST_GROUP
) -> dict[int, Label]:
    """What is written for each person, so that nobody stands in a group smaller than `least`.

    Shape: a team that is too small counts for the team above it; a role within a team is written where enough people
    share it and where those without a written role are enough, too, or none.
    """
    teams = _teams(members, parents, least)
    found: dict[int, Label] = {}
    for team in set(teams.values()):
        inside = {person: members[person].role for person, written in teams.items() if written == team}
        kept = _roles(inside, least)
        found |= {person: Label(team, role if role in kept else "") for person, role in inside.items()}
    return found


def _teams(
    members: Mapping[int, Member], parents: Mapping[int, int | None], least: int
) -> dict[int, int | None]:
    """The team that is written for each person; who is left over in the end has none."""
    groups: dict[int | None, list[int]] = {}
    for person, member in members.items():
        groups.setdefault(member.team if member.team in parents else None, []).append(person)
    for team in sorted(parents, key=lambda one: -_depth(one, parents)):
        if 0 < len(groups.get(team, ())) < least:
            groups.setdefault(parents[team], []).extend(groups.pop(team))
    rest = groups.get(None, [])
    if 0 < len(rest) < least and len(groups) > 1:
        # Whoever is left over alone would be known by having no team: the smallest team goes with them.
        smallest = min((team for team in groups if team is not None), key=lambda one: len(groups[one]))
        rest.extend(groups.pop(smallest))
    return {person: team for team, people in groups.items() for person in people}


def _roles(inside: Mapping[int, str], least: int) -> set[str]:
    counted = Counter(inside.values())
    kept = {role for role, count in counted.items() if role and count >= least}
    while kept and 0 < sum(count for role, count in counted.items() if role not in kept) < least:
        kept.discard(min(kept, key=lambda role: (counted[role], role)))
    return kept


def _depth(team: int, parents: Mapping[int, int | None]) -> int:
    depth, seen = 0, {team}
    above = parents.get(team)
    while above is not None and above not in seen:
        seen.add(above)
        depth += 1
        above = parents.get(above)
    return depth
