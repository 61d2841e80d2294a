"""Relationships that decide who may see a learner's record."""

from django.db import models

from milepost.roster.models.organisations import DistrictRecord
from milepost.roster.models.people import Person


class Guardianship(DistrictRecord):
    """An adult of the family and a learner."""

    guardian = models.ForeignKey(Person, models.PROTECT, related_name="guardian_of")
    learner = models.ForeignKey(Person, models.PROTECT, related_name="guardians")
    relationship = models.CharField(max_length=40, default="guardian")
    begins_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)


class AccessGrant(DistrictRecord):
    """Sight of one learner's record, given to an adult for a purpose until a day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    learner = models.ForeignKey(Person, models.PROTECT, related_name="granted_to")
    purpose = models.CharField(max_length=200)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField(help_text="Last day.")


class LearnerKey(DistrictRecord):
    """The pseudonym under which a learner's evidence is kept; its id is the key.

    Erasure empties `person` and sets `erased_at`: the tombstone that rebuilds honour.
    """

    person = models.OneToOneField(Person, models.SET_NULL, null=True, related_name="learner_key")
    erased_at = models.DateTimeField(null=True)
