"""`./keen reindex`: the search made anew from the records."""

from typing import Any

from django.core.management.base import BaseCommand

from keen.records import declare, search


class Command(BaseCommand):
    """Rebuilds the search. It goes on answering meanwhile."""

    help = "Rebuild the search from the records, after a restore or when it misses something."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and say how many records of each kind can be found."""
        for kind, count in search.index_all().items():
            name = declare.get(kind).label if count == 1 else declare.get(kind).plural
            self.stdout.write(f"{count:,} {name.lower()}")
        self.stdout.write(self.style.SUCCESS("The search is in step with the records."))
