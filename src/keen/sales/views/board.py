"""The board, and moving a deal: by drag, by key, by menu, by form."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.safestring import SafeString

from keen.core import pages
from keen.core.access import KeenRequest, note_refused, route
from keen.lib.errors import ForbiddenError, NotVisibleError
from keen.records.actions import asked
from keen.records.actions.values import InvalidError
from keen.records.pages import grid, inputs, lists
from keen.records.pages.edit import field_error
from keen.records.queries import listing, saved
from keen.sales.actions.moves import ASKS_REASON, Move, Moved, move
from keen.sales.domain.pipeline import PipelineFacts, StageFacts
from keen.sales.models import Opportunity
from keen.sales.models.pipelines import pipelines
from keen.sales.panels import shown_money, whole_money
from keen.sales.queries import board
from keen.sales.records import OPPORTUNITY

READ, BOTH = ("GET", "HEAD"), ("GET", "HEAD", "POST")
LOOK = frozenset({"board", "all", "pipeline"})


@route("opportunity.view", methods=READ)
def opportunity_list(request: KeenRequest) -> HttpResponse:
    """The deals: as a board, as a list, or as a table to edit."""
    wants_board = request.GET.get("board") == "1" and not request.actor.rights.hides(
        Opportunity.KIND, "stage"
    )
    return _board(request) if wants_board else grid.list_or_grid(request, OPPORTUNITY)


def _board(request: KeenRequest) -> HttpResponse:
    actor, now = request.actor, timezone.now()
    if request.GET.get("_field"):
        return HttpResponseRedirect(lists.with_filter(request))
    wanted = lists.read_listing(request, OPPORTUNITY)
    pipeline = _pipeline(request)
    deals = listing.matching(OPPORTUNITY, actor, wanted)
    found = board.board(actor, pipeline, deals, now, whole=request.GET.get("all", "")[:40])
    context = {
        "type": OPPORTUNITY,
        "board": found,
        "pipelines": pipelines().offered,
        "chips": lists.chips(request, OPPORTUNITY, wanted, {"board": "1"}),
        "listing": wanted,
        "views": _views(request),
        "may_add": actor.may_write and actor.rights.scope(Opportunity.KIND, "add").reach > 0,
        "may_move": may_move(request),
        "filtered": bool(wanted.conditions or wanted.q),
        "address": _address(request),
        "money": shown_money,
        "whole": whole_money,
        "look": {"board": "1"},
        "shown_stage": _shown_stage(request, found),
        "filterable": lists.filterable(OPPORTUNITY, actor),
    }
    return pages.render(request, "sales/board.html", context)


def _views(request: KeenRequest) -> list[saved.View]:
    """The tabs above the board, which stay on the board."""
    found = saved.views(request.actor, OPPORTUNITY, _address(request))
    return [replace(one, href=f"{one.href}{'&' if '?' in one.href else '?'}board=1") for one in found]


def may_move(request: KeenRequest) -> bool:
    """Whether the person may move deals at all."""
    actor = request.actor
    may = actor.may_write and actor.rights.scope(Opportunity.KIND, "edit").reach > 0
    return may and not actor.rights.locks(Opportunity.KIND, "stage")


def _pipeline(request: KeenRequest) -> PipelineFacts:
    """The pipeline that the address names, else the first one."""
    found = pipelines()
    named = found.pipeline(request.GET.get("pipeline", "")[:40])
    return named if named is not None and named.offered else found.offered[0]


def _address(request: KeenRequest) -> str:
    """What the address holds besides the look of the page: what narrows the deals."""
    given = request.GET.copy()
    for name in (*LOOK, "r", "at"):
        given.pop(name, None)
    return given.urlencode()


def _shown_stage(request: KeenRequest, found: board.Board) -> str:
    """The column that a phone shows: the one asked for, else the first that has a deal that needs somebody."""
    keys = [column.stage.key for column in found.columns]
    asked_for = request.GET.get("at", "")
    if asked_for in keys:
        return asked_for
    pressing = [column for column in found.columns if column.cards and column.stage.is_open]
    return min(pressing, key=lambda column: column.cards[0].need).stage.key if pressing else keys[0]


@route("opportunity.edit", methods=BOTH)
def opportunity_move(request: KeenRequest, record_id: int) -> HttpResponse:
    """Move a deal. What its new stage asks for stands on the card, or on a page of its own without scripts."""
    if request.method != "POST":
        return _page(request, _deal(request, record_id), request.GET.get("stage", ""))
    posted = request.POST
    stage = posted.get("stage", "")[:40]
    names = {field.name for field in OPPORTUNITY.writable(request.actor)} - {"stage"}
    sent = [field.name for field in OPPORTUNITY.writable(request.actor) if field.name in names & set(posted)]
    wish = Move(
        stage,
        inputs.read(OPPORTUNITY, posted, sent),
        posted.get("was", "")[:40],
        posted.get("_once", "")[:40],
    )
    try:
        moved = move(actor=request.actor, deal_id=record_id, wish=wish)
    except InvalidError as error:
        return _refused(request, record_id, Refused(wish, error.errors))
    except ForbiddenError as error:
        return _refused(request, record_id, Refused(wish, field_error(request, OPPORTUNITY, error)))
    return _answer(request, moved, wish)


@dataclass(frozen=True)
class Refused:
    """A move that was not made, with what is to be mended."""

    wish: Move
    errors: dict[str, str]


def _deal(request: KeenRequest, record_id: int) -> Opportunity:
    deal: Opportunity | None = Opportunity.objects.visible_to(request.actor).filter(pk=record_id).first()
    if deal is None:
        raise NotVisibleError
    if not deal.allows(request.actor, "edit"):
        name = OPPORTUNITY.told_to(request.actor, deal)
        raise ForbiddenError("forbidden", f"You can see “{name}” but not change it. Ask its owner.")
    return deal


def _answer(request: KeenRequest, moved: Moved, wish: Move) -> HttpResponse:
    back = pages.local_address(request, request.POST.get("_back", ""), f"/opportunities/{moved.deal.pk}/")
    if not request.headers.get("HX-Request"):
        return pages.answer(request, moved.receipt, to=back)
    card = _card(request, moved.deal, asks=moved.asks, wish=wish)
    return pages.answer(request, moved.receipt, to=back, fragment=card + _heads(request, moved.deal))


def _heads(request: KeenRequest, deal: Opportunity) -> SafeString:
    """What the columns come to now, to be swapped in where they stand: of the deals that the page shows."""
    pipeline = pipelines().of_stage(deal.stage) or pipelines().offered[0]
    query = QueryDict(request.POST.get("_query", "")[:2000])
    shown = lists.listing_of(query, OPPORTUNITY, request.actor)
    deals = listing.matching(OPPORTUNITY, request.actor, shown)
    columns = board.heads_of(request.actor, pipeline, deals, timezone.now())
    return pages.text(request, "sales/_heads.html", {"columns": columns, "whole": whole_money})


def _refused(request: KeenRequest, record_id: int, refused: Refused) -> HttpResponse:
    deal = _deal(request, record_id)
    note_refused(request, InvalidError(refused.errors))
    if not request.headers.get("HX-Request"):
        return _page(request, deal, refused.wish.stage, refused)
    asks = asked.asked_for(
        OPPORTUNITY, request.actor, {**refused.wish.values, "stage": refused.wish.stage}, deal
    )
    card = _card(request, deal, asks=asks, wish=refused.wish, errors=refused.errors)
    return HttpResponse(card, status=422)


def _card(
    request: KeenRequest,
    deal: Opportunity,
    *,
    asks: Sequence[asked.Ask] = (),
    wish: Move | None = None,
    errors: dict[str, str] | None = None,
) -> SafeString:
    stage = pipelines().stages.get(wish.stage if wish else deal.stage) or deal.facts
    context = {
        "card": board.card_of(request.actor, stage, board.row_of(deal), timezone.now()),
        "inputs": _inputs(request, deal, asks, wish, errors),
        "asks": asks,
        "demands": any(ask.required for ask in asks) or bool(errors),
        "errors": errors or {},
        "reasons": _reasons(request, deal, stage) if not errors else None,
        "may_move": True,
        "money": shown_money,
        "type": OPPORTUNITY,
    }
    return pages.text(request, "sales/_card.html", context)


def _reasons(
    request: KeenRequest, deal: Opportunity, stage: StageFacts
) -> tuple[str, Sequence[tuple[str, str]]] | None:
    """The question of a decided stage with its answers; None where it is answered or not the actor's to answer."""
    if deal.reason or request.actor.rights.locks(Opportunity.KIND, "reason"):
        return None
    return ASKS_REASON.get(stage.type)


