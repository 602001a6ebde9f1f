"""What people say of their own accord, what they are asked, and what they answered."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from keen.adoption.domain.voice import Sort, State


class Message(models.Model):
    """Something that somebody said: the words, and exactly the context that was shown before it was sent."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    sort = models.CharField(max_length=8, choices=[(one.value, one.label) for one in Sort])
    text = models.CharField(max_length=2000)
    screen = models.CharField(max_length=60, blank=True)
    context = models.JSONField(default=list)
    at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=[(one.value, one.label) for one in State])
    answer = models.CharField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    ABOUT_PERSON: ClassVar[str] = "by"

    class Meta:
        indexes = (
            models.Index(fields=("by", "-at"), name="adoption_message_of"),
            models.Index(fields=("state", "due_on", "id"), name="adoption_message_inbox"),
        )

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("voice-message", args=[self.pk])


class Poll(models.Model):
    """One question that settles which of several causes it is, asked of some teams for some days."""

    words = models.CharField(max_length=200)
    options = models.JSONField(default=list)
    cause = models.CharField(max_length=40, blank=True)
    teams = models.JSONField(default=list)
    opens_on = models.DateField()
    closes_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.words


class Question(models.Model):
    """That somebody was asked something on a day. Closed, it does not say whether they declined or let it pass."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    item = models.CharField(max_length=20)
    poll = models.ForeignKey(Poll, models.CASCADE, null=True, related_name="+")
    asked_on = models.DateField()
    is_open = models.BooleanField(default=True)

    ABOUT_PERSON: ClassVar[str] = "user"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user",), condition=models.Q(is_open=True), name="adoption_one_question"
            ),
        )
        indexes = (models.Index(fields=("user", "-asked_on"), name="adoption_question_of"),)

    def __str__(self) -> str:
        return self.item


class Reply(models.Model):
    """What somebody answered. The team is the one of that day; `value` is the number that was chosen."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False
    )
    item = models.CharField(max_length=20)
    poll = models.ForeignKey(Poll, models.CASCADE, null=True, related_name="+")
    value = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=500, blank=True)
    team = models.ForeignKey("core.Team", models.SET_NULL, null=True, related_name="+")
    on = models.DateField()

    ABOUT_PERSON: ClassVar[str] = "user"

    class Meta:
        indexes = (
            models.Index(fields=("user", "item", "-on"), name="adoption_reply_of"),
            models.Index(fields=("item", "on"), name="adoption_reply_item"),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.on}"


class Voice(models.Model):
    """What somebody chose about being asked, and about their own figures."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    may_be_asked = models.BooleanField(default=True)
    may_count = models.BooleanField(default=False)
    """That their answer to the item of usefulness may count in their own figure of how voluntary use is."""
    may_be_named = models.BooleanField(default=False)
    """That the direct manager may see their figures, where each decides for themselves."""
    changed_at = models.DateTimeField()

    ABOUT_PERSON: ClassVar[str] = "user"

    def __str__(self) -> str:
        return f"asked: {self.may_be_asked}, named: {self.may_be_named}"
