"""People, the roles they hold, and the accounts that they sign in with."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from milepost.ids import new_id
from milepost.roster.models.organisations import DistrictRecord, Organisation


class Person(DistrictRecord):
    """Somebody: a learner, a guardian, an educator, an official."""

    given_name = models.CharField(max_length=100)
    middle_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100)
    preferred_name = models.CharField(max_length=100, blank=True, help_text="Preferred first name.")
    email = models.EmailField(blank=True)
    language = models.CharField(
        max_length=10, default="en", help_text="Language they read (BCP 47)."
    )
    grade = models.CharField(max_length=4, blank=True, help_text="CEDS entry grade, learners only.")
    active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="aliases")

    class Meta:
        indexes = [models.Index(fields=["district", "family_name", "given_name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name to show: preferred first name, then family name."""
        return f"{self.preferred_name or self.given_name} {self.family_name}"


class Role(DistrictRecord):
    """A role that a person holds in an organisation, from a day until a day."""

    class Kind(models.TextChoices):
        LEARNER = "learner", "Learner"
        GUARDIAN = "guardian", "Family"
        TEACHER = "teacher", "Teacher"
        AIDE = "aide", "Aide"
        COUNSELOR = "counselor", "Counselor"
        COMMUNITY_EDUCATOR = "community_educator", "Community educator"
        SCHOOL_LEADER = "school_leader", "School leader"
        FINANCE_LEAD = "finance_lead", "Finance lead"
        DATA_LEAD = "data_lead", "Data lead"
        DISTRICT_LEADER = "district_leader", "District leader"
        STATE_OFFICIAL = "state_official", "State official"

    person = models.ForeignKey(Person, models.PROTECT, related_name="roles")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, db_index=False, related_name="roles"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    begins_on = models.DateField(null=True, help_text="Null: since always.")
    ends_on = models.DateField(null=True, help_text="Last day; null: open.")

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind"])]


class Demographics(DistrictRecord):
    """What the law asks to be counted about a learner. Missing is missing, not "no"."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="demographics")
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=20, blank=True)
    race = models.JSONField(
        default=list, help_text="OneRoster race and ethnicity fields that are true."
    )
    economically_disadvantaged = models.BooleanField(null=True)
    english_learner = models.BooleanField(null=True)
    disability = models.BooleanField(null=True, help_text="Served under IDEA.")


class Account(AbstractUser):
    """A sign-in. A person is optional: an operator's account belongs to nobody in the roster."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField(
        Person, models.PROTECT, null=True, blank=True, related_name="account"
    )
