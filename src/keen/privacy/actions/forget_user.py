"""Forgetting somebody who used to sign in: the account stays as a nameless one, so that what it did stays explained."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from keen.activities.models import Verdict
from keen.core.actions.operations import Work
from keen.core.models import Absence, ApiToken, Invitation, Notice, User, WorkPattern
from keen.privacy.queries.copies import about_people
from keen.privacy.queries.subjects import Person
from keen.records.models import Favourite, ImportTemplate, Recent, SavedList
from keen.telemetry import store
from keen.telemetry.domain.person import Person as Recorded
from keen.telemetry.queries import codes_of, usage_root

NAMELESS = "Former colleague"
NOBODY = "@erased.invalid"


def forget_user(work: Work, person: Person) -> None:
    """The account loses name, address, ways to sign in and all that was the person's own."""
    user = User.objects.select_for_update().get(pk=person.id)
    address = user.email
    user.name, user.email, user.job_title = f"{NAMELESS} {user.pk}", f"erased-{user.pk}{NOBODY}", ""
    user.zone, user.pins, user.calendar, user.rights = "", [], {}, {}
    user.is_active, user.session_stamp, user.last_login = False, user.session_stamp + 1, None
    user.set_unusable_password()
    user.save()
    user.roles.clear()
    for model in (Absence, WorkPattern, Favourite, Recent, Notice, Verdict):
        model.objects.filter(user=user).delete()
    for about, column in about_people():
        about._default_manager.filter(**{column: user}).delete()  # noqa: SLF001  the public way to a model's manager
    for signing in (Authenticator, EmailAddress):
        signing.objects.filter(user=user).delete()
    ApiToken.objects.filter(owner=user).delete()
    SavedList.objects.filter(owner=user, shared_with_all=False, team=None).delete()
    ImportTemplate.objects.filter(owner=user, shared=False).delete()
    Invitation.objects.filter(email__iexact=address).update(
        email=user.email, name=user.name, message="", revoked_at=work.at
    )
    store.erase(usage_root(), Recorded(user.pk, tuple(codes_of(user.pk))))
