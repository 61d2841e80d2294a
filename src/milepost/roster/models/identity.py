"""What other systems call our records, and the people who may be the same person."""

from django.db import models

from milepost.audit.models import ImportRun
from milepost.roster.models.organisations import DistrictRecord, Organisation
from milepost.roster.models.people import Person


class OutsideIdentifier(DistrictRecord):
    """What a system calls one of our records, from a moment until a moment."""

    # Written by the million while an import holds the district's row: see decision 0011.
    district = models.ForeignKey(
        Organisation, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    system = models.CharField(max_length=120)
    kind = models.CharField(
        max_length=20, help_text="organisation, session, course, class, person, enrollment"
    )
    value = models.CharField(max_length=255)
    target = models.UUIDField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "system", "kind", "value"],
                condition=models.Q(valid_until=None),
                name="an_identifier_names_one_record",
            )
        ]
        indexes = [
            models.Index(fields=["target"]),
            models.Index(
                fields=["district", "system", "kind"],
                condition=models.Q(valid_until__isnull=False),
                name="closed_identifiers",
            ),
        ]


class IdentityProposal(DistrictRecord):
    """A person in a held import who may be somebody that we know under another identifier."""

    class Status(models.TextChoices):
        OPEN = "open", "Waits for a person"
        SAME = "same", "The same person"
        OTHER = "other", "Somebody else"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="identity_proposals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sourced_id = models.CharField(max_length=255)
    name = models.CharField(max_length=210, help_text="As the file has it.")
    matched_on = models.JSONField(help_text="What agrees: identifiers, email, name and birth date.")
    status = models.CharField(max_length=5, choices=Status, default=Status.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "sourced_id", "person"], name="one_proposal_a_pair"
            )
        ]
