"""Erasing somebody: their rows and all that is kept about them is made nameless in one transaction, copies right after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from keen.activities.models import Activity
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.actions.people import refuse_stronger, require
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish_many
from keen.core.models import Change, Notice, Operation, User
from keen.lib.errors import NotVisibleError, RuleError
from keen.people.models import Account, Contact, Relation
from keen.privacy.actions import journal
from keen.privacy.actions.forget_user import forget_user
from keen.privacy.actions.needles import sealed
from keen.privacy.actions.standins import forget_stand_ins, stand_ins
from keen.privacy.domain.scrub import GONE, Needles
from keen.privacy.models import Consent, Erasure, Freeze, Request
from keen.privacy.queries.answers import answers_naming
from keen.privacy.queries.freezes import on_hold, on_restriction
from keen.privacy.queries.subjects import (
    ACCOUNT,
    CONTACT,
    USER,
    Person,
    marks_for,
    needles_for,
    parties,
    person_of,
    subjects_of,
)
from keen.records import declare, search
from keen.records.actions import store
from keen.records.events import RecordDeleted
from keen.records.models import (
    ApiAnswer,
    Favourite,
    Handle,
    ImportMark,
    ImportRow,
    Recent,
    Record,
    Tombstone,
)
from keen.records.queries.tombstones import hashes_of

TEXTS = ("subject", "body", "contact_name")
NOUNS = {CONTACT: "A contact", ACCOUNT: "An account", USER: "A former colleague"}
KEPT_ON_ROW = frozenset({
    "id", "owner_id", "team_id", "created_at", "created_by_id", "updated_at", "updated_by_id", "version", "deleted_at",
    "merged_into_id", "absorbed", "restricted_at", "erased_at",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be done with texts about the person, and why they go: "request" or "retention"."""

    keep_texts: bool = False
    why: str = "request"


def erase_contact(
    *, actor: Actor, contact_id: int, confirmed: str, wish: Wish | None = None
) -> tuple[Receipt, UUID]:
    """The receipt of erasing a contact, with the id of the erasure whose copies are to be cleaned next.

    Shape: `confirmed` is the name as somebody typed it.
    Raises: ForbiddenError; NotVisibleError; RuleError for another name, or one that must be kept.
    """
    require(actor, "privacy.manage")
    with transaction.atomic():
        row = _confirmed(actor, Contact, contact_id, confirmed)
        return _erase(actor, person_of(row), wish or Wish())


def erase_stand_in(*, actor: Actor, kind: str, record_id: int, confirmed: str) -> tuple[Receipt, UUID]:
    """The receipt of erasing a record that stands for a person by itself, such as a lead.

    Raises: ForbiddenError; NotVisibleError; RuleError for another name, and where it leads to a contact.
    """
    require(actor, "privacy.manage")
    record_type = declare.find(kind)
    if record_type is None or record_type.stands_for != CONTACT:
        raise NotVisibleError
    with transaction.atomic():
        row = _confirmed(actor, record_type.model, record_id, confirmed)
        links = [link.column for link in record_type.declared if link.to == CONTACT]
        if any(getattr(row, column) is not None for column in links):
            raise RuleError("leads_on", "It became a contact. Erase the contact: this one goes with it.")
        return _erase(actor, person_of(row), Wish())


def _confirmed(actor: Actor, model: type[Record], record_id: int, confirmed: str) -> Record:
    """The record, locked, when its name was typed.

    Raises: NotVisibleError; RuleError.
    """
    row: Record | None = model.objects.select_for_update().visible_to(actor).filter(pk=record_id).first()
    if row is None:
        raise NotVisibleError
    if " ".join(confirmed.split()).casefold() != " ".join(row.title.split()).casefold():
        message = "Type the name exactly as it stands above. Nothing was erased."
        raise RuleError("not_confirmed", message, "confirmed")
    return row


def erase_held(*, actor: Actor, person: Person, wish: Wish) -> UUID:
    """The erasure of somebody by a rule or by the journal; nobody types a name.

    Raises: RuleError for one that must be kept.
    """
    with transaction.atomic():
        return _erase(actor, person, wish)[1]


def erase_user(*, actor: Actor, user_id: int, confirmed: str) -> tuple[Receipt, UUID]:
    """The receipt of erasing somebody who used to sign in. What they did stays, without their name.

    Raises: ForbiddenError; NotVisibleError; RuleError for another name, and as long as they can sign in.
    """
    require(actor, "privacy.manage")
    require(actor, "users.manage")
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise NotVisibleError
        refuse_stronger(actor, user)
        if user.is_active:
            raise RuleError("still_active", "End their access first. Whoever can sign in is not erased.")
        if " ".join(confirmed.split()).casefold() != user.name.casefold():
            raise RuleError(
                "not_confirmed", "Type the name exactly as it stands above. Nothing was erased.", "confirmed"
            )
        return _erase(actor, Person(USER, user.pk, (user.pk,)), Wish())


