"""Endpoints: made, changed, paused, taken back. Whoever saves one answers for what it sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Outcome, Receipt
from keen.core.events import publish
from keen.core.models import Change, Notice
from keen.integrations import sealing
from keen.integrations.domain import places, signing, topics
from keen.integrations.events import WebhookSwitchedOff
from keen.integrations.models import Endpoint, State
from keen.integrations.queries import endpoints
from keen.integrations.queries.endpoints import KIND, MOST, POWER, REASONS
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

BOTH_SIGN = timedelta(hours=24)
INSIDE = (
    "its name leads into a closed network now, where nothing is sent: whoever runs Keen can allow that network with"
    " KEEN_WEBHOOK_NETWORKS"
)
FACTS = ("name", "url", "topics", "with_record", "state", "reason")


@dataclass(frozen=True)
class Wish:
    """What an endpoint is to be."""

    name: str
    url: str
    topics: tuple[str, ...]
    with_record: bool = False


def require(actor: Actor) -> int:
    """The id of the person, who may manage webhooks.

    Raises: ForbiddenError.
    """
    if not actor.rights.has(POWER) or actor.user_id is None or not actor.may_write:
        raise ForbiddenError("forbidden", "Your role does not manage webhooks. Ask an administrator.")
    return actor.user_id


def make(*, actor: Actor, wish: Wish, once: str = "", inside: bool = False) -> tuple[Endpoint, str, Receipt]:
    """The new endpoint, its secret for the one time that it is shown, and the receipt.

    Raises: ForbiddenError; RuleError that says what to mend; AlreadyDoneError.
    """
    person = require(actor)
    with transaction.atomic():
        work = operations.start(actor=actor, verb="created", once=once)
        if endpoints.living().count() >= MOST:
            raise RuleError("too_many", f"There are {MOST} webhooks. Delete one first.")
        secret = signing.new_secret()
        row = Endpoint(
            **_checked(wish, None),
            owner_id=person,
            created_at=work.at,
            state_at=work.at,
            secret=sealing.seal(secret),
            secret_at=work.at,
        )
        row.save(force_insert=True)
        _note(work, row, "created", {})
        told = f"{row.name} is told from now on."
        also = (INSIDE,) if inside else ()
        return row, secret, _finish(work, row, told, "Copy the secret now: it is shown once.", also=also)


def change(*, actor: Actor, endpoint_id: int, wish: Wish, inside: bool = False) -> tuple[Endpoint, Receipt]:
    """The endpoint as wished. It sends what the actor may read from now on.

    Raises: NotVisibleError; ForbiddenError; RuleError that says what to mend.
    """
    with transaction.atomic():
        work, row = _begin(actor, endpoint_id, "saved")
        before = facts(row)
        for name, value in _checked(wish, row).items():
            setattr(row, name, value)
        moved = row.owner_id != actor.user_id
        row.owner_id = actor.user_id or row.owner_id
        row.save()
        _note(work, row, "updated", before)
        also = [INSIDE] if inside else []
        also += ["it sends what you may read from now on"] if moved else []
        return row, _finish(work, row, f"{row.name} is saved.", also=tuple(also))


def _checked(wish: Wish, row: Endpoint | None) -> dict[str, Any]:
    name = text.clean(wish.name, 80)
    if not name:
        raise RuleError("missing", "Give it a name, so that colleagues know what it is for.", "name")
    same = endpoints.living().filter(name__iexact=name)
    if (same.exclude(pk=row.pk) if row else same).exists():
        raise RuleError("taken", f"There is a webhook called {name} already.", "name")
    known = endpoints.all_topics()
    chosen = [topic for topic in known if topic in wish.topics]
    if topics.EVERYTHING in wish.topics:
        chosen = [topics.EVERYTHING]
    if not chosen:
        raise RuleError("missing", "Choose at least one thing to be told.", "topics")
    return {"name": name, "url": _url(wish.url), "topics": chosen, "with_record": wish.with_record}


def _url(given: str) -> str:
    """The address as it is kept.

    Raises: RuleError with all that is wrong: who mends one thing does not want to hear of the next one then.
    """
    url, faults = given.strip(), []
    try:
        url = places.checked_url(url, allow_http=settings.KEEN.webhook_allow_http)
    except RuleError as error:
        faults.append(error.message)
    try:
        places.refuse_closed(url, places.networks_of(settings.KEEN.webhook_networks))
    except RuleError as error:
        faults.append(error.message)
    except ValueError:
        pass  # no address at all, which is said already
    if faults:
        raise RuleError("url", " ".join(faults), "url")
    return url


def rotate(*, actor: Actor, endpoint_id: int) -> tuple[Endpoint, str, Receipt]:
    """The endpoint, its new secret for the one time that it is shown, and the receipt. The old one signs along for a day.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work, row = _begin(actor, endpoint_id, "new secret")
        secret = signing.new_secret()
        before: dict[str, object] = {"secret": _made(row.secret_at)}
        row.old_secret, row.old_until = row.secret, work.at + BOTH_SIGN
        row.secret, row.secret_at = sealing.seal(secret), work.at
        row.save(update_fields=["secret", "secret_at", "old_secret", "old_until"])
        entry = Entry(KIND, row.pk, 0, "updated", before, {"secret": _made(row.secret_at)})
        operations.note(work, entry)
        link = Link(row.name, row.get_absolute_url())
        receipt = Receipt(
            "saved",
            f"{row.name} has a new secret.",
            object=link,
            also=("the old one signs along for 24 hours",),
            nothing_next="Copy the secret now: it is shown once.",
        )
        return row, secret, operations.finish(work, receipt, undoable=False)


