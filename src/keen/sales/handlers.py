"""What sales does about what happened elsewhere."""

from keen.records.events import RecordDeleted
from keen.sales.actions.entries import forget_sent_by
from keen.sales.models import Lead


def forget_sent(event: RecordDeleted) -> None:
    """Let go of what an erased lead had sent by a form."""
    if event.kind == Lead.KIND:
        forget_sent_by(event.record_id)
