"""Files to bring in, and imports at any step, for tests."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from keen.core.domain.actor import Actor
from keen.core.models import User
from keen.records.actions import imports
from keen.records.importing import runs
from keen.records.models import ImportRun
from keen.records.pages import importing

HEAD = ("First name", "Last name", "Company", "E-mail", "Phone", "City")
ANNA = ("Anna", "Berg", "Nordwind Logistik GmbH", "anna.berg@nordwind.example", "030 5550101", "Berlin")
BEN = ("Ben", "Cohen", "Vela Foods", "ben@vela.example", "030 5550202", "Hamburg")


def make_csv(
    rows: Iterable[Sequence[str]],
    head: Sequence[str] = HEAD,
    *,
    encoding: str = "utf-8",
    delimiter: str = ",",
) -> bytes:
    """A file of these rows below the names of the columns."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(head)
    writer.writerows(rows)
    return target.getvalue().encode(encoding)


def people(count: int, start: int = 0) -> list[tuple[str, ...]]:
    """Different people of a few companies."""
    return [
        (
            f"First{number}",
            f"Last{number}",
            f"Company {number % 7}",
            f"person{number}@company{number % 7}.example",
            f"030 55{number:05d}",
            "Berlin",
        )
        for number in range(start, start + count)
    ]


def importer(user: User) -> Actor:
    """Somebody as the one who imports."""
    return user.actor(via="import")


def make_run(user: User, content: bytes, name: str = "people.csv", **options: Any) -> ImportRun:
    """An import of the content, matched as proposed."""
    run = importing.take_in(importer(user), name, [content])
    if options:
        run = imports.choose(actor=importer(user), run_id=run.pk, options=options)
    return run


def checked(user: User, content: bytes, name: str = "people.csv", **options: Any) -> ImportRun:
    """An import that was checked."""
    run = make_run(user, content, name, **options)
    imports.start_check(actor=importer(user), run_id=run.pk)
    runs.check(run.pk)
    run.refresh_from_db()
    return run


def loaded(user: User, content: bytes, name: str = "people.csv", **options: Any) -> ImportRun:
    """An import that is in."""
    run = checked(user, content, name, **options)
    assert run.state == "checked", run.message
    imports.start_load(actor=importer(user), run_id=run.pk)
    runs.load(run.pk, tell=False)
    run.refresh_from_db()
    return run


def browser_of(user: User) -> Client:
    """A client that is signed in."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def upload(client: Client, content: bytes, name: str = "people.csv") -> Any:
    """The answer to an upload on the start page."""
    return client.post("/import/", {"file": SimpleUploadedFile(name, content)})


def outcomes(run: ImportRun) -> list[tuple[int, str]]:
    """What became of each row."""
    return list(run.rows.order_by("line").values_list("line", "outcome"))
