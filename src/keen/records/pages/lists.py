"""The list of a record kind: saved views, filters, columns, pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect

from keen.core import pages
from keen.core import queries as core
from keen.core.access import KeenRequest
from keen.core.domain.actor import Actor
from keen.lib.errors import RuleError
from keen.records.declare import Field, Kind, RecordType
from keen.records.domain import filters
from keen.records.domain.filters import Condition
from keen.records.pages.shown import Shown, columns, shown
from keen.records.queries import listing, saved
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
    subtitle: str
    cells: Sequence[tuple[Field, Sequence[Shown]]]


def show(request: KeenRequest, record_type: RecordType) -> HttpResponse:
    """The list page."""
    actor = request.actor
    if request.GET.get("_field"):
        return HttpResponseRedirect(_with_filter(request))
    wanted = read_listing(request, record_type)
    fields = chosen_columns(request, record_type, actor)
    page = listing.page(record_type, actor, wanted, ["id", *columns([*fields, *_naming(record_type)])])
    context = {
        "type": record_type,
        "listing": wanted,
        "page": page,
        "rows": rows_of(record_type, fields, page),
        "heads": heads(request, record_type, fields, wanted),
        "views": saved.views(actor, record_type, request.GET.urlencode()),
        "chips": chips(record_type, actor, wanted),
        "may_add": actor.rights.scope(record_type.kind, "add").reach > 0,
        "address": request.GET.urlencode(),
        **_places(request, page),
        **_choices(record_type, actor, fields),
    }
    return pages.render(request, "records/list.html", context)


def read_listing(request: KeenRequest, record_type: RecordType) -> Listing:
    """What the address asks for.

    Raises: RuleError for something that the list cannot do.
    """
    given = request.GET
    pairs = [(key, value) for key in given for value in given.getlist(key)]
    known = listing.filterable(record_type, request.actor)
    return Listing(
        conditions=tuple(filters.parse(pairs, known)),
        sort=given.get("sort", ""),
        q=given.get("q", "").strip()[:200],
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
        return [readable[name] for name in wanted]
    # What the list is sorted or filtered by is shown, so that one sees why a row stands where it does.
    asked = {request.GET.get("sort", "").removeprefix("-"), *(key.partition(".")[0] for key in request.GET)}
    naming = _title_names(record_type)
    return [field for field in readable.values() if (field.listed or field.name in asked) and field.name not in naming]


def _title_names(record_type: RecordType) -> set[str]:
    return {"first_name", "last_name", "name", "subject"} & set(record_type.by_name)


def _naming(record_type: RecordType) -> list[Field]:
    return [record_type.by_name[name] for name in sorted(_title_names(record_type))]


def rows_of(record_type: RecordType, fields: Sequence[Field], page: Page) -> list[Row]:
    """The page's rows as they are shown.

    Cost: 1 query for the names of people, 1 for those of teams.
    """
    return [
        Row(
            id=row["id"],
            href=f"/{record_type.path}/{row['id']}/",
            title=_title(record_type, row),
            subtitle="",
            cells=[(field, shown(field, row)) for field in fields],
        )
        for row in page.rows
    ]


def _title(record_type: RecordType, row: dict[str, Any]) -> str:
    """The title of a row that was not read as a whole."""
    values = {name: row[name] for name in _title_names(record_type)}
    return record_type.model(**values).title


def heads(request: KeenRequest, record_type: RecordType, fields: Sequence[Field], wanted: Listing) -> list[Head]:
    """The heads of the title's and the other columns."""
    first = Field(record_type.name_field, "Name", sorts=True)
    return [_head(request, field, wanted.sort or record_type.order) for field in (first, *fields)]


def _head(request: KeenRequest, field: Field, sort: str) -> Head:
    by_name = {"sort_name": field.name if field.name in {"name", "last_name"} else ""}
    current = by_name.get(sort.removeprefix("-"), sort.removeprefix("-")) == field.name
    downwards = sort.startswith("-")
    kind = "number" if field.kind is Kind.NUMBER else ""
    if not field.sorts:
        return Head(field.label, kind=kind)
    href = _with(request, sort=field.name if current and downwards else f"-{field.name}" if current else field.name)
    return Head(field.label, href, ("descending" if downwards else "ascending") if current else "", kind)


def _with(request: KeenRequest, **changed: str) -> str:
    given = request.GET.copy()
    for name in ("after", "before", "r"):
        given.pop(name, None)
    for name, value in changed.items():
        given.pop(name, None)
        if value:
            given[name] = value
    return f"{request.path}?{given.urlencode()}"


def _with_filter(request: KeenRequest) -> str:
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


def chips(record_type: RecordType, actor: Actor, wanted: Listing) -> list[dict[str, str]]:
    """The active filters in words, each with the address without it."""
    found = []
    for condition in wanted.conditions:
        others = [other for other in wanted.conditions if other is not condition]
        field = record_type.by_name[condition.field]
        found.append(
            {
                "label": field.label if condition.operator == "is" else f"{field.label} {filters.WORDS[condition.operator]}",
                "value": _words(field, condition, actor),
                "href": "?" + filters.address(others, q=wanted.q, sort=wanted.sort),
            }
        )
    return found


def _words(field: Field, condition: Condition, actor: Actor) -> str:
    if condition.operator in filters.VALUELESS:
        return ""
    if field.kind is Kind.USER and condition.value.isdigit():
        return core.person_names({int(condition.value)}).get(int(condition.value), "somebody")
    if field.kind is Kind.TEAM and condition.value.isdigit():
        return next((team.name for team in core.teams() if team.pk == int(condition.value)), "a team")
    if field.kind is Kind.CHOICE:
        return ", ".join(dict(field.choices).get(value, value) for value in condition.value.split(","))
    if field.kind is Kind.BOOLEAN:
        return "yes" if condition.value == "1" else "no"
    return {"me": actor.name if field.kind is Kind.USER else condition.value, "mine": "my teams"}.get(
        condition.value, condition.value
    )


def _choices(record_type: RecordType, actor: Actor, fields: Sequence[Field]) -> dict[str, Any]:
    """What the filter and column menus offer."""
    readable = [field for field in record_type.readable(actor) if field.kind is not Kind.LONG_TEXT]
    return {
        "filterable": [
            {"name": field.name, "label": field.label, "kind": field.kind.value, "choices": field.choices}
            for field in readable
            if field.filtered
        ],
        "operators": filters.OPERATORS,
        "words": filters.WORDS,
        "all_columns": [(field.name, field.label, field in fields) for field in readable],
    }
