"""The smallest pieces of a page, written by functions: a page has hundreds of them, and a macro costs ten times as much."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # private, pinned, and tested


def put(value: object) -> str:
    """What stands in the page for a value: markup as it is, all else escaped."""
    if type(value) is str:
        return _escape_inner(value)
    if type(value) is Markup:
        return value  # as it is: to wrap it again would copy it, and the outermost pieces are whole pages
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return _escape_inner(str(value))


@lru_cache(maxsize=1024)
def drawn(sprite: str, name: str, small: bool, label: str) -> Markup:
    """One icon of the sprite. Decoration unless `label` names it."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    size = "i-s" if small else "i"
    return Markup(f'<svg class="{size}" {said}><use href="{escape(sprite)}#{escape(name)}"/></svg>')  # noqa: S704  escaped


def attributes(attrs: Mapping[str, Any] | None) -> Markup:
    """Extra attributes of an element: True gives the bare name, False and None leave it out."""
    if not attrs:
        return Markup()
    return Markup("").join(
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in attrs.items()
        if value is not None and value is not False
    )


@lru_cache(maxsize=256)
def kbd(keys: str) -> Markup:
    """A shortcut, "G P" or "Ctrl K": one cap for each key."""
    return Markup(" ").join(Markup("<kbd>{}</kbd>").format(key) for key in keys.split())


def options(given: Iterable[Any], value: object) -> Markup:
    """The options of a select from ["A"], [("a", "A")] or [("Group", [("a", "A")])]; what `value` holds is chosen."""
    values = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return Markup("").join(_options(given, {str(one) for one in values}))


def _options(given: Iterable[Any], chosen: set[str]) -> Iterable[Markup]:
    for option in given:
        if isinstance(option, str):
            yield _option(option, option, option in chosen)
        elif not isinstance(option[1], str) and isinstance(option[1], Sequence):
            inner = Markup("").join(_options(option[1], chosen))
            yield Markup('<optgroup label="{}">{}</optgroup>').format(option[0], inner)
        else:
            key = "" if option[0] is None else option[0]
            yield _option(key, option[1], str(key) in chosen)


def _option(key: object, text: object, is_chosen: bool) -> Markup:
    marked = " selected" if is_chosen else ""
    return Markup(f'<option value="{escape(key)}"{marked}>{escape(text)}</option>')  # noqa: S704  escaped
