"""Events as the person reads them whom they are about."""

from collections.abc import Mapping
from typing import Any

from keen.telemetry.domain.catalogue import CATALOGUE
from keen.telemetry.domain.properties import UNKNOWN


def sentence(name: str, props: Mapping[str, Any], kind: str = "") -> str:
    """What happened, in words, with the kind of record behind it; the bare name for an event of an older version."""
    spec = CATALOGUE.get(name)
    if spec is None:
        return plain(name)
    told = spec.sentence.format_map(_Words(props))
    return f"{told} ({plain(kind)})" if kind else told


def details(props: Mapping[str, Any], outcome: str = "", ms: int | None = None) -> str:
    """All else that stands beside the event, in words: nothing is kept back."""
    parts = [outcome] if outcome else []
    parts += [f"{plain(name)}: {_value(value)}" for name, value in props.items() if value not in ([], "")]
    parts += [f"{ms} ms"] if ms is not None else []
    return " · ".join(parts)


def plain(name: str) -> str:
    """A name of the program as a person reads it: `contact-list` is "contact list"."""
    return name.replace("-", " ").replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(plain(str(one)) for one in value)
    return plain(value) if isinstance(value, str) and value[:1].isalpha() else str(value)


class _Words(dict[str, str]):
    """The properties in words; a property that is missing is left unsaid."""

    def __init__(self, props: Mapping[str, Any]) -> None:
        super().__init__({name: _said(value) for name, value in props.items()})

    def __missing__(self, name: str) -> str:
        return "something"


def _said(value: Any) -> str:
    return "another page" if value == UNKNOWN else _value(value)
