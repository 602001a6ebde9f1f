"""The invoices of somebody's customers that are not paid in time, as things to do today."""

from collections.abc import Collection
from typing import Any

from keen.activities.domain.ranking import Candidate, Moment
from keen.activities.domain.suggestions import Act, Suggestion
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.lib.money import in_words
from keen.orders.domain.choices import Status
from keen.orders.models import Invoice
from keen.people.models import Account

MOST = 20
NEEDED = ("account", "due_on", "status")


def suggest(actor: Actor, moment: Moment, _about: Collection[tuple[str, int]]) -> list[Suggestion]:
    """The overdue invoices of the actor's own accounts, the longest one of each account.

    Cost: 1 query, none for who sees no invoices.
    """
    rights = actor.rights
    if rights.scope(Invoice.KIND, "view") is Scope.NONE or any(
        rights.hides(Invoice.KIND, name) for name in NEEDED
    ):
        return []
    own = Account.objects.living().filter(owner_id=actor.user_id)
    rows = (
        Invoice.objects.visible_to(actor)
        .filter(account__in=own, open_amount__gt=0, due_on__lt=moment.today)
        .exclude(status=Status.CANCELLED)
        .order_by("due_on", "pk")
        .values("id", "number", "account_id", "account_name", "open_amount", "currency", "due_on")
    )
    oldest: dict[int, dict[str, Any]] = {}
    for row in rows[:MOST]:
        oldest.setdefault(row["account_id"], row)
    shows = not rights.hides(Invoice.KIND, "open_amount")
    return [_suggestion(row, moment, shows=shows) for row in oldest.values()]


def _suggestion(row: dict[str, Any], moment: Moment, *, shows: bool) -> Suggestion:
    owed = in_words(row["open_amount"], row["currency"]) if shows else ""
    late = (moment.today - row["due_on"]).days
    number = row["number"] or "An invoice"
    return Suggestion(
        Candidate(id=row["id"], of=Invoice.KIND, owed_since=row["due_on"], owed=owed),
        title=f"Ask {row['account_name']} about {number}",
        href=f"/invoices/{row['id']}/",
        icon="receipt",
        state="none",
        mark=f"Unpaid {late} d",
        acts=(Act(f"Open {row['account_name']}", f"/accounts/{row['account_id']}/"),),
    )
