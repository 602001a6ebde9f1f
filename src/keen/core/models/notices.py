"""What waits for somebody: mentions, reminders, hand-overs."""

from django.db import models

from keen.core.models.users import User


class Notice(models.Model):
    """A line in somebody's "waiting for me"."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=300)
    detail = models.CharField(max_length=300, blank=True)
    href = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    once = models.CharField(max_length=120, null=True)  # noqa: DJ001  NULLs do not collide in the unique pair

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "once"), name="core_notice_once"),)
        indexes = (
            models.Index(
                fields=("user", "-at"), condition=models.Q(read_at__isnull=True), name="core_notice_unread"
            ),
        )

    def __str__(self) -> str:
        return self.text
