"""Coming in: sign-in, joining by a link, the demo's doors, and looking at the app as somebody else."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keen.core import pages, queries
from keen.core.access import ACTING_AS, KeenRequest, public, route
from keen.core.actions import invitations
from keen.core.actions import settings as own
from keen.core.domain.welcome import OFFERS, first_day
from keen.core.forms import JoinForm
from keen.core.models import Invitation, User
from keen.lib.errors import KeenError, NotVisibleError, RuleError

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


class SignIn(LoginView):
    """The sign-in page of allauth, with the demo's people beside it."""

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        """What allauth tells, and who can be tried out."""
        return {
            **super().get_context_data(**told),
            **(_doors() if settings.KEEN.demo else {}),
        }

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, as what it is: refused."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _doors() -> dict[str, Any]:
    """One person of the demo for each role, with what is in it for them."""
    return {"demo_people": queries.demo_people(), "demo_count": queries.active_people(), "offers": OFFERS}


sign_in = public(SignIn.as_view())


@public
@require_POST
def demo_enter(request: HttpRequest) -> HttpResponse:
    if not settings.KEEN.demo:
        raise Http404
    chosen = request.POST.get("person", "")
    person = next((one for one in queries.demo_people() if str(one.pk) == chosen), None)
    if person is None:
        raise Http404
    login(request, person, backend=BACKEND)
    return HttpResponseRedirect(
        pages.local_address(request, request.POST.get("next", ""), reverse("today")), status=303
    )


@public
@never_cache
@sensitive_post_parameters("password")
def join(request: HttpRequest, token: str) -> HttpResponse:
    found = _invitation(token)
    form = JoinForm(request.POST or None, email=found.email, name=found.name)
    if not queries.is_open(found):
        return pages.render(
            request, "core/join.html", {"invitation": found, "token": token, "dead": True}, 410
        )
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            user = invitations.accept(token=token, name=given["name"], password=given["password"])
        except RuleError as error:
            form.add_error(None, error.message)
        else:
            login(request, user, backend=BACKEND)
            return HttpResponseRedirect(reverse("today"), status=303)
    context = {"invitation": found, "token": token, "form": form, "lines": first_day(_role_keys(found))}
    return pages.render(request, "core/join.html", context, 422 if form.errors else 200)


@public
@require_POST
def join_ask(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = invitations.ask_again(token=token)
    except NotVisibleError:
        raise Http404 from None
    except KeenError:
        return HttpResponseRedirect(reverse("account_login"), status=303)
    return pages.render(
        request, "core/join.html", {"invitation": found, "token": token, "dead": True, "asked": True}
    )


def _invitation(token: str) -> Invitation:
    found = queries.invitation_of(invitations.token_hash(token))
    if found is None:
        raise Http404
    return found


def _role_keys(invitation: Invitation) -> list[str]:
    return list(invitation.roles.order_by("pk").values_list("key", flat=True))


@route("power:act_as", methods=("POST",))
def act_as_start(request: KeenRequest, user_id: int) -> HttpResponse:
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise Http404
    receipt = own.act_as(actor=request.actor, person=person)
    request.session[ACTING_AS] = person.pk
    return pages.answer(request, receipt, to=reverse("today"))


@public  # the rights of the moment are those of somebody else, and the way back is open to anybody
@require_POST
def act_as_stop(request: HttpRequest) -> HttpResponse:
    shown = request.session.pop(ACTING_AS, None)
    person = User.objects.filter(pk=shown).first() if shown else None
    if person is not None and isinstance(request.user, User):
        own.stop_acting(actor=request.user.actor(), person=person)
    back = reverse("person", args=[shown]) if shown else reverse("today")
    return HttpResponseRedirect(back, status=303)
