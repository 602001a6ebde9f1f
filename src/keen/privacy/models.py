"""Consent, requests, restrictions and holds, erasures, and the rules by which data goes by itself."""

import uuid

from django.conf import settings
from django.db import models

from keen.people.models import Contact


class Consent(models.Model):
    """One entry of the consent log: given or withdrawn, for one channel. Entries are added, never changed."""

    CHANNELS = (("email", "E-mail"), ("phone", "Phone"), ("post", "Post"))
    BASES = (
        ("consent", "Consent"),
        ("contract", "Contract"),
        ("legitimate", "Legitimate interest"),
        ("objection", "Objection"),
    )

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+", db_index=False)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    granted = models.BooleanField()
    basis = models.CharField(max_length=12, choices=BASES, default="consent")
    source = models.CharField(max_length=120)
    wording = models.CharField(max_length=500, blank=True)
    given_on = models.DateField()
    expires_on = models.DateField(null=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("contact", "channel", "-given_on", "-id"), name="privacy_consent_of"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {'granted' if self.granted else 'withdrawn'}"


class Freeze(models.Model):
    """Why a record may only be looked at (restriction), or must not go (legal hold). One that is lifted stays as proof."""

    WHAT = (("restriction", "Restriction"), ("hold", "Legal hold"))

    what = models.CharField(max_length=12, choices=WHAT)
    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("what", "record_kind", "record_id"),
                condition=models.Q(lifted_at__isnull=True),
                name="privacy_freeze_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} of {self.record_kind} {self.record_id}"


class Request(models.Model):
    """What somebody asked for about their data, with the day by which they must have an answer."""

    WHAT = (
        ("access", "What do you have about me?"),
        ("correction", "Correct it"),
        ("erasure", "Erase it"),
        ("restriction", "Restrict it"),
        ("objection", "Stop using it"),
    )

    what = models.CharField(max_length=12, choices=WHAT)
    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    asked_on = models.DateField()
    due_on = models.DateField()
    how = models.CharField(max_length=120, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("due_on",), condition=models.Q(done_at__isnull=True), name="privacy_request_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} of {self.record_kind} {self.record_id}"


class Erasure(models.Model):
    """Somebody who was erased: what was cleaned, and the proof. `needles` is empty once every copy was looked through."""

    STATES = (
        ("cleaning", "Copies are being cleaned"),
        ("done", "Nothing is left"),
        ("left", "Something is left"),
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    record_kind = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    ids = models.JSONField(default=list)
    why = models.CharField(max_length=20, default="request")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default="cleaning")
    needles = models.JSONField(default=dict)
    cleaned = models.JSONField(default=dict)
    proof = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("-at",), name="privacy_erasure_recent"),)

    def __str__(self) -> str:
        return f"{self.record_kind} {self.record_id}"


class RetentionRule(models.Model):
    """After how long without activity records of a kind go by themselves, and which of them."""

    name = models.CharField(max_length=80, unique=True)
    record_kind = models.CharField(max_length=40)
    months = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=60, blank=True)
    without_consent = models.BooleanField(default=False)
    active = models.BooleanField(default=False)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class RetentionRun(models.Model):
    """What a rule did on one day: how many went, and how many stayed because of a hold."""

    rule = models.ForeignKey(RetentionRule, models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    erased = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    ids = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%Y-%m-%d}"