def _erase(actor: Actor, person: Person, wish: Wish) -> tuple[Receipt, UUID]:
    if reason := on_hold(person):
        raise RuleError(
            "legal_hold", f"Is under a legal hold and must be kept: {reason}. Lift the hold first."
        )
    if wish.why == "retention" and on_restriction(person):
        raise RuleError("restricted", "Is restricted: no rule erases it, only somebody's word.")
    work = start(actor=actor, verb="erased", bulk=True)
    needles = needles_for(person)
    hashes, marks = _bury(person, needles, work.at.date()), sorted(marks_for(person))
    if person.kind in parties():
        needles = needles.and_quotes(subjects_of(person))
        for record_type, pks in list(stand_ins(person, needles)):
            forget_stand_ins(work, record_type, pks, KEPT_ON_ROW)
        _forget_party(work, person, needles, wish.keep_texts)
    else:
        forget_user(work, person)
    _forget_trail(person, needles)
    forget_answers(needles, person.ids)
    note(work, Entry(person.kind, person.id, 0, "erased", {}, {}))
    erasure = Erasure(
        record_kind=person.kind, record_id=person.id, ids=list(person.ids), why=wish.why, by_id=actor.user_id,
        at=work.at, needles=sealed(needles),
    )  # fmt: skip
    erasure.save(force_insert=True)
    line = journal.Line(
        str(erasure.pk), person.kind, person.id, person.ids, tuple(hashes), work.at.date().isoformat(), tuple(marks)
    )  # fmt: skip
    transaction.on_commit(lambda: journal.append(line))
    noun = NOUNS.get(person.kind) or f"A {declare.get(person.kind).label.lower()}"
    receipt = Receipt(
        "saved",
        f"{noun} was erased.",
        object=Link("Erasures", reverse("privacy-house")),
        also=(
            "copies are being looked through now",
            "the proof will stand on the list",
            "this cannot be taken back",
        ),
        nothing_next="Restored backups are cleaned again by the journal.",
    )
    return finish(work, receipt, undoable=False), erasure.pk


def _bury(person: Person, needles: Needles, on: date) -> list[str]:
    """The tombstones by which nobody is brought back unnoticed; their hashes."""
    kind = person.kind
    if kind in parties():
        held = Handle.objects.filter(record_kind=kind, record_id__in=person.ids).values_list("kind", "value")
        handles = set(held) | {
            pair for row in parties()[kind].objects.filter(pk__in=person.ids) for pair in row.handles()
        }
    else:
        handles = {
            ("email", email) for email in User.objects.filter(pk=person.id).values_list("email", flat=True)
        }
    handles |= {("email", one.lower()) for one in needles.strong if "@" in one}
    hashes = sorted(hashes_of(kind, handles))
    stones = [Tombstone(record_kind=kind, hash=digest, erased_on=on) for digest in hashes]
    Tombstone.objects.bulk_create(stones, ignore_conflicts=True)
    return hashes


def _forget_party(work: Work, person: Person, needles: Needles, keep_texts: bool) -> None:
    """The rows of the contact or account keep their place and lose everything else."""
    model = parties()[person.kind]
    blank = {
        column.attname: _nothing(column)
        for column in model._meta.concrete_fields  # noqa: SLF001  the public way to columns
        if column.attname not in KEPT_ON_ROW
    }
    near = Contact.objects.filter(pk__in=person.ids if person.kind == CONTACT else ())
    accounts = set(near.values_list("account_id", flat=True)) - {None}
    gone = {**blank, "deleted_at": work.at, "restricted_at": work.at, "erased_at": work.at}
    model.objects.filter(pk__in=person.ids).update(**gone)
    for other, link in store.shadows(person.kind):
        pointing = other.model.objects.filter(**{f"{link.column}__in": person.ids})
        pks = list(pointing.values_list("pk", flat=True))
        store.entitle(other.model.objects.filter(pk__in=pks), link, "")
        search.index(other.model.objects.filter(pk__in=pks))
    _forget_activities(person, needles, keep_texts)
    _clean_near(needles, accounts)
    _forget_around(person)
    publish_many(
        RecordDeleted(kind=person.kind, record_id=pk, actor_id=work.actor.user_id, at=work.at)
        for pk in person.ids
    )


def _nothing(column: Any) -> Any:
    if column.null:
        return None
    return column.get_default() if column.has_default() else ""


def _forget_activities(person: Person, needles: Needles, keep_texts: bool) -> None:
    """What was written with and about the person loses its texts, or at least every name in them."""
    about = Activity.objects.filter(links__record_kind=person.kind, links__record_id__in=person.ids)
    changed = []
    for activity in _locked(about):
        alone = _is_alone(activity, person)
        for name in TEXTS:
            text = getattr(activity, name)
            wiped = alone and (name == "contact_name" or not keep_texts)
            setattr(
                activity,
                name,
                "" if wiped else needles.clean(text, close=True)[: 200 if name != "body" else None],
            )
        changed.append(activity)
    _write(changed)
    own = Change.objects.filter(kind=Activity.KIND, record_id__in=[one.pk for one in changed])
    _clean_changes(own, set(TEXTS))
    hrefs = [f"/activities/{one.pk}/" for one in changed]
    Notice.objects.filter(href__in=hrefs).delete()
    _clean_operations(Operation.objects.filter(changes__in=own), needles)


