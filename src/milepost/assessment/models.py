"""Tables of the assessment room."""

from django.db import models

from milepost.evidence.models import Observation
from milepost.roster.models import DistrictRecord, Person


class Attempt(DistrictRecord):
    """One question put to one learner. The server keeps the seed, the hints and the answer."""

    learner = models.ForeignKey(Person, models.PROTECT, related_name="attempts")
    item = models.CharField(max_length=160)
    seed = models.BigIntegerField()
    shown_at = models.DateTimeField()
    hints = models.SmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answer = models.JSONField(default=dict)
    score = models.FloatField(null=True)
    observation = models.ForeignKey(Observation, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["learner", "shown_at"])]
