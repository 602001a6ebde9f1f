"""Saved lists, favourites, recents."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from keen.core.actions import operations
from keen.core.actions.operations import Entry, Work
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Link, Receipt
from keen.core.models import Change, Team, User
from keen.lib import text
from keen.lib.errors import ForbiddenError, NotVisibleError, RuleError
from keen.records import declare
from keen.records.models import Favourite, Recent, SavedList
from keen.records.queries.saved import bare_query, saved_lists

MOST_LISTS = 100
MOST_IN_QUERY = 2000
KEPT = ("kind", "name", "query", "owner_id", "team_id", "shared_with_all")
SEEN_BY = {"me": "only you see it", "team": "your team sees it", "all": "everybody sees it"}


@dataclass(frozen=True)
class ListWish:
    """A list that is to be kept: its name, the query of its address, and who may use it."""

    kind: str
    name: str
    query: str
    share: str = "me"
    pin: bool = False


def opened(*, actor: Actor, kind: str, record_id: int) -> None:
    """Note that the person opened the record; `saved.opened_lately` tells whether that is known already.

    Cost: 1 query.
    """
    row = Recent(user_id=_person(actor), kind=kind, record_id=record_id, at=timezone.now())
    once = ["user", "kind", "record_id"]
    Recent.objects.bulk_create([row], update_conflicts=True, unique_fields=once, update_fields=["at"])


def star(*, actor: Actor, kind: str, record_id: int) -> tuple[bool, Receipt]:
    """Whether the record is a favourite now, after it was made one or ceased to be.

    Raises: NotVisibleError.
    """
    record_type = declare.get(kind)
    with transaction.atomic():
        record = record_type.model.objects.visible_to(actor).filter(pk=record_id).first()
        if record is None:
            raise NotVisibleError
        same: dict[str, Any] = {"user_id": _person(actor), "kind": kind, "record_id": record_id}
        gone, _ = Favourite.objects.filter(**same).delete()
        if not gone:
            # Two presses at once are one star: neither of them finds the other's row to take away.
            Favourite.objects.get_or_create(**same, defaults={"at": timezone.now()})
        word = "no longer a favourite" if gone else "a favourite now; it is offered first when you search"
        work = operations.start(actor=actor, verb="starred")
        name = record_type.told_to(actor, record)
        link = Link(name, f"/{record_type.path}/{record_id}/")
        return not gone, operations.finish(
            work, Receipt("saved", f"{name} is {word}.", object=link), undoable=False
        )


def save_list(*, actor: Actor, wish: ListWish) -> tuple[SavedList, Receipt]:
    """The kept list.

    Raises: RuleError for a name that is missing or taken; ForbiddenError for sharing without the power.
    """
    name = text.clean(wish.name, 80)
    if not name:
        raise RuleError("missing", "Give the view a name, so that you find it again.", "name")
    query = bare_query(wish.query)
    if len(query) > MOST_IN_QUERY:
        raise RuleError("too_long", "These are too many filters for one view. Take some off.", "name")
    _check_sharing(actor, wish.share)
    with transaction.atomic():
        own = SavedList.objects.filter(owner_id=_person(actor), kind=wish.kind)
        if own.filter(name=name).exists():
            message = f"You have a view called “{name}” already. Choose another name."
            raise RuleError("taken", message, "name")
        if own.count() >= MOST_LISTS:
            raise RuleError(
                "too_many", f"You have {MOST_LISTS} views of this list. Delete one first.", "name"
            )
        kept = SavedList.objects.create(
            kind=wish.kind,
            name=name,
            query=query,
            owner_id=_person(actor),
            team_id=actor.team_id if wish.share == "team" else None,
            shared_with_all=wish.share == "all",
            created_at=timezone.now(),
        )
        if wish.pin:
            _pin(actor, kept, on=True)
        also = (SEEN_BY[wish.share], *(("pinned to the navigation",) if wish.pin else ()))
        work = operations.start(actor=actor, verb="saved a view")
        _note(work, kept, "created", pinned=wish.pin)
        receipt = Receipt("saved", f"View “{name}” kept.", object=Link(name, _address(kept)), also=also)
        return kept, operations.finish(work, receipt)


def _check_sharing(actor: Actor, share: str) -> None:
    if share not in SEEN_BY:
        raise RuleError(
            "not_a_choice", "Choose who uses the view: only you, your team or everybody.", "share"
        )
    if share == "team" and actor.team_id is None:
        raise RuleError(
            "no_team", "You are in no team. Keep the view for yourself, or share it with all.", "share"
        )
    if share != "me" and not actor.rights.has("views.share"):
        message = "Your role keeps views for yourself. Ask a manager to share it."
        raise ForbiddenError("forbidden", message, "share")


def _person(actor: Actor) -> int:
    """The id of the person who keeps something for themselves.

    Raises: ForbiddenError for the system, which keeps nothing.
    """
    if actor.user_id is None:
        raise ForbiddenError
    return actor.user_id


def pin_list(*, actor: Actor, list_id: int) -> Receipt:
    """The receipt of pinning the list to the navigation, or of taking it off.

    Raises: NotVisibleError.
    """
    with transaction.atomic():
        kept = _usable(actor, list_id)
        user = User.objects.get(pk=_person(actor))
        href = _address(kept)
        pinned = any(pin["href"] == href for pin in user.pins)
        _pin(actor, kept, on=not pinned)
        told = "is off the navigation" if pinned else "stands in the navigation"
        work = operations.start(actor=actor, verb="pinned a view")
        receipt = Receipt("saved", f"View “{kept.name}” {told}.", object=Link(kept.name, href))
        return operations.finish(work, receipt, undoable=False)


def delete_list(*, actor: Actor, list_id: int) -> Receipt:
    """The receipt of deleting a list of one's own. The records stay.

    Raises: NotVisibleError; ForbiddenError for somebody else's.
    """
    with transaction.atomic():
        kept = _usable(actor, list_id)
        if kept.owner_id != actor.user_id:
            raise ForbiddenError("forbidden", f"“{kept.name}” belongs to a colleague. Unpin it instead.")
        work = operations.start(actor=actor, verb="deleted a view")
        _note(work, kept, "deleted", pinned=_pin(actor, kept, on=False))
        kept.delete()
        href = f"/{declare.get(kept.kind).path}/"
        receipt = Receipt(
            "saved", f"View “{kept.name}” deleted. The records stay.", object=Link(kept.name, href)
        )
        return operations.finish(work, receipt)


def undo_views(work: Work, changes: Sequence[Change]) -> None:
    """Take back that views were kept or deleted; what is as it was already stays so.

    Raises: RuleError when another view of one's own has the name by now.
    """
    for change in changes:
        if change.verb == "created":
            kept = SavedList.objects.filter(pk=change.record_id).first()
            if kept is not None:
                _note(work, kept, "deleted", pinned=_pin(work.actor, kept, on=False))
                kept.delete()
        elif not SavedList.objects.filter(pk=change.record_id).exists():
            _bring_back(work, change)


def _bring_back(work: Work, change: Change) -> None:
    facts = {name: change.before[name] for name in KEPT}
    same = SavedList.objects.filter(owner_id=facts["owner_id"], kind=facts["kind"], name=facts["name"])
    if same.exists():
        raise RuleError("taken", f"You have another view called “{facts['name']}” by now. Delete that first.")
    if not work.actor.rights.has("views.share"):  # it was shared by a power that is gone
        facts |= {"team_id": None, "shared_with_all": False}
    if not Team.objects.filter(pk=facts["team_id"]).exists():
        facts["team_id"] = None
    kept = SavedList.objects.create(pk=change.record_id, created_at=work.at, **facts)
    if change.before.get("pinned"):
        _pin(work.actor, kept, on=True)
    _note(work, kept, "created", pinned=bool(change.before.get("pinned")))


def _note(work: Work, kept: SavedList, verb: str, *, pinned: bool) -> None:
    """The view's own line in the audit trail, by which it is undone."""
    facts: dict[str, object] = {**{name: getattr(kept, name) for name in KEPT}, "pinned": pinned}
    before, after = (facts, {}) if verb == "deleted" else ({}, facts)
    operations.note(work, Entry("view", kept.pk, 1, verb, before, after))


def _address(kept: SavedList) -> str:
    return f"/{declare.get(kept.kind).path}/{kept.href}"


def _pin(actor: Actor, kept: SavedList, *, on: bool) -> bool:
    """Whether the view was pinned before. Pins stand on the person's own row, which every page reads anyway."""
    user = User.objects.select_for_update().get(pk=_person(actor))
    others = [pin for pin in user.pins if pin["href"] != _address(kept)]
    User.objects.filter(pk=user.pk).update(
        pins=[*others, {"label": kept.name, "href": _address(kept)}] if on else others
    )
    return len(others) < len(user.pins)


def _usable(actor: Actor, list_id: int) -> SavedList:
    kept = saved_lists(actor).filter(pk=list_id).first()
    if kept is None:
        raise NotVisibleError
    return kept
