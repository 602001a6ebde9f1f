"""How fast lists are by fields of one's own: `python -m bench.fields --rows 1000000 --database postgres`.

The rows are made inside the database, so that a million stands within minutes. What is timed is what a list page asks,
within the rights of a sales rep, who sees a tenth, and of an administrator, who sees all.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
for place in (PROJECT / "src", PROJECT):
    if str(place) not in sys.path:
        sys.path.insert(0, str(place))
TEAMS, ROUNDS = 10, 7
WISHES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Grade", {"type": "choice", "choices": [("", "Gold"), ("", "Silver"), ("", "Rare")]}),
    ("Score", {"type": "number"}),
    ("Since", {"type": "date"}),
    ("Note", {"type": "text"}),
    ("Partner", {"type": "checkbox"}),
    ("Budget", {"type": "money"}),
)
# (field, operator, value), sort; the numbers say which part of all rows meets the condition.
QUESTIONS: tuple[tuple[str, tuple[tuple[str, str, str], ...], str], ...] = (
    ("no condition, by name", (), "name"),
    ("rare choice 0.1 %", (("grade", "is", "rare"),), ""),
    ("common choice 60 %", (("grade", "is", "silver"),), ""),
    ("number top 1 %", (("score", "min", "990"),), ""),
    ("number 50 %", (("score", "min", "500"),), ""),
    ("date last 1 %", (("since", "from", "2029-12-01"),), ""),
    ("tick 5 %", (("partner", "is", "yes"),), ""),
    ("money top 2 %", (("budget", "min", "98000"),), ""),
    ("text starts", (("note", "starts", "note 99999"),), ""),
    ("text is", (("note", "is", "note 4711"),), ""),
    ("is empty 10 %", (("grade", "empty", ""),), ""),
    ("by number", (), "score"),
    ("by number, down", (), "-score"),
    ("by date, down", (), "-since"),
    ("by text", (), "note"),
    ("rare choice by number", (("grade", "is", "rare"),), "-score"),
    ("common choice by date", (("grade", "is", "silver"),), "-since"),
    ("tick and number by date", (("partner", "is", "yes"), ("score", "min", "900")), "since"),
)


def main() -> None:
    """Make the rows, then print what each question costs."""
    parser = argparse.ArgumentParser(prog="python -m bench.fields", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="keen-fields-")))
        address = ""
        if chosen.database == "postgres":
            from tools.postgres import postgres

            address = stack.enter_context(postgres(durable=True)).replace("postgresql://", "postgres://")
        os.environ.update(
            KEEN_DATA=str(scratch), KEEN_DATABASE_URL=address, DJANGO_SETTINGS_MODULE="keen.site.settings"
        )
        import django

        django.setup()
        measure(chosen.rows)


def measure(rows: int) -> None:
    """Print the table."""
    from django.core.management import call_command
    from django.db import connection

    from keen.records.actions.indexes import bring_into_step

    call_command("migrate", interactive=False, verbosity=0)
    began = time.perf_counter()
    rep, admin, names = fill(rows)
    made = time.perf_counter()
    step = bring_into_step()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    said = f"{connection.vendor}: {rows:,} contacts in {made - began:.0f} s"
    print(f"{said}, {len(step.made)} indexes in {time.perf_counter() - made:.0f} s")
    print(f"{'milliseconds, rows shown':28}{'rep':>9}{'':5}{'admin':>9}")
    for label, conditions, sort in QUESTIONS:
        cells = [asked(user, names, conditions, sort) for user in (rep, admin)]
        print(f"{label:28}{''.join(f'{took:9.1f}{shown:5}' for took, shown in cells)}", flush=True)


def fill(rows: int) -> tuple[Any, Any, dict[str, str]]:
    """A rep, an administrator, and the names of the fields, once the rows are there."""
    from django.db import connection

    from keen.core.actions.rights import ensure_roles, refresh_rights
    from keen.core.domain.actor import SYSTEM
    from keen.core.models import Team, User
    from keen.people.models import Contact
    from keen.people.records import CONTACT
    from keen.records.actions import fields
    from keen.records.actions.save import Wish, save
    from keen.records.domain.fieldrules import FieldWish
    from keen.records.models import OwnField

    roles = ensure_roles()
    teams = [Team.objects.create(name=f"Team {n}") for n in range(TEAMS)]
    people = [User.objects.create(email=f"p{n}@bench.example", name=f"P {n}", team=teams[n]) for n in (0, 1)]
    people[0].roles.set([roles["sales_rep"]])
    people[1].roles.set([roles["administrator"]])
    refresh_rights(people)
    for label, wish in WISHES:
        fields.save_field(actor=SYSTEM, kind="contact", wish=FieldWish(label, filtered=True, **wish))
    names = {one.label.lower(): one.name for one in OwnField.objects.all()}
    first = save(CONTACT, actor=SYSTEM, wish=Wish({"first_name": "A", "last_name": "B"})).record.pk
    columns = [field.column for field in Contact._meta.concrete_fields if field.column != "id"]  # noqa: SLF001  the public way
    made = {
        **{name: name for name in columns},
        "sort_name": said("'n' || {} % 1000003", 7919),
        "team_id": f"{teams[0].pk} + (n / 13) % {TEAMS}",
        "owner_id": "NULL",
        "own": own(names),
    }
    listed = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(
        made[name] if name in {"sort_name", "team_id", "owner_id", "own"} else f'c."{name}"'
        for name in columns
    )
    with connection.cursor() as cursor:
        numbers = f"WITH RECURSIVE s(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM s WHERE n < {rows})"  # noqa: S608  our own number
        cursor.execute(
            f"{numbers} INSERT INTO people_contact ({listed}) SELECT {values} FROM s, people_contact c WHERE c.id = {first}"  # noqa: S608  our own names
        )
    rep, admin = User.objects.order_by("pk")[:2]
    return rep, admin, names


def said(template: str, factor: int) -> str:
    """An expression over a number that runs through all in another order."""
    return template.format(f"(n * {factor})")


def own(names: dict[str, str]) -> str:
    """The values of a row as the databases make them of its number: a tenth has no grade, one of a thousand is rare."""
    from django.db import connection

    build = "json_object" if connection.vendor == "sqlite" else "jsonb_build_object"
    day = (
        "date('2020-01-01', '+' || ((n * 7) % 3650) || ' days')"
        if connection.vendor == "sqlite"
        else "to_char(date '2020-01-01' + CAST((n * 7) % 3650 AS INTEGER), 'YYYY-MM-DD')"
    )
    money = f"{build}('amount', CAST((n * 31) % 100000 AS TEXT), 'currency', 'EUR')"
    whole = (
        f"{build}('{names['score']}', (n * 17) % 1000, '{names['since']}', {day}, '{names['note']}', "
        f"'note ' || n, '{names['budget']}', {money}"
    )
    graded = "CASE WHEN n % 1000 = 0 THEN 'rare' WHEN n % 10 < 6 THEN 'silver' ELSE 'gold' END"
    parts = [
        ("n % 20 = 3", f"{whole}, '{names['partner']}', {truth()}, '{names['grade']}', {graded})"),
        ("n % 10 = 9", f"{whole})"),
    ]
    cases = " ".join(f"WHEN {condition} THEN {value}" for condition, value in parts)
    return f"CASE {cases} ELSE {whole}, '{names['grade']}', {graded}) END"


def truth() -> str:
    """Yes, inside JSON."""
    from django.db import connection

    return "json('true')" if connection.vendor == "sqlite" else "true"


def asked(user: Any, names: dict[str, str], conditions: Any, sort: str) -> tuple[float, int]:
    """Milliseconds of a list page, the middle one of some, as cold caches do not count; and how many rows stood on it."""
    from keen.people.records import CONTACT
    from keen.records.domain.filters import Condition
    from keen.records.queries import listing

    wanted = [Condition(names.get(field, field), operator, value) for field, operator, value in conditions]
    by = "" if sort == "name" else sort.replace(sort.lstrip("-"), names.get(sort.lstrip("-"), ""))
    question = listing.Listing(conditions=wanted, sort=by)
    rows = listing.page(CONTACT, user.actor(), question, ["last_name", *names.values()]).rows
    ask = partial(listing.page, CONTACT, user.actor(), question, ["last_name", *names.values()])
    return statistics.median(_times(ask)), len(rows)


def _times(ask: Any) -> Iterator[float]:
    for _ in range(ROUNDS):
        began = time.perf_counter()
        ask()
        yield (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
