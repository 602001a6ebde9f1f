"""Inviting people, and their links."""

from collections.abc import Iterable

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from keen.core import pages, queries
from keen.core.access import KeenRequest, note_refused, route
from keen.core.accounts import absolute, mail_text
from keen.core.actions import invitations
from keen.core.domain.roster import invitees
from keen.core.domain.welcome import first_day
from keen.core.forms import InviteForm
from keen.core.jobs.mail import send_mail
from keen.core.models import Invitation
from keen.core.views.people import BOTH, MANAGE
from keen.lib.errors import RuleError


@route(MANAGE, methods=BOTH)
def invite(request: KeenRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        welcome = invitations.Welcome(
            team=given["team"], roles=list(given["roles"]), message=given["message"]
        )
        try:
            with transaction.atomic():
                people = invitees(given["people"])
                sent, receipt = invitations.invite(actor=request.actor, people=people, welcome=welcome)
                _mail(request, sent)
        except RuleError as error:
            note_refused(request, error)
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return pages.answer(request, receipt, to=reverse("person-list"))
    context = {
        "form": form,
        "teams": [("", "No team"), *((team.pk, team.name) for team in queries.teams())],
        "roles": [(role.pk, role.name) for role in queries.roles()],
    }
    return pages.render(request, "core/invite.html", context, 422 if form.errors else 200)


@route(MANAGE, methods=("POST",))
def invitation_renew(request: KeenRequest, invitation_id: int) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation_id)
    with transaction.atomic():
        sent, receipt = invitations.renew(actor=request.actor, invitation=found)
        _mail(request, [sent])
    return pages.answer(request, receipt, to=reverse("person-list"))


@route(MANAGE, methods=("POST",))
def invitation_revoke(request: KeenRequest, invitation_id: int) -> HttpResponse:
    found = get_object_or_404(Invitation, pk=invitation_id)
    receipt = invitations.revoke(actor=request.actor, invitation=found)
    return pages.answer(request, receipt, to=reverse("person-list"))


def _mail(request: KeenRequest, sent: Iterable[invitations.Sent]) -> None:
    """One mail each, written in the name of who invites, sent by the worker after all is saved."""
    inviter = request.user
    for one in sent:
        row = one.invitation
        values = {
            "invitation": row,
            "inviter": inviter,
            "address": absolute(reverse("join", args=[one.token])),
            "lines": first_day(row.roles.order_by("pk").values_list("key", flat=True)),
        }
        body = mail_text(request, "account/mail/invitation.txt", values)
        subject = f"{inviter.name} invites you to Keen"
        send_mail.enqueue(to=row.email, subject=subject, body=body, reply_to=inviter.email)
