"""The list of a record kind: saved views, filters, columns, pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict

from keen.core import pages
from keen.core.access import KeenRequest
from keen.core.domain.actor import Actor
from keen.core.wiring import wired
from keen.lib import text
from keen.lib.errors import RuleError
from keen.records.actions.refreshing import note_use
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import filters
from keen.records.pages.shown import Shown, columns, shown
from keen.records.queries import listing, saved
from keen.records.queries.filterwords import value_words
from keen.records.queries.listing import Listing, Page


@dataclass(frozen=True)
class Head:
    """A column's head, with where its sorting leads."""

    label: str
    href: str = ""
    direction: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: int
    href: str
    title: str
    cells: Sequence[tuple[Field, Sequence[Shown]]]
    mark: tuple[str, str] | None = None


def show(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The list page."""
    actor = request.actor
    if request.GET.get("_field"):
        return HttpResponseRedirect(with_filter(request))
    wanted = read_listing(request, record_type)
    fields = chosen_columns(request, record_type, actor)
    naming = record_type.title_columns(actor)
    page = listing.page(record_type, actor, wanted, sorted({*columns(fields), *naming}))
    context = {
        "type": record_type,
        "listing": wanted,
        "page": page,
        "rows": _rows(record_type, naming, fields, page.rows, marks(request, record_type, page.rows)),
        "heads": heads(request, record_type, fields, wanted),
        "views": saved.views(actor, record_type, request.GET.urlencode()),
        "chips": chips(request, record_type, wanted),
        "may_add": actor.may_write and actor.rights.scope(record_type.kind, "add").reach > 0,
        "may_export": actor.rights.scope(record_type.kind, "export").reach > 0,
        "may_delete": actor.rights.scope(record_type.kind, "delete").reach > 0,
        "may_edit": actor.may_write and actor.rights.scope(record_type.kind, "edit").reach > 0,
        "address": request.GET.urlencode(),
        "above": above(request, record_type),
        **_places(request, page),
        **_choices(record_type, actor, fields),
    }
    response = pages.render(request, "records/list.html", context)
    used = {condition.field for condition in wanted.conditions} | {wanted.sort.removeprefix("-")}
    used |= {name for part in request.GET.getlist("cols") for name in part.split(",")}
    own = [field.own.id for field in record_type.readable(actor) if field.own and field.name in used]
    if own:
        pages.afterwards(response, lambda: note_use(own))
    return response


def above(request: KeenRequest, record_type: RecordType) -> list[str]:
    """What other packages show above the list, as keen.site.wiring lists it."""
    found = (panel for panel in wired().panels if panel.place == "list" and record_type.kind in panel.kinds)
    return [html for panel in found if (html := panel.render(request, record_type))]


def marks(
    request: KeenRequest, record_type: RecordType, found: Sequence[Mapping[str, Any]]
) -> dict[int, tuple[str, str]]:
    """What other packages say of each row in a word, by its id."""
    told: dict[int, tuple[str, str]] = {}
    for panel in wired().panels:
        if panel.place == "row" and record_type.kind in panel.kinds and found:
            told |= panel.render(request, record_type, [row["id"] for row in found])
    return told


def _rows(
    record_type: RecordType,
    naming: Sequence[str],
    fields: Sequence[Field],
    found: Sequence[Mapping[str, Any]],
    marked: Mapping[int, tuple[str, str]],
) -> list[Row]:
    """The rows as they are shown."""
    rows = []
    named = record_type.model()  # one for all rows: making a record for each was a fifth of the page
    for row in found:
        for name in naming:
            setattr(named, name, row[name])
        href = f"/{record_type.path}/{row['id']}/"
        cells = [(field, shown(field, row)) for field in fields]
        rows.append(Row(row["id"], href, named.title, cells, marked.get(row["id"])))
    return rows


def read_listing(request: KeenRequest, record_type: RecordType) -> Listing:
    """What the address asks for.

    Raises: RuleError for something that the list cannot do.
    """
    return listing_of(request.GET, record_type, request.actor)


def listing_of(given: QueryDict, record_type: RecordType, actor: Actor) -> Listing:
    """What a query asks for.

    Raises: RuleError for something that the list cannot do.
    """
    pairs = [(key, value) for key in given for value in given.getlist(key)]
    known = listing.filterable(record_type, actor)
    return Listing(
        conditions=tuple(filters.parse(pairs, known)),
        sort=given.get("sort", ""),
        q=text.clean(given.get("q", ""), filters.MOST_CHARACTERS),
        after=given.get("after", ""),
        before=given.get("before", ""),
    )


def chosen_columns(request: KeenRequest, record_type: RecordType, actor: Actor) -> list[Field]:
    """The columns that the address names, else those that the kind lists; never one that is hidden from the actor."""
    readable = {field.name: field for field in record_type.readable(actor)}
    wanted = [name for part in request.GET.getlist("cols") for name in part.split(",") if name]
    unknown = [name for name in wanted if name not in readable]
    if unknown:
        raise RuleError("unknown_field", f"There is no field “{unknown[0][:40]}” to show.", "cols")
    if wanted:
        return [readable[name] for name in dict.fromkeys(wanted)]
    return [
        field for field in readable.values() if field.listed and field.name not in record_type.title_names
    ]


def heads(
    request: KeenRequest, record_type: RecordType, fields: Sequence[Field], wanted: Listing
) -> list[Head]:
    """The heads of the title's and the other columns."""
    first = Field(record_type.name_field, "Name", sorts=record_type.sorts_by_name)
    return [
        _head(request, record_type, field, wanted.sort or record_type.order) for field in (first, *fields)
    ]


def _head(request: KeenRequest, record_type: RecordType, field: Field, sort: str) -> Head:
    by, downwards = sort.removeprefix("-"), sort.startswith("-")
    if by == "sort_name":
        by = record_type.name_field
    kind = "number" if field.kind in {Kind.NUMBER, Kind.AMOUNT} else ""
    if not listing.sorts(record_type, request.actor, field):
        return Head(field.label, kind=kind)
    href = _with(request, sort=f"-{field.name}" if by == field.name and not downwards else field.name)
    return Head(
        field.label, href, ("descending" if downwards else "ascending") if by == field.name else "", kind
    )


def _with(request: KeenRequest, **changed: str) -> str:
    given = request.GET.copy()
    for name in ("after", "before", "r"):
        given.pop(name, None)
    for name, value in changed.items():
        given.pop(name, None)
        if value:
            given[name] = value
    return f"{request.path}?{given.urlencode()}"


def with_filter(request: KeenRequest) -> str:
    """The address with the filter that the filter form describes."""
    name, operator = request.GET.get("_field", ""), request.GET.get("_operator", "is")
    value = "1" if operator in filters.VALUELESS else request.GET.get("_value", "").strip()
    given = request.GET.copy()
    for part in ("_field", "_operator", "_value", "mode", "after", "before", "r"):
        given.pop(part, None)
    given[name if operator == "is" else f"{name}.{operator}"] = value
    for part in [key for key in given if not given[key]]:
        given.pop(part)
    return f"{request.path}?{given.urlencode()}"


def _places(request: KeenRequest, page: Page) -> dict[str, str]:
    return {
        "next": _with(request, after=page.next) if page.next else "",
        "previous": _with(request, before=page.previous) if page.previous else "",
        "total": "more than 1,000" if page.total > listing.COUNT_CAP else f"{page.total:,}",
    }


def chips(
    request: KeenRequest, record_type: RecordType, wanted: Listing, look: Mapping[str, str] | None = None
) -> list[dict[str, str]]:
    """The active filters in words, each with the address without it. `look` is what else stays in the address."""
    found = []
    for condition in wanted.conditions:
        others = [other for other in wanted.conditions if other is not condition]
        field = record_type.by_name[condition.field]
        words = filters.WORDS[condition.operator]
        rest = {
            "q": wanted.q,
            "sort": wanted.sort,
            "cols": ",".join(request.GET.getlist("cols")),
            **(look or {}),
        }
        found.append(
            {
                "label": field.label if condition.operator == "is" else f"{field.label} {words}",
                "value": value_words(field, condition, request.actor),
                "href": "?" + filters.address(others, **rest),
            }
        )
    return found


def _choices(record_type: RecordType, actor: Actor, fields: Sequence[Field]) -> dict[str, Any]:
    """What the filter and column menus offer."""
    readable = [
        field for field in record_type.readable(actor) if field.kind not in {Kind.LONG_TEXT, Kind.LINES}
    ]
    return {
        "filterable": filterable(record_type, actor),
        "operators": filters.OPERATORS,
        "words": filters.WORDS,
        "column_options": [(field.name, field.label) for field in readable],
        "all_columns": [(field.name, field.label, field in fields) for field in readable],
    }


def filterable(record_type: RecordType, actor: Actor) -> list[dict[str, Any]]:
    """The fields that the filter menu offers."""
    return [
        {"name": field.name, "label": field.label, "kind": field.kind.value, "choices": field.choices}
        for field in record_type.readable(actor)
        if field.filtered and field.kind not in {Kind.LONG_TEXT, Kind.LINES}
    ]
