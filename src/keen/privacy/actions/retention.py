"""Rules by which contacts and accounts go by themselves: set, tried dry, run by night with a log of what they did."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from keen.core.actions.operations import Entry, finish, note, start
from keen.core.actions.people import require
from keen.core.domain.actor import SYSTEM, Actor
from keen.core.domain.receipts import Link, Receipt
from keen.lib import text
from keen.lib.errors import NotVisibleError, RuleError
from keen.privacy.actions.erasure import Wish, erase_held
from keen.privacy.models import RetentionRule, RetentionRun
from keen.privacy.queries.retention import due
from keen.privacy.queries.subjects import CONTACT, PARTIES, person_of

LEAST_MONTHS, MOST_MONTHS = 1, 600
AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A rule as somebody wishes it."""

    name: str
    months: int
    source: str = ""
    without_consent: bool = False
    kind: str = CONTACT


def save_rule(*, actor: Actor, ruling: Ruling) -> Receipt:
    """The receipt of a new rule, which rests until somebody has looked at its dry run and switches it on.

    Raises: ForbiddenError; RuleError with the field to mend.
    """
    require(actor, "privacy.manage")
    name = text.clean(ruling.name)[:80]
    if not name:
        raise RuleError("missing", "Give the rule a name, such as “Nothing heard for three years”.", "name")
    if not LEAST_MONTHS <= ruling.months <= MOST_MONTHS:
        raise RuleError("months", f"Between {LEAST_MONTHS} and {MOST_MONTHS} months.", "months")
    if RetentionRule.objects.filter(name__iexact=name).exists():
        raise RuleError("twice", "There is a rule of this name. Choose another one.", "name")
    if ruling.kind not in PARTIES:
        raise RuleError("kind", "Choose contacts or accounts.", "kind")
    if ruling.without_consent and ruling.kind != CONTACT:
        raise RuleError("consent", "Only contacts give a consent. Leave the tick away.", "without_consent")
    with transaction.atomic():
        work = start(actor=actor, verb="rule set")
        row = RetentionRule(
            name=name, record_kind=ruling.kind, months=ruling.months, source=text.clean(ruling.source)[:60],
            without_consent=ruling.without_consent, set_by_id=actor.user_id, set_at=work.at,
        )  # fmt: skip
        row.save(force_insert=True)
        note(work, Entry("retention rule", row.pk, 0, "created", {}, {"name": name, "months": ruling.months}))
        said = f"The rule “{name}” is kept. It rests until you switch it on."
        return finish(work, Receipt("saved", said, object=_link(row), next=_link(row)), undoable=False)


def switch_rule(*, actor: Actor, rule_id: int, on: bool) -> Receipt:
    """The receipt of switching a rule on or off.

    Raises: ForbiddenError; NotVisibleError.
    """
    require(actor, "privacy.manage")
    with transaction.atomic():
        work = start(actor=actor, verb="rule on" if on else "rule off")
        row = RetentionRule.objects.select_for_update().filter(pk=rule_id).first()
        if row is None:
            raise NotVisibleError
        note(work, Entry("retention rule", row.pk, 0, "updated", {"active": row.active}, {"active": on}))
        RetentionRule.objects.filter(pk=row.pk).update(active=on)
        said = f"The rule “{row.name}” runs from tonight on." if on else f"The rule “{row.name}” rests."
        return finish(work, Receipt("saved", said, object=_link(row)), undoable=False)


def run_rules(*, now: datetime, swept: Callable[[UUID], object]) -> int:
    """How many contacts and accounts the active rules erased; `swept` is told of each, to clean the copies.

    Shape: at most 200 a rule and night, so that a rule set wrongly can be stopped; held ones stay and are counted.
    """
    total = 0
    for rule in RetentionRule.objects.filter(active=True).order_by("pk"):
        total += _run(rule, now, swept)
    return total


def _run(rule: RetentionRule, now: datetime, swept: Callable[[UUID], object]) -> int:
    gone: list[int] = []
    concerned = due(rule, now)
    for record in concerned.filter(held=False)[:AT_ONCE]:
        try:
            swept(erase_held(actor=SYSTEM, person=person_of(record), wish=Wish(why="retention")))
        except RuleError:
            continue  # a hold or a restriction was set meanwhile
        gone.append(record.pk)
    held = concerned.filter(held=True).count()
    RetentionRun(rule=rule, at=now, erased=len(gone), held=held, ids=gone).save(force_insert=True)
    return len(gone)


def _link(row: RetentionRule) -> Link:
    return Link(row.name, reverse("privacy-rule", args=[row.pk]))
