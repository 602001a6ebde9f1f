"""What a person or a team is to win in a quarter."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from keen.core.models import Team
from keen.core.models.exact import ExactField


class Quota(models.Model):
    """A target, in the company's currency, of either a person or a team."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    year = models.PositiveSmallIntegerField()
    quarter = models.PositiveSmallIntegerField()
    amount = ExactField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=True, team__isnull=False) | Q(user__isnull=False, team__isnull=True),
                name="sales_quota_of_one",
            ),
            models.UniqueConstraint(
                fields=("user", "year", "quarter"),
                condition=Q(user__isnull=False),
                name="sales_quota_user_once",
            ),
            models.UniqueConstraint(
                fields=("team", "year", "quarter"),
                condition=Q(team__isnull=False),
                name="sales_quota_team_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} Q{self.quarter}"
