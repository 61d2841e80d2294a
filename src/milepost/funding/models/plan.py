"""Tables of plans: which there are, and every version that was kept."""

from django.db import models

from milepost.roster.models import DistrictRecord, Organisation


class Plan(DistrictRecord):
    """A five-year plan that academics and finance share; its versions hold what it says."""

    school = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="None: the district's plan.",
    )
    name = models.CharField(max_length=200)
    first_year = models.IntegerField(help_text="Fiscal year by its end: 2027 is 2026-27.")
    held_by = models.UUIDField(help_text="The person who answers for it.")
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name", "first_year"], name="one_plan_a_name_and_year"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PlanVersion(DistrictRecord):
    """What a plan said from a moment on: appended to, never changed."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="1, 2, 3 ...")
    document = models.TextField(help_text="The canonical JSON of `funding.plan.document`.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the document.")
    kept_by = models.UUIDField()
    kept_at = models.DateTimeField()
    note = models.TextField(blank=True, help_text="Why it changed, in words.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_plan_version_a_number")
        ]
        ordering = ["plan", "number"]

    def save(self, *args: object, **kwargs: object) -> None:
        """Append it. Raises ValueError for a version that is kept already."""
        if not self._state.adding:
            raise ValueError("a version that is kept does not change: keep a new one")
        super().save(*args, **kwargs)  # type: ignore[arg-type]
