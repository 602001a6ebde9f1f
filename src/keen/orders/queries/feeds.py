"""How the systems are from which papers come: when each was last read, and what of it is not done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from keen.core.health import Vital
from keen.core.jinja import when
from keen.orders.models import Customer, Intake

# A system that wrote every day and is silent for longer than this is late.
STALE = timedelta(hours=26)


@dataclass(frozen=True)
class Feed:
    """A system: when it was last read, what came of that, and whether it is late or failing."""

    system: str
    last_at: datetime
    failed_at: datetime | None
    message: str
    total: int
    refused: int
    intake_id: int
    road: str

    @property
    def is_stale(self) -> bool:
        """Whether it was not read for more than a day."""
        return timezone.now() - self.last_at > STALE

    @property
    def is_failing(self) -> bool:
        """Whether the last file could not be read."""
        return self.failed_at is not None and self.failed_at > self.last_at

    @property
    def words(self) -> str:
        """How it is, in a sentence."""
        if self.is_failing:
            return f"{self.system}: last read {when(self.last_at)}, then a file could not be read. {self.message}"
        return f"{self.system}: last read {when(self.last_at)}"


def feeds() -> list[Feed]:
    """Every system that was ever read, the one read last first.

    Cost: 2 queries, and 1 for each system.
    """
    done = Intake.objects.filter(state=Intake.DONE, finished_at__isnull=False)
    last = dict(done.values_list("system").annotate(at=Max("finished_at")))
    failed: Mapping[str, datetime] = dict(
        Intake.objects.filter(state=Intake.FAILED).values_list("system").annotate(at=Max("finished_at"))
    )
    found = []
    for system, at in last.items():
        row = done.filter(system=system, finished_at=at).order_by("-pk")[:1].get()
        wrong = (
            Intake.objects.filter(system=system, state=Intake.FAILED).order_by("-pk").first()
            if system in failed
            else None
        )
        found.append(
            Feed(
                system, at, failed.get(system), wrong.message if wrong else "", row.total, row.counts.get("refused", 0),
                row.pk, row.road,
            )
        )  # fmt: skip
    return sorted(found, key=lambda feed: feed.last_at, reverse=True)


def late() -> list[Feed]:
    """The systems that somebody should look after.

    Cost: that of `feeds`.
    """
    return [feed for feed in feeds() if feed.is_stale or feed.is_failing]


def waiting_count() -> int:
    """How many customers of other systems wait for an account.

    Cost: 1 query.
    """
    return Customer.objects.filter(state=Customer.WAITING).count()


def feeds_vital() -> Vital:
    """How the feeds are, for the page of health.

    Cost: that of `feeds`.
    """
    known = feeds()
    if not known:
        return Vital("orders", "Orders and invoices", "ok", "No other system is read yet.")
    wrong = [feed for feed in known if feed.is_failing] or [feed for feed in known if feed.is_stale]
    if wrong:
        state = "failing" if wrong[0].is_failing else "late"
        return Vital("orders", "Orders and invoices", state, ". ".join(feed.words for feed in wrong[:3]))
    return Vital("orders", "Orders and invoices", "ok", ". ".join(feed.words for feed in known[:3]))
