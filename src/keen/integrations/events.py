"""What happens to webhooks."""

from dataclasses import dataclass

from keen.core.events import Event


@dataclass(frozen=True, kw_only=True)
class WebhookSwitchedOff(Event):
    """Keen sends nothing to a webhook any more, as it cannot or may not."""

    name = "integrations.webhook_switched_off"

    endpoint_id: int
    reason: str
