"""Tables of the learning room."""

from django.db import models

from milepost.purpose.models import Competency
from milepost.roster.models import DistrictRecord, Person


class Goal(DistrictRecord):
    """A competency that a learner has chosen to work towards."""

    learner = models.ForeignKey(Person, models.PROTECT, related_name="goals")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    why = models.TextField(blank=True, help_text="In the learner's words.")
    due_on = models.DateField(null=True)
    set_at = models.DateTimeField()
    set_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)


class StepChoice(DistrictRecord):
    """Which of the offered next steps a learner chose, and what was offered."""

    learner = models.ForeignKey(Person, models.PROTECT, related_name="step_choices")
    chosen_at = models.DateTimeField()
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    offered = models.JSONField(help_text="List of {competency, kind, reason}.")


class Conference(DistrictRecord):
    """A talk about a learner's learning: who, when, what was agreed."""

    learner = models.ForeignKey(Person, models.PROTECT, related_name="conferences")
    held_on = models.DateField()
    people = models.ManyToManyField(Person, related_name="+")
    agreed = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
