"""Tables of the purpose room. The names follow CASE 1.1; `extra` keeps what has no column."""

from django.db import models

from milepost.audit.models import ImportRun
from milepost.roster.models import DistrictRecord


class Framework(DistrictRecord):
    """A set of competencies that somebody publishes: standards, progressions, a portrait."""

    class Kind(models.TextChoices):
        COMPETENCIES = "competencies", "Competency framework"
        PORTRAIT = "portrait", "Portrait of a graduate"
        LABELS = "labels", "Labels of a response log"
        CROSSWALK = "crosswalk", "Crosswalk between frameworks"

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.COMPETENCIES)
    identifier = models.CharField(max_length=300)
    uri = models.TextField(blank=True)
    title = models.TextField()
    creator = models.TextField(blank=True)
    subjects = models.JSONField(default=list)
    adoption_status = models.CharField(max_length=60, blank=True)
    in_use = models.BooleanField(
        default=False, help_text="The district works by it: grids and next steps draw on it."
    )
    extra = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "identifier"], name="one_framework_an_identifier"
            )
        ]

    def __str__(self) -> str:
        return self.title


class FrameworkVersion(DistrictRecord):
    """One package of a framework as it was taken in, whole."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    taken_at = models.DateTimeField()
    changes = models.JSONField(
        default=dict, help_text="By table: how many were added, changed, retired, returned."
    )
    received = models.BinaryField(help_text="The package as it came, deflated (zlib).")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="one_version_a_number")
        ]


class Competency(DistrictRecord):
    """One item of a framework. A heading is one too; `assessable` says what evidence may show."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="competencies")
    identifier = models.CharField(max_length=300)
    uri = models.TextField(blank=True)
    code = models.CharField(max_length=300, blank=True, help_text="humanCodingScheme")
    title = models.TextField(blank=True, help_text="abbreviatedStatement")
    statement = models.TextField(help_text="fullStatement")
    kind = models.TextField(blank=True, help_text="CFItemType")
    grades = models.JSONField(default=list, help_text="educationLevel")
    subject = models.TextField(blank=True)
    assessable = models.BooleanField(default=True)
    position = models.IntegerField(default=0, help_text="Order within the framework.")
    retired_on = models.DateField(null=True, help_text="Stops counting from this day.")
    retired_why = models.TextField(
        blank=True, help_text="Who ended it and why; blank when its publisher dropped it."
    )
    extra = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "identifier"], name="one_competency_an_identifier"
            )
        ]
        indexes = [models.Index(fields=["framework", "code"])]
        verbose_name_plural = "competencies"

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The shortest words that a reader understands: title, else the statement."""
        return self.title or self.statement


class Association(DistrictRecord):
    """A directed tie between two competencies, or from one to something outside."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="associations")
    identifier = models.CharField(max_length=300)
    kind = models.CharField(max_length=60, help_text="isChildOf, precedes, exactMatchOf, …")
    origin = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="ties_out")
    destination = models.ForeignKey(Competency, models.PROTECT, null=True, related_name="ties_in")
    origin_identifier = models.TextField()
    destination_identifier = models.TextField()
    sequence = models.IntegerField(null=True)
    retired_on = models.DateField(null=True)
    extra = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "identifier"], name="one_association_an_identifier"
            )
        ]
        indexes = [
            models.Index(fields=["origin", "kind"]),
            models.Index(fields=["destination", "kind"]),
        ]


class Definition(DistrictRecord):
    """A concept, subject, licence, item type, association grouping or rubric of a package."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="definitions")
    kind = models.CharField(max_length=40, help_text="CFConcepts, …, CFRubrics")
    identifier = models.CharField(max_length=300)
    title = models.TextField(blank=True)
    content = models.JSONField(help_text="The object as the package had it, normalised.")
    retired_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "kind", "identifier"], name="one_definition_an_identifier"
            )
        ]


class ProgressionLevel(DistrictRecord):
    """One level on the way to a competency, in a learner's words, lowest first."""

    competency = models.ForeignKey(Competency, models.PROTECT, related_name="levels")
    position = models.IntegerField()
    name = models.CharField(max_length=80)
    statement = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["competency", "position"], name="one_level_a_position")
        ]
        ordering = ["position"]
