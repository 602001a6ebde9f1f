"""Writes docs/reference from the code itself: settings, events, rights, addresses and measures. `--check` only compares.

./keen check --fix     brings the pages up to date on the way
"""

import dataclasses
import importlib
import os
import sys
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keen.core.events import Event

PROJECT = Path(__file__).resolve().parent.parent
PAGES = PROJECT / "docs" / "reference"
MADE = "<!-- Made from the code by tools/reference.py; not to be edited. -->"


def main(arguments: Sequence[str]) -> int:
    """Writes the pages, or with --check names those that are out of date; returns the exit code."""
    stale = stale_pages()
    if "--check" not in arguments:
        for name in stale:
            (PAGES / name).write_text(page(name))
    for name in stale:
        sys.stdout.write(
            f"docs/reference/{name} {'is out of date' if '--check' in arguments else 'written'}\n"
        )
    return 1 if stale and "--check" in arguments else 0


def stale_pages() -> list[str]:
    """The names of the pages that differ from what the code says."""
    return [
        name for name in WRITERS if not (PAGES / name).exists() or (PAGES / name).read_text() != page(name)
    ]


def page(name: str) -> str:
    """The text of one page."""
    return f"{MADE}\n\n" + "\n".join(WRITERS[name]()).rstrip() + "\n"


def settings_page() -> Iterable[str]:
    """Every KEEN_ variable with its meaning and default."""
    from keen.site.config import Config

    yield "# Settings\n"
    yield "Keen is set by environment variables. None is needed to start; what is left out has the default below.\n"
    for name, field in Config.model_fields.items():
        default = "in the source tree, `var/keen`" if name == "data" else f"`{field.default}`"
        yield f"## KEEN_{name.upper()}\n"
        yield f"{field.description}.\n"
        yield f"Default: {default if field.default not in ('', None) else 'empty'}\n"


def events_page() -> Iterable[str]:
    """Every event with its fields."""
    from django.apps import apps

    from keen.core.events import Event

    for app in apps.get_app_configs():
        if app.name.startswith("keen.") and find_spec(f"{app.name}.events"):
            importlib.import_module(f"{app.name}.events")
    common = {field.name for field in dataclasses.fields(Event)}
    yield "# Events\n"
    yield "What happens in Keen, told to whoever is wired to listen in `src/keen/site/wiring.py`. Each also carries"
    yield f"{', '.join(f'`{name}`' for name in sorted(common))}.\n"
    for event in sorted((kind for kind in subclasses(Event) if kind.name), key=name_of):
        yield f"## {event.name}\n"
        yield f"{(event.__doc__ or '').strip().splitlines()[0]}\n"
        own = [field for field in dataclasses.fields(event) if field.name not in common]
        yield "".join(f"- `{field.name}`: {type_name(field.type)}\n" for field in own)


def name_of(event: type["Event"]) -> str:
    """The event's name, to sort by."""
    return event.name


def subclasses(kind: type["Event"]) -> Iterable[type["Event"]]:
    """Every class of the product made from this one, at any depth."""
    for child in kind.__subclasses__():
        if child.__module__.startswith("keen."):
            yield child
        yield from subclasses(child)


def type_name(annotation: object) -> str:
    """The type as it is written in the source."""
    return (
        annotation.__name__
        if isinstance(annotation, type) and not hasattr(annotation, "__args__")
        else str(annotation)
    )


def rights_page() -> Iterable[str]:
    """Powers, scopes and the roles an installation starts with."""
    from keen.core.domain.rights import ACTIONS, POWERS, Scope
    from keen.core.domain.roles import ROLES

    yield "# Rights\n"
    yield "A role gives a scope for each action on each kind of record, and powers. Who has several roles has the widest"
    yield "of each.\n"
    yield f"Actions: {', '.join(ACTIONS)}. Scopes, from narrow to wide: {', '.join(Scope)}.\n"
    yield "## Powers\n"
    for name, meaning in POWERS.items():
        yield f"### {name}\n\n{meaning}.\n"
    yield "## Roles at the start\n"
    yield f"| role | records | {' | '.join(ACTIONS)} | powers |"
    yield f"|---|---|{'---|' * len(ACTIONS)}---|"
    for role in ROLES.values():
        for kind, grants in role["records"].items():
            scopes = " | ".join(grants[action] for action in ACTIONS)
            yield f"| {role['name']} | {'all' if kind == '*' else kind} | {scopes} | {', '.join(role['powers'])} |"


def routes_page() -> Iterable[str]:
    """Every address with who may come in."""
    from django.conf import settings

    from keen.core.access import routes

    importlib.import_module(settings.ROOT_URLCONF)
    yield "# Addresses\n"
    yield "Every page and what is needed to open it: `signed-in`, a power, or a right on a kind of record. Which records are"
    yield "shown there is a matter of the scopes in [rights](rights.md).\n"
    yield "| address | name | needed | methods |"
    yield "|---|---|---|---|"
    for address, pattern in routes():
        needed = getattr(pattern.callback, "keen_permission", "")
        if needed:
            methods = ", ".join(getattr(pattern.callback, "keen_methods", ("any",)))
            shown = address.replace("|", "\\|")
            yield f"| `/{shown}` | {pattern.name or ''} | {needed} | {methods} |"


