"""Tables of the mastery room. States and beliefs can be rebuilt from evidence at any time."""

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
    """How far the fold has read a district's evidence.

    Every new calibration or rule begins an epoch; until `folded_epoch` reaches it, all learners
    wait to be folded anew.
    """

    district = models.OneToOneField(Organisation, models.PROTECT, primary_key=True)
    position = models.BigIntegerField(default=0)
    epoch = models.IntegerField(default=1)
    folded_epoch = models.IntegerField(default=0)
    folded_at = models.DateTimeField(null=True)


class LearnerBelief(models.Model):
    """What is believed of a learner over all competencies, and which evidence that rests on.

    A fold that read less (an older epoch, a lower position) never overwrites one that read more.
    """

    learner = models.UUIDField(primary_key=True, help_text="Learner key.")
    district = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    epoch = models.IntegerField(default=0)
    position = models.BigIntegerField(default=0)
    mean = models.FloatField(default=0.0, help_text="Logits; 0: the average learner.")
    variance = models.FloatField(default=0.0)
    last_at = models.DateTimeField(null=True)
    observations = models.IntegerField(default=0)


class State(models.Model):
    """What is believed of one learner in one competency after the last evidence.

    Millions of rows, all of them derived: so one index, and no checks by the database of what the
    evidence was checked for already (decision 0012). The states of a whole district are found
    through its `LearnerBelief`s.
    """

    pk = models.CompositePrimaryKey("learner", "competency")
    learner = models.UUIDField(help_text="Learner key.")
    competency = models.ForeignKey(
        Competency, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    district = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    mean = models.FloatField(help_text="Logits; 0: half of typical items right.")
    variance = models.FloatField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    pieces = models.IntegerField(help_text="Pieces of evidence that count.")
    needs = models.JSONField(help_text="Pieces that count for each need of the rule, in order.")
    met_at = models.DateTimeField(null=True, help_text="When the rule was first met.")
