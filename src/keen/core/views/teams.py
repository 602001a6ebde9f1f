"""The administrator's pages of teams and roles."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from keen.core import pages, queries
from keen.core.access import KeenRequest, note_refused, route
from keen.core.actions import teams
from keen.core.domain.grants import REACHES, VERBS
from keen.core.domain.rights import ACTIONS, ANY_KIND, POWERS, Scope
from keen.core.forms import RoleForm, TeamForm
from keen.core.models import Role, Team, User
from keen.core.views.people import BOTH, MANAGE
from keen.core.wiring import wired
from keen.lib.errors import RuleError


@route(MANAGE, methods=BOTH)
def team_list(request: KeenRequest) -> HttpResponse:
    return _team_page(request, None)


@route(MANAGE, methods=BOTH)
def team(request: KeenRequest, team_id: int) -> HttpResponse:
    return _team_page(request, get_object_or_404(Team, pk=team_id))


def _team_page(request: KeenRequest, chosen: Team | None) -> HttpResponse:
    initial = {"name": chosen.name, "parent": chosen.parent_id, "site": chosen.site} if chosen else {}
    form = TeamForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _, receipt = teams.save_team(actor=request.actor, team=chosen, **form.cleaned_data)
        except RuleError as error:
            note_refused(request, error)
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return pages.answer(request, receipt, to=reverse("team-list"))
    context = {
        "form": form,
        "chosen": chosen,
        "tree": queries.team_tree(),
        "choices": [("", "At the top"), *((row.pk, row.name) for row in queries.teams() if row != chosen)],
    }
    return pages.render(request, "core/teams.html", context, 422 if form.errors else 200)


@route(MANAGE, methods=("POST",))
def team_remove(request: KeenRequest, team_id: int) -> HttpResponse:
    chosen = get_object_or_404(Team, pk=team_id)
    return pages.answer(request, teams.remove_team(actor=request.actor, team=chosen), to=reverse("team-list"))


@route(MANAGE)
def role_list(request: KeenRequest) -> HttpResponse:
    held = dict(User.roles.through.objects.values_list("role").annotate(n=Count("pk")))
    rows = [(role, held.get(role.pk, 0), _reaches(role)) for role in queries.roles()]
    return pages.render(request, "core/roles.html", {"rows": rows, "actions": VERBS})


def _reaches(role: Role) -> list[str]:
    grants = role.grants.get("records", {}).get(ANY_KIND, {})
    return [REACHES[Scope(grants.get(action, "none"))] for action in ACTIONS]


@route(MANAGE, methods=BOTH)
def role_new(request: KeenRequest) -> HttpResponse:
    return _role_page(request, None)


@route(MANAGE, methods=BOTH)
def role(request: KeenRequest, role_id: int) -> HttpResponse:
    return _role_page(request, get_object_or_404(Role, pk=role_id))


def _role_page(request: KeenRequest, chosen: Role | None) -> HttpResponse:
    form = RoleForm(request.POST or None, kinds=_kinds(chosen), initial=_initial(chosen))
    if request.method == "POST" and form.is_valid():
        try:
            name, grants = form.cleaned_data["name"], form.grants()
            saved, receipt = teams.save_role(actor=request.actor, role=chosen, name=name, grants=grants)
        except RuleError as error:
            note_refused(request, error)
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return pages.answer(request, receipt, to=saved.get_absolute_url())
    context = {
        "form": form,
        "chosen": chosen,
        "kinds": [(kind, _label(kind), fields) for kind, fields in form.kinds.items()],
        "actions": VERBS,
        "scopes": [(scope.value, words) for scope, words in REACHES.items()],
        "powers": [(name, words) for name, words in POWERS.items()],
        "holders": list(queries.everybody().filter(roles=chosen)) if chosen else [],
        "past": queries.history_of("role", chosen.pk) if chosen else [],
    }
    return pages.render(request, "core/role.html", context, 422 if form.errors else 200)


@route(MANAGE, methods=("POST",))
def role_remove(request: KeenRequest, role_id: int) -> HttpResponse:
    chosen = get_object_or_404(Role, pk=role_id)
    return pages.answer(request, teams.remove_role(actor=request.actor, role=chosen), to=reverse("role-list"))


def _kinds(chosen: Role | None) -> dict[str, list[tuple[str, str]]]:
    """All kinds first, then each kind of the wiring, then those that the role names beyond."""
    known = {kind.kind: [(field.name, field.label) for field in kind.fields] for kind in wired().record_types}
    beyond: dict[str, list[tuple[str, str]]] = {
        kind: [] for kind in (chosen.grants.get("records", {}) if chosen else {})
    }
    return {ANY_KIND: [], **beyond, **known}


def _label(kind: str) -> str:
    if kind == ANY_KIND:
        return "All records"
    named = {known.kind: known.plural for known in wired().record_types}
    return str(named.get(kind, kind.replace("_", " ").capitalize()))


def _initial(chosen: Role | None) -> dict[str, object]:
    if chosen is None:
        return {}
    grants = chosen.grants
    flat: dict[str, object] = {
        f"grant-{kind}-{action}": scope
        for kind, scopes in grants.get("records", {}).items()
        for action, scope in scopes.items()
    }
    parts = {
        f"{part}-{kind}": names
        for part in ("hidden", "locked")
        for kind, names in grants.get(part, {}).items()
    }
    return {"name": chosen.name, "powers": grants.get("powers", []), **flat, **parts}