def _inputs(
    request: KeenRequest,
    deal: Opportunity,
    asks: Sequence[asked.Ask],
    wish: Move | None,
    errors: dict[str, str] | None,
) -> list[inputs.Input]:
    named = {ask.field.name for ask in asks} | {name for name in errors or {} if name in OPPORTUNITY.by_name}
    fields = [field for field in OPPORTUNITY.writable(request.actor) if field.name in named - {"stage"}]
    typed: dict[str, Any] = dict(wish.values) if wish else {}
    return inputs.inputs(request.actor, fields, record=deal, typed=typed, errors=errors) if fields else []


def _page(request: KeenRequest, deal: Opportunity, key: str, refused: Refused | None = None) -> HttpResponse:
    """Moving without scripts: the stages to choose from, or what the chosen one asks for."""
    found = pipelines()
    stage = found.stages.get(key) if key not in found.retired else None
    asks = asked.asked_for(OPPORTUNITY, request.actor, {"stage": key}, deal) if stage else []
    wish, errors = (refused.wish, refused.errors) if refused else (None, None)
    context = {
        "type": OPPORTUNITY,
        "record": OPPORTUNITY.as_read_by(request.actor, deal),
        "stage": stage,
        "pipelines": found.offered,
        "inputs": _inputs(request, deal, asks, wish, errors) if stage else [],
        "asks": asks,
        "errors": errors or {},
        "reasons": _reasons(request, deal, stage) if stage else None,
        "back": pages.local_address(request, request.GET.get("back", ""), f"/opportunities/{deal.pk}/"),
    }
    return pages.render(request, "sales/move.html", context, 422 if errors else 200)
