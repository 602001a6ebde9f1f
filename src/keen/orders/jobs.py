"""Reading the watched folder and telling of invoices whose day has passed, in the background."""

from datetime import timedelta

from keen.core.jobs import LONG, Policy, job
from keen.orders.actions import folder, intake, overdue


@job(queue=LONG, policy=Policy(forget=True, limit=timedelta(minutes=30)))
def read_drop_folder() -> int:
    """How many files of the watched folder were read; those of long ago go."""
    folder.forget_old()
    intake.forget_drafts()
    return folder.read_all()


@job(priority=-20)
def tell_overdue() -> int:
    """How many invoices are overdue since the last time."""
    return overdue.tell()
