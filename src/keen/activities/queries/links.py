"""Which activities stand at a record, as somebody sees them."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from keen.activities.models import PEOPLE, Activity, ActivityLink, about_others, own
from keen.core import prepared
from keen.core.domain.actor import Actor
from keen.core.domain.rights import Scope
from keen.records import declare
from keen.records.queries.unseen import without_hidden_links


class Reader(prepared.Reader):
    """Who looks at the activities of records of a kind."""

    def links(self, *ids: int) -> QuerySet[ActivityLink]:
        """The links of the record with these ids that the actor sees: what is private is its owner's alone."""
        if self.actor.rights.scope(Activity.KIND, "view") is Scope.NONE:
            return ActivityLink.objects.none()
        at = Q(record_id__in=ids) if len(ids) > 1 else Q(record_id=ids[0])
        seen = Q(activity__is_private=False) | own(self.actor, "activity__")
        rows = ActivityLink.objects.filter(at, seen, record_kind=self.kind)
        return rows.filter(_opened(self.actor)) if self.kind in PEOPLE else rows


def _opened(actor: Actor) -> Q:
    """On the timeline of a person or a company: what is about something else, such as a deal, is for those who see that."""
    if actor.rights.scope(Activity.KIND, "view") is Scope.ALL:
        return Q()
    mine = Q(activity__owner_id=actor.user_id) | Q(activity__created_by_id=actor.user_id)
    people = Q(activity__about_kind__in=["", *sorted(PEOPLE)])
    return people | mine | about_others(actor, prefix="activity__")


def as_told(actor: Actor, activities: Iterable[Activity]) -> list[Activity]:
    """The activities without the links that are hidden from the actor, for reading alone."""
    return without_hidden_links(declare.get(Activity.KIND), actor, activities)
