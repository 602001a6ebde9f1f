"""Input about people, teams, roles and one's own settings."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm, SetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from keen.core import queries
from keen.core.domain.rights import ACTIONS, ANY_KIND, POWERS, Scope
from keen.core.models import Role, Team, User
from keen.lib import text


class _Once:
    """A new password is typed once: it can be looked at instead."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["password2"]  # type: ignore[attr-defined]


class ChangePassword(_Once, ChangePasswordForm):
    """The present password and a new one."""


class SetPassword(_Once, SetPasswordForm):
    """A first password."""


class ResetPassword(_Once, ResetPasswordKeyForm):
    """A new password by a link from a mail."""


class LineField(forms.CharField):
    """One line: blanks are one blank, what is invisible is gone, before anything else is asked of it."""

    def to_python(self, value: Any) -> str:
        """The line."""
        return text.clean(super().to_python(value) or "")


class JoinForm(forms.Form):
    """The name as colleagues shall read it, and a password."""

    name = LineField(max_length=120, required=False)
    password = forms.CharField(strip=False, max_length=200)

    def __init__(self, *args: Any, email: str, name: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._person = User(email=email, name=name)

    def clean_password(self) -> str:
        """The password, when it is hard enough to guess."""
        given = str(self.cleaned_data["password"])
        validate_password(given, self._person)
        return given


class PersonForm(forms.Form):
    """Somebody as an administrator sets them."""

    name = LineField(max_length=120)
    email = forms.EmailField(max_length=254)
    job_title = LineField(max_length=120, required=False)
    team = forms.ModelChoiceField(Team.objects.none(), required=False)
    leads_team = forms.BooleanField(required=False)
    roles = forms.ModelMultipleChoiceField(Role.objects.none(), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self)


class InviteForm(forms.Form):
    """A pasted list of people, with what they all get."""

    people = forms.CharField(
        max_length=20_000, error_messages={"required": "Paste at least one e-mail address."}
    )
    team = forms.ModelChoiceField(Team.objects.none(), required=False)
    roles = forms.ModelMultipleChoiceField(
        Role.objects.none(), error_messages={"required": "Choose at least one role, or they see nothing."}
    )
    message = forms.CharField(max_length=1000, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self)


def _choose(form: forms.Form) -> None:
    """The teams and roles of now are the choices."""
    team, roles = form.fields["team"], form.fields["roles"]
    if isinstance(team, forms.ModelChoiceField) and isinstance(roles, forms.ModelMultipleChoiceField):
        team.queryset, roles.queryset = queries.teams(), queries.roles()


class TeamForm(forms.Form):
    """A team and its place in the tree."""

    name = LineField(max_length=80)
    parent = forms.ModelChoiceField(Team.objects.none(), required=False)
    site = LineField(max_length=80, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        parent = self.fields["parent"]
        if isinstance(parent, forms.ModelChoiceField):
            parent.queryset = queries.teams()


class SettingsForm(forms.Form):
    """What people set about themselves."""

    name = LineField(max_length=120)
    job_title = LineField(max_length=120, required=False)
    zone = forms.CharField(max_length=64, required=False)
    theme = forms.ChoiceField(choices=[("", ""), ("light", ""), ("dark", "")], required=False)
    density = forms.ChoiceField(choices=[("", ""), ("compact", "")], required=False)
    single_keys = forms.BooleanField(required=False)

    def clean_zone(self) -> str:
        """A time zone that exists, or none for the company's."""
        given = str(self.cleaned_data["zone"])
        if given and given not in zoneinfo.available_timezones():
            raise forms.ValidationError("Choose a time zone of the list, such as Europe/Berlin.")
        return given


class RoleForm(forms.Form):
    """A role: its name, how far each action reaches on each kind, powers, hidden and locked fields.

    The kinds are asked as "grant-KIND-ACTION"; what is left open ("") follows the line of all kinds.
    """

    name = LineField(max_length=80)
    powers = forms.MultipleChoiceField(choices=list(POWERS.items()), required=False)

    def __init__(self, *args: Any, kinds: Mapping[str, list[tuple[str, str]]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds = kinds
        for kind in kinds:
            for action in ACTIONS:
                self.fields[f"grant-{kind}-{action}"] = forms.ChoiceField(
                    choices=[("", ""), *((scope.value, "") for scope in Scope)], required=False
                )
            for part in ("hidden", "locked"):
                self.fields[f"{part}-{kind}"] = forms.MultipleChoiceField(choices=kinds[kind], required=False)

    def grants(self) -> dict[str, Any]:
        """The role as it is stored."""
        given = self.cleaned_data
        common = {action: given[f"grant-{ANY_KIND}-{action}"] or Scope.NONE.value for action in ACTIONS}
        own = {kind: {action: given[f"grant-{kind}-{action}"] for action in ACTIONS} for kind in self.kinds}
        records = {
            kind: {action: scope or common[action] for action, scope in scopes.items()}
            for kind, scopes in own.items()
            if any(scopes.values())
        }
        fields = {
            part: {kind: sorted(given[f"{part}-{kind}"]) for kind in self.kinds if given[f"{part}-{kind}"]}
            for part in ("hidden", "locked")
        }
        return {"records": records, "powers": sorted(given["powers"]), **fields}
