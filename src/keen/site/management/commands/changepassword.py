from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from keen.core.actions.people import normal_email
from keen.core.actions.settings import set_password
from keen.core.domain.actor import SYSTEM
from keen.core.models import User
from keen.site import passwords


class Command(BaseCommand):
    """Give somebody another password, which ends their sessions."""

    help = "Give somebody another password, which ends their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="Address to sign in with")
        parser.add_argument(
            "--password-stdin", action="store_true", help="Read the password as one line of standard input"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        email = normal_email(options["email"].strip())
        user = User.objects.filter(email=email).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {email}. ./keen createuser adds somebody.")
        password = passwords.asked(
            user,
            self.stderr.write,
            from_stdin=options["password_stdin"],
            without="the old one stays.",
        )
        set_password(user=user, password=password, by=SYSTEM)
        self.stdout.write(f"{user.name} signs in with the new password now, and was signed out everywhere.")