def _is_alone(activity: Activity, person: Person) -> bool:
    """Whether it is about nobody but the person."""
    if activity.contact_id is not None:
        return person.kind == CONTACT and activity.contact_id in person.ids
    if person.kind == ACCOUNT:
        return activity.account_id in person.ids
    return activity.about_kind == person.kind and activity.about_id in person.ids


def _locked(activities: Any) -> Any:
    """The activities as they are now; nobody else writes them meanwhile."""
    pks = list(activities.order_by().values_list("pk", flat=True).distinct())
    return Activity.objects.select_for_update().filter(pk__in=pks).order_by("pk")


def _write(changed: Sequence[Activity]) -> None:
    """The texts are kept; who has an older version open is told, and does not bring the name back."""
    for activity in changed:
        activity.version += 1
    Activity.objects.bulk_update(changed, [*TEXTS, "version"], batch_size=200)
    search.index(changed)


def _clean_near(needles: Needles, accounts: set[int]) -> None:
    """What was written about the person's company loses the person's full name, addresses and numbers."""
    naming = Q()
    for part in needles.fragments():
        naming |= Q(subject__icontains=part) | Q(body__icontains=part)
    if not naming or not accounts:
        return
    about = Activity.objects.filter(naming, links__record_kind=Account.KIND, links__record_id__in=accounts)
    changed = []
    for activity in _locked(about):
        before = activity.subject, activity.body
        activity.subject = needles.clean(activity.subject)[:200]
        activity.body = needles.clean(activity.body)
        if before != (activity.subject, activity.body):
            changed.append(activity)
    _write(changed)


def _forget_around(person: Person) -> None:
    """What others kept about the person: relations, stars, rows of files, notices."""
    kind = person.kind
    Relation.objects.filter(from_kind=kind, from_id__in=person.ids).delete()
    Relation.objects.filter(to_kind=kind, to_id__in=person.ids).delete()
    Favourite.objects.filter(kind=kind, record_id__in=person.ids).delete()
    Recent.objects.filter(kind=kind, record_id__in=person.ids).delete()
    Handle.objects.filter(record_kind=kind, record_id__in=person.ids).delete()
    search.index(parties()[kind].objects.filter(pk__in=person.ids))
    rows = ImportRow.objects.filter(run__kind=kind, record_id__in=person.ids)
    rows.update(raw=None, mended=None, note="", repair="", column="")
    ImportMark.objects.filter(run__kind=kind, record_id__in=person.ids).delete()
    for pk in person.ids:
        Notice.objects.filter(href__startswith=f"/{declare.get(kind).path}/{pk}/").delete()
    Consent.objects.filter(contact__in=person.ids if kind == CONTACT else ()).update(source=GONE, wording="")
    Freeze.objects.filter(record_kind=kind, record_id__in=person.ids).update(reason=GONE)
    Request.objects.filter(record_kind=kind, record_id__in=person.ids).update(how="", answer="")


def _forget_trail(person: Person, needles: Needles) -> None:
    """The audit trail keeps that something was changed, when and by whom, and loses what it was."""
    trail = Change.objects.filter(kind=person.kind, record_id__in=person.ids)
    _clean_changes(trail, None)
    _clean_operations(Operation.objects.filter(changes__in=trail), needles)


def _clean_changes(changes: Any, names: set[str] | None) -> None:
    """The named values go, or all; which fields they stood in stays."""
    kept = []
    for change in changes:
        for part in ("before", "after"):
            held = getattr(change, part)
            wiped = {name: None if names is None or name in names else value for name, value in held.items()}
            setattr(change, part, wiped)
        kept.append(change)
    Change.objects.bulk_update(kept, ["before", "after"], batch_size=200)


def _clean_operations(operations: Any, needles: Needles) -> None:
    """Labels and receipts lose the name; what touched this person alone can no longer be taken back."""
    cleaned: Sequence[Operation] = list(operations.distinct())
    for operation in cleaned:
        operation.label = needles.clean(operation.label, close=True)[:300]
        operation.receipt = needles.clean_value(operation.receipt, close=True)
    Operation.objects.bulk_update(cleaned, ["label", "receipt"], batch_size=200)


def forget_answers(needles: Needles, ids: Sequence[int]) -> int:
    """How many answers kept for programs are gone: whoever asks again is answered anew."""
    return ApiAnswer.objects.filter(pk__in=answers_naming(needles, ids)).delete()[0]
