"""What joins the packages, as plain data: read from the module that `settings.WIRING` names.

The lists are written in keen/site/wiring.py. They are read when first asked for, after all models are loaded,
so a package below can ask for what packages above contributed without importing them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings

from keen.core.domain.rights import Rights, Scope
from keen.core.domain.timings import Timing


class Handler(Protocol):
    """A reaction to an event: a function of a module, called with the event."""

    __module__: str
    __qualname__: str

    def __call__(self, event: Any, /) -> None:
        """React."""
        ...


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that runs by the clock. `arguments` are given to it by name."""

    name: str
    job: Any
    timing: Timing
    arguments: Mapping[str, Any] = field(default_factory=dict)


class Amount(Protocol):
    """Where an amount of money that stands in a line may go: to a deal, for example."""

    key: str

    def offered(self, actor: Any, about: tuple[str, int] | None) -> Sequence[tuple[str, str]]:
        """Choices and their labels, the likeliest first, for an amount in a line about that record."""
        ...

    def take(self, work: Any, activity: Any, choice: str, amount: str, currency: str) -> str:
        """A line of the receipt, after the amount went where the choice says, within the same operation."""
        ...


@dataclass(frozen=True, slots=True)
class Wiring:
    """All that the packages contribute to each other.

    `followers` are (record kind, function of the written rows): they bring what is derived from the rows into step,
    in the transaction of the write. `undoers` are (kind of change, function of the work and its changes, newest first):
    they take back what is not a record. `comparers` are (record kind, facts of a row, likeness of two rows' facts): they tell
    import whether a row is already here. `vitals` are functions that say how a part of the installation is (keen.core.health);
    `slow_vitals` ask the database for it, so they are not for whoever asks from outside, often and by anybody.
    `verbs` are what programs may do with records besides writing them (keen.records.rest.verbs).
    `timelines` add lines to the timelines of records (keen.activities.queries.timeline).
    `amounts` take an amount of money that somebody wrote (Amount).
    `suggesters` put forward what somebody may do today (keen.activities.domain.suggestions): functions of an actor, the
    moment, and the records for which something is planned.
    `joiners` are functions of the work, a record, and one that becomes part of it: they bring along what names the other.
    `tellers` are functions of a reader and notices: what those say to the reader now.
    """

    handlers: Sequence[tuple[type, Handler]] = ()
    schedules: Sequence[Schedule] = ()
    nav: Sequence[Any] = ()
    commands: Sequence[Any] = ()
    lookalikes: Sequence[Any] = ()
    panels: Sequence[Any] = ()
    record_types: Sequence[Any] = ()
    followers: Sequence[tuple[str, Any]] = ()
    undoers: Sequence[tuple[str, Any]] = ()
    comparers: Sequence[tuple[str, Any, Any]] = ()
    tellers: Sequence[Any] = ()
    vitals: Sequence[Any] = ()
    slow_vitals: Sequence[Any] = ()
    verbs: Sequence[Any] = ()
    amounts: Sequence[Amount] = ()
    timelines: Sequence[Any] = ()
    suggesters: Sequence[Any] = ()
    joiners: Sequence[Any] = ()


_replaced: list[Wiring] = []


def wired() -> Wiring:
    """The wiring in force: that of the installation, or the one a test put in its place."""
    return _replaced[-1] if _replaced else _installed()


@contextmanager
def rewired(wiring: Wiring) -> Iterator[Wiring]:
    """Another wiring inside the block, for tests."""
    _replaced.append(wiring)
    try:
        yield wiring
    finally:
        _replaced.pop()


@cache
def _installed() -> Wiring:
    module = import_module(settings.WIRING)
    return Wiring(
        handlers=tuple(module.HANDLERS),
        schedules=tuple(module.SCHEDULES),
        nav=tuple(module.NAV),
        commands=tuple(module.COMMANDS),
        lookalikes=tuple(module.LOOKALIKES),
        panels=tuple(module.PANELS),
        record_types=tuple(module.RECORD_TYPES),
        followers=tuple(module.FOLLOWERS),
        undoers=tuple(module.UNDOERS),
        comparers=tuple(module.COMPARERS),
        tellers=tuple(module.TELLERS),
        vitals=tuple(module.VITALS),
        slow_vitals=tuple(module.SLOW_VITALS),
        verbs=tuple(module.VERBS),
        amounts=tuple(module.AMOUNTS),
        timelines=tuple(module.TIMELINES),
        suggesters=tuple(module.SUGGESTERS),
        joiners=tuple(module.JOINERS),
    )


def mirrors(powers: Collection[str] = ()) -> frozenset[str]:
    """The kinds of records that somebody with these powers only looks at: mirrors, and those that a power is needed for."""
    return frozenset(
        one.kind
        for one in wired().record_types
        if getattr(one, "mirror", False) or getattr(one, "power", "") not in {"", *powers}
    )


def without_closed_links(rights: Rights) -> Rights:
    """The rights with the links hidden that lead to kinds of records which are closed to whoever has them.

    Shape: the rights themselves when no kind is closed. What stands beside such a link is the name of a record of
    that kind, so it is kept like any field that a role hides; a name beside a link to an open kind belongs to the
    record that it stands on (docs/decisions/0038).
    """
    types = wired().record_types
    closed = {one.kind for one in types if rights.scope(one.kind, "view") is Scope.NONE}
    if not closed:
        return rights
    hidden = {
        one.kind: names | rights.hidden.get(one.kind, frozenset())
        for one in types
        if (names := frozenset(field.name for field in one.declared if field.to in closed))
    }
    return replace(rights, hidden={**rights.hidden, **hidden})


def handlers_of(event_type: type) -> list[Handler]:
    """The handlers wired for the type or for a class it is made from, in the order they are written."""
    return [handler for listened, handler in wired().handlers if issubclass(event_type, listened)]


def path_of(function: Handler) -> str:
    """The dotted name under which a handler is stored with its deliveries."""
    return f"{function.__module__}.{function.__qualname__}"
