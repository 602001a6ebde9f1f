"""Handing out what is kept about somebody: one file, and a line in the audit trail that it was made."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.actions.people import require
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.lib import safe_cells
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.people.models import Contact
from keen.privacy.queries.access import everything
from keen.privacy.queries.seen import sees_all, who_sees_all
from keen.privacy.queries.subjects import USER, Person, person_of

WORDS = """What is kept about you
======================

everything.json   all of it, for programs
*.csv             the same, one table for each kind of thing, for a spreadsheet

record            the entry itself; for merged entries, each of them
history           every change that was made to it: when, by whom, from what to what
mentions          texts elsewhere in which your name, address or number stands, with what stands around it
consent           what you agreed to and what you refused, with source and wording
files             rows of files that were brought in, as they came

{gap}Made {at}. You may ask to have it corrected, restricted or erased.
"""
GAP = """Not in it is what {maker} may not see. The whole file can be made by: {others}.

"""


def contact_file(*, actor: Actor, contact_id: int) -> bytes:
    """The ZIP of everything about a contact.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor, "privacy.manage")
    contact: Contact | None = Contact.objects.visible_to(actor).filter(pk=contact_id).first()
    if contact is None:
        raise NotVisibleError
    return _made(actor, person_of(contact))


def own_file(*, actor: Actor) -> bytes:
    """The ZIP of everything about oneself.

    Raises: ForbiddenError while looking at the app as somebody else.
    """
    if actor.user_id is None or actor.acting_by is not None:
        raise ForbiddenError("own", "This is the person's own. Stop looking at the app as somebody else.")
    return _made(actor, Person(USER, actor.user_id, (actor.user_id,)))


def _made(actor: Actor, person: Person) -> bytes:
    found = everything(person, actor)
    with transaction.atomic():
        work = start(actor=actor, verb="handed out")
        note(work, Entry(person.kind, person.id, 0, "handed out", {}, {}))
        count = sum(len(rows) for rows in found.values())
        finish(
            work,
            Receipt("saved", f"A file of everything about one person was made: {count:,} entries."),
            undoable=False,
        )
    return zipped(found, f"{work.at:%Y-%m-%d %H:%M} UTC", _gap(actor) if person.kind != USER else "")


def _gap(actor: Actor) -> str:
    """What is said where the file is not whole, and who can make one that is."""
    if sees_all(actor.rights):
        return ""
    return GAP.format(maker=actor.name, others=", ".join(who_sees_all()) or "nobody yet")


def zipped(found: Mapping[str, list[dict[str, Any]]], at: str, gap: str = "") -> bytes:
    """The ZIP: a word of explanation, JSON, and a CSV for each kind of thing."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", WORDS.format(at=at, gap=gap))
        archive.writestr("everything.json", json.dumps(found, ensure_ascii=False, indent=1, default=str))
        for name, rows in found.items():
            if rows:
                archive.writestr(f"{name}.csv", _csv(rows))
    return held.getvalue()


def _csv(rows: list[dict[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    held = io.StringIO()
    held.write("\ufeff")  # so that a spreadsheet reads the file as UTF-8
    writer = csv.writer(held)
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe_cells.neutralise(_cell(row.get(name))) for name in names])
    return held.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else value
