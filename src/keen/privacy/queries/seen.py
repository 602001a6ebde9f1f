"""How much of a contact somebody sees, and what is kept about the contact as far as they do."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from keen.activities.models import Activity
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Rights, Scope
from keen.core.models import Change, User
from keen.people.models import Contact
from keen.people.queries import relations
from keen.privacy.domain.consents import FLAGS
from keen.privacy.models import Consent, Freeze, Request
from keen.privacy.queries.subjects import CONTACT, Person
from keen.records import declare
from keen.records.declare import RecordType

Rows = list[dict[str, Any]]
POWER = "privacy.manage"
# Of what an activity says, and of whom it names, without the names that it borrows from other records.
TOLD = (
    "kind",
    "subject",
    "body",
    "direction",
    "outcome",
    "status",
    "plan_on",
    "due_at",
    "starts_at",
    "ends_at",
    "done_at",
)
ALWAYS = ("id", "version", "created_at", "updated_at", "deleted_at", "restricted_at")


def sees_all(rights: Rights) -> bool:
    """Whether nothing about anybody is kept from view: all records of all kinds, with all their fields."""
    return all(
        rights.scope(one.kind, "view") is Scope.ALL
        and not any(rights.hides(one.kind, field.name) for field in one.fields)
        for one in declare.types()
    )


def who_sees_all() -> list[str]:
    """The names of those who may hand out a whole file.

    Cost: 1 query.
    """
    people = User.objects.filter(is_active=True).order_by("name")
    return [one.name for one in people if one.actor().rights.has(POWER) and sees_all(one.actor().rights)]


def as_seen(person: Person, actor: Actor) -> dict[str, Rows]:
    """What is kept about the contact, as far as the actor sees it: no field hidden from them, no record of others.

    Cost: about 10 queries.
    """
    contacts, ids = declare.get(CONTACT), person.ids
    columns = _columns(contacts, actor)
    here = {"record_kind": CONTACT, "record_id__in": ids}
    found: dict[str, Rows] = {
        "record": list(Contact.objects.filter(pk__in=ids).order_by("pk").values(*ALWAYS, *columns)),
        "relations": _relations(person, actor),
        "activities": _activities(person, actor),
        "consent": _consents(person, actor),
        "restrictions": _told(Freeze.objects.filter(**here), "what", "reason", "set_at", "lifted_at"),
        "requests": _told(
            Request.objects.filter(**here), "what", "asked_on", "due_on", "how", "done_at", "answer"
        ),
        "history": _history(person, {*columns, *ALWAYS}),
    }
    return found


def _columns(record_type: RecordType, actor: Actor) -> list[str]:
    """The columns of the fields that the actor may read. Names of other records stay with these."""
    return sorted({field.column for field in record_type.readable(actor)} - set(ALWAYS))


def _relations(person: Person, actor: Actor) -> Rows:
    contact = Contact.objects.get(pk=person.id)
    return [{"role": one.role, "to": one.title} for one in relations(actor, CONTACT, contact)]


def _activities(person: Person, actor: Actor) -> Rows:
    about = Activity.objects.visible_to(actor).filter(
        Q(links__record_kind=CONTACT, links__record_id__in=person.ids), is_private=False
    )
    readable = {field.column for field in declare.get(Activity.KIND).readable(actor)}
    names = [name for name in TOLD if name in readable or name == "kind"]
    return list(about.distinct().order_by("pk").values("id", "created_at", *names))


def _consents(person: Person, actor: Actor) -> Rows:
    hidden = [channel for channel, flag in FLAGS.items() if actor.rights.hides(CONTACT, flag)]
    rows = Consent.objects.filter(contact__in=person.ids).exclude(channel__in=hidden).order_by("pk")
    return _told(rows, "channel", "granted", "basis", "source", "wording", "given_on", "expires_on")


def _told(rows: Any, *names: str) -> Rows:
    return list(rows.values(*names))


def _history(person: Person, columns: set[str]) -> Rows:
    trail = Change.objects.filter(kind=CONTACT, record_id__in=person.ids).order_by("at", "pk")
    return [
        {
            "at": one.at, "verb": one.verb, "before": _only(one.before, columns), "after": _only(one.after, columns),
            "actor__name": one.actor.name if one.actor else "",
        }
        for one in trail.select_related("actor")
    ]  # fmt: skip


def _only(values: Mapping[str, Any], columns: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in columns}
