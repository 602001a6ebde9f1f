"""What happened, told to whoever is wired to listen (keen/site/wiring.py).

`publish` writes one task per handler in the transaction of the change: a change that is rolled back tells nobody,
and a change that is saved tells everybody at least once. Handlers run in the worker, each with its own retries.
The order in which the events of one record arrive is that of publishing as long as nothing fails; a retried event
comes later than its successors, so a handler reads the record's present state rather than trusting the sequence.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone
from pydantic import TypeAdapter

from keen.core.queue import backend
from keen.core.wiring import Handler, handlers_of, path_of

DELIVER = "keen.core.jobs.delivery.deliver"
DELIVER_AS_IT_GOES = "keen.core.jobs.delivery.deliver_as_it_goes"
CHUNK = 100

_names: dict[str, type["Event"]] = {}
_loose: set[str] = set()
_together: set[str] = set()
_wanted: dict[str, Callable[[], bool]] = {}
_adapters: dict[type["Event"], TypeAdapter[Any]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. Subclasses are frozen dataclasses with a `name` such as "people.contact_created".

    Shape: fields are JSON values, dates, times, decimals, UUIDs, or tuples and lists of those; a new field has a default.
    """

    name: ClassVar[str] = ""
    actor_id: int | None = None
    event_id: UUID = field(default_factory=uuid4)
    at: datetime = field(default_factory=timezone.now)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        name = cls.__dict__.get("name", "")
        if name:
            taken = _names.setdefault(name, cls)
            if taken.__qualname__ != cls.__qualname__ or taken.__module__ != cls.__module__:
                raise TypeError(f"Two events are called {name}: {taken.__qualname__} and {cls.__qualname__}.")
            _names[name] = cls

    def to_json(self) -> dict[str, Any]:
        """The event as plain data."""
        plain: dict[str, Any] = _adapter(type(self)).dump_python(self, mode="json")
        return plain

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The event that `to_json` wrote; fields it does not know are left out."""
        made: Self = _adapter(cls).validate_python(data, strict=False)
        return made


E_ = TypeVar("E_", bound=Event)
H_ = TypeVar("H_")


def _adapter(cls: type[Event]) -> TypeAdapter[Any]:
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(cls)  # made once: it compiles the fields
    return _adapters[cls]


def event_called(name: str) -> type[Event]:
    """The event class of this name.

    Raises: KeyError when no loaded package declares it.
    """
    return _names[name]


def as_it_goes(handler: Callable[[E_], None]) -> Callable[[E_], None]:
    """Run this handler outside a transaction: for those that take long or talk to the world.

    Other handlers run in one transaction with the note that they ran, so their writes happen exactly once.
    """
    _loose.add(f"{handler.__module__}.{handler.__qualname__}")
    return handler


def together(handler: Callable[[Sequence[E_]], None]) -> Callable[[Sequence[E_]], None]:
    """Give this handler all events of a task at once, in their order: for those whose cost is in asking, not in each event."""
    _together.add(f"{handler.__module__}.{handler.__qualname__}")
    return handler


def react(handler: Handler, events: Sequence[Event]) -> None:
    """Call the handler with the events, as it wants them."""
    if path_of(handler) in _together:
        handler(events)
        return
    for event in events:
        handler(event)


def only_when(wanted: Callable[[], bool]) -> Callable[[Callable[[H_], None]], Callable[[H_], None]]:
    """Tell this handler only of what is published while `wanted` says so, asked in the transaction of the change."""

    def declare(handler: Callable[[H_], None]) -> Callable[[H_], None]:
        _wanted[f"{handler.__module__}.{handler.__qualname__}"] = wanted
        return handler

    return declare


def publish(event: Event) -> None:
    """Tell the handlers wired for the event, once the transaction commits.

    Raises: RuntimeError outside a transaction.
    Cost: nothing when nobody listens, else one statement.
    """
    publish_many([event])


def publish_many(events: Iterable[Event]) -> None:
    """Tell the handlers of many events, a hundred in one task.

    Shape: events of one class are delivered in the order given; a failing hundred is delivered again one by one.
    Raises: RuntimeError outside a transaction.
    Cost: nothing when nobody listens, else one statement per 10,000 events of a class and handler; what `only_when` asks.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(
            "Publish inside the transaction of the change, so that one cannot be saved without the other."
        )
    listened: dict[type[Event], list[Handler]] = {}
    waiting: dict[type[Event], list[dict[str, Any]]] = {}
    for event in events:
        kind = type(event)
        if kind not in listened:
            if not kind.name:
                raise TypeError(f"{kind.__qualname__} needs a name of its own to be published.")
            listened[kind] = [handler for handler in handlers_of(kind) if _is_wanted(handler)]
        if listened[kind]:
            waiting.setdefault(kind, []).append(event.to_json())
    for kind, told in waiting.items():
        for handler in listened[kind]:
            _write(kind, handler, told)


def _is_wanted(handler: Handler) -> bool:
    wanted = _wanted.get(path_of(handler))
    return wanted is None or wanted()


def _write(kind: type[Event], handler: Handler, told: list[dict[str, Any]]) -> None:
    path = path_of(handler)
    calls = ({"handler": path, "event": kind.name, "told": part} for part in _chunks(told))
    backend.add(DELIVER_AS_IT_GOES if path in _loose else DELIVER, calls)


def _chunks(told: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rest = iter(told)
    while part := list(islice(rest, CHUNK)):
        yield part
