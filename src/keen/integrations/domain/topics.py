"""What endpoints can be told: a type for each kind of record and each thing that happens to it."""

from collections.abc import Iterable, Mapping

VERBS = {
    "created": "made",
    "updated": "changed",
    "deleted": "deleted",
    "restored": "restored",
    "merged": "merged",
}
COMPLETED = "activity.completed"
TEST = "webhook.test"
EVERYTHING = "*"


def topics(kinds: Iterable[tuple[str, bool]]) -> list[str]:
    """Every type that can be chosen, in the order of the kinds, given with whether they are merged."""
    found = []
    for kind, merged in kinds:
        found += [f"{kind}.{verb}" for verb in VERBS if merged or verb != "merged"]
        if kind == "activity":
            found.append(COMPLETED)
    return found


def wants(chosen: Iterable[str], topic: str) -> bool:
    """Whether an endpoint with these types is told of this one."""
    given = set(chosen)
    return EVERYTHING in given or topic in given


def changed_names(columns: Iterable[str], fields: Mapping[str, str]) -> list[str]:
    """The names of the fields whose columns changed, of those that are given (column to name), sorted."""
    return sorted({fields[column] for column in columns if column in fields})
