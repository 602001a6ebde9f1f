"""`./keen checkscore`: whether the rules of adoption find again what was planted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from keen.adoption.domain.planted import HABITS, as_text, confusion
from keen.adoption.domain.segments import MEANINGS
from keen.adoption.domain.wording import percent

DAYS = (20, 12, 8)


class Command(BaseCommand):
    """Plants people of known habits, judges them with the rules in use, and prints whom these took for what."""

    help = "Show how well the segments are told apart, on made-up people whose habits are known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--each", type=int, default=60, help="people of each habit (60)")
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other people (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one table for each length of the window."""
        each = options["each"]
        self.stdout.write(
            f"{len(HABITS)} habits, {each} made-up people of each; planted down, shown across\n\n"
        )
        for days in DAYS:
            one = confusion(days, each, options["seed"])
            self.stdout.write(
                f"{days} scheduled days: {percent(one.right)} as planted, half the range {one.half_width:.1f} points\n"
                f"{as_text(one, lambda segment: MEANINGS[segment].name)}\n\n"
            )
        self.stdout.write(
            "This shows that the rules agree with themselves, not that they are right about your people: "
            "for that, people are asked whether their description fits.\n"
        )
