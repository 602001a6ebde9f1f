from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from keen.core import queries
from keen.core.actions import people, tokens
from keen.core.domain import scopes
from keen.core.domain.actor import SYSTEM
from keen.core.health import pending_migrations
from keen.core.models import ApiToken, User
from keen.core.wiring import wired
from keen.lib.errors import RuleError

EVERYTHING = "all"


class Command(BaseCommand):
    """Make, list and revoke the tokens by which programs act for somebody."""

    help = "Make, list and revoke tokens for programs."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="make | list | revoke")
        make = acts.add_parser("make", help="make a token and print it, once")
        make.add_argument("--for", dest="owner", required=True, help="E-mail address of the one it acts for")
        make.add_argument("--name", required=True, help="For which program")
        kinds = ", ".join(record_type.kind for record_type in wired().record_types)
        make.add_argument(
            "--read", default="", help=f"What it may read, separated by commas: {kinds}, or all"
        )
        make.add_argument("--write", default="", help="What it may read and write, in the same way")
        make.add_argument("--days", type=int, default=scopes.USUAL_DAYS, help="How long it works")
        listed = acts.add_parser("list", help="the tokens that work, without their secrets")
        listed.add_argument("--for", dest="owner", default="", help="Only those of this address")
        revoke = acts.add_parser("revoke", help="end a token at once")
        revoke.add_argument("id", type=int, help="Its number, as the list says")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if pending_migrations():
            raise CommandError("The database is not up to date: run ./keen migrate")
        try:
            {"make": self.make, "list": self.show, "revoke": self.revoke}[options["act"]](options)
        except RuleError as error:
            raise CommandError(error.message) from error

    def make(self, options: dict[str, Any]) -> None:
        wanted = dict.fromkeys(kinds_of(options["read"]), scopes.READ)
        wanted |= dict.fromkeys(kinds_of(options["write"]), scopes.WRITE)
        wish = tokens.Wish(name=options["name"], scopes=wanted, days=options["days"])
        made, _ = tokens.make_token(actor=SYSTEM, owner=person(options["owner"]), wish=wish)
        self.stderr.write(
            f"Token {made.row.pk} acts for {made.row.owner.name} until {made.row.expires_at:%Y-%m-%d}: "
            f"{words(made.row)}. It is not shown again."
        )
        self.stdout.write(made.token)

    def show(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        rows = (
            ApiToken.objects.filter(revoked_at=None, expires_at__gt=now)
            .select_related("owner")
            .order_by("pk")
        )
        if options["owner"]:
            rows = queries.live_tokens(person(options["owner"]).pk, now).select_related("owner")
        for row in rows:
            used = f"{row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never"
            self.stdout.write(
                f"{row.pk}\t{row.hint}…\t{row.owner.email}\t{row.name}\t{words(row)}\tuntil {row.expires_at:%Y-%m-%d}\tused {used}"
            )

    def revoke(self, options: dict[str, Any]) -> None:
        self.stdout.write(tokens.revoke_token(actor=SYSTEM, token_id=options["id"]).text)


def kinds_of(text: str) -> list[str]:
    """The kinds that a list names; "all" are those that there are now."""
    named = [part.strip() for part in text.split(",") if part.strip()]
    return [record_type.kind for record_type in wired().record_types] if named == [EVERYTHING] else named


def person(address: str) -> User:
    """The one with this address.

    Raises: CommandError.
    """
    found = User.objects.filter(email=people.normal_email(address)).first()
    if found is None:
        raise CommandError(f"Nobody here has the address {address}.")
    return found


def words(row: ApiToken) -> str:
    """What the token may do."""
    return ", ".join(f"{level} {kind}" for kind, level in sorted(row.scopes.items()))
