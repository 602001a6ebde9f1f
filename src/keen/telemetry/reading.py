"""What a request and its answer say about use: read off what is declared, so that no view has to remember it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from keen.core.domain.receipts import Receipt
from keen.core.pages import Rendered
from keen.telemetry.capture import note
from keen.telemetry.domain.catalogue import CATALOGUE, METHODS, MOST_MS
from keen.telemetry.domain.properties import MOST_NAMES, UNKNOWN, count_class, known_name
from keen.telemetry.vocabulary import field_of, kind_at, kind_of, page_at, vocabulary

QUIET = frozenset(
    [
        "usage",
        "usage-mine",
        "usage-export",
        "usage-erase",
        "usage-stuck",
        "healthz",
        "import-progress",
        "search-link",
        "settings-theme",
        "duplicates",
        "contact-check",
        "account-check",
    ]
)
FORMS = frozenset(
    [
        "activity-plan",
        "call-new",
        "mail-new",
        "relate",
        "invite",
        "settings",
        "person-new",
        "team-list",
        "role-new",
        "import-match",
    ]
)
FORM_ENDINGS = ("-new", "-edit", "-fact", "-resolve", "-merge")
ROADS = {"-fact": "inline", "-bulk": "bulk", "-grid": "grid"}
SIGN_IN = {
    "account_login": "password",
    "mfa_authenticate": "code",
    "mfa_login_webauthn": "passkey",
    "demo-enter": "demo",
    "join": "invitation",
}
STEPS = {
    "import-start": "upload", "import-match": "match", "import-check": "check", "import-load": "load",
    "import-resume": "resume", "import-row": "mend", "import-undo": "undo", "import-discard": "discard",
    "import-rejects": "rejects", "import-again": "again",
}  # fmt: skip
AFTER = {"search": "search", "today": "today", "notices": "notice"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request with its answer, as far as it is looked at."""

    request: HttpRequest
    status: int
    page: str
    kind: str
    ms: int
    rendered: Rendered | None

    @property
    def context(self) -> Mapping[str, Any]:
        """What the template was given."""
        return self.rendered.context if self.rendered else {}

    @property
    def template(self) -> str:
        """What was rendered, "" for answers without a page."""
        return self.rendered.template if self.rendered else ""

    @property
    def whole(self) -> bool:
        """Whether it is a whole page, and not a part of one."""
        part = "#" in self.template or self.template.rpartition("/")[2].startswith("_")
        return bool(self.template) and not part and not self.request.headers.get("HX-Request")


def read(request: HttpRequest, response: HttpResponse, ms: int) -> None:
    """Note what the request was about."""
    match = request.resolver_match
    name = match.url_name if match else ""
    page = known_name(name, vocabulary()["pages"])
    if page in QUIET or request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        return
    rendered = getattr(request, "keen_rendered", None)
    seen = Seen(request, response.status_code, page, _kind(page, match, rendered), min(ms, MOST_MS), rendered)
    if getattr(getattr(request, "actor", None), "via", "page") == "api":
        _called(seen)
        return
    if seen.status >= 400:
        _refused(seen)
    elif request.method == "POST":
        _written(seen)
    elif request.method == "GET":
        _looked(seen)


def signed_in(request: HttpRequest) -> None:
    """Note that somebody came in by this request, when it was one that lets people in."""
    match = request.resolver_match
    by = SIGN_IN.get(match.url_name or "") if match else None
    if by:
        note("signed_in", by=by)


def _called(seen: Seen) -> None:
    """A program asked, on somebody's token: what it did stands apart from what the person did."""
    method = seen.request.method or ""
    outcome = "done" if seen.status < 400 else "refused" if seen.status < 500 else "failed"
    if method in METHODS:
        note("api_called", kind=seen.kind, ms=seen.ms, outcome=outcome, deed=seen.page, method=method)
    if outcome == "done" and method in METHODS[1:] and seen.page != "api-query":
        note("save_made", kind=seen.kind, ms=seen.ms, outcome="saved", deed=seen.page, road="api")


