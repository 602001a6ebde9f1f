"""The links that set a new password."""

from typing import cast

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from keen.core.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens that die with everything that ends sessions, not with a new password alone."""

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        person = cast("User", user)
        told = super()._make_hash_value(person, timestamp)
        return f"{told}{person.is_active}{person.session_stamp}"
