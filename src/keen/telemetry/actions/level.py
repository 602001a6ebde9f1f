"""How much is recorded: less at once, more with the word of a second person, announced to everybody either way."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.core.actions import rows
from keen.core.actions.operations import Entry, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Notice, User
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.telemetry.domain.levels import LABELS, MEANINGS, Level
from keen.telemetry.models import LevelChange
from keen.telemetry.queries import level_in_force

SET, AGREE = "usage.level", "usage.agree"
LEAST_REASON, MOST_REASON = 10, 500


def ask_for_level(*, actor: Actor, level: str, reason: str) -> Receipt:
    """The receipt of a new level: in force at once when it records less, waiting for a second person when more.

    Raises: RuleError for a level that is none or in force already, a reason too short, or while another wish waits.
    """
    wanted, why = _wished(actor, level, reason)
    with transaction.atomic():
        before = level_in_force()
        if wanted is before:
            raise RuleError("same_level", "This level is in force already. Choose another one.", "level")
        if LevelChange.objects.filter(state=LevelChange.ASKED).exists():
            raise RuleError("wish_waits", "Another change waits for an answer. Withdraw it first.", "level")
        waits = before.rises_to(wanted)
        row = LevelChange.objects.create(
            level=wanted.value,
            before=before.value,
            reason=why,
            state=LevelChange.ASKED if waits else LevelChange.IN_FORCE,
            asked_by_id=actor.user_id,
            asked_at=timezone.now(),
            decided_at=None if waits else timezone.now(),
            decided_by_id=None if waits else actor.user_id,
        )
        if not waits:
            _announce(actor, row)
        text_told = (
            f"“{LABELS[wanted]}” waits for the agreement of a second person. Until then nothing changes."
            if waits
            else f"“{LABELS[wanted]}” is in force within a minute. Everybody gets a notice."
        )
        return _told(actor, row, "asked" if waits else "decided", text_told)


def answer_wish(*, actor: Actor, change_id: int, agrees: bool, answer: str = "") -> Receipt:
    """The receipt of a second person's word on a wish to record more.

    Raises: ForbiddenError for whoever asked, or has not the power to agree; NotVisibleError when no such wish waits.
    """
    _require(actor, AGREE)
    with transaction.atomic():
        row = _waiting(change_id)
        if row.asked_by_id == actor.user_id:
            raise ForbiddenError("own_wish", "Somebody else has to agree to what you asked for.")
        row.state = LevelChange.IN_FORCE if agrees else LevelChange.REFUSED
        row.decided_by_id, row.decided_at = actor.user_id, timezone.now()
        row.answer = text.clean(answer, MOST_REASON)
        row.save()
        label = LABELS[Level(row.level)]
        if agrees:
            _announce(actor, row)
            return _told(
                actor, row, "agreed", f"“{label}” is in force within a minute. Everybody gets a notice."
            )
        return _told(actor, row, "refused", f"“{label}” is refused. The level stays as it was.")


def withdraw_wish(*, actor: Actor, change_id: int) -> Receipt:
    """The receipt of taking a waiting wish off the table.

    Raises: ForbiddenError without the power; NotVisibleError when no such wish waits.
    """
    _require(actor, SET)
    with transaction.atomic():
        row = _waiting(change_id)
        row.state, row.decided_by_id, row.decided_at = LevelChange.WITHDRAWN, actor.user_id, timezone.now()
        row.save()
        return _told(actor, row, "withdrew", "The change is withdrawn. The level stays as it was.")


def _wished(actor: Actor, level: str, reason: str) -> tuple[Level, str]:
    _require(actor, SET)
    if level not in set(Level):
        raise RuleError("not_a_choice", "Choose one of the four levels.", "level")
    why = text.clean(reason, MOST_REASON)
    if len(why) < LEAST_REASON:
        raise RuleError(
            "too_short", "Say in a sentence why, everybody will read it: at least ten letters.", "reason"
        )
    return Level(level), why


def _require(actor: Actor, power: str) -> None:
    if not actor.may_write or not actor.rights.has(power):
        raise ForbiddenError


def _waiting(change_id: int) -> LevelChange:
    row = LevelChange.objects.select_for_update().filter(pk=change_id, state=LevelChange.ASKED).first()
    if row is None:
        raise NotVisibleError("no_wish", "No such change waits. Somebody may have answered it.")
    return row


def _announce(actor: Actor, row: LevelChange) -> None:
    """A notice for everybody, in the transaction of the decision."""
    level, now = Level(row.level), timezone.now()
    people = User.objects.filter(is_active=True).values_list("pk", flat=True)
    rows.insert(
        [
            Notice(
                user_id=pk,
                kind="usage",
                text=f"What is recorded about the use of Keen: {LABELS[level]}"[:300],
                detail=f"{MEANINGS[level]} Reason: {row.reason}"[:300],
                href=reverse("usage-mine"),
                by_id=actor.user_id,
                at=now,
                once=f"usage-level:{row.pk}",
            )
            for pk in people
        ]
    )


def _told(actor: Actor, row: LevelChange, verb: str, words: str) -> Receipt:
    work = start(actor=actor, verb=f"usage level {verb}")
    after: dict[str, object] = {"level": row.level, "state": row.state, "reason": row.reason}
    note(work, Entry("usage_level", row.pk, 0, verb, {"level": row.before}, after))
    receipt = Receipt(
        "saved",
        words,
        object=Link("What is recorded", reverse("usage-level")),
        next=Link("What is recorded about you", reverse("usage-mine")),
    )
    return finish(work, receipt, undoable=False)
