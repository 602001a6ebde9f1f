"""What the rules of the score of leads are worth to the company: set, taken back; open leads are weighed anew."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from keen.activities.actions.about import deed
from keen.core.actions import operations, stamps
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib.errors import RuleError
from keen.sales.actions.entries import require
from keen.sales.domain import scoring
from keen.sales.domain.leads import OPEN
from keen.sales.models import Lead, ScorePoints

POINTS = "score_points"
BATCH = 500


@deed
def set_points(*, actor: Actor, typed: Mapping[str, str], once: str = "") -> Receipt:
    """The receipt of rules that are worth as much as was typed; what is empty is worth what is usual.

    Raises: ForbiddenError; RuleError that names the rule to mend.
    """
    require(actor)
    wanted = {rule.sign: scoring.points_of(typed.get(rule.sign, ""), rule) for rule in scoring.RULES}
    work = operations.start(actor=actor, verb="saved", once=once)
    stamps.hold()
    for rule in scoring.RULES:
        _write(work, rule, wanted[rule.sign])
    link = Link("Score of leads", reverse("lead-score"))
    if not work.changes:
        return operations.finish(work, Receipt("saved", "Nothing was changed.", object=link), undoable=False)
    count = _weigh()
    also = (f"{count:,} open {'lead has' if count == 1 else 'leads have'} another score",) if count else ()
    return operations.finish(
        work, Receipt("saved", "Leads are weighed like this from now on.", object=link, also=also)
    )


def _write(work: Work, rule: scoring.Rule, points: int) -> None:
    row = ScorePoints.objects.select_for_update().filter(sign=rule.sign).first()
    before = rule.points if row is None else row.points
    if points == before:
        return
    row = row or ScorePoints(sign=rule.sign)
    row.points = points
    row.save()
    told = {"sign": rule.sign}
    entry = Entry(POINTS, row.pk, 0, "updated", {**told, "points": before}, {**told, "points": points})
    operations.note(work, entry)
    stamps.renew()


def undo_points(work: Work, changes: Sequence[Change]) -> None:
    """Rules are worth again what they were; what was set again since stays.

    Raises: ForbiddenError; RuleError when one was set again since.
    """
    require(work.actor)
    stamps.hold()
    rules = {rule.sign: rule for rule in scoring.RULES}
    for change in changes:
        row = ScorePoints.objects.select_for_update().filter(pk=change.record_id).first()
        if row is None or row.points != change.after["points"]:
            raise RuleError("changed_since", "These points were set again since. Set them by hand.")
        _write(work, rules[row.sign], int(change.before["points"]))
    _weigh()


def _weigh() -> int:
    """How many open leads have another score now. No history is written: nobody changed them."""
    changed = []
    for lead in Lead.objects.living().filter(status__in=OPEN).iterator(BATCH):
        before = lead.score
        lead.derive()
        if lead.score != before:
            changed.append(lead)
    Lead.objects.bulk_update(changed, ["score"], batch_size=BATCH)
    return len(changed)