def export_page() -> Iterable[str]:
    """What a whole export holds, table by table."""
    from django.apps import apps

    from keen.site.keeping.openly import STAYS, WITHHELD, open_tables

    every = open_tables(apps.get_models(include_auto_created=True))
    names = {one.table.name: one.name for one in every}
    yield "# Export format\n"
    yield EXPORT_FORMAT
    yield "## What stays\n"
    yield "".join(f"- `{table}`: {reason}\n" for table, reason in sorted(STAYS.items()))
    for table, columns in sorted(WITHHELD.items()):
        yield f"Of `{names[table]}`: {', '.join(f'`{column}`' for column in sorted(columns))}.\n"
    yield "## Tables\n"
    for one in every:
        yield f"### {one.name}\n"
        yield f"{one.about or 'Which belongs to which.'}\n"
        yield "| Column | Holds | |"
        yield "|---|---|---|"
        for column in one.table.columns:
            to = f"a line of `{names[column.to]}`" if column.to in names else ""
            more = ", ".join(filter(None, [to, "may be null" if column.null else ""]))
            yield f"| `{column.name}` | {column.kind} | {more} |"
        yield ""


EXPORT_FORMAT = """\
`./keen export --all company.zip` writes a ZIP file, version 1 of the format `keen-export`:

| Member | |
|---|---|
| `README.txt` | what is what, for whoever opens it in ten years |
| `manifest.json` | format, version, when; the lines and columns of each table; the SHA-256 and size of every member |
| `schema.json` | a JSON Schema (2020-12) of a line of each table, with the labels of fields and what points where |
| `data/NAME.jsonl` | everything: one JSON object a line, UTF-8, by ascending key |
| `csv/NAME.csv` | records once more, under the labels of their fields, for spreadsheets |
| `files/...` | uploaded files under the names that the tables have for them |

- Times are UTC in ISO 8601, to the microsecond where there is one: `2026-11-21T09:30:00.123456Z`. Days are `2026-11-21`.
- Ids are those of the installation, and stay the same when it is imported. `manifest.json` has in `counters` the highest
  number each table ever gave out.
- Records with `deleted_at` are in the trash, those with `merged_into_id` were merged into another one. Both are there.
- In the CSV files a text that a spreadsheet would take for a formula has an apostrophe in front. They are not read by import.
- An import takes files of this version and older ones; a column that a newer Keen has since gets its default. It reads the
  archive whole and compares every member with the manifest before it writes anything.
"""


def usage_page() -> Iterable[str]:
    """Every usage event with what it says, and how long it is kept."""
    from keen.telemetry.domain.catalogue import CATALOGUE, RAW_DAYS, ROLLUP_MONTHS

    yield "# Usage events\n"
    yield "How Keen is used, as small events. What is not on this list is not recorded: other names and values are refused."
    yield "No event holds text that somebody wrote, a title, an address, or which record it was. What measures make of them is"
    yield "in [what measures of adoption are made of](adoption-data.md), who decides how much is recorded in the"
    yield "[guide](../guide/usage.md).\n"
    yield f"Single events are kept for {RAW_DAYS} days at most, sums by day for {ROLLUP_MONTHS} months.\n"
    yield "## Beside every event\n"
    for name, meaning in USAGE_COLUMNS.items():
        yield f"- `{name}`: {meaning}"
    yield ""
    for spec in CATALOGUE.values():
        yield f"## {spec.name}\n"
        yield f"{spec.meaning}\n"
        yield from (f"- `{name}`: {declared.words()}" for name, declared in spec.properties.items())
        if spec.outcomes:
            yield f"- outcome: {', '.join(f'`{one}`' for one in spec.outcomes)}"
        also = [("the kind of record", spec.kind), ("milliseconds on the server", spec.timed)]
        if said := [words for words, given in also if given]:
            yield f"- also: {', '.join(said)}"
        kept = f"{RAW_DAYS} days; by day {ROLLUP_MONTHS} months" + (
            f", apart by `{spec.what}`" if spec.what else ""
        )
        yield f"- told by: {'the browser, checked by the server' if spec.client else 'the server'}"
        yield f"- kept: {kept}\n"


USAGE_COLUMNS = {
    "id": "of version 7, so that ids sort by time",
    "at": "the moment, in UTC; the hour where no person is written, the day for a sign-in",
    "on": "the day on the company's clock",
    "name": "which event",
    "level": "what was in force: `aggregated`, `pseudonymous` or `person`",
    "user_id": "the person, at the level `person` alone",
    "who": "the code of the person, at the level `pseudonymous` alone",
    "session": "a code of the session, not where no person is written",
    "team": "the team at the time; where no person is written the nearest above with five or more people",
    "role": "the keys of the roles at the time; where no person is written only if five or more share them",
    "device": "`phone` or `desk`",
    "browser": "the family of the browser, not where no person is written",
    "kind": "the kind of record",
    "ms": "milliseconds that the server took",
    "outcome": "how it ended",
    "props": "what else the event declares below, as JSON",
}


def measures_page() -> Iterable[str]:
    """The measures of adoption."""
    from measures import lines

    return lines()


WRITERS = {
    "export-format.md": export_page,
    "settings.md": settings_page,
    "events.md": events_page,
    "rights.md": rights_page,
    "addresses.md": routes_page,
    "usage-events.md": usage_page,
    "measures.md": measures_page,
}


def start_django() -> None:
    """Loads Keen, so that everything it declares is there to be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keen.site.settings")
    import django

    django.setup()


if __name__ == "__main__":
    start_django()
    sys.exit(main(sys.argv[1:]))
