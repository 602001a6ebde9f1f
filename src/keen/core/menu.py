"""The navigation, the commands of the palette and the pinned views, as keen.site.wiring declares them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keen.core.domain.actor import Actor
from keen.core.jinja import address
from keen.core.models import User
from keen.core.wiring import wired


@dataclass(frozen=True)
class Entry:
    """A place in the app, or something to do, with the permission it needs."""

    label: str
    route: str
    icon: str
    permission: str = "signed-in"
    key: str = ""
    count: Callable[[Actor], int] | None = None
    group: str = "Go to"
    query: str = ""
    end: bool = False


@dataclass(frozen=True)
class NavItem:
    """A line of the navigation as a template shows it."""

    label: str
    href: str
    icon: str
    count: int = 0
    due: bool = False
    current: bool = False
    key: str = ""
    end: bool = False
    group: str = ""


def navigation(actor: Actor, path: str) -> list[NavItem]:
    """The lines that the person may follow; the one that the path lies under is current.

    Cost: one query for each entry that counts.
    """
    return [_line(entry, actor, path) for entry in wired().nav if _granted(actor, entry)]


def commands(actor: Actor) -> list[NavItem]:
    """The palette's commands that the person may use."""
    return [_line(entry, actor, "") for entry in (*wired().commands, *wired().nav) if _granted(actor, entry)]


def _line(entry: Entry, actor: Actor, path: str) -> NavItem:
    href = address(entry.route)
    count = entry.count(actor) if entry.count and path else 0
    current = path == href or (href != "/" and path.startswith(href))
    return NavItem(
        entry.label,
        href + entry.query,
        entry.icon,
        count,
        count > 0,
        current,
        entry.key,
        entry.end,
        entry.group,
    )


def _granted(actor: Actor, entry: Entry) -> bool:
    from keen.core.access import is_granted  # noqa: PLC0415  access needs the request machinery

    return is_granted(actor, entry.permission)


def pinned(user: User) -> list[NavItem]:
    """The views that the person pinned. They stand on the person's own row."""
    return [NavItem(str(pin["label"]), str(pin["href"]), "list") for pin in user.pins]


@dataclass(frozen=True)
class Panel:
    """A box of one package on the record page of another.

    Shape: `place` is "acts" (a button beside the title), "lit" (the one next step), "side" or "main"; "list" is above the list
    of the kind, and "row" what stands in its rows: a mark for each id.
    """

    kinds: tuple[str, ...]
    place: str
    render: Callable[..., Any]
