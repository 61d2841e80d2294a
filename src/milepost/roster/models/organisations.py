"""The tree state → district → school, and what a district has set."""

from django.db import models

from milepost.ids import new_id


class Organisation(models.Model):
    """A state, a district or a school."""

    class Kind(models.TextChoices):
        STATE = "state", "State"
        DISTRICT = "district", "District"
        SCHOOL = "school", "School"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    district = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="Itself, for a district."
    )
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200)
    identifier = models.CharField(max_length=60, blank=True, help_text="For example its NCES ID.")
    time_zone = models.CharField(max_length=60, default="America/Chicago")
    active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False, help_text="Made-up people only.")

    def __str__(self) -> str:
        return self.name

    @property
    def home(self) -> "Organisation":
        """The district that a district or school belongs to. Raises ValueError for a state."""
        if self.district is None:
            raise ValueError(f"{self.name} is above all districts.")
        return self.district


class DistrictRecord(models.Model):
    """What every record has: an identifier of ours and the district that it belongs to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    district = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Setting(DistrictRecord):
    """A district's own value for a setting that `roster.settings` declares."""

    key = models.CharField(max_length=60)
    value = models.JSONField()
    effective_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "key", "effective_from"], name="one_value_a_day"
            )
        ]
