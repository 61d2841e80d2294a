"""Tables of the mastery room. All but calibrations, rules and words can be rebuilt from evidence."""

from django.db import models

from milepost.purpose.models import Competency, Framework
from milepost.roster.models import DistrictRecord, Organisation


class Calibration(DistrictRecord):
    """Difficulties of items and competencies: dated, frozen, never changed by one answer."""

    made_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    artefact = models.TextField(help_text="`measurement.Calibration` as JSON.")
    observations = models.IntegerField(help_text="How many it was learned from.")

    class Meta:
        indexes = [models.Index(fields=["district", "made_at"])]


class ProficiencyRule(DistrictRecord):
    """When a district calls a learner proficient. A new version replaces, never changes, one."""

    framework = models.ForeignKey(
        Framework, models.PROTECT, null=True, related_name="+", help_text="Null: every framework."
    )
    version = models.IntegerField()
    definition = models.JSONField(help_text="`mastery.rules.Rule` as data.")
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "version"], name="one_rule_a_version")
        ]


class StatusWord(DistrictRecord):
    """What a district calls a status, in one language."""

    code = models.CharField(max_length=12)
    language = models.CharField(max_length=10, default="en")
    label = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "code", "language"], name="one_word_a_status"
            )
        ]


class FoldCursor(models.Model):
    """How far the fold has read a district's evidence, and with what."""

    district = models.OneToOneField(Organisation, models.PROTECT, primary_key=True)
    position = models.BigIntegerField(default=0)
    calibration = models.ForeignKey(Calibration, models.PROTECT, null=True)
    folded_at = models.DateTimeField(null=True)


class LearnerBelief(models.Model):
    """What is believed of a learner over all competencies, on the logit scale."""

    learner = models.UUIDField(primary_key=True, help_text="Learner key.")
    district = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    mean = models.FloatField()
    variance = models.FloatField()
    last_at = models.DateTimeField()
    observations = models.IntegerField()


class State(models.Model):
    """What is believed of one learner in one competency after the last evidence."""

    id = models.BigAutoField(primary_key=True)
    district = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    learner = models.UUIDField(help_text="Learner key.")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="+")
    mean = models.FloatField(help_text="Logits; 0: half of typical items right.")
    variance = models.FloatField()
    last_at = models.DateTimeField()
    kinds = models.JSONField(default=dict, help_text="Pieces of evidence by kind.")
    met_at = models.DateTimeField(null=True, help_text="When the rule was first met.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "competency"], name="one_state_a_pair")
        ]
        indexes = [models.Index(fields=["competency"]), models.Index(fields=["district"])]
