"""Tables of the evidence room: appended to, never changed."""

from django.db import models
from django.db.models.functions import Now

from milepost.audit.models import ImportRun
from milepost.ids import new_id
from milepost.roster.models import DistrictRecord, Organisation


class Ledger(models.Model):
    """The last position given out in a district. Its row is locked while evidence is written,

    so that the order of positions is the order of commit and no reader skips a row.
    """

    district = models.OneToOneField(Organisation, models.PROTECT, primary_key=True)
    last_position = models.BigIntegerField(default=0)


class Observation(models.Model):
    """What one learner showed at one moment.

    `scores` is a list of [competency id, score from 0 to 1]. In a response (practice, quiz) one
    outcome is shared by all of them; in every other kind each is scored apart.
    """

    class Kind(models.TextChoices):
        PRACTICE = "practice", "Practice"
        QUIZ = "quiz", "Quiz"
        TASK = "task", "Task scored on a rubric"
        JUDGEMENT = "judgement", "Teacher's judgement"
        PORTFOLIO = "portfolio", "Portfolio"
        OUTSIDE = "outside", "Work outside class"
        VOID = "void", "Correction"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # District has no index of its own: it would be the first column of a unique one once more. A
    # batch is found by the positions that it took. Nor does the database look either up for every
    # row (decision 0006).
    district = models.ForeignKey(
        Organisation, models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    position = models.BigIntegerField(help_text="Order of commit within the district.")
    learner = models.UUIDField(help_text="Learner key: a pseudonym.")
    kind = models.CharField(max_length=10, choices=Kind)
    item = models.CharField(max_length=160, blank=True, help_text="What was answered or made.")
    scores = models.JSONField(default=list)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    by = models.UUIDField(null=True, help_text="Person who judged; null when a tool did.")
    source = models.CharField(max_length=120, help_text="Tool, page or file that it came from.")
    seconds = models.FloatField(null=True, help_text="Time given, in seconds.")
    hints = models.SmallIntegerField(default=0, help_text="Hints taken before the answer.")
    batch = models.ForeignKey(
        ImportRun,
        models.PROTECT,
        null=True,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )
    row = models.IntegerField(null=True, help_text="Row of the batch.")
    voids = models.ForeignKey(
        "self", models.PROTECT, null=True, db_index=False, related_name="voided_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "position"], name="one_row_a_position"),
            # Partial: corrections are few, and an index full of nulls misleads SQLite's planner.
            models.UniqueConstraint(
                fields=["voids"], condition=models.Q(voids__isnull=False), name="voided_once"
            ),
        ]
        indexes = [models.Index(fields=["learner", "occurred_at"])]


class SourceCount(models.Model):
    """How much evidence of one kind came from one source, counted while it is written."""

    district = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Observation.Kind)
    count = models.BigIntegerField()
    last_recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "source", "kind"], name="one_source_count")
        ]


class MonthGiven(models.Model):
    """The time that one learner gave in one month: a sum over evidence, kept so that a page does

    not add up a year. `commands.time_given` keeps it in the transaction that writes the evidence;
    it can be made anew at any time.
    """

    pk = models.CompositePrimaryKey("learner", "month")
    learner = models.UUIDField()
    month = models.DateField(help_text="Its first day, in the district's time zone.")
    milliseconds = models.BigIntegerField(help_text="Time known; whole, so that sums are exact.")
    pieces = models.IntegerField(help_text="Pieces of evidence, taken back ones left out.")
    timed = models.IntegerField(help_text="Pieces whose time is known.")


class Note(models.Model):
    """Free text about a piece of evidence, kept apart so that erasure can destroy it."""

    observation = models.OneToOneField(
        Observation, models.PROTECT, primary_key=True, related_name="note"
    )
    text = models.TextField()


class WaitingRow(DistrictRecord):
    """A row about a learner whom the roster does not know yet; adopted when they arrive."""

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="waiting_rows")
    row = models.IntegerField()
    system = models.CharField(max_length=120)
    learner_label = models.CharField(max_length=255)
    content = models.JSONField()
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "row"], name="one_waiting_row_a_row")]
        indexes = [models.Index(fields=["district", "system", "learner_label"])]
