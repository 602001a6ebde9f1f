"""Files that are brought in: the run, its rows, what is remembered of them, and kept mappings."""

from uuid import UUID

from django.conf import settings
from django.db import models

from keen.core.models import Operation


class ImportRun(models.Model):
    """One file on its way in. `cursor` is the last row whose outcome is written, in the transaction of the outcome."""

    STATES = (
        ("draft", "Being matched"),
        ("checking", "Being checked"),
        ("checked", "Checked"),
        ("loading", "Being imported"),
        ("paused", "Paused"),
        ("done", "Imported"),
        ("undoing", "Being taken back"),
        ("undone", "Taken back"),
        ("failed", "Failed"),
    )

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    choices = models.JSONField(default=dict)
    encoding = models.CharField(max_length=40, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=120, blank=True)
    sheets = models.JSONField(default=list)
    headers = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    preview = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="draft", choices=STATES)
    message = models.CharField(max_length=300, blank=True)
    total = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    kept = models.JSONField(default=list)
    operation = models.ForeignKey(Operation, models.PROTECT, null=True, related_name="+")
    undo = models.ForeignKey(Operation, models.PROTECT, null=True, related_name="+")
    undo_cursor = models.BigIntegerField(null=True)
    lease = models.UUIDField(null=True)
    seen_at = models.DateTimeField()
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("owner", "-created_at"), name="records_import_of"),)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/import/{self.pk}/"

    @property
    def source(self) -> str:
        """What its records say of where they came from."""
        return f"Import: {self.name}"[:60].rstrip()

    @property
    def written_by(self) -> UUID:
        """The operation that its records were written by.

        Raises: RuntimeError before it was loaded.
        """
        if self.operation_id is None:
            raise RuntimeError(f"The import {self.pk} was not loaded.")
        return self.operation_id

    @property
    def working(self) -> bool:
        """Whether something goes on in the background."""
        return self.state in {"checking", "loading", "undoing"}


class ImportRow(models.Model):
    """What became of one row of a file. `raw` is kept only where somebody has to look at it, `mended` where they did."""

    OUTCOMES = (
        ("created", "New"),
        ("updated", "Updated"),
        ("unchanged", "Unchanged"),
        ("review", "To review"),
        ("skipped", "Skipped"),
        ("rejected", "Rejected"),
    )

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    hash = models.CharField(max_length=32)
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    reason = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=400, blank=True)
    repair = models.CharField(max_length=200, blank=True)
    column = models.CharField(max_length=200, blank=True)
    record_id = models.BigIntegerField(null=True)
    raw = models.JSONField(null=True)
    mended = models.JSONField(null=True)
    decision = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "line"), name="records_importrow_once"),)
        indexes = (models.Index(fields=("run", "outcome", "line"), name="records_importrow_by"),)

    def __str__(self) -> str:
        return f"{self.run_id}:{self.line} {self.outcome}"


class ImportMark(models.Model):
    """A row that came in before: the same row, read the same way, need not be looked at again.

    `shape` is a fingerprint of who reads it and how (keen.records.importing.plan), `hash` one of the row.
    """

    shape = models.CharField(max_length=32)
    hash = models.CharField(max_length=32)
    record_id = models.BigIntegerField()
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("shape", "hash"), name="records_importmark_once"),)

    def __str__(self) -> str:
        return f"{self.hash} {self.record_id}"


class ImportTemplate(models.Model):
    """A mapping kept under a name, used by itself for the next file with the same columns."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    signature = models.CharField(max_length=32)
    mapping = models.JSONField()
    options = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="records_importtemplate_once"),)

    def __str__(self) -> str:
        return self.name