def _made(at: datetime) -> str:
    return f"made {at:%Y-%m-%d %H:%M} UTC"


def forget_old_secret(*, actor: Actor, endpoint_id: int) -> Receipt:
    """The receipt of ending the day on which two secrets sign.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work, row = _begin(actor, endpoint_id, "old secret ended")
        row.old_secret, row.old_until = "", None
        row.save(update_fields=["old_secret", "old_until"])
        operations.note(work, Entry(KIND, row.pk, 0, "updated", {"old_secret": "signs"}, {"old_secret": ""}))
        link = Link(row.name, row.get_absolute_url())
        told = Receipt("saved", f"The old secret of {row.name} signs no more.", object=link)
        return operations.finish(work, told, undoable=False)


def set_state(*, actor: Actor, endpoint_id: int, state: State) -> Receipt:
    """The receipt of pausing the endpoint, or of switching it on. Switched on, it sends for the actor if its owner cannot.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work, row = _begin(actor, endpoint_id, "saved")
        before = facts(row)
        row.state, row.reason, row.state_at = state, "", work.at
        if state == State.ACTIVE:
            row.failures, row.failing_since, row.blocked_until = 0, None, None
            if not endpoints.may_own(row.owner):
                row.owner_id = actor.user_id or row.owner_id
        row.save()
        _note(work, row, "updated", before)
        told = {
            State.ACTIVE: f"{row.name} is on. What waited is sent now.",
            State.PAUSED: f"{row.name} is paused. What happens meanwhile waits.",
            State.OFF: f"{row.name} is off. What happens meanwhile is not kept for it.",
        }[state]
        return _finish(work, row, told)


def delete(*, actor: Actor, endpoint_id: int) -> Receipt:
    """The receipt of deleting the endpoint. Its log stays until the endpoint can no longer be brought back.

    Raises: NotVisibleError; ForbiddenError.
    """
    with transaction.atomic():
        work, row = _begin(actor, endpoint_id, "deleted")
        before = facts(row)
        row.deleted_at = work.at
        row.save(update_fields=["deleted_at"])
        operations.note(work, Entry(KIND, row.pk, 0, "deleted", before, {}))
        link = Link("Webhooks", reverse("webhook-list"))
        return operations.finish(work, Receipt("saved", f"{row.name} is deleted.", object=link))


def _begin(actor: Actor, endpoint_id: int, verb: str) -> tuple[Work, Endpoint]:
    require(actor)
    row = endpoints.living().select_for_update().filter(pk=endpoint_id).first()
    if row is None:
        raise NotVisibleError
    return operations.start(actor=actor, verb=verb), row


