"""Which program wrote a file, told by the names of its columns."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from keen.lib import text

ENOUGH: Final = 0.8
BY_PLACE: Final = "?"
_DATA: Final = "keen.records.domain.data"


@dataclass(frozen=True)
class Template:
    """The export file of one program, in one language.

    Shape: `targets` gives what a column becomes, by its name as this language writes it; columns without one are
    left out on purpose. `language` is "" for the original.
    """

    name: str
    system: str
    kind: str
    encoding: str
    headers: tuple[str, ...]
    required: tuple[str, ...]
    targets: Mapping[str, str]
    language: str = ""

    @cached_property
    def by_header(self) -> dict[str, str]:
        """What each folded column name becomes, "" for what is left out."""
        index = {text.fold(header): "" for header in self.headers}
        return index | {text.fold(header): target for header, target in self.targets.items()}


@dataclass(frozen=True, slots=True)
class TemplateMatch:
    """A template that fits, with the share of its required columns found and of the file's columns it knows."""

    template: Template
    required_share: float
    known_share: float

    @property
    def sentence(self) -> str:
        """What to tell the person who uploaded the file."""
        if self.template.language == BY_PLACE:
            return (
                f"This has the {len(self.template.headers)} columns of an {self.template.system} export in another "
                "language. They were taken by their place; check them."
            )
        article = "an" if self.template.system[0] in "AEIOU" else "a"
        return f"This looks like {article} {self.template.system} export."

    def target(self, header: str) -> str | None:
        """What the column becomes; "" for known and left out, None for unknown to the template."""
        return self.template.by_header.get(text.fold(header))


def detect(headers: Sequence[str]) -> TemplateMatch | None:
    """The template that fits best, None when no template finds four fifths of its required columns.

    Shape: order of the columns and case do not matter; German, French and Spanish Outlook names are known.
    """
    given = {text.fold(header) for header in headers} - {""}
    if len(given) < 3:
        return None
    matches = [_match(template, given) for template in templates()]
    fitting = [match for match in matches if match.required_share >= ENOUGH]
    return max(fitting, key=_rank, default=None) or _by_place(headers)


def _match(template: Template, given: set[str]) -> TemplateMatch:
    required = {text.fold(header) for header in template.required}
    known = {text.fold(header) for header in template.headers}
    return TemplateMatch(template, len(required & given) / len(required), len(known & given) / len(given))


def _by_place(given: Sequence[str]) -> TemplateMatch | None:
    """Outlook writes its column names in the language of the computer, but always the same 92 in the same order."""
    original = named("outlook_classic")
    if len(given) != len(original.headers) or len(set(given)) != len(given):
        return None
    targets = {
        header: original.targets[place]
        for header, place in zip(given, original.headers, strict=True)
        if place in original.targets
    }
    template = replace(original, headers=tuple(given), targets=MappingProxyType(targets), language=BY_PLACE)
    return TemplateMatch(template, 0.0, 0.0)


def _rank(match: TemplateMatch) -> tuple[float, float, int]:
    # A file whose every column is known beats one that merely contains a short signature.
    return round(match.known_share, 2), match.required_share, len(match.template.required)


@cache
def templates() -> tuple[Template, ...]:
    """Every known export file, translations included."""
    stored = json.loads(resources.files(_DATA).joinpath("templates.json").read_text(encoding="utf-8"))[
        "templates"
    ]
    found: list[Template] = []
    for entry in stored:
        found.append(_template(entry, "", {}))
        found += [_template(entry, language, words) for language, words in entry["translations"].items()]
    return tuple(found)


def _template(entry: dict[str, Any], language: str, words: dict[str, str]) -> Template:
    def said(header: str) -> str:
        return words.get(header, header)

    required = [header for header in entry["required"] if not language or header in words]
    return Template(
        name=entry["name"],
        system=entry["system"],
        kind=entry["kind"],
        encoding=entry["encoding"],
        headers=tuple(said(header) for header in entry["headers"]),
        required=tuple(said(header) for header in required),
        targets=MappingProxyType({said(header): target for header, target in entry["targets"].items()}),
        language=language,
    )


def named(name: str, language: str = "") -> Template:
    """The template of this name.

    Raises: KeyError for an unknown one.
    """
    for template in templates():
        if (template.name, template.language) == (name, language):
            return template
    raise KeyError(name)


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Names people give a column, by target."""
    stored = json.loads(resources.files(_DATA).joinpath("synonyms.json").read_text(encoding="utf-8"))[
        "synonyms"
    ]
    return {target: tuple(words) for target, words in stored.items()}
