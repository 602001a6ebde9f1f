"""The links that set a new password."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator

from keen.core.models import User


class ResetTokens(PasswordResetTokenGenerator):
    """Tokens that die with everything that ends sessions, not with a new password alone."""

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        told = super()._make_hash_value(user, timestamp)
        stamp = user.session_stamp if isinstance(user, User) else 0
        return f"{told}{user.is_active}{stamp}"
