"""Restrictions and legal holds in force."""

from keen.privacy.models import Freeze
from keen.privacy.queries.subjects import Person

RESTRICTION, HOLD = "restriction", "hold"


def in_force(what: str, kind: str, ids: tuple[int, ...]) -> Freeze | None:
    """The restriction or hold of the record, None when it has none.

    Cost: 1 query.
    """
    found = Freeze.objects.filter(what=what, record_kind=kind, record_id__in=ids, lifted_at__isnull=True)
    return found.select_related("set_by").first()


def on_restriction(person: Person) -> bool:
    """Whether the person's data may only be looked at, until the restriction is lifted.

    Cost: 1 query.
    """
    return in_force(RESTRICTION, person.kind, person.ids) is not None


def on_hold(person: Person) -> str:
    """Why the person's data must be kept, "" when nothing forbids that it goes.

    Cost: 1 query.
    """
    found = in_force(HOLD, person.kind, person.ids)
    return found.reason if found else ""
