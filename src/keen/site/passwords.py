"""Passwords given on the command line: typed twice, or one line of the standard input."""

import sys
from collections.abc import Callable
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from keen.core.models import User

ENOUGH = 3


def asked(user: User, say: Callable[[str], object], *, from_stdin: bool, without: str) -> str:
    """A password that is hard enough to guess for this person.

    Raises: CommandError, which ends with what was not done without one.
    """
    if not from_stdin and not sys.stdin.isatty():
        raise CommandError(
            "Run this in a terminal, or give the password as one line with --password-stdin: " + without
        )
    for _ in range(1 if from_stdin else ENOUGH):
        given = sys.stdin.readline().rstrip("\r\n") if from_stdin else typed(say)
        try:
            validate_password(given, user)
        except ValidationError as error:
            say(" ".join(error.messages))
        else:
            return given
    raise CommandError(f"No password was set, so {without}")


def typed(say: Callable[[str], object]) -> str:
    """What was typed twice the same."""
    while True:
        first, second = getpass("Password: "), getpass("Once more: ")
        if first == second:
            return first
        say("These were not the same.")
