"""What somebody found not useful on Today: put aside for them alone, and lowered; both can be taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from keen.activities.actions.about import deed
from keen.activities.domain.weights import WEIGHTS
from keen.activities.models import Verdict
from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare

VERDICT = "verdict"
ASIDE_DAYS = {"now": 1, "wrong": 14, "person": 30}
SAYS = {
    "now": "It comes back {day}.",
    "wrong": "It stays away until {day}; mend what is wrong on its page.",
    "person": "It stays away until {day}; give it to somebody on its page.",
}


@dataclass(frozen=True)
class Judgement:
    """Why a thing on Today was not useful, and what spoke for it most."""

    why: str
    cause: str


@deed
def not_useful(
    *, actor: Actor, about: tuple[str, int], given: Judgement, today: date, once: str = ""
) -> Receipt:
    """The receipt of putting the thing aside for the actor; its cause counts less for them from now on.

    Raises: NotVisibleError; RuleError for a reason that is none; ForbiddenError for the system.
    """
    if given.why not in ASIDE_DAYS:
        raise RuleError("not_a_choice", "Choose why it is not useful.", "why")
    record_type, record = _seen(actor, about)
    cause = given.cause if given.cause in WEIGHTS and not WEIGHTS[given.cause].kept else ""
    until = today + timedelta(days=ASIDE_DAYS[given.why])
    work = operations.start(actor=actor, verb="found not useful", once=once)
    row = Verdict(
        user_id=_person(actor), cause=cause, why=given.why, record_kind=about[0], record_id=about[1],
        at=work.at, until=until,
    )  # fmt: skip
    _keep(work, row)
    name = record_type.told_to(actor, record)
    text = f"“{name}” is put aside on your Today. " + SAYS[given.why].format(day=_worded(until, today))
    also = (f"that {WEIGHTS[cause].label} counts less for you",) if cause else ()
    link = Link(name, f"/{record_type.path}/{about[1]}/")
    more = Link("What counts for you", reverse("today-settings"))
    return operations.finish(work, Receipt("saved", text, object=link, also=also, alternative=more))


def _person(actor: Actor) -> int:
    """The id of who judges.

    Raises: ForbiddenError for the system, which has no Today.
    """
    if actor.user_id is None:
        raise ForbiddenError
    return actor.user_id


def _seen(actor: Actor, about: tuple[str, int]) -> tuple[Any, Any]:
    record_type = declare.find(about[0])
    record = record_type and record_type.model.objects.visible_to(actor).filter(pk=about[1]).first()
    if record is None:
        raise NotVisibleError
    return record_type, record


def _worded(until: date, today: date) -> str:
    return "tomorrow" if (until - today).days == 1 else f"on {until:%A} {until.day} {until:%B}"


def _keep(work: Work, row: Verdict) -> None:
    row.save(force_insert=True)
    operations.note(work, Entry(VERDICT, row.pk, 0, "created", {}, _facts(row)))


def _drop(work: Work, row: Verdict) -> None:
    operations.note(work, Entry(VERDICT, row.pk, 0, "deleted", _facts(row), {}))
    row.delete()


def _facts(row: Verdict) -> dict[str, Any]:
    names = ("cause", "why", "record_kind", "record_id")
    told = {name: getattr(row, name) for name in names}
    return {**told, "at": row.at.isoformat(), "until": row.until.isoformat()}


@deed
def count_again(*, actor: Actor, cause: str, once: str = "") -> Receipt:
    """The receipt of letting a cause count fully again for the actor; "" stands for what was merely put aside.

    Raises: NotVisibleError when nothing lowers it.
    """
    work = operations.start(actor=actor, verb="counted again", once=once)
    rows = list(Verdict.objects.select_for_update().filter(user_id=_person(actor), cause=cause))
    if not rows:
        raise NotVisibleError
    for row in rows:
        _drop(work, row)
    what = f"That {WEIGHTS[cause].label}" if cause in WEIGHTS else "What you put aside"
    link = Link("What counts for you", reverse("today-settings"))
    return operations.finish(work, Receipt("saved", f"{what} counts fully again.", object=link))


def undo_verdicts(work: Work, changes: Sequence[Change]) -> None:
    """Verdicts are again as they were: given ones go, taken ones come back."""
    for change in changes:
        if change.before:
            told = dict(change.before)
            at, until = datetime.fromisoformat(told.pop("at")), date.fromisoformat(told.pop("until"))
            _keep(work, Verdict(user_id=_person(work.actor), at=at, until=until, **told))
            continue
        row = Verdict.objects.filter(pk=change.record_id, user_id=_person(work.actor)).first()
        if row is None:
            raise RuleError("changed_since", "This was taken back already.")
        _drop(work, row)
