"""Everything about one person, as plain data: for the answer to "what do you have about me?"."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model, Q

from keen.activities.models import Activity, Verdict
from keen.core.domain.actor import Actor
from keen.core.models import Absence, Change, Invitation, Notice, Operation, User, WorkPattern
from keen.people.models import Contact, Relation
from keen.privacy.domain.scrub import Needles
from keen.privacy.models import Consent, Freeze, Request
from keen.privacy.queries.copies import about_people, copies, everywhere, tables
from keen.privacy.queries.seen import as_seen, sees_all
from keen.privacy.queries.subjects import CONTACT, USER, Person, needles_for
from keen.records import declare
from keen.records.models import Favourite, Handle, ImportRow, ImportRun, Recent, SavedList
from keen.telemetry.domain.person import Person as Recorded
from keen.telemetry.models import NamedRead
from keen.telemetry.queries import codes_of, own_events

Rows = list[dict[str, Any]]
SECRET = frozenset({"password", "session_stamp", "token_hash", "rights", "calendar", "raw_token"})
ACTIVITY = (
    "id", "kind", "subject", "body", "direction", "outcome", "status", "plan_on", "due_at", "starts_at", "ends_at",
    "done_at", "contact_name", "account_name", "created_at", "source",
)  # fmt: skip
# What is told of texts elsewhere: the person's own line, not the whole row about somebody else.
AROUND = 200
MOST_EVENTS = 1_000_000
TOLD_ELSEWHERE = (
    "records_searchentry",
    "records_handle",
    "core_change",
    "django_session",
    "records_apianswer",
    # What repeats records on its way to somebody, those that are private among them.
    "core_operation",
    "core_notice",
    "django_tasks_database_dbtaskresult",
    "integrations_delivery",
    "integrations_attempt",
)


def everything(person: Person, actor: Actor) -> dict[str, Rows]:
    """All that is kept about the person, by kind of thing.

    Shape: to a contact all is told but private notes, unless who makes the file does not see all: then what they see
    (decision 0023); to somebody who signs in, texts by others as far as they see them.

    Cost: about 15 queries, and one that reads it whole for each table.
    """
    needles = needles_for(person)
    if person.kind == USER:
        found = _user(person) | {"mentions": _named(actor, needles)}
    elif sees_all(actor.rights):
        found = _contact(person)
        found["mentions"] = _mentions(person, needles, found)
    else:
        found = as_seen(person, actor) | {"mentions": _named(actor, needles, is_private=False)}
    return {name: [_plain(row) for row in rows] for name, rows in found.items()}


def _contact(person: Person) -> dict[str, Rows]:
    ids = person.ids
    about = Activity.objects.living().filter(
        Q(links__record_kind=CONTACT, links__record_id__in=ids), is_private=False
    )
    ends = Q(from_kind=CONTACT, from_id__in=ids) | Q(to_kind=CONTACT, to_id__in=ids)
    here = {"record_kind": CONTACT, "record_id__in": ids}
    return {
        "record": _rows(Contact.objects.filter(pk__in=ids)),
        "recognised_by": _rows(Handle.objects.filter(**here), "kind", "value"),
        "relations": _rows(Relation.objects.filter(ends)),
        "activities": list(about.distinct().order_by("pk").values(*ACTIVITY)),
        **_papers(ids),
        "consent": _rows(Consent.objects.filter(contact__in=ids)),
        "restrictions": _rows(Freeze.objects.filter(**here)),
        "requests": _rows(Request.objects.filter(**here)),
        "history": _history(person),
        "files": list(
            ImportRow.objects.filter(run__kind=CONTACT, record_id__in=ids).values(
                "run__name", "run__created_at", "line", "outcome", "note", "raw"
            )
        ),
    }


def _papers(ids: Collection[int]) -> dict[str, Rows]:
    """What was read from other systems and came with the contact's address: orders, invoices and the like."""
    found = {}
    for record_type in (one for one in declare.types() if one.mirror or one.stands_for == CONTACT):
        for link in (field for field in record_type.declared if field.to == CONTACT):
            rows = record_type.model.objects.living().filter(**{f"{link.column}__in": ids})
            found[record_type.path.replace("-", "_")] = _rows(rows)
    return found


def _history(person: Person) -> Rows:
    trail = Change.objects.filter(kind=person.kind, record_id__in=person.ids).order_by("at", "pk")
    return _rows(trail, "at", "verb", "before", "after", "actor__name")