def _kind(page: str, match: Any, rendered: Rendered | None) -> str:
    """The kind of record that the request is about, "" for none."""
    told = rendered.context.get("type") if rendered else None
    parts = match.kwargs if match else {}
    plural = kind_at(parts["plural"]) if "plural" in parts else ""
    wanted = plural or getattr(told, "kind", "") or parts.get("kind", "") or kind_of(page)
    return wanted if isinstance(wanted, str) and wanted in vocabulary()["kinds"] else ""


# What was refused ---------------------------------------------------------------------------------


def _refused(seen: Seen) -> None:
    errors = _errors(seen.context)
    if seen.request.method == "POST" and seen.page in STEPS:
        note("import_step", ms=seen.ms, outcome="refused", step=STEPS[seen.page], **_file(seen.request))
    if seen.request.method == "POST" and seen.status in {409, 422}:
        outcome = "conflict" if seen.status == 409 else "invalid" if errors else "refused"
        fields = sorted({field_of(name) for name in errors})[:MOST_NAMES]
        rules = _rules(errors) if errors else _rules_of_page(seen)
        props: dict[str, Any] = {"form": seen.page, "fields": fields, "rules": rules}
        note("form_rejected", kind=seen.kind, ms=seen.ms, outcome=outcome, **props)
        return
    outcome = str(seen.status)
    if outcome in CATALOGUE["error_shown"].outcomes:
        rules = _rules_of_page(seen)
        note("error_shown", kind=seen.kind, ms=seen.ms, outcome=outcome, screen=seen.page, rules=rules)