def facts(row: Endpoint) -> dict[str, Any]:
    """What the audit trail keeps of an endpoint: no secret."""
    return {**{name: getattr(row, name) for name in FACTS}, "owner": row.owner_id}


def _note(work: Work, row: Endpoint, verb: str, before: Mapping[str, Any]) -> None:
    now = facts(row)
    differing = {name: value for name, value in now.items() if before.get(name) != value or not before}
    if differing:
        was = {name: before[name] for name in differing if name in before}
        operations.note(work, Entry(KIND, row.pk, 0, verb, was, differing))


def _finish(work: Work, row: Endpoint, told: str, nothing: str = "", also: tuple[str, ...] = ()) -> Receipt:
    link = Link(row.name, row.get_absolute_url())
    outcome: Outcome = "gap" if INSIDE in also else "saved"
    receipt = Receipt(outcome, told, object=link, also=also)
    if nothing:
        receipt = Receipt(outcome, told, object=link, also=also, nothing_next=nothing)
    return operations.finish(work, receipt)


def stop(endpoint_id: int, reason: str, now: datetime) -> None:
    """Switch the endpoint off, unless it is already."""
    with transaction.atomic():
        row = endpoints.living().select_for_update().filter(pk=endpoint_id).first()
        if row is not None and row.state != State.OFF:
            switch_off(row, reason, now)


def switch_off(row: Endpoint, reason: str, now: datetime) -> None:
    """Nothing more is sent to the endpoint; its owner and all who may mend it know why. To be called with the row locked."""
    before = facts(row)
    row.state, row.reason, row.state_at = State.OFF, reason, now
    row.save(update_fields=["state", "reason", "state_at"])
    work = Work(actor=Actor(None, "Keen", via="system"), verb="switched off", at=now)
    _note(work, row, "updated", before)
    text_of_it = f"The webhook {row.name} is switched off."
    operations.finish(
        work, Receipt("saved", text_of_it, object=Link(row.name, row.get_absolute_url())), undoable=False
    )
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=person.pk,
                kind="webhook",
                text=text_of_it[:300],
                detail=f"{REASONS[reason]} What waits is sent when you switch it on again."[:300],
                href=row.get_absolute_url(),
                at=now,
                once=f"webhook:{row.pk}:{now:%Y%m%d%H%M%S}",
            )
            for person in endpoints.responsible(row)
        ]
    )
    publish(WebhookSwitchedOff(endpoint_id=row.pk, reason=reason))


def undo_webhooks(work: Work, changes: Sequence[Change]) -> None:
    """Endpoints are again as they were before the changes; a new one is deleted, a deleted one is back.

    Shape: they send for the one who takes back, as after any save.
    Raises: RuleError when one was changed again since; ForbiddenError without the power.
    """
    require(work.actor)
    for change_ in changes:
        row = Endpoint.objects.select_for_update().filter(pk=change_.record_id).first()
        if row is None:
            raise RuleError("changed_since", "This webhook is gone, so there is nothing to take back.")
        _take_back(work, row, change_)


def _take_back(work: Work, row: Endpoint, change_: Change) -> None:
    now = facts(row)
    if change_.verb == "deleted":
        row.deleted_at = None
        if endpoints.living().filter(name__iexact=row.name).exists():
            raise RuleError("changed_since", f"There is another webhook called {row.name} now.")
        now = {}
    elif row.deleted_at is not None or any(now[name] != value for name, value in change_.after.items()):
        raise RuleError("changed_since", f"{row.name} was changed again since. Set it by hand.")
    elif change_.verb == "created":
        row.deleted_at = work.at
        row.save(update_fields=["deleted_at"])
        operations.note(work, Entry(KIND, row.pk, 0, "deleted", now, {}))
        return
    else:
        for name in change_.before.keys() & set(FACTS):
            setattr(row, name, change_.before[name])
    # Else somebody could bring back another one's rights together with an address of their own.
    row.owner_id = work.actor.user_id or row.owner_id
    row.save()
    _note(work, row, "updated" if now else "restored", now)
