"""Tokens of programs: made once, shown once, taken away at any time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_bytes

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from keen.core import queries
from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain import scopes
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import ApiToken, User
from keen.core.wiring import wired
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

MOST_TOKENS = 20
NOTED_EVERY = timedelta(minutes=1)
LEVELS = {scopes.READ, scopes.WRITE}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a token is to be: for which program, what it may do with which records, for how many days."""

    name: str
    days: int = scopes.USUAL_DAYS  # before the field that takes the module's name
    scopes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """A token with its text, which is known at this moment and never again."""

    row: ApiToken
    token: str


def make_token(*, actor: Actor, owner: User, wish: Wish, once: str = "") -> tuple[Made, Receipt]:
    """A token that acts for its owner.

    Raises: RuleError with the field to mend; ForbiddenError for somebody else's; AlreadyDoneError.
    """
    if not actor.may_write or actor.user_id not in {None, owner.pk}:
        raise ForbiddenError("own_tokens", "Everybody makes their own tokens. Ask them to.")
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=owner.pk)
        work = start(actor=actor, verb="made a token", once=once)
        name, wanted = _checked(row, wish, work.at)
        token = scopes.written(token_bytes(scopes.SECRET_BYTES))
        made = ApiToken.objects.create(
            owner=row,
            name=name,
            hint=scopes.hint(token),
            token_hash=scopes.fingerprint(token),
            scopes=wanted,
            created_at=work.at,
            expires_at=work.at + timedelta(days=wish.days),
        )
        note(work, Entry("token", made.pk, 0, "created", {}, _facts(made)))
        told = Receipt(
            "saved",
            f"Token “{name}” is made.",
            object=Link("Tokens", reverse("token-list")),
            also=(f"works until {made.expires_at:%Y-%m-%d}",),
            nothing_next="Copy it now: it is not shown again.",
        )
        return Made(made, token), finish(work, told, undoable=False)


def _checked(owner: User, wish: Wish, now: datetime) -> tuple[str, dict[str, str]]:
    """The name and the scopes.

    Raises: RuleError.
    """
    name = text.clean(wish.name, 80)
    wanted = {kind: level for kind, level in sorted(wish.scopes.items()) if level}
    known = {record_type.kind for record_type in wired().record_types} | scopes.NAMED_POWERS
    if not owner.is_active:
        raise RuleError("cannot_sign_in", f"{owner.name} cannot sign in, so nothing can act for them.")
    if not name:
        raise RuleError("missing", "Say which program it is for, such as “Nightly sync”.", "name")
    if not wanted:
        raise RuleError("no_scope", "Choose at least one kind of record that the program may read.", "scopes")
    if unknown := sorted(set(wanted) - known):
        raise RuleError(
            "unknown_kind",
            f"There are no records called {unknown[0][:40]}. There are: {', '.join(sorted(known))}.",
            "scopes",
        )
    if not set(wanted.values()) <= LEVELS:
        raise RuleError("unknown_level", "A program reads, or reads and writes.", "scopes")
    if not 1 <= wish.days <= scopes.MOST_DAYS:
        raise RuleError(
            "days", f"A token works for 1 to {scopes.MOST_DAYS} days. Then make a new one.", "days"
        )
    if queries.live_tokens(owner.pk, now).count() >= MOST_TOKENS:
        raise RuleError("too_many", f"At most {MOST_TOKENS} tokens at a time. Revoke one that is not used.")
    return name, wanted


def _facts(row: ApiToken) -> dict[str, object]:
    return {
        "name": row.name,
        "owner": row.owner_id,
        "scopes": row.scopes,
        "expires_at": row.expires_at.isoformat(),
    }


def revoke_token(*, actor: Actor, token_id: int) -> Receipt:
    """The token opens nothing any more, from the next request on.

    Raises: NotVisibleError for a token of somebody else, unless the actor manages people.
    """
    if not actor.may_write:
        raise ForbiddenError("looking_only", "You see the app as somebody else, so nothing can be changed.")
    with transaction.atomic():
        found = ApiToken.objects.select_for_update().filter(pk=token_id)
        if not actor.rights.has("users.manage"):
            found = found.filter(owner_id=actor.user_id)
        row = found.first()
        if row is None:
            raise NotVisibleError
        work = start(actor=actor, verb="revoked a token")
        if row.revoked_at is None:
            row.revoked_at = work.at
            row.save(update_fields=["revoked_at"])
            note(work, Entry("token", row.pk, 0, "revoked", {}, {"name": row.name, "owner": row.owner_id}))
        told = Receipt(
            "saved",
            f"Token “{row.name}” is revoked.",
            object=Link("Tokens", reverse("token-list")),
            nothing_next="The program is turned away from its next request on.",
        )
        return finish(work, told, undoable=False)


def note_use(row: ApiToken) -> None:
    """Remember that the token was used, once a minute at most.

    Cost: none, or 1 query.
    """
    now = timezone.now()
    if row.last_used_at is None or row.last_used_at < now - NOTED_EVERY:
        late = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTED_EVERY)
        ApiToken.objects.filter(late, pk=row.pk).update(last_used_at=now)
