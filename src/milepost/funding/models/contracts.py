"""Tables of contracts paid on outcomes. Learners are keys here, never names."""

from django.db import models

from milepost.roster.models import DistrictRecord


class Contract(DistrictRecord):
    """What was signed. It never changes: other terms are another contract."""

    provider = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    terms = models.JSONField(help_text="As `contracts.documents` writes them.")
    signed_on = models.DateField()
    signed_by = models.UUIDField(help_text="The person who signed for the district.")


class ContractDuty(DistrictRecord):
    """What became of one of the district's obligations, as said at a time; the latest holds."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="duties")
    key = models.CharField(max_length=60, help_text="Of the obligation in the terms.")
    met_on = models.DateField(null=True, help_text="Null: it was not met.")
    cite = models.TextField(help_text="What shows it: a letter, a log, a visit.")
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()


class ContractLedger(DistrictRecord):
    """A ledger as it was drawn, with all that it takes to work it out again."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        VERIFIED = "verified", "Verified"
        DISPUTED = "disputed", "Disputed in part"
        PAID = "paid", "Paid"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="ledgers")
    as_of = models.DateField(help_text="The day up to which it speaks.")
    known_at = models.DateTimeField(help_text="Evidence recorded later does not count.")
    cursor = models.BigIntegerField(help_text="Position of the newest evidence that was read.")
    roster = models.JSONField(help_text="Learner key: what the roster said, which keeps no past.")
    digest = models.CharField(max_length=64)
    learners = models.IntegerField(help_text="In the population.")
    base_cents = models.BigIntegerField()
    bonus_cents = models.BigIntegerField()
    adjustment_cents = models.BigIntegerField(help_text="What the cap takes or the floor adds.")
    total_cents = models.BigIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    drawn_by = models.UUIDField()
    verified_on = models.DateField(null=True)
    verified_by = models.UUIDField(null=True)


class ContractLine(models.Model):
    """What one ledger says of one learner."""

    ledger = models.ForeignKey(ContractLedger, models.PROTECT, related_name="lines")
    learner = models.UUIDField(help_text="Learner key: a pseudonym.")
    standing = models.CharField(max_length=10, help_text="in, excluded, outside")
    reason = models.TextField(blank=True)
    sessions = models.IntegerField()
    sessions_due = models.IntegerField()
    gate_passed = models.BooleanField()
    earned = models.JSONField(help_text="List of {outcome, value, cents, evidence}.")
    evidence = models.JSONField(help_text="Ids of the evidence of the sessions.")
    lacks = models.JSONField(help_text="What is still missing, in words.")
    base_cents = models.BigIntegerField()
    bonus_cents = models.BigIntegerField()
    adjustment_cents = models.BigIntegerField()
    total_cents = models.BigIntegerField()
    disputed_on = models.DateField(null=True)
    disputed_by = models.UUIDField(null=True)
    dispute = models.TextField(blank=True, help_text="What is disputed, without names.")
    paid_cents = models.BigIntegerField(null=True, help_text="Paid from this ledger; null: not.")
    paid_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "learner"], name="one_contract_line_a_learner"
            )
        ]
