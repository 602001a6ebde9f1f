"""The weights, targets and thresholds: changed for the next quarter, two weeks ahead, with a reason that everybody reads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from keen.adoption.domain import policy as policies
from keen.adoption.models import PolicyVersion
from keen.adoption.queries.rules import policy_on
from keen.adoption.queries.voice import MANAGE
from keen.core.actions.operations import Entry, Work, finish, note, start
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change
from keen.lib import text
from keen.lib.errors import ForbiddenError, RuleError

KIND = "adoption_policy"
NOTICE = timedelta(days=14)
LEAST_REASON, MOST_REASON = 10, 500


def takes_effect(on: date) -> date:
    """The first day of the next quarter that is at least two weeks ahead: figures of a quarter are made by one rule."""
    earliest = on + NOTICE
    month = 3 * ((earliest.month - 1) // 3 + 1) + 1
    return date(earliest.year + 1, 1, 1) if month > 12 else date(earliest.year, month, 1)


def save_policy(*, actor: Actor, changes: Mapping[str, Any], reason: str) -> Receipt:
    """The receipt of a new version: what was decided last, with these numbers in their places.

    Shape: `changes` nests like the stored policy, {"roles": {"sales_rep": {"tau": 0.7}}, "labels": {"adopted": 65}}.
    Raises: ForbiddenError; RuleError for numbers that cannot be, a reason too short, or where nothing changed.
    """
    if not actor.may_write or not actor.rights.has(MANAGE):
        raise ForbiddenError
    why = text.clean(reason, MOST_REASON)
    if len(why) < LEAST_REASON:
        told = "Say in a sentence why, everybody will read it: at least ten letters."
        raise RuleError("too_short", told, "reason")
    with transaction.atomic():
        latest = PolicyVersion.objects.select_for_update().order_by("-version").first()
        today = timezone.localdate()
        before = latest.data if latest else policies.as_data(policy_on(today))
        data = _merged(before, changes)
        if data == before:
            raise RuleError("no_change", "Nothing is different from what holds. Change a number first.")
        try:
            made = policies.read(data)
        except ValueError as error:
            raise RuleError("invalid", str(error)) from None
        version = (latest.version if latest else made.version) + 1
        work = start(actor=actor, verb="saved")
        row = PolicyVersion.objects.create(
            version=version,
            data=policies.as_data(replace(made, version=version)),
            reason=why,
            by_id=actor.user_id,
            at=work.at,
            starts_on=takes_effect(today),
        )
        note(work, Entry(KIND, row.pk, version, "created", {}, {"version": version, "reason": why}))
        receipt = Receipt(
            "saved",
            f"Version {version} holds from {row.starts_on:%-d %B %Y} on.",
            object=Link("How figures are made", reverse("adoption-policy")),
            also=("everybody can read it until then",),
            nothing_next="Figures of this quarter stay as they are.",
        )
        return finish(work, receipt)


def _merged(before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(before)
    for name, value in changes.items():
        held = merged.get(name)
        merged[name] = (
            _merged(held, value) if isinstance(held, Mapping) and isinstance(value, Mapping) else value
        )
    return merged


def undo_policies(work: Work, changes: Sequence[Change]) -> None:
    """The version is gone again, as long as it does not hold yet and none was made after it.

    Raises: RuleError when it holds, or another one came after; ForbiddenError.
    """
    if not work.actor.rights.has(MANAGE):
        raise ForbiddenError
    for change in changes:
        row = PolicyVersion.objects.select_for_update().filter(pk=change.record_id).first()
        if row is None or row.starts_on <= timezone.localdate(work.at):
            raise RuleError("changed_since", "This version holds already. Make another one instead.")
        if PolicyVersion.objects.filter(version__gt=row.version).exists():
            raise RuleError("changed_since", "Another version came after it. Take that one back first.")
        note(work, Entry(KIND, row.pk, row.version, "deleted", {"version": row.version}, {}))
        row.delete()
