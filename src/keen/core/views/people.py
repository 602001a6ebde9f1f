"""The administrator's pages of people."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from keen.core import pages, queries
from keen.core.access import KeenRequest, note_refused, route
from keen.core.actions import people
from keen.core.domain.actor import Actor
from keen.core.domain.grants import covers, explain
from keen.core.domain.rights import POWERS
from keen.core.forms import PersonForm
from keen.core.models import Role, Team, User
from keen.core.wiring import wired
from keen.lib.errors import RuleError
from keen.lib.ids import id_of

MANAGE = "power:users.manage"
BOTH = ("GET", "HEAD", "POST")
MOST_SHOWN = 200


@route(MANAGE)
def person_list(request: KeenRequest) -> HttpResponse:
    sought = request.GET.get("q", "").strip()
    state = request.GET.get("state", "")
    found = queries.everybody(sought, state)
    context = {
        "people": list(found[:MOST_SHOWN]),
        "most": MOST_SHOWN,
        "q": sought,
        "state": state,
        "count": found.count(),
        "invitations": list(
            queries.open_invitations().select_related("invited_by", "team").prefetch_related("roles")
        ),
        "teams": list(queries.teams()),
        "roles": list(queries.roles()),
        "at": timezone.now(),
    }
    return pages.render(request, "core/people.html", context)


@route(MANAGE, methods=BOTH)
def person_new(request: KeenRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, receipt = people.save_user(actor=request.actor, user=None, given=_given(form))
        except RuleError as error:
            note_refused(request, error)
            _refuse(form, error)
        else:
            return pages.answer(request, receipt, to=user.get_absolute_url())
    return _form_page(request, form, None)


@route(MANAGE, methods=BOTH)
def person(request: KeenRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User.objects.select_related("team").prefetch_related("roles"), pk=user_id)
    form = PersonForm(request.POST or None, initial=_initial(user))
    if request.method == "POST" and form.is_valid():
        try:
            _, receipt = people.save_user(actor=request.actor, user=user, given=_given(form))
        except RuleError as error:
            note_refused(request, error)
            _refuse(form, error)
        else:
            return pages.answer(request, receipt, to=user.get_absolute_url())
    return _form_page(request, form, user)


def _form_page(request: KeenRequest, form: PersonForm, user: User | None) -> HttpResponse:
    context = {
        "form": form,
        "person": user,
        "teams": [("", "No team"), *((team.pk, team.name) for team in queries.teams())],
        "roles": [(role.pk, role.name) for role in queries.roles()],
        **(_about(request.actor, user) if user else {}),
    }
    return pages.render(request, "core/person.html", context, 422 if form.errors else 200)


def _about(actor: Actor, user: User) -> dict[str, object]:
    held: Sequence[Role] = list(user.roles.all())
    named = [(role.name, role.grants) for role in held]
    branch = [team.name for team in queries.teams().filter(pk__in=user.given.teams)]
    return {
        "kinds": [(kind.plural, explain(named, kind.kind)) for kind in wired().record_types],
        "powers": [
            (POWERS[name], [role.name for role in held if name in role.grants.get("powers", ())])
            for name in POWERS
            if user.given.has(name)
        ],
        "branch": branch,
        "is_self": user.pk == actor.user_id,
        "may_act_as": actor.rights.has("act_as") and user.is_active and covers(actor.rights, user.given),
        "past": queries.history_of("user", user.pk),
        "role_names": {role.pk: role.name for role in held},
    }


@route(MANAGE, methods=("POST",))
def person_deactivate(request: KeenRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    return pages.answer(
        request, people.deactivate(actor=request.actor, user=user), to=user.get_absolute_url()
    )


@route(MANAGE, methods=("POST",))
def person_reactivate(request: KeenRequest, user_id: int) -> HttpResponse:
    user = get_object_or_404(User, pk=user_id)
    return pages.answer(
        request, people.reactivate(actor=request.actor, user=user), to=user.get_absolute_url()
    )


@route(MANAGE, methods=("POST",))
def person_many(request: KeenRequest) -> HttpResponse:
    """Move the ticked people to the team, or out of any."""
    ids = [pk for pk in map(id_of, request.POST.getlist("ids")) if pk is not None]
    chosen = list(User.objects.filter(pk__in=ids).order_by("name"))
    if not chosen:
        raise Http404
    wanted = request.POST.get("team", "")
    team = get_object_or_404(Team, pk=id_of(wanted)) if wanted else None
    return pages.answer(
        request, people.set_team(actor=request.actor, users=chosen, team=team), to=reverse("person-list")
    )


def _initial(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "email": user.email,
        "job_title": user.job_title,
        "team": user.team_id,
        "leads_team": user.leads_team,
        "roles": [role.pk for role in user.roles.all()],
    }


def _given(form: PersonForm) -> people.Person:
    given = form.cleaned_data
    return people.Person(
        name=given["name"],
        email=given["email"],
        job_title=given["job_title"],
        team_id=given["team"].pk if given["team"] else None,
        leads_team=given["leads_team"],
        role_ids=tuple(role.pk for role in given["roles"]),
    )


def _refuse(form: PersonForm, error: RuleError) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.message)
