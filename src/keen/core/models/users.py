"""People who sign in, their teams and roles."""

from dataclasses import replace
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.crypto import salted_hmac

from keen.core.domain.actor import Actor
from keen.core.domain.rights import Rights
from keen.core.domain.worktime import Worktime
from keen.core.wiring import mirrors, without_closed_links


class Team(models.Model):
    """A group of people in a tree: who leads a team sees the teams below it."""

    name = models.CharField(max_length=80, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    site = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("team-list") + f"#team-{self.pk}"


class Role(models.Model):
    """What a group of people may see and do."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    grants = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("role", args=[self.pk])


class UserManager(BaseUserManager["User"]):
    """Finds people by the address they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who can sign in. `rights` is the union of the roles, kept in step by keen.core.actions."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    roles = models.ManyToManyField(Role, related_name="+")
    rights = models.JSONField(default=dict)
    leads_team = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(
        max_length=5, blank=True, choices=[("", "As the device"), ("light", "Light"), ("dark", "Dark")]
    )
    density = models.CharField(
        max_length=11, blank=True, choices=[("", "Comfortable"), ("compact", "Compact")]
    )
    single_keys = models.BooleanField(default=True)
    pins = models.JSONField(default=list, blank=True)
    session_stamp = models.PositiveIntegerField(default=0)
    # When this person works, as keen.core.actions.worktimes keeps it in step with the calendars.
    calendar = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="core_user_email_once"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match to stay open: a new password or a new stamp ends all others."""
        told = f"{self.password} {self.session_stamp}"
        return salted_hmac(
            "keen.core.models.User.session", told, secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def first_name(self) -> str:
        """What colleagues call this person."""
        return self.name.split(" ")[0]

    @cached_property
    def worktime(self) -> Worktime:
        """When the person works; the holidays of the company's country hold for who has no other."""
        return Worktime.from_json(self.calendar, country=settings.KEEN.region)

    @cached_property
    def given(self) -> Rights:
        """The person's rights."""
        rights = Rights.from_json(self.rights)
        return without_closed_links(replace(rights, mirrors=mirrors(rights.powers)))

    def actor(self, *, via: str = "page", acting_by: int | None = None) -> Actor:
        """This person as the one who asks or changes something."""
        return Actor(
            user_id=self.pk,
            name=self.name,
            rights=self.given,
            team_id=self.team_id,
            zone=self.zone,
            worktime=self.worktime,
            via=via,
            acting_by=acting_by,
        )


class Invitation(models.Model):
    """A link that lets one person join. Only the hash of its token is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    message = models.TextField(blank=True)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    roles = models.ManyToManyField(Role, related_name="+")
    invited_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