def _errors(context: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields that were marked, each with the codes of the rules that marked it."""
    form: Any = context.get("form")
    if hasattr(form, "errors") and hasattr(form.errors, "as_data"):
        return {
            name: [one.code or "invalid" for one in found] for name, found in form.errors.as_data().items()
        }
    errors = context.get("errors") or getattr(form, "errors", None)
    if not isinstance(errors, Mapping):
        return {}
    return {str(name): [getattr(message, "code", "invalid")] for name, message in errors.items()}


def _rules(errors: Mapping[str, list[str]]) -> list[str]:
    return sorted({code.replace(" ", "_")[:40] for codes in errors.values() for code in codes})[:MOST_NAMES]


def _rules_of_page(seen: Seen) -> list[str]:
    """The rule behind an error page or a receipt that says no."""
    receipt = seen.context.get("receipt")
    for told in (seen.context.get("message"), seen.context.get("error"), getattr(receipt, "text", None)):
        code = getattr(told, "code", "")
        if isinstance(code, str) and code:
            return [code[:40]]
    return []


# What was written ---------------------------------------------------------------------------------


def _written(seen: Seen) -> None:
    if seen.page in STEPS and seen.page != "import-load":  # which tells how much, too
        note("import_step", ms=seen.ms, outcome="done", step=STEPS[seen.page], **_file(seen.request))
    if seen.page == "notices-read":
        about = known_name(seen.request.POST.get("about", ""), vocabulary()["notices"])
        note("notice_opened", notice=about, all=not seen.request.POST.get("notice"))
    if seen.page == "undo":
        note("undo_made", ms=seen.ms)
    receipt: Receipt | None = getattr(seen.request, "keen_receipt", None)
    if receipt is None:
        return
    made = {"deed": seen.page, "road": _road(seen), "undoable": bool(receipt.undo)}
    note("save_made", kind=seen.kind, ms=seen.ms, outcome=receipt.outcome, **made)
    if seen.request.headers.get("HX-Request") and seen.status == 200:
        _receipt(receipt, seen.kind)


def _road(seen: Seen) -> str:
    via = getattr(getattr(seen.request, "actor", None), "via", "page")
    if via in {"api", "import"}:
        return str(via)
    if seen.page.startswith("import"):
        return "import"
    return next((road for ending, road in ROADS.items() if seen.page.endswith(ending)), "page")


def _file(request: HttpRequest) -> dict[str, str]:
    # What was turned away unread stays unread: Django keeps the files here once somebody asked for them.
    given = request.FILES.get("file") if "_files" in vars(request) else None
    if given is None:
        return {}
    ending = (given.name or "").rpartition(".")[2].lower()
    return {"format": ending if ending in {"csv", "xlsx"} else "other"}


def _receipt(receipt: Receipt, kind: str) -> None:
    told = {"next": bool(receipt.next or receipt.steps), "undo": bool(receipt.undo)}
    note("receipt_shown", kind=kind, outcome=receipt.outcome, **told)


# What was looked at -------------------------------------------------------------------------------


def _looked(seen: Seen) -> None:
    shown: Receipt | None = getattr(seen.request, "keen_receipt_shown", None)
    if shown is not None:
        _receipt(shown, seen.kind)
    if seen.whole:
        note("page_viewed", ms=seen.ms, screen=seen.page)
    for template, look in LOOKS.items():
        if seen.template.startswith(template):
            look(seen)
    if seen.rendered and (seen.page in FORMS or seen.page.endswith(FORM_ENDINGS)):
        note(
            "form_opened",
            kind=seen.kind,
            ms=seen.ms,
            form=seen.page,
            whole=bool(seen.context.get("whole", True)),
        )
    if seen.page == "import-rejects":
        note("import_step", ms=seen.ms, outcome="done", step="rejects")


def _record(seen: Seen) -> None:
    record, user = seen.context.get("record"), seen.request.user
    props: dict[str, Any] = {
        "own": getattr(record, "owner_id", None) == user.pk,
        "after": _after(seen.request),
        "beside": "#panel" in seen.template,
    }
    updated = getattr(record, "updated_at", None)
    if isinstance(updated, datetime):
        props["untouched"] = _age((timezone.now() - updated).days)
    note("record_viewed", kind=seen.kind, ms=seen.ms, **props)
    if props["after"] == "search":
        note("search_result_opened", kind=seen.kind, place="page")


def _age(days: int) -> str:
    return next((str(most) for most in (30, 90, 180) if days <= most), "older")


def _after(request: HttpRequest) -> str:
    """Where the person came from: the sort of page, never its address."""
    said = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    try:
        came = urlsplit(said)
    except ValueError:
        return "outside"
    if came.netloc != request.get_host():
        return "outside"
    page = page_at(came.path)
    if page in AFTER:
        return AFTER[page]
    if page.endswith("-list"):
        return "list"
    if page in vocabulary()["kinds"]:
        return "record"
    return "form" if page.endswith(FORM_ENDINGS) or page in FORMS else "elsewhere"


def _list(seen: Seen) -> None:
    listing, page = seen.context.get("listing"), seen.context.get("page")
    views = seen.context.get("views") or ()
    props: dict[str, Any] = {
        "saved": any(view.current and view.saved_id for view in views),
        "filtered": bool(getattr(listing, "conditions", ())),
        "searched": bool(getattr(listing, "q", "")),
        "rows": count_class(int(getattr(page, "total", 0))),
    }
    note("list_viewed", kind=seen.kind, ms=seen.ms, **props)


def _search(seen: Seen) -> None:
    if not seen.context.get("q"):
        return
    hits = sum(len(group.hits) for group in seen.context.get("groups", ()))
    outcome = "similar" if seen.context.get("similar") else "found" if hits else "nothing"
    kind = known_name(seen.context.get("kind"), vocabulary()["kinds"])
    kind = "" if kind == UNKNOWN else kind
    note("search_made", kind=kind, ms=seen.ms, outcome=outcome, place="page", hits=count_class(hits))


def _palette(seen: Seen) -> None:
    if not seen.context.get("asked"):
        return
    hits = seen.context.get("hits") or ()
    similar = bool(hits) and all(getattr(hit, "mistyped", False) for hit in hits)
    outcome = "similar" if similar else "found" if hits else "nothing"
    note("search_made", ms=seen.ms, outcome=outcome, place="palette", hits=count_class(len(hits)))


def _help(seen: Seen) -> None:
    said = seen.request.headers.get("Referer", "")
    note("help_opened", screen=page_at(urlsplit(said).path) if said else UNKNOWN, place="page")


LOOKS: Mapping[str, Callable[[Seen], None]] = {
    "records/record.html": _record,
    "records/list.html": _list,
    "records/search.html": _search,
    "records/_options.html#palette": _palette,
    "core/help.html": _help,
}
