"""Keen's side of django-allauth: who may sign in, where links lead, and what is said by mail."""

import base64
from time import time
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

from keen.core import pages, queries, stamps
from keen.core.access import KeenRequest
from keen.core.actions import settings as own
from keen.core.jobs.mail import send_mail
from keen.core.models import User
from keen.core.prepared import Prepared
from keen.lib.errors import ForbiddenError

# What somebody is told when something about their account changed, by the name allauth gives the mail.
NOTES = {
    "account/email/password_changed": "your password was changed",
    "account/email/password_set": "a password was set for your account",
    "account/email/password_reset": "your password was set anew by a link from a mail",
    "mfa/email/totp_activated": "an authenticator app was added to your account",
    "mfa/email/totp_deactivated": "the authenticator app was taken off your account",
    "mfa/email/recovery_codes_generated": "new recovery codes were made for your account",
    "mfa/email/webauthn_added": "a passkey was added to your account",
    "mfa/email/webauthn_removed": "a passkey was taken off your account",
}


def has_shown_lately(request: KeenRequest) -> bool:
    """Whether the person has signed in, or shown again who they are, within the last minutes; nobody can who has no password."""
    person = ours(request.user)
    if not reauthentication.get_reauthentication_flows(person):
        return True
    shown = [float(one.get("at", 0)) for one in get_authentication_records(request, person)]
    return time() - max(shown, default=0) < int(account_settings.REAUTHENTICATION_TIMEOUT)


def where_to_show(request: HttpRequest, then: str) -> str:
    """The address at which the person shows once more who they are, and which leads on to another one."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    return f"{ways[0]['url']}?{urlencode({'next': then})}"


_by_id = Prepared(
    lambda _, pk: User.objects.filter(pk=pk).annotate(
        fields_mark=stamps.subquery(), unread=queries.unread_beside()
    )[:1]
)


class Backend(AuthenticationBackend):
    """Finds who has signed in, and with them the mark of the fields of one's own and how many notices wait, in one query."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, None for one that is gone or may no longer come in."""
        found = _by_id.first(None, user_id)
        if found is None or not self.user_can_authenticate(found):
            return None
        stamps.see(found.fields_mark)  # type: ignore[attr-defined]
        return found


class Accounts(DefaultAccountAdapter):
    """Sign-in by invitation, with links that lead to this installation whatever the request said."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "That address and password do not belong together. Check both, or set a new password.",
        "incorrect_password": "That is not your password. Try again.",
        "enter_current_password": "That is not your present password.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, or set a new password.",
        "invalid_password_reset": "This link was used before or is too old. Ask for a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002  allauth's signature
        """No: people join by invitation."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether the address is a path of this installation: no host, whatever it looks like."""
        return pages.local_address(self.request, url, "") != ""

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  allauth's signature
        """The sign-in page."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002  allauth's signature
        """The settings."""
        return reverse("settings") + "?done=password#security"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link below the configured address, never below the host that a request claims."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return absolute(path.replace("UID-KEY", key))

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Keep the password and forget failed tries. The people of a demo get none: their doors stay open."""
        person = ours(user)
        if settings.KEEN.demo and not person.has_usable_password():
            raise ForbiddenError(
                "demo", "The people of the demo have no passwords, so that everybody can try them."
            )
        own.set_password(user=person, password=password)
        self._delete_login_attempts_cached_email(self.request, email=person.email)

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Whether the password is the person's, under the same limit as sign-in."""
        found = self.authenticate(self.request, email=ours(user).email, password=password)
        return found is not None and found.pk == user.pk

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002  allauth's signature
        # allauth adds the host name of the request, which would give each spelling of it tries of its own.
        return str(credentials.get("email", "")).strip().lower()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail in our words, sent by the worker: so known and unknown addresses take the same time to answer."""
        if template_prefix == "account/email/password_reset_key":
            subject, template = "Set a new password for Keen", "account/mail/reset.txt"
        else:
            subject, template = "Your Keen account changed", "account/mail/note.txt"
        values = {**context, "note": NOTES.get(template_prefix, "something about your account was changed")}
        send_mail.enqueue(to=email, subject=subject, body=mail_text(self.request, template, values))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,  # noqa: ARG002  allauth's signature
        email: str | None = None,  # noqa: ARG002  allauth's signature
    ) -> None:
        """Tell the person what changed about their account; second factors are noted in the audit trail as well."""
        if template_prefix.startswith("mfa/"):
            person, what = ours(user), template_prefix.rpartition("/")[2].replace("_", " ")
            own.note_security(user=person, what=what, told=f"Sign-in of {person.name}: {what}.")
        self.send_mail(template_prefix, ours(user).email, {"user": user})

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **told: Any
    ) -> None:
        """Errors alone are kept to be shown; what went well shows itself."""
        if level >= messages.WARNING:
            super().add_message(request, level, message_template, *rest, **told)


class SecondFactors(DefaultMFAAdapter):
    """Second factors whose secrets lie encrypted in the database."""

    def encrypt(self, text: str) -> str:
        """The text, unreadable without the installation's key."""
        return _fernet(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text that `encrypt` hid."""
        return _fernet(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()


def _fernet(secret: str) -> Fernet:
    key = salted_hmac("keen.core.accounts.SecondFactors", "key", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))


def ours(user: AbstractBaseUser) -> User:
    """The person behind Django's idea of a user."""
    if not isinstance(user, User):
        raise TypeError(f"{user!r} is no keen.core.models.User.")
    return user


def absolute(path: str) -> str:
    """The full address of a path, below the address that the installation was given."""
    return settings.KEEN.base_url.rstrip("/") + path


def mail_text(request: HttpRequest, template: str, values: dict[str, Any]) -> str:
    """The body of a mail."""
    return (
        pages.text(request, template, {**values, "home": absolute("/"), "absolute": absolute}).strip() + "\n"
    )


def around(request: HttpRequest) -> dict[str, Any]:
    """What the templates of allauth's views find beyond their own context."""
    user = request.user if isinstance(request.user, User) else None
    told = [str(message) for message in messages.get_messages(request)]
    return {"me": user, "theme": user.theme if user else "", "told": told}