def _user(person: Person) -> dict[str, Rows]:
    own = {"user": person.id}
    return {
        "account": _rows(User.objects.filter(pk=person.id)),
        "roles": _rows(User.objects.get(pk=person.id).roles.all(), "name"),
        "history": _history(person),
        "what_you_did": _rows(Operation.objects.filter(actor=person.id), "at", "verb", "label", "via"),
        "notices": _rows(Notice.objects.filter(**own), "kind", "text", "detail", "at", "read_at"),
        "hours": _rows(WorkPattern.objects.filter(**own), "valid_from", "minutes", "country", "region"),
        "days_away": _rows(Absence.objects.filter(**own), "first", "last", "from_noon", "until_noon", "set_at"),
        "starred": _rows(Favourite.objects.filter(**own), "kind", "record_id", "at"),
        "not_useful_on_today": _rows(Verdict.objects.filter(**own), "cause", "why", "record_kind", "record_id", "at", "until"),
        "opened_lately": _rows(Recent.objects.filter(**own), "kind", "record_id", "at"),
        "views": _rows(SavedList.objects.filter(owner=person.id), "kind", "name", "query", "created_at"),
        "imports": _rows(ImportRun.objects.filter(owner=person.id), "name", "kind", "state", "total", "created_at"),
        "invitations": _rows(
            Invitation.objects.filter(email__iexact=User.objects.get(pk=person.id).email), "email", "invited_at",
            "accepted_at", "expires_at",
        ),
        "private_activities": list(
            Activity.objects.living().filter(owner=person.id, is_private=True).order_by("pk").values(*ACTIVITY)
        ),
        **{model._meta.db_table: _rows(model._default_manager.filter(**{column: person.id})) for model, column in about_people()},  # noqa: SLF001
        "usage": _usage(person),
        "looks_at_your_figures": _rows(NamedRead.objects.filter(person=person.id), "at", "reader__name", "page", "purpose"),
    }  # fmt: skip


def _usage(person: Person) -> Rows:
    """The usage events that stand under the person's name or codes, newest first."""
    who = Recorded(person.id, tuple(codes_of(person.id)))
    return [vars(event) for event in own_events(who, date.min, date.max, most=MOST_EVENTS)]


def _rows(found: Any, *names: str) -> Rows:
    """The rows with the named columns, or with all that hold no secret."""
    model: type[Model] = found.model
    columns = names or tuple(
        column.attname
        for column in model._meta.concrete_fields  # noqa: SLF001  the public way to columns
        if column.attname not in SECRET
    )
    return [dict(row) for row in found.order_by("pk").values(*columns)]


def _mentions(person: Person, needles: Needles, known: Mapping[str, Rows]) -> Rows:
    """Texts elsewhere that name the contact, each cut to what stands around the name."""
    seen = {row["id"] for row in known["activities"]}
    seen |= set(Activity.objects.filter(is_private=True).values_list("pk", flat=True))
    found: Rows = []
    for copy in everywhere(needles, without=TOLD_ELSEWHERE):
        own = copy.table.name == Contact._meta.db_table and copy.key in person.ids  # noqa: SLF001  the public way
        told = copy.table.name == Activity._meta.db_table and copy.key in seen  # noqa: SLF001  to tables' names
        for column, value in () if own or told else copy.texts.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
            where = {"where": copy.table.name.replace("_", " "), "id": str(copy.key), "field": column}
            found += [{**where, "text": piece} for piece in pieces(text, needles)]
    return found


def _named(actor: Actor, needles: Needles, **only: bool) -> Rows:
    """What was written about somebody, within what the actor may see: this is no way around the rights."""
    table = next(one for one in tables() if one.model is Activity)
    keys = [copy.key for copy in copies(needles, table)]
    rows = Activity.objects.visible_to(actor).filter(pk__in=keys, **only).order_by("pk")
    told = [name for name in ("subject", "body") if not actor.rights.hides(Activity.KIND, name)]
    return [
        {"where": "activity", "id": row.pk, "text": piece}
        for row in rows
        for piece in pieces("\n".join(getattr(row, name) for name in told), needles)
    ]


def pieces(text: str, needles: Needles) -> Iterable[str]:
    """What stands around each mention."""
    end = -1
    for match in needles.pattern.finditer(text):
        if match.start() > end:
            start, end = max(match.start() - AROUND, 0), match.end() + AROUND
            yield text[start:end]


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in row.items()
        if name not in SECRET and not (value is None or value in ("", [], {}))
    }
