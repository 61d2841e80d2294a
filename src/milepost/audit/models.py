"""Tables of the audit room. They hold ids, never foreign keys: nothing may cascade into them."""

from django.db import models

from milepost.ids import new_id


class Event(models.Model):
    """One act: a command that ran, by whom, on what, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    by = models.UUIDField(null=True, help_text="Person who acted; null when the system did.")
    district = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    target_kind = models.CharField(max_length=40)
    target = models.UUIDField(null=True)
    why = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["district", "at"]), models.Index(fields=["target", "at"])]


class Read(models.Model):
    """One look at a learner's record by somebody other than learner, family or own teachers."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    month = models.DateField(help_text="First day of the month of `at`; the unit of retention.")
    by = models.UUIDField()
    learner = models.UUIDField()
    reason = models.CharField(max_length=200)
    page = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["learner", "at"]), models.Index(fields=["month"])]


class ImportRun(models.Model):
    """One file set that was offered: what it was, what became of it, and when."""

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        APPLIED = "applied", "Applied"
        UNCHANGED = "unchanged", "Nothing new"
        HELD = "held", "Waits for a person"
        REFUSED = "refused", "Refused"
        DECLINED = "declined", "Declined by a person"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    district = models.UUIDField()
    kind = models.CharField(max_length=20, help_text="oneroster, attendance, case, responses")
    source = models.CharField(max_length=200, help_text="File or folder name, without its path.")
    system = models.CharField(max_length=120, blank=True, help_text="Where the records come from.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    status = models.CharField(max_length=10, choices=Status)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    by = models.UUIDField(null=True)
    counts = models.JSONField(default=dict)
    message = models.TextField(blank=True, help_text="What happened, in words for a registrar.")
    demonstration = models.BooleanField(default=False, help_text="Made-up data.")

    class Meta:
        indexes = [models.Index(fields=["district", "started_at"])]


class RefusedRow(models.Model):
    """One row that an import could not take, by file, line and column."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="refused_rows")
    file = models.CharField(max_length=200)
    line = models.IntegerField(null=True)
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    advice = models.TextField(blank=True)
