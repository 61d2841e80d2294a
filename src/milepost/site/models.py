"""What the running parts of the site say about themselves."""

from django.db import models


class Heartbeat(models.Model):
    """A worker that runs, or ran. It beats even while a long task keeps it busy."""

    worker = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=120)
    version = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="It said that it stops.")


class Routine(models.Model):
    """Work that comes back by the clock. Whoever moves `due_at` on does it; the others do not."""

    name = models.CharField(max_length=40, primary_key=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
