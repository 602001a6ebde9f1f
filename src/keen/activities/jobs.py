"""What runs by the clock."""

from django.utils import timezone

from keen.activities.actions.notices import remind_due
from keen.core.jobs import job


@job(priority=10)
def remind() -> int:
    """How many people were reminded."""
    return remind_due(now=timezone.now())
