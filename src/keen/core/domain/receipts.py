"""The receipt: what every write answers."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Outcome = Literal["saved", "gap", "not_saved", "kept"]
MOST_SIDE_EFFECTS = 3


@dataclass(frozen=True)
class Link:
    """Something to go to, or to do with one click when `post` is set."""

    label: str
    href: str
    post: bool = False
    key: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Receipt:
    """What happened, what else changed, what comes next, and how to take it back.

    `operation` is the id under which it is kept; `undo` is the same id when it can be taken back.
    `steps` are days for the next step, each one click away. `by` is the name of the automation that did it.
    """

    outcome: Outcome
    text: str
    object: Link | None = None
    also: tuple[str, ...] = ()
    next: Link | None = None
    alternative: Link | None = None
    nothing_next: str = "Nothing else to do here."
    undo: str = ""
    operation: str = ""
    steps: tuple[Link, ...] = ()
    by: str = ""

    def to_json(self) -> dict[str, Any]:
        """The receipt as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The receipt that `to_json` wrote."""
        links = {name: Link(**data[name]) for name in ("object", "next", "alternative") if data.get(name)}
        lists = {"also": tuple(data["also"]), "steps": tuple(Link(**step) for step in data.get("steps", ()))}
        return cls(**{**data, "object": None, "next": None, "alternative": None, **links, **lists})
