"""Mail of Keen's own: invitations, password links, notes about an account."""

from base64 import b64decode
from collections.abc import Sequence

from django.core.mail import EmailMessage

from keen.core.domain.retries import Policy
from keen.core.jobs.declare import job


@job(priority=50, policy=Policy(forget=True))
def send_mail(
    to: str, subject: str, body: str, reply_to: str = "", files: Sequence[Sequence[str]] = ()
) -> None:
    """Send a plain text mail. The task row is removed afterwards, as the text may hold a link that opens an account.

    Shape: a file is its name, its type and its content in base64.
    """
    mail = EmailMessage(
        subject=" ".join(subject.split()), body=body, to=[to], reply_to=[reply_to] if reply_to else None
    )
    for name, kind, content in files:
        mail.attach(name, b64decode(content), kind)
    mail.send()
