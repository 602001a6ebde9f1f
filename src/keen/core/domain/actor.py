"""Who acts: the person or the system behind a question or a change."""

import json
from dataclasses import dataclass, field
from functools import cached_property

from keen.core.domain.rights import ANY_KIND, POWERS, Rights
from keen.core.domain.worktime import Worktime

# What a program reads leaves the house like an export does: restricted records are looked at on pages alone.
PROGRAMS = frozenset({"api", "webhook", "automation"})


@dataclass(frozen=True)
class Actor:
    """Somebody with rights. `user_id` is None for the system itself.

    Shape: `agent` is the name of what acts with the person's rights, on its own: what it writes is no deed of theirs.
    """

    user_id: int | None
    name: str
    rights: Rights = field(default_factory=Rights)
    team_id: int | None = None
    zone: str = "UTC"
    worktime: Worktime = field(default_factory=Worktime, compare=False)
    via: str = "page"
    acting_by: int | None = None
    agent: str = ""

    @cached_property
    def key(self) -> str:
        """All that says what the actor sees: what was worked out for one actor holds for another with the same key."""
        is_program = self.via in PROGRAMS
        return json.dumps([self.user_id, self.team_id, self.acting_by, is_program, self.rights.to_json()])

    @property
    def author_id(self) -> int | None:
        """Whose deed it is, None where nobody did it: the system, or an automation."""
        return None if self.agent else self.user_id

    @property
    def may_write(self) -> bool:
        """Whether changes are possible at all: not while an administrator looks at the app as somebody else."""
        return self.acting_by is None


SYSTEM = Actor(
    user_id=None,
    name="Keen",
    rights=Rights(
        records={ANY_KIND: dict.fromkeys(("view", "add", "edit", "delete", "export"), "all")},
        powers=frozenset(POWERS),
    ),
    via="system",
)
