"""What the people are written who answer for a webhook."""


def switched_off(*, person: str, webhook: str, why: str, since: str, address: str) -> tuple[str, str]:
    """Subject and text of the mail that nothing is sent to a webhook any more. `person` is the first name."""
    subject = f"The webhook {webhook} is switched off"
    lines = [
        f"Hello {person},",
        f"Keen has switched off the webhook {webhook}. {why}",
        *([f"It has not worked since {since}."] if since else []),
        "What happens from now on is not kept for it. What waited already is sent when it is switched on again.",
        f"Mend the other side, then switch it on here:\n\n{address}",
    ]
    return subject, "\n\n".join(lines) + "\n"
