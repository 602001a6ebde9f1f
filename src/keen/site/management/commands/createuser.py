import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from keen.core.actions import people
from keen.core.actions.rights import ensure_roles
from keen.core.actions.settings import set_password
from keen.core.actions.teams import save_team
from keen.core.domain.actor import SYSTEM
from keen.core.domain.roles import ROLES
from keen.core.health import pending_migrations
from keen.core.models import Team, User
from keen.lib.errors import RuleError
from keen.site import passwords


class Command(BaseCommand):
    """Make somebody who can sign in: the first administrator, or one more when nobody can get in."""

    help = "Make somebody who can sign in; the first becomes administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="", help="Address to sign in with; asked for when not given")
        parser.add_argument(
            "--name", default="", help="Name as colleagues read it; made from the address when empty"
        )
        parser.add_argument("--role", default="administrator", choices=list(ROLES), help="What they may do")
        parser.add_argument("--team", default="", help="Team, made when there is none of that name")
        parser.add_argument(
            "--password-stdin", action="store_true", help="Read the password from standard input"
        )

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if pending_migrations():
            raise CommandError("The database is not up to date: run ./keen migrate")
        email, name = asked(options["email"].strip(), options["name"].strip())
        email = people.normal_email(email)
        name = name or email.partition("@")[0].replace(".", " ").title()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is no e-mail address.") from error
        if User.objects.filter(email=email).exists():
            raise CommandError(
                f"{email} can sign in already. A new password is set under “Forgot it?” on the sign-in page."
            )
        password = passwords.asked(
            User(email=email, name=name),
            self.stderr.write,
            from_stdin=options["password_stdin"],
            without="nobody was added.",
        )
        try:
            with transaction.atomic():
                user = make(email, name, options["role"], options["team"].strip())
                set_password(user=user, password=password, by=SYSTEM)
        except RuleError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{user.name} can sign in at {settings.KEEN.base_url} with {user.email}.")


def asked(email: str, name: str) -> tuple[str, str]:
    """The address and the name, asked for where there is somebody to ask.

    Raises: CommandError where there is nobody.
    """
    if email:
        return email, name
    if not sys.stdin.isatty():
        raise CommandError("Say who it is with --email, or run this in a terminal.")
    email = input("E-mail: ").strip()
    return email, name or input("Name (made from the address when empty): ").strip()


def make(email: str, name: str, role: str, team_name: str) -> User:
    """The new person with the role, in the team of this name."""
    roles = ensure_roles()
    team = Team.objects.filter(name=team_name).first() if team_name else None
    if team_name and team is None:
        team, _ = save_team(actor=SYSTEM, team=None, name=team_name)
    given = people.Person(
        name=name, email=email, team_id=team.pk if team else None, role_ids=(roles[role].pk,)
    )
    user, _ = people.save_user(actor=SYSTEM, user=None, given=given)
    return user
