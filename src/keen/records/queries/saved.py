"""Saved lists, favourites and recents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from keen.core.domain.actor import Actor
from keen.records.declare import RecordType
from keen.records.models import Favourite, Recent, SavedList

OPENED_FOR = timedelta(minutes=10)
PLACES = {"after", "before", "r", "view"}


@dataclass(frozen=True)
class View:
    """A tab above a list."""

    label: str
    href: str
    current: bool = False
    count: str = ""
    icon: str = ""
    saved_id: int = 0
    own: bool = False


def saved_lists(actor: Actor, kind: str = "") -> QuerySet[SavedList]:
    """The saved lists that the actor may use: their own, their teams', everybody's.

    Cost: 1 query.
    """
    shared = Q(shared_with_all=True) | Q(team_id__in=sorted(actor.rights.teams)) | Q(owner_id=actor.user_id)
    found = SavedList.objects.filter(shared)
    return (found.filter(kind=kind) if kind else found).order_by("name", "pk")


def views(actor: Actor, record_type: RecordType, query: str) -> list[View]:
    """The tabs above the list: those that every list has, then the saved ones.

    Cost: 1 query.
    """
    at = f"/{record_type.path}/"
    now, chosen = _same(query), dict(parse_qsl(query)).get("view")
    built_in = [("All", ""), *record_type.tabs]
    if "owner" in record_type.by_name:
        built_in.append(("Mine", "owner=me"))
    built_in.append(("Lately changed", "sort=-updated_at"))
    if "last_contact_at" in record_type.by_name:
        built_in.append(("No contact for 90 days", "last_contact_at.before_last=90"))
    tabs = [
        View(label, f"{at}?{wanted}" if wanted else at, not chosen and _same(wanted) == now)
        for label, wanted in built_in
    ]
    for found in saved_lists(actor, record_type.kind):
        own = found.owner_id == actor.user_id
        icon = "" if own and not found.shared_with_all and found.team_id is None else "users"
        tabs.append(View(found.name, at + found.href, chosen == str(found.pk), "", icon, found.pk, own))
    return tabs


def bare_query(query: str) -> str:
    """The query of a list's address without what changes from page to page."""
    return urlencode([pair for pair in parse_qsl(query) if pair[0] not in PLACES])


def _same(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(bare_query(query)))


def starred_by(actor: Actor, kind: str) -> Exists:
    """Whether the actor starred the record that is being read, as part of reading it."""
    return Exists(Favourite.objects.filter(user=actor.user_id, kind=kind, record_id=OuterRef("pk")))


def recents(actor: Actor, most: int = 8) -> Sequence[tuple[str, int]]:
    """The (kind, id) of what the person opened lately, newest first.

    Cost: 1 query.
    """
    found = Recent.objects.filter(user=actor.user_id).order_by("-at", "-pk")
    return list(found.values_list("kind", "record_id")[:most])


def favourites(actor: Actor) -> Sequence[tuple[str, int]]:
    """The (kind, id) of what the person starred, newest first.

    Cost: 1 query.
    """
    found = Favourite.objects.filter(user=actor.user_id).order_by("-at", "-pk")
    return list(found.values_list("kind", "record_id")[:50])


def opened_lately(actor: Actor, kind: str) -> Exists:
    """Whether the actor opened the record that is being read in the last ten minutes, as part of reading it."""
    since = timezone.now() - OPENED_FOR
    mine = Recent.objects.filter(user=actor.user_id, kind=kind, record_id=OuterRef("pk"), at__gt=since)
    return Exists(mine)
