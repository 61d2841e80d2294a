"""Tables of the rulebook room. Nothing is overwritten by a later law: each wording has its days."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from milepost.ids import new_id
from milepost.roster.models import Organisation


class Record(models.Model):
    """What every record here has. A rule may be a state's, which is above all districts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Publication(Record):
    """One file of rules as it was taken in, whole, and what it changed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rulebook = models.CharField(max_length=120, help_text="Identifier that the file gives itself.")
    title = models.TextField()
    authority = models.CharField(max_length=200, help_text="Whose rules: United States, Texas, …")
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    received = models.TextField(help_text="The file as it came.")
    changes = models.JSONField(default=dict, help_text="Identifiers added, changed, retired.")
    taken_at = models.DateTimeField()
    taken_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "rulebook", "number"], name="one_publication_a_number"
            )
        ]


class Rule(Record):
    """One wording of a rule and the days on which it binds. An amendment is another row."""

    class Kind(models.TextChoices):
        STATUTE = "statute", _("Statute")
        REGULATION = "regulation", _("Regulation")
        DISTRICT_POLICY = "district_policy", _("District policy")
        FUND_RESTRICTION = "fund_restriction", _("Fund restriction")
        GRANT = "grant", _("Grant")
        DEFINITION = "definition", _("Definition")

    class Binds(models.TextChoices):
        CLASS_SIZE = "class_size", _("Class size")
        STAFFING_RATIO = "staffing_ratio", _("Staffing")
        PROCUREMENT_THRESHOLD = "procurement_threshold", _("Procurement")
        FUND_USE = "fund_use", _("Use of a fund")
        STUDENT_COUNT = "student_count", _("Student count")
        INSTRUCTIONAL_HOURS = "instructional_hours", _("Instructional hours")
        CATEGORICAL_GRANT = "categorical_grant", _("Categorical grant")

    class Condition(models.TextChoices):
        """The eight conditions of the state policy framework, under our rooms' names."""

        PURPOSE = "purpose", _("System purpose")
        POLICY = "policy", _("Policy flexibility")
        PATHWAYS = "pathways", _("Flexible learning environments and pathways")
        ACCOUNTABILITY = "accountability", _("Accountability and improvement")
        ASSESSMENT = "assessment", _("Assessment systems")
        EDUCATORS = "educators", _("Educator development and support")
        SUPPORTS = "supports", _("Holistic student support")
        FUNDING = "funding", _("Responsive funding systems")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", help_text="Whose rulebook it stands in."
    )
    publication = models.ForeignKey(
        Publication,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The file it came with first; null: entered by hand.",
    )
    rulebook = models.CharField(max_length=120, blank=True, help_text="Blank: entered by hand.")
    authority = models.CharField(max_length=200)
    identifier = models.CharField(max_length=120)
    citation = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    binds = models.CharField(max_length=24, choices=Binds)
    condition = models.CharField(max_length=16, choices=Condition, default=Condition.FUNDING)
    title = models.CharField(max_length=200)
    words = models.TextField(help_text="What it says, in plain words.")
    source = models.TextField(help_text="The text that was read.")
    source_on = models.DateField(help_text="The day to which that text was current, or was read.")
    fund = models.CharField(max_length=40, blank=True, help_text="Assistance listing, fund code.")
    terms = models.JSONField(
        default=dict, help_text="What the rule speaks of: account codes, categories, tags."
    )
    begins_on = models.DateField()
    begins_earlier = models.BooleanField(
        default=False, help_text="It bound before; the source proves it from this day."
    )
    ends_on = models.DateField(null=True, help_text="Last day on which it binds.")
    retired_on = models.DateField(
        null=True, help_text="Its rulebook dropped it: not counted from this day."
    )
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="superseded_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "identifier", "begins_on"], name="one_wording_a_day"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="rule_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "citation"])]

    def __str__(self) -> str:
        return f"{self.title} ({self.citation})"


class RuleValue(Record):
    """One figure of a rule with the days on which it holds: exact, as decimal digits."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="values")
    name = models.CharField(max_length=80)
    value = models.CharField(max_length=40, help_text="Decimal digits: databases round.")
    unit = models.CharField(max_length=60)
    grades = models.JSONField(default=list, help_text="CEDS grades it holds for; empty: all.")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True)
    source = models.TextField()
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="rule_value_ends_after_it_begins",
            )
        ]

    @property
    def decimal(self) -> Decimal:
        """The figure, exact."""
        return Decimal(self.value)


class Waiver(Record):
    """A decision that frees organisations (and all below them) from a rule for some time."""

    class Status(models.TextChoices):
        GRANTED = "granted", _("Granted")
        ENDED = "ended", _("Ended early")

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="waivers")
    organisations = models.ManyToManyField(Organisation, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField(null=True, help_text="Last day on which it holds.")
    conditions = models.TextField(blank=True, help_text="What was promised in return.")
    decided_by = models.CharField(max_length=200, help_text="Who decided: office or board.")
    document = models.TextField(help_text="The decision: number, date, address.")
    status = models.CharField(max_length=8, choices=Status, default=Status.GRANTED)
    ended_why = models.TextField(blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="waiver_ends_after_it_begins",
            )
        ]


class Barrier(Record):
    """A report that a rule stands in the way of something that somebody wants to do."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rule = models.ForeignKey(Rule, models.PROTECT, null=True, related_name="barriers")
    citation = models.CharField(max_length=200)
    blocks = models.TextField(help_text="What it stands in the way of, in words.")
    record_kind = models.CharField(max_length=40, blank=True)
    record = models.UUIDField(null=True, help_text="The record that is blocked.")
    part = models.CharField(max_length=300, blank=True, help_text="Its line, where it has lines.")
    blocked_cents = models.BigIntegerField(null=True, help_text="Null: not known.")
    years = models.JSONField(default=list, help_text="Fiscal years, by the year they end in.")
    reported_by = models.UUIDField(null=True)
    reported_on = models.DateField()
    lifted_by = models.ForeignKey(Waiver, models.PROTECT, null=True, related_name="lifts")
    resolved_on = models.DateField(null=True, help_text="No longer in the way from this day.")
    resolved_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "citation", "record_kind", "record", "part"],
                condition=Q(resolved_on=None) & Q(record__isnull=False),
                name="one_open_barrier_a_part",
            )
        ]
        indexes = [models.Index(fields=["record_kind", "record"])]

    @property
    def dollars(self) -> str:
        """What is blocked, as people read it: 12,345.67. Blank when it is not known."""
        return "" if self.blocked_cents is None else f"{Decimal(self.blocked_cents) / 100:,.2f}"
