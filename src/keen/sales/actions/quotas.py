"""Targets of people and teams, set for a quarter."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from keen.activities.actions.about import deed
from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.domain.seats import SETS_TARGETS
from keen.core.models import Change
from keen.lib import numbers
from keen.lib.errors import ForbiddenError, RuleError
from keen.sales.models.quotas import Quota
from keen.sales.queries import quotas

QUOTA = "quota"
LARGEST = Decimal(10) ** 13
YEARS = range(2000, 2101)
Place = tuple[str, int, int]
"""A person or a team by "user" or "team" and id, and the quarter."""


@deed
def set_targets(*, actor: Actor, year: int, wishes: Mapping[Place, str], once: str = "") -> Receipt:
    """The receipt of the year's targets as they were typed; an empty one is taken away. What is not named stays.

    Raises: ForbiddenError; RuleError that names the field to be mended.
    """
    if not actor.rights.has(SETS_TARGETS):
        raise ForbiddenError("targets", "Targets are set by who leads sales. Ask one of them.")
    if year not in YEARS:
        raise RuleError("not_a_year", "Choose a year of this century.", "year")
    allowed = {(row.kind, row.id) for row in quotas.year_of_targets(actor, year)}
    if any((kind, pk) not in allowed or number not in range(1, 5) for kind, pk, number in wishes):
        raise ForbiddenError("targets", "You set targets for the teams that you lead.")
    amounts = {place: _amount(place, typed) for place, typed in wishes.items()}
    work = operations.start(actor=actor, verb="set targets", once=once)
    for place, amount in amounts.items():
        _write(work, year, place, amount)
    link = Link(f"Targets of {year}", f"{reverse('targets')}?year={year}")
    count = len(work.changes)
    if not count:
        return operations.finish(work, Receipt("saved", "Nothing was changed.", object=link), undoable=False)
    text = f"{count} {'target' if count == 1 else 'targets'} of {year} set."
    return operations.finish(work, Receipt("saved", text, object=link))


def field_of(place: Place) -> str:
    """The name of the field in which the target is typed."""
    return "-".join(("q", place[0], str(place[1]), str(place[2])))


def _amount(place: Place, typed: str) -> Decimal | None:
    if not typed.strip():
        return None
    found = numbers.read(typed, numbers.mark_of(settings.KEEN.region))
    if found is None or not 0 <= found < LARGEST:
        message = f"Write the target as a number in {settings.KEEN.currency}, such as 200000."
        raise RuleError("not_a_number", message, field_of(place))
    return found.quantize(Decimal("0.01"))


def _write(work: Work, year: int, place: Place, amount: Decimal | None) -> None:
    """Note the target as it is now, when that is not what it was."""
    kind, pk, number = place
    ends = {"user_id": pk if kind == "user" else None, "team_id": pk if kind == "team" else None}
    row = Quota.objects.select_for_update().filter(**ends, year=year, quarter=number).first()
    if (row.amount if row else None) == amount:
        return
    told = {**ends, "year": year, "quarter": number}
    before = {**told, "amount": str(row.amount)} if row else {}
    after = {} if amount is None else {**told, "amount": str(amount)}
    if amount is None and row:
        record_id = row.pk
        row.delete()
    else:
        row = row or Quota(**told)
        row.amount = amount
        row.save()
        record_id = row.pk
    verb = "updated" if before and after else "created" if after else "deleted"
    operations.note(work, Entry(QUOTA, record_id, 0, verb, dict(before), dict(after)))


def undo_targets(work: Work, changes: Sequence[Change]) -> None:
    """Targets are again as they were; what was set again since stays.

    Raises: ForbiddenError; RuleError when one was set again since.
    """
    if not work.actor.rights.has(SETS_TARGETS):
        raise ForbiddenError("targets", "Targets are set by who leads sales. Ask one of them.")
    for change in changes:
        told = change.after or change.before
        ends = {name: told[name] for name in ("user_id", "team_id", "year", "quarter")}
        row = Quota.objects.filter(**ends).first()
        then = change.after.get("amount")
        if (str(row.amount) if row else None) != then:
            raise RuleError("changed_since", "This target was set again since. Set it by hand.")
        kind = "user" if told["user_id"] else "team"
        place = (kind, told["user_id"] or told["team_id"], told["quarter"])
        was = change.before.get("amount")
        _write(work, told["year"], place, None if was is None else Decimal(was))
