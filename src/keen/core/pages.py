"""Pages and fragments: what every template finds, and how a receipt reaches the page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template import engines
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment

from keen.core import menu, queries
from keen.core.domain.actor import Actor
from keen.core.domain.receipts import Receipt
from keen.core.models import User

COPY_FOR = "Keen-Copy-For"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an answer was made of, left on the request for whoever looks at it afterwards."""

    template: str
    context: Mapping[str, Any]
    status: int


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """The page, or the one block that `pkg/page.html#block` names."""
    request.keen_rendered = Rendered(template, context or {}, status)  # type: ignore[attr-defined]
    return HttpResponse(text(request, template, context), status=status)


def text(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None) -> SafeString:
    """The rendered page or block."""
    name, _, block = template.partition("#")
    environment: Environment = engines["keen"].env  # type: ignore[attr-defined]
    found = environment.get_template(name)
    fragment = bool(block) or name.rpartition("/")[2].startswith("_")
    values = {**shell(request, whole=not fragment), **(context or {})}
    if not block:
        return mark_safe(found.render(values))  # noqa: S308  autoescaped by the environment
    inner = found.new_context(values)
    return mark_safe("".join(found.blocks[block](inner)))  # noqa: S308


def shell(request: HttpRequest, *, whole: bool) -> dict[str, Any]:
    """What every template finds. The navigation only where the whole page is rendered."""
    token = get_token(request)
    signed_in = getattr(request, "user", None)
    user = signed_in if isinstance(signed_in, User) else None
    base: dict[str, Any] = {
        "request": request,
        "csrf_token": token,
        "csrf_input": format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token),
        "me": user,
        "actor": getattr(request, "actor", None),
        "receipt": None,
        "theme": user.theme if user else "",
    }
    actor = base["actor"]
    if not whole or user is None or actor is None:
        return base
    return {
        **base,
        "acting_as": getattr(request, "acting_as", None),
        "nav": menu.navigation(actor, request.path),
        "commands": menu.commands(actor),
        "pinned": menu.pinned(user),
        "notices_count": _unread(user, actor),
        "receipt": _receipt(request),
    }


def _unread(user: User, actor: Actor) -> int:
    """How many notices wait: read with the person where a session brought them."""
    known: int | None = getattr(user, "unread", None)
    return queries.unread_count(actor) if known is None or actor.acting_by is not None else known


def _receipt(request: HttpRequest) -> Receipt | None:
    shown = request.GET.get("r", "")
    try:
        operation_id = UUID(shown)
    except ValueError:
        return None
    found = queries.receipt_of(request.user.pk, operation_id)
    request.keen_receipt_shown = found  # type: ignore[attr-defined]
    return found


def answer(request: HttpRequest, receipt: Receipt, *, to: str, fragment: str = "") -> HttpResponse:
    """The answer to a write: for htmx the fragment with the receipt beside it, else a redirect to the page that shows it."""
    request.keen_receipt = receipt  # type: ignore[attr-defined]
    if request.headers.get("HX-Request"):
        region = text(request, "core/_receipt.html", {"receipt": receipt})
        return HttpResponse(fragment + region)
    mark = receipt.operation
    address, _, anchor = to.partition("#")
    joined = "&" if "?" in address else "?"
    shown = f"{address}{joined}r={mark}" if mark else address
    return HttpResponseRedirect(shown + (f"#{anchor}" if anchor else ""), status=303)


def keep_copy(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page, marked as one of which the person's device may keep a copy to be read without a network.

    Shape: not of an address with a question in it, which shows a passing state, and not of what one sees as somebody else.
    """
    if not request.GET and request.user.is_authenticated and getattr(request, "acting_as", None) is None:
        response[COPY_FOR] = str(request.user.pk)
    return response


def afterwards(response: HttpResponse, act: Callable[[], None]) -> None:
    """Do it after the answer has gone out, so that nobody waits for it."""
    response._resource_closers.append(act)  # type: ignore[attr-defined]  # noqa: SLF001


def local_address(request: HttpRequest, wanted: str, otherwise: str) -> str:
    """The wanted address when it lies within this installation, else the other one."""
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}
    )
    return wanted if safe and "\\" not in wanted and not wanted.startswith("//") else otherwise
