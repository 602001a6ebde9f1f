"""Who sees figures about people: fewer at once, more with the word of a second person and a week ahead; told to everybody."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.adoption.domain.modes import DAYS_AHEAD, LABELS, MEANINGS, Mode
from keen.adoption.events import ModeDecided
from keen.adoption.models import ModeChange
from keen.adoption.queries.rules import AGREE, SET, mode_in_force
from keen.core.actions import rows
from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.events import publish
from keen.core.models import Notice, User
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError

KIND = "adoption_mode"
LEAST_REASON, MOST_REASON = 10, 500


def ask_for_mode(*, actor: Actor, mode: str, reason: str) -> Receipt:
    """The receipt of a mode: in force at once when it shows less, waiting for a second person when it names people.

    Raises: RuleError for a mode that is none, a reason too short, or while another wish waits; ForbiddenError.
    """
    _require(actor, SET)
    if mode not in set(Mode):
        raise RuleError("not_a_choice", "Choose one of the four.", "mode")
    why = text.clean(reason, MOST_REASON)
    if len(why) < LEAST_REASON:
        told = "Say in a sentence why, everybody will read it: at least ten letters."
        raise RuleError("too_short", told, "reason")
    with transaction.atomic():
        today = timezone.localdate()
        before, wanted = mode_in_force(today), Mode(mode)
        if ModeChange.objects.filter(state=ModeChange.ASKED).exists():
            raise RuleError("wish_waits", "Another change waits for an answer. Withdraw it first.", "mode")
        waits = before.rises_to(wanted)
        now = timezone.now()
        row = ModeChange.objects.create(
            mode=wanted.value,
            before=before.value,
            reason=why,
            state=ModeChange.ASKED if waits else ModeChange.IN_FORCE,
            asked_by_id=actor.user_id,
            asked_at=now,
            decided_by_id=None if waits else actor.user_id,
            decided_at=None if waits else now,
            starts_on=None if waits else today,
        )
        if waits:
            told = (
                f"“{LABELS[wanted]}” waits for the agreement of a second person. Until then nothing changes."
            )
            return _told(actor, row, "asked", told)
        _announce(actor, row)
        return _told(actor, row, "decided", f"“{LABELS[wanted]}” holds from now on. Everybody gets a notice.")


def answer_wish(*, actor: Actor, change_id: int, agrees: bool, answer: str = "") -> Receipt:
    """The receipt of a second person's word. Agreed, it begins a week later: people see their own figures first.

    Raises: ForbiddenError for whoever asked, or has not the power to agree; NotVisibleError when no such wish waits.
    """
    _require(actor, AGREE)
    with transaction.atomic():
        row = _waiting(change_id)
        if row.asked_by_id == actor.user_id:
            raise ForbiddenError("own_wish", "Somebody else has to agree to what you asked for.")
        row.state = ModeChange.IN_FORCE if agrees else ModeChange.REFUSED
        row.decided_by_id, row.decided_at = actor.user_id, timezone.now()
        row.answer = text.clean(answer, MOST_REASON)
        row.starts_on = timezone.localdate() + timedelta(days=DAYS_AHEAD) if agrees else None
        row.save()
        label = LABELS[Mode(row.mode)]
        if not agrees:
            return _told(actor, row, "refused", f"“{label}” is refused. It stays as it was.")
        _announce(actor, row)
        told = f"“{label}” holds from {row.starts_on:%-d %B} on. Everybody gets a notice."
        return _told(actor, row, "agreed", told)


def withdraw_wish(*, actor: Actor, change_id: int) -> Receipt:
    """The receipt of taking a waiting wish off the table.

    Raises: ForbiddenError without the power; NotVisibleError when no such wish waits.
    """
    _require(actor, SET)
    with transaction.atomic():
        row = _waiting(change_id)
        row.state, row.decided_by_id, row.decided_at = ModeChange.WITHDRAWN, actor.user_id, timezone.now()
        row.save()
        return _told(actor, row, "withdrew", "The change is withdrawn. It stays as it was.")


def _require(actor: Actor, power: str) -> None:
    if not actor.may_write or not actor.rights.has(power):
        raise ForbiddenError


def _waiting(change_id: int) -> ModeChange:
    row = ModeChange.objects.select_for_update().filter(pk=change_id, state=ModeChange.ASKED).first()
    if row is None:
        raise NotVisibleError("no_wish", "No such change waits. Somebody may have answered it.")
    return row


def _announce(actor: Actor, row: ModeChange) -> None:
    """A notice for everybody, in the transaction of the decision."""
    mode, now = Mode(row.mode), timezone.now()
    people = User.objects.filter(is_active=True).values_list("pk", flat=True)
    rows.insert(
        [
            Notice(
                user_id=pk,
                kind="usage",
                text=f"Who sees figures of how you use Keen, from {row.starts_on:%-d %B} on: {LABELS[mode]}"[
                    :300
                ],
                detail=f"{MEANINGS[mode]} Reason: {row.reason}"[:300],
                href=reverse("adoption-mode"),
                by_id=actor.user_id,
                at=now,
                once=f"adoption-mode:{row.pk}",
            )
            for pk in people
        ]
    )
    publish(ModeDecided(mode=row.mode, before=row.before))


def _told(actor: Actor, row: ModeChange, verb: str, words: str) -> Receipt:
    work = start(actor=actor, verb=f"adoption mode {verb}")
    after: dict[str, object] = {"mode": row.mode, "state": row.state, "reason": row.reason}
    note(work, Entry(KIND, row.pk, 0, verb, {"mode": row.before}, after))
    receipt = Receipt(
        "saved",
        words,
        object=Link("Who sees figures", reverse("adoption-mode")),
        next=Link("My adoption", reverse("adoption-me")),
    )
    return finish(work, receipt, undoable=False)
